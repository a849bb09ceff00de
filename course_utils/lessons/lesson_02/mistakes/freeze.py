"""Typical mistakes in 02-freeze: what is frozen, and what the head computes."""

from typing import NamedTuple

import numpy as np

from course_utils.teaching.mistake import Mistake

#: Of the head's first Dense layer.
HIDDEN_UNITS = 128


class _Seen(NamedTuple):
    """What an answer built on a small base."""

    head_shapes: list
    pooled_head: list
    flattened_head: list
    head_trains: bool
    base_trains: bool
    base_moves: bool
    output: object
    logits: object
    linear_logits: object
    logits_of_prepared: object


def _base(random):
    """A small network with BatchNorm, two random ones never of one size."""
    import keras

    size, channels = (int(number) for number in random.integers(4, 8, 2))
    kernel = keras.initializers.RandomNormal(stddev=0.3, seed=int(random.integers(1000)))
    inputs = keras.Input((size, size, 3))
    maps = keras.layers.Conv2D(channels, 3, kernel_initializer=kernel)(inputs)
    return keras.Model(inputs, keras.layers.BatchNormalization()(maps))


def _head_shapes(inputs, n_classes):
    return [(inputs, HIDDEN_UNITS), (HIDDEN_UNITS,), (HIDDEN_UNITS, n_classes), (n_classes,)]


def _seen(answer, random):
    base, n_classes = _base(random), int(random.integers(2, 6))
    model = answer(base, n_classes)
    images = random.normal(3.0, 2.0, (6, *base.input_shape[1:])).astype("float32")
    of_base = {id(weight) for weight in base.weights}
    head = [weight for weight in model.weights if id(weight) not in of_base]
    trained = {id(weight) for weight in model.trainable_weights}
    shapes = [tuple(weight.shape) for weight in head]
    inputs = base.output_shape[1:]
    pooled_head = _head_shapes(inputs[-1], n_classes)
    logits = linear = of_prepared = None
    if shapes == pooled_head:
        features, prepared = _pooled(base, images), _pooled(base, _prepared(images))
        logits, linear = (_logits(features, head, hidden) for hidden in (_relu, np.asarray))
        of_prepared = _logits(prepared, head, _relu)
    output = np.asarray(model(images, training=False))
    return _Seen(
        head_shapes=shapes,
        pooled_head=pooled_head,
        flattened_head=_head_shapes(int(np.prod(inputs)), n_classes),
        head_trains=all(id(weight) in trained for weight in head),
        base_trains=bool(trained & of_base),
        base_moves=_moves(base, model, images),
        output=output,
        logits=logits,
        linear_logits=linear,
        logits_of_prepared=of_prepared,
    )


def _pooled(base, images):
    return np.asarray(base(images, training=False)).mean(axis=(1, 2))


def _prepared(images):
    from keras.applications.resnet50 import preprocess_input

    return preprocess_input(images.copy())  # which works in place


def _moves(base, model, images):
    """Whether a forward pass in training mode changes a weight of the base."""
    before = [np.array(weight) for weight in base.get_weights()]
    model(images, training=True)
    return not all(map(np.array_equal, before, base.get_weights()))


def _logits(features, head, hidden):
    kernel, bias, last_kernel, last_bias = map(np.asarray, head)
    return hidden(features @ kernel + bias) @ last_kernel + last_bias


def _relu(values):
    return np.maximum(values, 0)


def _softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def _close(one, other):
    return one.shape == other.shape and np.allclose(one, other, atol=1e-3)


def _is_recipe(seen):
    return seen.logits is not None and _close(seen.output, _softmax(seen.logits))


def _only_head_trains(seen):
    return seen.head_trains and not seen.base_trains


def _gives_no_probabilities(seen):
    return (
        seen.logits is not None
        and _only_head_trains(seen)
        and any(_close(seen.output, last(seen.logits)) for last in (np.asarray, _sigmoid))
    )


def _has_no_relu(seen):
    return (
        seen.logits is not None
        and _only_head_trains(seen)
        and _close(seen.output, _softmax(seen.linear_logits))
    )


def _prepares(seen):
    prepared = seen.logits_of_prepared
    return prepared is not None and _close(seen.output, _softmax(prepared))


def _always(shows):
    """What `Mistake.shown_by` takes, from a question about what was built on one base."""

    def shown_by(answer, random):
        return all(shows(_seen(answer, random)) for _ in range(2))

    return shown_by


MISTAKES = (
    Mistake(
        name="returns-nothing",
        hint="Your function gives None: whatever model it builds is lost when it ends. How does a "
        "function hand a value on?",
        shown_by=lambda answer, random: answer(_base(random), 3) is None,
    ),
    Mistake(
        name="prepares-the-images",
        hint="Your model prepares its images itself, as the lesson's does. Here they come "
        "prepared, and what is prepared twice is something that the base has never seen: what can "
        "you leave out?",
        shown_by=_always(_prepares),
    ),
    Mistake(
        name="base-still-trains",
        hint="Your head is the right one, but weights of the base can still be trained. Count "
        "len(base.trainable_weights) after your function has run: what should it be, and which "
        "layers are left?",
        shown_by=_always(lambda seen: _is_recipe(seen) and seen.head_trains and seen.base_trains),
    ),
    Mistake(
        name="freezes-the-head-too",
        hint="Nothing in your model can be trained, the new layers included. Freezing a model "
        "freezes all that it contains: which part of yours should it be said to?",
        shown_by=_always(
            lambda seen: _is_recipe(seen) and not seen.head_trains and not seen.base_trains
        ),
    ),
    Mistake(
        name="batchnorm-moves",
        hint="No weight of the base can be trained, and still BatchNorm's moving statistics "
        "follow your images. No gradient moves them: the layer does it itself while it believes "
        "that it trains. Did you freeze the layers, or only their weights?",
        shown_by=_always(
            lambda seen: _is_recipe(seen) and _only_head_trains(seen) and seen.base_moves
        ),
    ),
    Mistake(
        name="flattens-instead-of-pooling",
        hint="Your first Dense layer has weights for every position of the map: it was "
        "flattened. The recipe keeps one number for each channel: which layer makes that "
        "of a map?",
        shown_by=_always(
            lambda seen: _only_head_trains(seen) and seen.head_shapes == seen.flattened_head
        ),
    ),
    Mistake(
        name="no-probabilities",
        hint="Your last layer gives each class a number of its own, and together they need not "
        "make 1. Which activation turns such numbers into shares of one whole?",
        shown_by=_always(_gives_no_probabilities),
    ),
    Mistake(
        name="no-relu",
        hint="All layers are there, but the hidden one is linear, and two linear layers in a row "
        "can do no more than one. What does Dense do to its result if you name no activation?",
        shown_by=_always(_has_no_relu),
    ),
)
