"""A residual network of a few hundred weights, images it can learn from, and a place to train."""

import contextlib
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.datasets.dataset import Dataset
from course_utils.finetuning import FineTuner
from course_utils.finetuning.steps import Steps
from course_utils.finetuning.weights import arrays_of, assign

SIZE = 8
CLASSES = ("red", "green", "blue", "grey")


def scaled(images):
    """The `preprocess` of these networks: from -1 to 1."""
    return images / 127.5 - 1


def conv(x, name, filters, size=3, strides=1):
    return layers.Conv2D(filters, size, strides, padding="same", name=f"{name}_conv")(x)


def norm(x, name):
    return layers.BatchNormalization(name=f"{name}_bn")(x)


def block(x, name, filters, strides=1):
    """A residual block, its shortcut a convolution where the shape changes."""
    y = layers.ReLU(name=f"{name}_1_relu")(norm(conv(x, f"{name}_1", 3, 1, strides), f"{name}_1"))
    y = norm(conv(y, f"{name}_2", filters), f"{name}_2")
    if strides != 1 or x.shape[-1] != filters:
        x = norm(conv(x, f"{name}_0", filters, 1, strides), f"{name}_0")
    return layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([x, y]))


def residual_base(seed=0):
    """Stages conv1, conv2 (two blocks, the second with a bare shortcut) and conv3."""
    inputs = keras.Input((SIZE, SIZE, 3), name="images")
    x = layers.ReLU(name="conv1_relu")(norm(conv(inputs, "conv1", 4), "conv1"))
    x = block(block(x, "conv2_block1", 6), "conv2_block2", 6)
    return drawn(keras.Model(inputs, block(x, "conv3_block1", 6, strides=2)), seed)


def drawn(model, seed):
    """The model with weights drawn anew, and BatchNorm unlike that of a new network."""
    random = np.random.default_rng(seed)
    for weight in model.weights:
        fan_in = np.prod(weight.shape[:-1])
        if len(weight.shape) > 1:
            weight.assign(random.normal(0, np.sqrt(2 / fan_in), weight.shape))
        else:
            weight.assign(random.uniform(0.5, 1.5, weight.shape))
    return model


def pooled_head(*last, seed=0):
    """Pooling and then `last`, by default a layer of logits."""
    last = last or (layers.Dense(len(CLASSES), name="logits"),)
    pool = layers.GlobalAveragePooling2D(name="pool")
    return drawn(keras.Sequential([keras.Input((None, None, 6)), pool, *last]), seed)


def coloured(count, seed):
    """Noise with a cast of red, green, blue, or none: a Dataset."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % len(CLASSES)
    images = random.normal(110, 40, (count, SIZE, SIZE, 3))
    images += 25 * np.eye(4, 3)[labels][:, None, None]
    images = np.clip(images, 0, 255).astype(np.uint8)
    return Dataset(images, labels.astype(np.int64), CLASSES, "noise", "colours")


def values(*models):
    """Copies of all weights (list of array)."""
    return arrays_of(weight for model in models for weight in model.weights)


def run_at_once(below, images, *, preprocess, **_):
    """In place of `extract_features`, which compiles: that takes longer than so small a network."""
    inputs = preprocess(np.array(images, np.float32))
    return SimpleNamespace(array=below(inputs, training=False).numpy())


class Bench:
    """A network and data to train it with, again and again from the same weights."""

    def __init__(self, base=None, head=None, count=42):
        self.base, self.head = base or residual_base(), head or pooled_head()
        self.data = coloured(count, seed=1), coloured(30, seed=2)
        self.tuner = FineTuner(self.base, self.head)
        self.variables = self.base.variables + self.head.variables
        self.start = arrays_of(self.variables)

    def reset(self):
        assign(self.variables, self.start)

    def run(self, schedule, reset=True, data=None, **options):
        """The history of a run, and the weights that it ended with."""
        if reset:
            self.reset()
        options = {"preprocess": scaled, "progress": False, "extract": run_at_once} | options
        history = self.tuner.run(data or self.data, schedule, **options)
        return history, values(self.base, self.head)

    def score(self):
        """Accuracy and negative loss on the validation data, by Keras' own `evaluate`."""
        model = keras.Model(self.base.input, self.head(self.base.output))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(loss=loss, metrics=["accuracy"])
        images = scaled(self.data[1].images.astype(np.float32))
        loss, accuracy = model.evaluate(images, self.data[1].labels, verbose=0)
        return accuracy, -loss


def without_seconds(history):
    """What two equal runs have in common."""
    epochs = [{k: v for k, v in epoch.items() if k != "seconds"} for epoch in history.epochs]
    return epochs, history.best, history.diverged


def assert_same(first, second):
    """That two lists of arrays are equal bit for bit."""
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


@contextlib.contextmanager
def interrupted(step):
    """Break what runs within off before its `step`-th training step, as Ctrl+C does."""
    train, left = Steps.train, [step]

    def interrupting(*arguments, **named):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return train(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Steps, "train", interrupting)
        yield
