"""Right and wrong answers to 02-flatten-weights."""

from functools import partial

import numpy as np
from references_02 import OWN


def _head_weights(height, width, channels, n_classes, pooled, bias=1, positions=True):
    inputs = channels if pooled else channels * (height * width if positions else 1)
    return (inputs + bias) * 128 + (128 + bias) * n_classes


def _counts(inputs, n_classes, biases):
    total = inputs * 128 + 128 * n_classes
    for bias in biases:
        total += bias
    return total


def _prints(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width * channels
    print(_counts(size, n_classes, [128, n_classes]))


def _always_flattened(height, width, channels, n_classes, pooled):
    return _counts(np.prod([height, width, channels]), n_classes, [128, n_classes])


def _without_channels(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width
    return _counts(size, n_classes, [128, n_classes])


def _rows_and_columns_added(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * channels + width * channels
    return _counts(size, n_classes, [128, n_classes])


def _last_layer_only(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width * channels
    return n_classes * (size + 1)


def _first_layer_only(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width * channels
    return 128 * size + 128


# An exercise may leave open how: each of these is right.
RIGHT = [_head_weights, OWN["02-flatten-weights"]]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        partial(_head_weights, bias=0),
        "one more class adds 128 weights and a bias",
        "forgets-biases",
    ),
    (
        lambda h, w, c, k, pooled: _head_weights(h, w, c, k, pooled) - 128,
        "every unit of both layers has a bias",
        "forgets-biases",
    ),
    (
        lambda h, w, c, k, pooled: _head_weights(h, w, c, k, not pooled),
        "after pooling, the height and width of the map do not matter",
        "pooled-and-flattened-swapped",
    ),
    (
        partial(_head_weights, positions=False),
        "every position of the map has weights of its own",
        "ignores-pooled",
    ),
    (lambda *shape: "many", "one more class adds 128 weights and a bias"),
    (_prints, "expected a number, got None", "returns-nothing"),
    (_always_flattened, "after pooling", "ignores-pooled"),
    (_without_channels, "every position", "one-side-of-the-map"),
    (_rows_and_columns_added, "every position", "one-side-of-the-map"),
    (_last_layer_only, "one more class", "leaves-out-a-layer"),
    (_first_layer_only, "one more class", "leaves-out-a-layer"),
]
