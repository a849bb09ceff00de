"""Typical mistakes in 05-selector."""

import numpy as np

from course_utils.teaching.mistake import Mistake, does_as, either


def _cases(random):
    """Right and wrong images of every likelihood, some of them beyond one half."""
    for n in (4, 5, 9, 30):
        correct = random.permutation(np.arange(n) < n // 2 + 1)
        yield correct, random.permutation(np.linspace(0.1, 0.85, n))


def _weighted(weight):
    return lambda correct, p: np.average(correct, weights=weight(p))


def _odds(p):
    return p / (1 - p)


def _acts_as(*imitations):
    return either(*(does_as(imitation, _cases) for imitation in imitations))


MISTAKES = (
    Mistake(
        name="not-by-the-weights",
        hint="You weight each image, and then do not divide by the sum of the weights. Try "
        "images that are all classified rightly: an average of them has to be 1.",
        shown_by=_acts_as(
            lambda correct, p: np.mean(_odds(p) * correct),
            lambda correct, p: np.sum(_odds(p) * correct),
        ),
    ),
    Mistake(
        name="probability-for-odds",
        hint="You seem to weight by p itself. But a weight should tell how many times denser the "
        "target is than the source at an image, and p says how likely one of the two is: how do "
        "you make a ratio of that?",
        shown_by=_acts_as(_weighted(lambda p: p)),
    ),
    Mistake(
        name="upside-down",
        hint="Your weights look upside down: what resembles the source counts most. You want to "
        "know how the model would do on the target, so whose density belongs on top?",
        shown_by=_acts_as(_weighted(lambda p: (1 - p) / p), _weighted(lambda p: 1 - p)),
    ),
    Mistake(
        name="numerator-left-out",
        hint="You divide by the source's probability, and the target's is missing on top: an "
        "image that is certainly from the source would still count. What should its weight be?",
        shown_by=_acts_as(_weighted(lambda p: 1 / (1 - p))),
    ),
    Mistake(
        name="a-threshold",
        hint="You seem to keep the images that look more like the target than like the source, "
        "and to drop the others. The weights are to be gradual: every image counts, the more so "
        "the more it looks like the target.",
        shown_by=_acts_as(
            lambda correct, p: correct[p > 0.5].mean(),
            lambda correct, p: np.mean(correct * (p > 0.5)),
        ),
    ),
    Mistake(
        name="plain-accuracy",
        hint="That is the plain accuracy on the source, in which p_target plays no part. Which "
        "of these images tell you most about the target?",
        shown_by=_acts_as(lambda correct, p: np.mean(correct)),
    ),
)
