"""Typical mistakes in 01-texture-channel: compared with what, in which units, which way."""

from itertools import islice

import numpy as np

from course_utils.teaching.mistake import Mistake, does_as, either

#: Cases that each mistake is tried on: a channel's number is easily hit by chance.
CASES = 12


def _means(random):
    """Arguments (means, labels, k) without end, of few images and channels."""
    while True:
        classes, each, channels = (int(random.integers(3, most)) for most in (5, 6, 8))
        labels = random.permutation(np.repeat(np.arange(classes), each))
        k = int(random.integers(classes))
        means = random.gamma(2.0, random.uniform(0.5, 3.0, channels), (len(labels), channels))
        means[labels == k] *= random.uniform(0.3, 2.0, channels)
        yield means.round(2), labels, k


def _with_a_silent_channel(random):
    for means, labels, k in islice(_means(random), CASES):
        yield means, labels, k  # told from answers that are wrong without one
        means = means.copy()
        means[:, random.integers(means.shape[1])] = 0
        yield means, labels, k


def _lead(means, labels, k):
    return means[labels == k].mean(axis=0) - means[labels != k].mean(axis=0)


def _most(scores):
    """The number of the largest score; the first nan counts as such, as it does for NumPy."""
    return int(np.argmax(scores))


def _right(means, labels, k):
    with np.errstate(invalid="ignore"):
        return _most(_lead(means, labels, k) / means.std(axis=0))  # if no channel is silent


def _picks(favourite):
    """What `Mistake.shown_by` takes, tried where `favourite` is right and where it is not."""

    def cases(random):
        left = {True: CASES, False: CASES}
        for case in _means(random):
            is_right = favourite(*case) == _right(*case)
            left[is_right] -= 1
            if left[is_right] >= 0:
                yield case
            if left[False] == 0:
                return

    return does_as(favourite, cases)


def _in_units_of(spread):
    """Leads divided by a spread of the images of the class and of the others."""
    return _picks(
        lambda means, labels, k: _most(
            _lead(means, labels, k) / spread(means[labels == k], means[labels != k])
        )
    )


def _pooled(ddof):
    return lambda *parts: np.sqrt(sum(part.var(axis=0, ddof=ddof) for part in parts))


def _size_of_the_lead(means, labels, k):
    return (_lead(means, labels, k) / means.std(axis=0)).max()


def _loudest(means, labels, k):
    return _most(means[labels == k].mean(axis=0))


def _loudest_in_its_units(means, labels, k):
    return _most(means[labels == k].mean(axis=0) / means.std(axis=0))


def _opposite(means, labels, k):
    return _most(-_lead(means, labels, k) / means.std(axis=0))


def _without_sign(means, labels, k):
    return _most(np.abs(_lead(means, labels, k)) / means.std(axis=0))


MISTAKES = (
    Mistake(
        name="gives-the-lead",
        hint="You give how far the favourite channel is ahead, and what is asked for is which "
        "channel that is: its number among the columns.",
        shown_by=_picks(_size_of_the_lead),
    ),
    Mistake(
        name="compares-with-nothing",
        hint="You look at class k alone, and a channel that is loud for every class wins. To be "
        "the favourite of one class it has to answer less to something: what do you compare with?",
        shown_by=either(_picks(_loudest), _picks(_loudest_in_its_units)),
    ),
    Mistake(
        name="lead-in-raw-units",
        hint="You compare with the other classes, and yet a channel with large numbers wins over "
        "one that tells the classes apart more clearly. In which units does the exercise ask for "
        "the lead?",
        shown_by=_picks(lambda *arguments: _most(_lead(*arguments))),
    ),
    Mistake(
        name="sign-of-the-lead",
        hint="A channel that falls silent for class k wins as if it answered loudest. What "
        "does the sign of a lead tell you, and where does yours get lost or turned round?",
        shown_by=either(_picks(_without_sign), _picks(_opposite)),
    ),
    Mistake(
        name="spread-of-a-part",
        hint="Your yardstick seems to be the standard deviation over some of the images, those of "
        "the class or those of the others. Over which images does the exercise want it taken?",
        shown_by=either(
            _in_units_of(lambda chosen, others: others.std(axis=0)),
            _in_units_of(lambda chosen, others: chosen.std(axis=0)),
            _in_units_of(lambda chosen, others: chosen.std(axis=0) + others.std(axis=0)),
            _in_units_of(_pooled(ddof=0)),
            _in_units_of(_pooled(ddof=1)),
        ),
    ),
    Mistake(
        name="nan-wins",
        hint="All is well until a channel never answers: then that one wins. What is 0 divided by "
        "0 in NumPy, and what does np.argmax make of it?",
        shown_by=does_as(_right, _with_a_silent_channel),
    ),
)
