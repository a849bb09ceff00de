"""Right and wrong answers to the exercises of lesson 02."""

import math

import keras
import numpy as np
from references_02 import OWN

layers = keras.layers


def classifier(base, n_classes, freeze=None, pool=None, hidden="relu", last="softmax", units=128):
    """The recipe, with a place to go wrong in each of its steps."""
    (freeze or (lambda base: setattr(base, "trainable", False)))(base)
    inputs = keras.Input(base.input_shape[1:])
    x = base(inputs, training=False)
    x = (pool or layers.GlobalAveragePooling2D())(x)
    x = layers.Dense(units, activation=hidden)(x)
    return keras.Model(inputs, layers.Dense(n_classes, activation=last)(x))


def _freeze_variables_only(base):
    # BatchNorm still thinks it trains, so its moving statistics move.
    for variable in base.trainable_variables:
        variable.trainable = False


def label_multiplier(labels, accuracy, other, envelope=True, scale=np.log, censored=np.nan):
    """A loop over the points, with a place to go wrong in each of its steps."""
    heights = np.maximum.accumulate(other) if envelope else np.asarray(other)
    needed = []
    for height in accuracy:
        reached = np.flatnonzero(heights >= height)
        if reached.size == 0:
            needed.append(censored)
        elif reached[0] == 0:
            needed.append(labels[0])
        else:
            i = reached[0]
            pair = scale(labels[i - 1 : i + 1])
            between = np.interp(height, heights[i - 1 : i + 1], pair)
            needed.append(np.exp(between) if scale is np.log else between)
    return np.array(needed) / labels


def _changes_its_input(labels, accuracy, other):
    right = label_multiplier(labels, accuracy, other)
    np.maximum.accumulate(other, out=other)
    other += 1
    return right


def _identity(labels):
    return labels


def _head_weights(height, width, channels, n_classes, pooled, bias=1, positions=True):
    inputs = channels if pooled else channels * (height * width if positions else 1)
    return (inputs + bias) * 128 + (128 + bias) * n_classes


RIGHT = [
    ("02-freeze", classifier),
    ("02-label-multiplier", label_multiplier),
    ("02-break-even", lambda p, s, t: math.inf if t >= s else math.floor(p / (s - t)) + 1),
    ("02-flatten-weights", _head_weights),
    *OWN.items(),
]

# Each: the exercise, a wrong answer, and words of the property that it breaks.
WRONG = [
    (
        "02-freeze",
        lambda base, k: classifier(base, k, last=None),
        "one probability per class",
        "no-probabilities",
    ),
    (
        "02-freeze",
        lambda base, k: classifier(base, k + 1),
        "one probability per class",
    ),
    (
        "02-freeze",
        lambda base, k: classifier(base, k, freeze=lambda base: None),
        "exactly the weights of the head",
        "base-still-trains",
    ),
    (
        "02-freeze",
        lambda base, k: classifier(
            base, k, freeze=lambda base: setattr(base.layers[0], "trainable", False)
        ),
        "exactly the weights of the head",
        "base-still-trains",
    ),
    (
        "02-freeze",
        lambda base, k: classifier(base, k, pool=layers.Flatten()),
        "exactly the weights of the head",
        "flattens-instead-of-pooling",
    ),
    (
        "02-freeze",
        lambda base, k: classifier(base, k, units=64),
        "exactly the weights of the head",
    ),
    (
        "02-freeze",
        lambda base, k: classifier(base, k, hidden=None),
        "the head is global average pooling",
        "no-relu",
    ),
    (
        "02-freeze",
        lambda base, k: classifier(base, k, pool=layers.GlobalMaxPooling2D()),
        "the head is global average pooling",
    ),
    (
        "02-freeze",
        lambda base, k: classifier(base, k, freeze=_freeze_variables_only),
        "changed weights (moving_mean, moving_variance)",
        "batchnorm-moves",
    ),
    ("02-freeze", lambda base, k: base, "one probability per class"),
    (
        "02-freeze",
        lambda base, k: None,
        "expected a keras.Model, got None",
        "returns-nothing",
    ),
    ("02-break-even", lambda p, s, t: print(p // (s - t) + 1), "got None", "returns-nothing"),
    (
        "02-label-multiplier",
        lambda n, a, o: label_multiplier(n, a, o, scale=_identity),
        "straight lines in log(labels)",
        "straight-in-labels",
    ),
    (
        "02-label-multiplier",
        lambda n, a, o: label_multiplier(n, a, o, envelope=False),
        "a dip in the other curve does not count",
        "trusts-a-dip",
    ),
    (
        "02-label-multiplier",
        lambda n, a, o: label_multiplier(n, a, o, censored=n[-1]),
        "it is nan where the other curve never gets there",
        "claims-the-unknown",
    ),
    (
        "02-label-multiplier",
        lambda n, a, o: label_multiplier(n, a, o, censored=np.inf),
        "it is nan where the other curve never gets there",
        "claims-the-unknown",
    ),
    (
        "02-label-multiplier",
        lambda n, a, o: np.maximum(label_multiplier(n, a, o), 1),
        "from its first point on",
    ),
    (
        "02-label-multiplier",
        lambda n, a, o: np.asarray(a) / np.asarray(o),
        "nan where the other curve never gets there",
        "vertical-gap",
    ),
    (
        "02-label-multiplier",
        lambda n, a, o: label_multiplier(n, a, o) * n,
        "two equal curves that rise have a multiplier of 1",
        "not-divided",
    ),
    ("02-label-multiplier", _changes_its_input, "one of them changed in place"),
    (
        "02-break-even",
        lambda p, s, t: max(1, math.ceil(p / (s - t))) if s > t else math.inf,
        "a tie is not enough",
        "tie-counts",
    ),
    (
        "02-break-even",
        lambda p, s, t: p / (s - t) if s > t else math.inf,
        "with pretraining for nothing, one task is enough",
        "not-a-whole-number",
    ),
    (
        "02-break-even",
        lambda p, s, t: p // abs(s - t) + 1 if s != t else math.inf,
        "it is math.inf where transfer costs no less",
        "never-is-forgotten",
    ),
    (
        "02-break-even",
        lambda p, s, t: round(p / (s - t)) + 1 if s > t else math.inf,
        "it is the first whole number of tasks at which the total is less",
    ),
    (
        "02-break-even",
        lambda p, s, t: p // s + 1 if s > t else math.inf,
        "a tie is not enough",
        "forgets-the-cost-of-transfer",
    ),
    (
        "02-flatten-weights",
        lambda *shape: _head_weights(*shape, bias=0),
        "one more class adds 128 weights and a bias",
        "forgets-biases",
    ),
    (
        "02-flatten-weights",
        lambda h, w, c, k, pooled: _head_weights(h, w, c, k, pooled) - 128,
        "every unit of both layers has a bias",
        "forgets-biases",
    ),
    (
        "02-flatten-weights",
        lambda h, w, c, k, pooled: _head_weights(h, w, c, k, not pooled),
        "after pooling, the height and width of the map do not matter",
        "pooled-and-flattened-swapped",
    ),
    (
        "02-flatten-weights",
        lambda *shape: _head_weights(*shape, positions=False),
        "every position of the map has weights of its own",
        "ignores-pooled",
    ),
    (
        "02-flatten-weights",
        lambda *shape: "many",
        "one more class adds 128 weights and a bias",
    ),
]
