"""Typical mistakes in 01-grad-cam: the weights, the sum, and when to cut off at zero."""

import numpy as np

from course_utils.teaching.mistake import Mistake, does_as, either


def _arrays(random):
    """Activations and gradients whose weighted sum is above zero here and below it there."""
    for shape in ((2, 2, 3), (3, 4, 2), (5, 4, 3)):
        signs = set()
        while len(signs) < 2:
            activations, gradients = random.normal(size=(2, *shape)).round(2)
            signs = set(np.sign(_weighted(activations, gradients).ravel()))
        yield activations, gradients


def _weighted(activations, gradients, weigh=np.mean):
    weights = weigh(gradients, axis=(1, 2))
    return np.tensordot(weights, activations, axes=1)


def _above_zero(heat):
    return np.maximum(heat, 0)


def _rescaled(activations, gradients):
    heat = _above_zero(_weighted(activations, gradients))
    return heat / heat.max()


def _cut_off_by_channel(activations, gradients):
    weights = gradients.mean(axis=(1, 2), keepdims=True)
    return _above_zero(weights * activations).sum(axis=0)


def _acts_as(heat_map):
    return does_as(heat_map, _arrays)


MISTAKES = (
    Mistake(
        name="no-weight-per-channel",
        hint="The gradients still differ from place to place when they meet the activations. "
        "Grad-CAM gives a whole channel one weight, which leaves nothing to vary over the map: "
        "over which axes is the mean taken?",
        shown_by=either(
            _acts_as(lambda a, g: _above_zero((a * g).sum(axis=0))),
            _acts_as(lambda a, g: _above_zero(a.sum(axis=0) * g.mean(axis=0))),
        ),
    ),
    Mistake(
        name="weights-are-sums",
        hint="Your map has the right pattern but is too large, by as many times as it has places. "
        "Look again at how the gradients of a channel become its one weight.",
        shown_by=_acts_as(lambda a, g: _above_zero(_weighted(a, g, np.sum))),
    ),
    Mistake(
        name="mean-over-channels",
        hint="Your map has the right pattern but is too small, by as many times as there are "
        "channels. Look again at the big sign in front of the weighted channels: what does it "
        "ask you to do with them?",
        shown_by=_acts_as(lambda a, g: _above_zero(_weighted(a, g)) / len(a)),
    ),
    Mistake(
        name="cut-off-before-the-sum",
        hint="You set the negative parts of each channel to 0 before adding them up, so that no "
        "channel can speak against the class any more. Which comes first in the formula, the sum "
        "or the maximum?",
        shown_by=_acts_as(_cut_off_by_channel),
    ),
    Mistake(
        name="nothing-cut-off",
        hint="The weighted sum is right, and your map shows all of it. Where it lies below zero a "
        "place speaks against the class, and the map is about what speaks for it: is there a step "
        "left?",
        shown_by=either(_acts_as(_weighted), _acts_as(lambda a, g: np.abs(_weighted(a, g)))),
    ),
    Mistake(
        name="rescaled",
        hint="Your map is right up to its scale: you divide by its largest value. Many programs do "
        "so to draw it, but then a weak map looks like a strong one, and here the plain numbers "
        "are asked for.",
        shown_by=_acts_as(_rescaled),
    ),
)
