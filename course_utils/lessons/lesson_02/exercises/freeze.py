"""### 1. Build it yourself

Write the recipe as a function: a frozen base, global average pooling, `Dense(128)` with ReLU and a
softmax over the classes. It is given images that have been prepared, so leave `preprocess_input`
out. The check trains it for a step and looks at what moved.
"""

from functools import partial
from types import SimpleNamespace

import keras
import numpy as np
from scipy.special import expit, softmax

from course_utils.teaching.answer_values import describe
from course_utils.teaching.exercise import Exercise, Mismatch, input_named
from course_utils.teaching.mistake import Mistake, in_every_case, returns_nothing


def build_classifier(base, n_classes):
    """Frozen base, pooling, Dense(128, relu), Dense(n_classes, softmax)."""
    base.trainable = False
    pool = keras.layers.GlobalAveragePooling2D()
    hidden = keras.layers.Dense(128, activation="relu")
    output = keras.layers.Dense(n_classes, activation="softmax")
    return keras.Sequential([base, pool, hidden, output])


def _bases(random):
    """Small random bases, no map of one row or channel, and a number of classes for each."""
    for _ in range(2):
        size, channels, n_classes = (int(n) for n in random.integers((5, 2, 2), (10, 6, 8)))
        kernel = keras.initializers.RandomNormal(stddev=0.3, seed=int(random.integers(1000)))
        # A functional model, as ResNet50 is: answers may build on its `input` and `output`.
        inputs = keras.Input((size, size, 3))
        maps = keras.layers.Conv2D(channels, 3, kernel_initializer=kernel)(inputs)
        yield keras.Model(inputs, keras.layers.BatchNormalization()(maps)), n_classes


def _images(base, n=6):
    # Far from mean 0 and variance 1, so that BatchNorm's moving statistics would move.
    shape = (n, *base.input_shape[1:])
    return np.random.default_rng(n).normal(3.0, 2.0, shape).astype("float32")


def _classifier(answer, random):
    """A small base, the classifier that `answer` builds on it, and the case in words."""
    base, n_classes = next(_bases(random))
    size, channels = base.input_shape[1], base.output_shape[-1]
    given = f"a base with {channels} channels, {size} x {size} images and {n_classes} classes"
    with input_named(given):
        model = answer(base, n_classes)
    if not isinstance(model, keras.Model):
        raise Mismatch(given, "a keras.Model", describe(model))
    return base, model, n_classes, given


def _head_shapes(inputs, n_classes):
    return [(inputs, 128), (128,), (128, n_classes), (n_classes,)]


def _logits(base, images, head, hidden=lambda x: np.maximum(x, 0)):
    """What the head's weights make of pooled features, before the last activation."""
    kernel, bias, last_kernel, last_bias = map(np.asarray, head)
    pooled = np.asarray(base(images, training=False)).mean(axis=(1, 2))
    return hidden(pooled @ kernel + bias) @ last_kernel + last_bias


def probabilities(answer, random):
    """each image gets one probability per class"""
    base, model, n_classes, given = _classifier(answer, random)
    images = _images(base)
    with input_named(given):
        output = np.asarray(model(images, training=False))
    if output.shape != (len(images), n_classes):
        expected = f"an output of shape {(len(images), n_classes)} for {len(images)} images"
        raise Mismatch(given, expected, str(output.shape))
    if output.min() < 0 or not np.allclose(output.sum(axis=1), 1, atol=1e-4):
        raise Mismatch(given, "rows of the output that sum to 1", output.sum(axis=1))


def only_the_head_trains(answer, random):
    """exactly the weights of the head's two Dense layers can be trained"""
    base, model, n_classes, given = _classifier(answer, random)
    expected = _head_shapes(base.output_shape[-1], n_classes)
    got = [tuple(weight.shape) for weight in model.trainable_weights]
    if got != expected:
        raise Mismatch(given, f"trainable weights of shapes {expected}", str(got))


def computes_the_recipe(answer, random):
    """the head is global average pooling, Dense(128, relu), Dense(n_classes, softmax)"""
    base, model, _, given = _classifier(answer, random)
    images = _images(base)
    expected = softmax(_logits(base, images, model.trainable_weights), axis=1)
    got = np.asarray(model(images, training=False))
    if not np.allclose(got, expected, atol=1e-3):
        raise Mismatch(given, f"{expected[0].round(3)} for an image", str(got[0].round(3)))


def training_moves_only_the_head(answer, random):
    """a training step changes the head and nothing in the base, BatchNorm's moving statistics
    included
    """
    base, model, n_classes, given = _classifier(answer, random)
    images, labels = _images(base), random.integers(0, n_classes, 6)
    weights = [*base.weights, *model.trainable_weights]
    before = [weight.numpy().copy() for weight in weights]
    with input_named(given):
        # Eagerly: compiling a graph for a single step takes longer than the step.
        model.compile(
            keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy", run_eagerly=True
        )
        model.train_on_batch(images, labels)
    kept = [np.array_equal(old, new) for old, new in zip(before, weights, strict=True)]
    moved = [each.path for each, still in zip(base.weights, kept, strict=False) if not still]
    if moved:
        names = ", ".join(path.rsplit("/", 1)[-1] for path in moved)
        raise Mismatch(given, "a base that stays as it was", f"changed weights ({names})")
    if all(kept):
        raise Mismatch(given, "a head that learns", "a head that stays as it was")


