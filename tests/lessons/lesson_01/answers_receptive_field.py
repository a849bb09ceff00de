"""Right and wrong answers to 01-receptive-field."""

from functools import partial

import numpy as np


def receptive_field(layers, start=1, overlap=1, own_stride=False, join=lambda a, b: a * b):
    """The right answer, with a place to go wrong in each of its steps."""
    size, jump = start, 1
    for kernel, stride in layers:
        if own_stride:
            jump = join(jump, stride)
        size += (kernel - overlap) * jump
        if not own_stride:
            jump = join(jump, stride)
    return size


def _returns_in_the_loop(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size = size + (kernel - 1) * jump
        jump = jump * stride
        return size
    return size


# An exercise may leave open how: each of these is right.
RIGHT = [receptive_field, lambda layers: np.int64(receptive_field(layers))]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (partial(receptive_field, start=0), "before any layer a unit is one pixel"),
    (
        lambda layers: sum(kernel for kernel, _ in layers) or 1,
        "every layer adds its kernel less 1",
        "adds-whole-kernels",
    ),
    (
        lambda layers: int(np.prod([kernel for kernel, _ in layers])),
        "every layer adds its kernel less 1",
    ),
    (partial(receptive_field, overlap=0), "a single layer sees its kernel", "adds-whole-kernels"),
    (
        partial(receptive_field, own_stride=True),
        "a single layer sees its kernel, whatever its own stride",
        "own-stride-too-early",
    ),
    (
        lambda layers: receptive_field(layers[::-1]),
        "a stride changes nothing for the layers before it",
        "wrong-end-first",
    ),
    (
        lambda layers: receptive_field([(kernel, 1) for kernel, _ in layers]),
        "a stride spreads out the windows of the layers after it",
        "ignores-strides",
    ),
    (
        partial(receptive_field, join=lambda jump, stride: stride),
        "strides that follow each other multiply",
        "strides-not-multiplied",
    ),
    (
        partial(receptive_field, join=lambda jump, stride: jump + stride - 1),
        "strides that follow each other multiply",
        "strides-not-multiplied",
    ),
    (
        lambda layers: layers.reverse() or receptive_field(layers[::-1]),
        "one of them changed in place",
    ),
    (_returns_in_the_loop, "its kernel less 1", "returns-in-the-loop"),
]
