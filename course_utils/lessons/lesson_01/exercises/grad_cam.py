r"""### 3. Grad-CAM by hand

A stage put out `activations`, an array of shape (channels, rows, columns); `gradients`, of the
same shape, says how the score rises with each of them. Write `cam`, which gives the map of shape
(rows, columns). The weight $w_c$ of a channel is the mean of its gradients over rows and columns,
and the map is $\max\left(0, \sum_c w_c A_c\right)$. Not enlarged, and not rescaled.
"""

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake


def cam(activations, gradients):
    """The Grad-CAM map (rows, columns) of a stage for one image."""
    weights = np.mean(gradients, axis=(1, 2), keepdims=True)
    return np.maximum(np.sum(weights * activations, axis=0), 0)


ARRAYS = ("activations", "gradients")

#: Channels, rows, columns: what is printed with a failure is small first.
SIZES = ((1, 1, 2), (2, 2, 3), (5, 4, 3))


def _above_zero(random, shape):
    return random.uniform(0.5, 3.0, shape).round(1)


def _everywhere(numbers, rows, columns):
    """Gradients that are one number all over each channel's map."""
    return np.tile(np.reshape(numbers, (-1, 1, 1)), (1, rows, columns))


def shape_of_the_map(answer, random):
    """the map has the rows and the columns of the activations"""
    for shape in SIZES:
        arguments = (_above_zero(random, shape), _above_zero(random, shape))
        given = in_words(ARRAYS, arguments)
        got = np.shape(call(answer, arguments, given))
        if got != shape[1:]:
            raise Mismatch(given, f"a map of shape {shape[1:]}", f"the shape {got}")


def one_channel(answer, random):
    """a single channel whose gradient is one number everywhere gives its activations times that
    number, and nothing is rescaled
    """
    for _, rows, columns in SIZES:
        activations = _above_zero(random, (1, rows, columns))
        number = _above_zero(random, 1) + 1
        gradients = _everywhere(number, rows, columns)
        expect(answer, ARRAYS, (activations, gradients), number * activations[0])


def channels_add_up(answer, random):
    """the weighted channels are added up"""
    for channels, rows, columns in SIZES:
        activations = _above_zero(random, (channels + 1, rows, columns))
        gradients = np.ones(activations.shape)
        expect(answer, ARRAYS, (activations, gradients), activations.sum(axis=0))


def one_against(answer, random):
    """a channel that lowers the score keeps its sign and takes away from the sum"""
    for channels, rows, columns in SIZES:
        # The last channel repeats the first and takes part of it away again.
        activations = _above_zero(random, (channels, rows, columns))
        activations = np.concatenate([activations, activations[:1]])
        numbers = np.append(np.full(channels, 2.0), -round(random.uniform(0.5, 1.5), 1))
        expected = np.tensordot(numbers, activations, axes=1)
        gradients = _everywhere(numbers, rows, columns)
        expect(answer, ARRAYS, (activations, gradients), expected)


def one_weight_each(answer, random):
    """each channel has one weight, the mean of its gradients over rows and columns"""
    for shape in SIZES:
        activations, gradients = _above_zero(random, shape), _above_zero(random, shape)
        gradients[:, 0, 0] += 1  # never the same all over a map
        expect(answer, ARRAYS, (activations, gradients), cam(activations, gradients))


def nothing_below_zero(answer, random):
    """where the weighted sum lies below zero the map is 0"""
    for shape in SIZES:
        activations, gradients = _above_zero(random, shape), -_above_zero(random, shape)
        expect(answer, ARRAYS, (activations, gradients), np.zeros(shape[1:]))


def any_arrays(answer, random):
    """it agrees with the definition on any arrays"""
    for shape in (*SIZES, (8, 7, 5), (3, 1, 1)):
        activations, gradients = random.normal(size=(2, *shape)).round(2)
        expect(answer, ARRAYS, (activations, gradients), cam(activations, gradients))


def _cases(random):
    """Activations and gradients whose weighted sum is above zero here and below it there."""
    for shape in ((2, 2, 3), (3, 4, 2), (5, 4, 3)):
        signs = set()
        while len(signs) < 2:
            activations, gradients = random.normal(size=(2, *shape)).round(2)
            signs = set(np.sign(nothing_cut_off(activations, gradients)).ravel())
        yield activations, gradients


def nothing_cut_off(a, g):
    """The weighted sum is right, and your map shows all of it. Where it lies below zero a place
    speaks against the class, and the map is about what speaks for it: is there a step left?
    """
    return np.tensordot(g.mean(axis=(1, 2)), a, axes=1)


def no_weight_per_channel(a, g):
    """The gradients still differ from place to place when they meet the activations. Grad-CAM gives
    a whole channel one weight, which leaves nothing to vary over the map: over which axes is the
    mean taken?
    """
    return np.maximum((a * g).sum(axis=0), 0)


def cut_off_before_the_sum(a, g):
    """You set the negative parts of each channel to 0 before adding them up, so that no channel can
    speak against the class any more. Which comes first in the formula, the sum or the maximum?
    """
    return np.maximum(g.mean(axis=(1, 2), keepdims=True) * a, 0).sum(axis=0)


def weights_are_sums(a, g):
    """Your map has the right pattern but is too large, by as many times as it has places. Look
    again at how the gradients of a channel become its one weight.
    """
    return cam(a, g) * a[0].size


def mean_over_channels(a, g):
    """Your map has the right pattern but is too small, by as many times as there are channels. Look
    again at the big sign in front of the weighted channels: what does it ask you to do with them?
    """
    return cam(a, g) / len(a)


def rescaled(a, g):
    """Your map is right up to its scale: you divide by its largest value. Many programs do so to
    draw it, but then a weak map looks like a strong one, and here the plain numbers are asked for.
    """
    return cam(a, g) / cam(a, g).max()


EXERCISE = Exercise(
    reference=cam,
    title="Grad-CAM",
    properties=[
        shape_of_the_map,
        one_channel,
        channels_add_up,
        one_against,
        one_weight_each,
        nothing_below_zero,
        any_arrays,
    ],
    cases=_cases,
    mistakes=[
        Mistake(
            (no_weight_per_channel, lambda a, g: np.maximum(a.sum(axis=0) * g.mean(axis=0), 0))
        ),
        Mistake(weights_are_sums),
        Mistake(mean_over_channels),
        Mistake(cut_off_before_the_sum),
        Mistake((nothing_cut_off, lambda a, g: np.abs(nothing_cut_off(a, g)))),
        Mistake(rescaled),
    ],
    hints=[
        "Three steps: a weight for each channel, the weighted sum of the channels, and 0 in "
        "place of what is negative in that sum.",
        "The weights are gradients.mean(axis=(1, 2)), one number for each channel. They stay as "
        "they are: no absolute value, no softmax.",
        "Give the weights two axes of length 1 (weights[:, None, None]), multiply by the "
        "activations, sum over axis 0, and only then take np.maximum(…, 0).",
    ],
    example=(([[[1, 2, 3]], [[3, 2, 1]]], [[[1, 1, 1]], [[0, -1, -2]]]), [[0, 0, 2]]),
)
