"""Training whole networks in Keras under one fixed procedure, so that arms can be compared.

Every arm gets the same optimiser (Adam), batch size and schedule (cosine decay to zero, hence
no lucky last step); what differs is where its weights start, and the learning rate, which
each arm tunes on validation data.
"""

import time
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

import numpy as np

from course_utils.bases.resnet50 import resnet50_base
from course_utils.datasets import Dataset, Splits
from course_utils.datasets.batches import shuffled_batches

BATCH_SIZE = 32


def small_network(image_shape: tuple[int, ...], n_classes: int) -> Any:
    """A plain convolutional network of about 0.4 million weights: what scratch does best with.

    A ResNet50 is a poor choice to train on a hundred pictures, and beating it alone would
    flatter transfer (Raghu et al. 2019, arXiv:1902.07208, make the same point).

    Parameters
    ----------
    image_shape : tuple (height, width, 3)
    n_classes : int

    Returns
    -------
    keras.Model
        Takes the input of `keras.applications.resnet50.preprocess_input`, gives logits.
    """
    import keras
    from keras import layers

    inputs = keras.Input(image_shape)
    x = layers.Rescaling(1 / 64)(inputs)
    for filters in (32, 64, 128, 256):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(n_classes)(x))


def resnet50_classifier(
    image_shape: tuple[int, ...],
    n_classes: int,
    pretrained: bool = False,
    batch_norm_learns: bool = True,
) -> Any:
    """ResNet50 with global average pooling and one dense layer, trainable throughout.

    Parameters
    ----------
    image_shape : tuple (height, width, 3)
    n_classes : int
    pretrained : bool
        Start from the shipped weights, not from random ones.
    batch_norm_learns : bool
        Whether BatchNorm trains, and uses the batch's own statistics while it does. True for
        random weights, which have no statistics yet; False for pretrained ones, whose statistics
        are worth more than those of 32 pictures.

    Returns
    -------
    keras.Model
        Takes preprocessed images, gives logits.
    """
    import keras

    base = resnet50_base(image_shape[0], pretrained)
    for layer in base.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            # Keras' 0.99 forgets its random start only after hundreds of steps: the short runs
            # of a small data set would be tested with statistics they never reached.
            layer.momentum = 0.9
            # Not `base(inputs, training=False)`: inside a functional model Keras 3 lets `fit`
            # override that, and only untrainable BatchNorm keeps to its stored statistics.
            layer.trainable = batch_norm_learns
    return keras.Model(base.input, keras.layers.Dense(n_classes)(base.output))


def permute_weights(weights: Iterable[np.ndarray], seed: int) -> list[np.ndarray]:
    """Shuffle every array of `weights` within itself: same values, hence scale, no knowledge.

    Raghu et al. 2019 (arXiv:1902.07208) use such a start to tell how much of transfer's speed
    is owed to well-scaled weights alone.
    """
    random = np.random.default_rng(seed)
    return [random.permutation(array.ravel()).reshape(array.shape) for array in weights]


@cache
def _trainer(kind: str, image_shape: tuple[int, ...], n_classes: int) -> Any:
    """A compiled network of one kind, made once: tracing ResNet50 takes longer than a short run."""
    import keras

    if kind == "small":
        model = small_network(image_shape, n_classes)
    else:
        model = resnet50_classifier(image_shape, n_classes, batch_norm_learns=kind == "resnet50")
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # on two cores XLA's convolutions ran 7 to 9 times slower than oneDNN's
    )
    return model


def starting_weights(
    start: str, image_shape: tuple[int, ...], n_classes: int, seed: int
) -> list[np.ndarray]:
    """The weights an arm starts from, in the order of `model.get_weights()`.

    Parameters
    ----------
    start : {"small", "random", "pretrained", "permuted"}
        The small network's random weights, or ResNet50's of the kind named.
    image_shape, n_classes
        See `resnet50_classifier`.
    seed : int
    """
    import keras

    keras.utils.set_random_seed(seed)
    if start == "small":
        return small_network(image_shape, n_classes).get_weights()
    weights = resnet50_classifier(image_shape, n_classes, start != "random").get_weights()
    if start == "permuted":
        weights[:-2] = permute_weights(weights[:-2], seed)  # the head is random already
    return weights


def train_network(
    start: str,
    splits: Splits,
    *,
    learning_rate: float,
    steps: int,
    seed: int,
    evaluate_every: int | None = None,
) -> dict[str, Any]:
    """Train a network from one kind of start and measure it.

    Parameters
    ----------
    start : {"small", "random", "pretrained", "permuted"}
    splits : Splits
        `train` is trained on whole; `validation` is looked at along the way if asked to.
    learning_rate : float
        Adam's, at the first step; it falls to zero by a half cosine.
    steps : int
        Steps of `BATCH_SIZE` images.
    seed : int
        Of the starting weights and of the order of images.
    evaluate_every : int or None
        Measure accuracy on every third validation image every so many steps.

    Returns
    -------
    dict
        `train_accuracy`, `validation_accuracy`, `test_accuracy` (fractions), `seconds` of
        training alone, and `curve`: pairs of step and validation accuracy.
    """
    import keras

    preprocess = keras.applications.resnet50.preprocess_input
    parts = {
        name: (np.asarray(preprocess(np.array(part.images, dtype="float32"))), part.labels)
        for name, part in zip(splits._fields, splits, strict=True)
    }
    images, labels = parts["train"]
    kind = {"small": "small", "pretrained": "resnet50-inference-norm"}.get(start, "resnet50")
    shape, n_classes = images.shape[1:], len(splits.train.class_names)
    model = _trainer(kind, shape, n_classes)
    model.set_weights(starting_weights(start, shape, n_classes, seed))
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape, dtype=variable.dtype))

    watched = [array[::3] for array in parts["validation"]]
    batches = shuffled_batches(len(images), min(BATCH_SIZE, len(images)), seed)
    curve, seconds = [], 0.0
    for step, batch in enumerate(islice(batches, steps)):
        model.optimizer.learning_rate = learning_rate * 0.5 * (1 + np.cos(np.pi * step / steps))
        started = time.perf_counter()
        model.train_on_batch(images[batch], labels[batch])
        seconds += time.perf_counter() - started
        if evaluate_every and (step + 1) % evaluate_every == 0:
            curve.append((step + 1, _accuracy(model, *watched)))
    accuracies = {f"{name}_accuracy": _accuracy(model, *part) for name, part in parts.items()}
    return accuracies | {"seconds": seconds, "curve": curve}


def trained_network(kind: str, dataset: Dataset) -> Any:
    """The network that `train_network` has trained last for this kind of start and images.

    Parameters
    ----------
    kind : {"small", "resnet50", "resnet50-inference-norm"}
    dataset : Dataset

    Returns
    -------
    keras.Model
        The next training changes it.
    """
    return _trainer(kind, tuple(dataset.images.shape[1:]), len(dataset.class_names))


def _accuracy(model: Any, images: np.ndarray, labels: np.ndarray) -> float:
    return float(
        model.evaluate(images, labels, batch_size=128, verbose=0, return_dict=True)["accuracy"]
    )