def _look(answer, base, n_classes):
    """What an answer built on a small base."""
    model, images = answer(base, n_classes), _images(base)
    of_base, trained = (
        {id(weight) for weight in weights} for weights in (base.weights, model.trainable_weights)
    )
    head = [weight for weight in model.weights if id(weight) not in of_base]
    before = [weight.numpy().copy() for weight in base.weights]
    model(images, training=True)
    output = np.asarray(model(images, training=False))
    *rows_and_columns, channels = base.output_shape[1:]
    shapes = [tuple(weight.shape) for weight in head]
    pooled = shapes == _head_shapes(channels, n_classes)

    def gives(last, images=images, **linear):
        """Whether the output is `last` of what the weights of a pooled head make."""
        return pooled and np.allclose(
            output, last(_logits(base, images, head, **linear)), atol=1e-3
        )

    return SimpleNamespace(
        images=images,
        gives=gives,
        flattened=shapes == _head_shapes(np.prod(rows_and_columns) * channels, n_classes),
        head_trains=all(id(weight) in trained for weight in head),
        base_trains=bool(trained & of_base),
        base_moves=not all(map(np.array_equal, before, base.weights)),
    )


_softmax = partial(softmax, axis=1)
_seen = partial(in_every_case, look=_look)


def _only_the_head_trains(seen):
    return seen.head_trains and not seen.base_trains


@_seen
def prepares_the_images(seen):
    """Your model prepares its images itself, as the lesson's does. Here they come prepared, and
    what is prepared twice is something that the base has never seen: what can you leave out?
    """
    prepared = keras.applications.resnet50.preprocess_input(seen.images.copy())
    return seen.gives(_softmax, images=prepared)


@_seen
def base_still_trains(seen):
    """Your head is the right one, but weights of the base can still be trained. Count
    len(base.trainable_weights) after your function has run: what should it be, and which layers are
    left?
    """
    return seen.gives(_softmax) and seen.head_trains and seen.base_trains


@_seen
def freezes_the_head_too(seen):
    """Nothing in your model can be trained, the new layers included. Freezing a model freezes all
    that it contains: which part of yours should it be said to?
    """
    return seen.gives(_softmax) and not seen.head_trains and not seen.base_trains


@_seen
def batchnorm_moves(seen):
    """No weight of the base can be trained, and still BatchNorm's moving statistics follow your
    images. No gradient moves them: the layer does it itself while it believes that it trains. Did
    you freeze the layers, or only their weights?
    """
    return seen.gives(_softmax) and _only_the_head_trains(seen) and seen.base_moves


@_seen
def flattens_instead_of_pooling(seen):
    """Your first Dense layer has weights for every position of the map: it was flattened. The
    recipe keeps one number for each channel: which layer makes that of a map?
    """
    return _only_the_head_trains(seen) and seen.flattened


@_seen
def no_probabilities(seen):
    """Your last layer gives each class a number of its own, and together they need not make 1.
    Which activation turns such numbers into shares of one whole?
    """
    return _only_the_head_trains(seen) and any(seen.gives(last) for last in (np.asarray, expit))


@_seen
def no_relu(seen):
    """All layers are there, but the hidden one is linear, and two linear layers in a row can do no
    more than one. What does Dense do to its result if you name no activation?
    """
    return _only_the_head_trains(seen) and seen.gives(_softmax, hidden=np.asarray)


EXERCISE = Exercise(
    reference=build_classifier,
    title="a classifier on a frozen base",
    properties=[
        probabilities,
        only_the_head_trains,
        computes_the_recipe,
        training_moves_only_the_head,
    ],
    cases=_bases,
    mistakes=[
        Mistake(
            returns_nothing,
            "Your function gives None: whatever model it builds is lost when it ends. How does a "
            "function hand a value on?",
        ),
        Mistake(prepares_the_images),
        Mistake(base_still_trains),
        Mistake(freezes_the_head_too),
        Mistake(batchnorm_moves),
        Mistake(flattens_instead_of_pooling),
        Mistake(no_probabilities),
        Mistake(no_relu),
    ],
    hints=[
        "Freeze first: one attribute of the base makes every layer in it untrainable, and keeps "
        "BatchNorm's moving statistics still.",
        "Then build a functional model: an Input of shape base.input_shape[1:], the base called "
        "on it, and the head's three layers one after the other.",
        "x = base(inputs, training=False), x = keras.layers.GlobalAveragePooling2D()(x), two "
        "Dense layers, and return keras.Model(inputs, x).",
    ],
    seconds=60.0,
)
