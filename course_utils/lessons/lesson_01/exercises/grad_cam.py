"""Exercise 01-grad-cam: the map from a stage's activations and their gradients."""

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, Property, call, expect, in_words

ARRAYS = ("activations", "gradients")

#: Channels, rows, columns: what is printed with a failure is small first.
SIZES = ((1, 1, 2), (2, 2, 3), (5, 4, 3))


def _above_zero(random, shape):
    return random.uniform(0.5, 3.0, shape).round(1)


def _everywhere(numbers, rows, columns):
    """Gradients that are one number all over each channel's map."""
    return np.tile(np.reshape(numbers, (-1, 1, 1)), (1, rows, columns))


def shape_of_the_map(answer, random):
    for shape in SIZES:
        arguments = (_above_zero(random, shape), _above_zero(random, shape))
        given = in_words(ARRAYS, arguments)
        got = np.shape(call(answer, arguments, given))
        if got != shape[1:]:
            raise Mismatch(given, f"a map of shape {shape[1:]}", f"the shape {got}")


def one_channel(answer, random):
    for _, rows, columns in SIZES:
        activations = _above_zero(random, (1, rows, columns))
        number = _above_zero(random, 1) + 1
        gradients = _everywhere(number, rows, columns)
        expect(answer, ARRAYS, (activations, gradients), number * activations[0])


def channels_add_up(answer, random):
    for channels, rows, columns in SIZES:
        activations = _above_zero(random, (channels + 1, rows, columns))
        gradients = np.ones(activations.shape)
        expect(answer, ARRAYS, (activations, gradients), activations.sum(axis=0))


def one_against(answer, random):
    for channels, rows, columns in SIZES:
        # The last channel repeats the first and takes part of it away again.
        activations = _above_zero(random, (channels, rows, columns))
        activations = np.concatenate([activations, activations[:1]])
        numbers = np.append(np.full(channels, 2.0), -round(random.uniform(0.5, 1.5), 1))
        expected = np.tensordot(numbers, activations, axes=1)
        gradients = _everywhere(numbers, rows, columns)
        expect(answer, ARRAYS, (activations, gradients), expected)


def one_weight_each(answer, random):
    for shape in SIZES:
        activations, gradients = _above_zero(random, shape), _above_zero(random, shape)
        gradients[:, 0, 0] += 1  # never the same all over a map
        expect(answer, ARRAYS, (activations, gradients), _grad_cam(activations, gradients))


def nothing_below_zero(answer, random):
    for shape in SIZES:
        activations, gradients = _above_zero(random, shape), -_above_zero(random, shape)
        expect(answer, ARRAYS, (activations, gradients), np.zeros(shape[1:]))


def any_arrays(answer, random):
    for shape in (*SIZES, (8, 7, 5), (3, 1, 1)):
        activations, gradients = random.normal(size=(2, *shape)).round(2)
        expect(answer, ARRAYS, (activations, gradients), _grad_cam(activations, gradients))


def _grad_cam(activations, gradients):
    """Selvaraju et al. 2017, arXiv:1610.02391, equations 1 and 2."""
    weights = gradients.mean(axis=(1, 2))
    return np.maximum(np.tensordot(weights, activations, axes=1), 0)


GRAD_CAM = Exercise(
    id="01-grad-cam",
    title="Grad-CAM",
    function="cam",
    properties=(
        Property("the map has the rows and the columns of the activations", shape_of_the_map),
        Property(
            "a single channel whose gradient is one number everywhere gives its activations "
            "times that number, and nothing is rescaled",
            one_channel,
        ),
        Property("the weighted channels are added up", channels_add_up),
        Property(
            "a channel that lowers the score keeps its sign and takes away from the sum",
            one_against,
        ),
        Property(
            "each channel has one weight, the mean of its gradients over rows and columns",
            one_weight_each,
        ),
        Property("where the weighted sum lies below zero the map is 0", nothing_below_zero),
        Property("it agrees with the definition on any arrays", any_arrays),
    ),
    hints=(
        "Three steps: a weight for each channel, the weighted sum of the channels, and 0 in "
        "place of what is negative in that sum.",
        "The weights are gradients.mean(axis=(1, 2)), one number for each channel. They stay as "
        "they are: no absolute value, no softmax.",
        "Give the weights two axes of length 1 (weights[:, None, None]), multiply by the "
        "activations, sum over axis 0, and only then take np.maximum(…, 0).",
    ),
    example=(([[[1, 2, 3]], [[3, 2, 1]]], [[[1, 1, 1]], [[0, -1, -2]]]), [[0, 0, 2]]),
)
