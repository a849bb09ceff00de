"""Typical mistakes in 06-class-weights."""

import numpy as np

from course_utils.teaching.mistake import Mistake, changes_inputs, does_as, either

#: Target images, source classes: also as many of one as of the other, where a wrong axis fits.
SIZES = ((3, 3), (4, 3), (6, 4), (15, 5))


def _cases(random):
    """Predictions of which several are unsure, and no two classes have the same mean."""
    for n, classes in SIZES:
        tilt = random.permutation(np.arange(1.0, classes + 1))
        yield (random.dirichlet(tilt, n),)


def _weights(probabilities, of=np.mean, axis=0, by=np.max):
    """The definition, with a place to go wrong in each of its steps."""
    values = of(probabilities, axis=axis)
    return values / by(values)


def _likeliest(probabilities):
    return _weights(np.eye(probabilities.shape[1])[probabilities.argmax(axis=1)])


def _share_of_likeliest(probabilities):
    return _weights(np.eye(probabilities.shape[1])[probabilities.argmax(axis=1)], by=np.sum)


def _from_zero_to_one(probabilities):
    means = probabilities.mean(axis=0)
    return (means - means.min()) / (means.max() - means.min())


def upside_down(answer, random):
    """The larger a class's mean, the smaller its weight."""
    for (probabilities,) in _cases(random):
        order = np.argsort(probabilities.mean(axis=0))
        weights = np.asarray(answer(probabilities.copy()), dtype=float)
        if weights.shape != order.shape or not (np.diff(weights[order]) < 0).all():
            return False
    return True


def _acts_as(*imitations):
    return either(*(does_as(imitation, _cases) for imitation in imitations))


MISTAKES = (
    Mistake(
        name="mean-over-classes",
        hint="You average over the classes of an image, which gives a number for each image, and "
        "the same one every time. You want a number for each class: which axis should the mean "
        "run along?",
        shown_by=_acts_as(
            lambda p: _weights(p, axis=1), lambda p: p.mean(axis=1), lambda p: p.sum(axis=1)
        ),
    ),
    Mistake(
        name="shares-for-weights",
        hint="Your weights add up to 1, as shares do. In a loss they would make every source "
        "image count for little, even those of the commonest class: which weight should that "
        "class have, so that it counts in full?",
        shown_by=_acts_as(lambda p: p.mean(axis=0)),
    ),
    Mistake(
        name="likeliest-class-only",
        hint="You seem to count for each image its likeliest class alone. Of an image that is "
        "torn between two classes you then hear only half: what else does its row say?",
        shown_by=_acts_as(_likeliest, _share_of_likeliest),
    ),
    Mistake(
        name="upside-down",
        hint="Your weights are largest for the classes that the target seems to lack. Those "
        "source images are the ones that should not pull at the features: which way round do the "
        "weights go?",
        shown_by=upside_down,
    ),
    Mistake(
        name="largest-for-mean",
        hint="You seem to take the largest probability that a class gets from any image. A "
        "single image could then make a class look common: what do all of them say together?",
        shown_by=_acts_as(lambda p: _weights(p, of=np.max), lambda p: p.max(axis=0)),
    ),
    Mistake(
        name="from-zero-to-one",
        hint="You stretch the weights so that the rarest class gets 0, though some target images "
        "may resemble it. Only a class of which nothing is seen should weigh 0: does your formula "
        "keep the proportions of the means?",
        shown_by=_acts_as(_from_zero_to_one),
    ),
    Mistake(
        name="changed-in-place",
        hint="You changed an array that you were given: an operation such as /= writes into the "
        "caller's own predictions. What gives you a new array?",
        shown_by=changes_inputs(_cases),
    ),
)
