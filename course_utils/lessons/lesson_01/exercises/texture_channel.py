"""Some channels are loud for many textures, so the loudest is not what we want. Write
`favourite_channel(means, labels, k)`: the channel whose mean over the images of class `k` lies
furthest above its mean over all others, in units of its standard deviation over all images. A
channel that never answers has the standard deviation 0 and must not win.

Then choose a texture from `textures.class_names`, find its channel, and look with `top_patches`:
would you have named the channel so? Does it prefer the same texture on the test images?
"""

from functools import wraps
from itertools import islice

import numpy as np

from course_utils.teaching.answer_values import describe
from course_utils.teaching.exercise import Exercise, Mismatch, call, in_words
from course_utils.teaching.mistake import Mistake, does_as


def favourite_channel(means, labels, k):
    """The channel that answers to class k most, compared with all other classes."""
    means, chosen = np.asarray(means), np.asarray(labels) == k
    lead = means[chosen].mean(axis=0) - means[~chosen].mean(axis=0)
    spread = means.std(axis=0)
    return int(np.argmax(lead / np.where(spread > 0, spread, 1)))


ARGUMENTS = ("means", "labels", "k")

#: Classes, images of each, channels.
SIZES = ((2, 2, 2), (2, 3, 4), (4, 5, 7))


def _labels(random, classes, each):
    # As many images of each class: "the other classes" and "the other images" have one mean.
    return random.permutation(np.repeat(np.arange(classes), each))


def _scattered(random, labels, channels):
    """Means that differ between images and hardly between classes: shape (n, channels)."""
    means = np.empty((len(labels), channels))
    for k in np.unique(labels):
        each = np.linspace(-0.5, 0.5, (labels == k).sum())
        means[labels == k] = 2 + np.stack([random.permutation(each) for _ in range(channels)], 1)
    return means.round(2)


def _expect(answer, means, labels, k, expected):
    """Call `answer` and compare the channel that it names with `expected`."""
    given = in_words(ARGUMENTS, (means, labels, k))
    got = call(answer, (means, labels, k), given)
    if not isinstance(got, int | np.integer) or isinstance(got, bool):
        last = means.shape[1] - 1
        told = f"{describe(got)} ({type(got).__name__})"
        raise Mismatch(given, f"the number of a channel, 0 to {last} (an int)", told)
    if got != expected:
        raise Mismatch(given, f"channel {expected}", f"channel {got}")


def _expect_favourite(answer, random, change=lambda means, chosen, rival: None):
    """Let one channel answer to a class, and change another: the first is still the favourite."""
    for classes, each, channels in SIZES:
        labels, k = _labels(random, classes, each), int(random.integers(classes))
        means = _scattered(random, labels, channels)
        favourite, rival = (int(channel) for channel in random.permutation(channels)[:2])
        means[labels == k, favourite] += 1
        change(means, labels == k, rival)
        _expect(answer, means, labels, k, favourite)


def answers_most(answer, random):
    """of channels that are alike otherwise, it is the one that answers more to class k"""
    _expect_favourite(answer, random)


def loud_for_all(answer, random):
    """a channel that is loud for every class is no favourite of one"""

    def change(means, chosen, loud):
        means[:, loud] += 5

    _expect_favourite(answer, random, change)


def falls_silent(answer, random):
    """a channel that falls silent for class k is not its favourite"""

    def change(means, chosen, silent):
        means[chosen, silent] -= 1.5

    _expect_favourite(answer, random, change)


def large_units(answer, random):
    """a channel does not win by large numbers: its lead counts in its own standard deviations"""

    def change(means, chosen, large):
        means[chosen, large] += 0.2
        means[:, large] *= 100

    _expect_favourite(answer, random, change)


def never_answers(answer, random):
    """a channel that never answers has a standard deviation of 0, and is no favourite"""

    def change(means, chosen, dead):
        means[:, dead] = 0

    _expect_favourite(answer, random, change)


def any_means(answer, random):
    """it agrees with the definition on any means, the standard deviation taken over all images"""
    # Many small cases: a wrong yardstick is seldom noticed, and is best seen in few numbers.
    for classes, each, channels in (*[(2, 2, 2)] * 20, *[(3, 3, 3)] * 10, (5, 4, 30)):
        labels = _labels(random, classes, each)
        for k in range(classes):
            means = random.gamma(2.0, size=(len(labels), channels)).round(2)
            _expect(answer, means, labels, k, favourite_channel(means, labels, k))


#: Cases that each mistake is tried on: a channel's number is easily hit by chance.
CASES = 12


def _endless(random):
    """Arguments without end, of few images and channels."""
    while True:
        classes, each, channels = (int(random.integers(3, most)) for most in (5, 6, 8))
        labels, k = _labels(random, classes, each), int(random.integers(classes))
        means = random.gamma(2.0, random.uniform(0.5, 3.0, channels), (len(labels), channels))
        means[labels == k] *= random.uniform(0.3, 2.0, channels)
        yield means.round(2), labels, k


def _cases(random):
    return islice(_endless(random), CASES)


def _with_a_silent_channel(random):
    for means, labels, k in _cases(random):
        yield means, labels, k  # told from answers that are wrong without one
        means = means.copy()
        means[:, random.integers(means.shape[1])] = 0
        yield means, labels, k


def _picks(score):
    """Recognise what picks a channel by a score, tried where that is right and where it is not.

    `score` is a function of (means of the class, means of the others, all means).
    """

    @wraps(score)
    def wrong(means, labels, k):
        chosen = labels == k
        return np.argmax(score(means[chosen], means[~chosen], means))

    def cases(random):
        left = {True: CASES, False: CASES}
        for case in _endless(random):
            is_right = wrong(*case) == favourite_channel(*case)
            left[is_right] -= 1
            if left[is_right] >= 0:
                yield case
            if left[False] == 0:
                return

    return does_as(wrong, cases)


def _lead(own, others, *_):
    return own.mean(axis=0) - others.mean(axis=0)


def _lead_in_units(own, others, means):
    with np.errstate(invalid="ignore"):  # where a channel is silent
        return _lead(own, others) / means.std(axis=0)


def _lead_over(spread):
    """Recognise what divides the lead by another spread, a function of (class, others)."""
    return _picks(wraps(spread)(lambda own, others, _: _lead(own, others) / spread(own, others)))


@_picks
def compares_with_nothing(own, others, means):
    """You look at class k alone, and a channel that is loud for every class wins. To be the
    favourite of one class it has to answer less to something: what do you compare with?
    """
    return own.mean(axis=0)


@_picks
def sign_of_the_lead(*a):
    """A channel that falls silent for class k wins as if it answered loudest. What does the sign of
    a lead tell you, and where does yours get lost or turned round?
    """
    return np.abs(_lead_in_units(*a))


def nan_wins(means, labels, k):
    """All is well until a channel never answers: then that one wins. What is 0 divided by 0 in
    NumPy, and what does np.argmax make of it?
    """
    return np.argmax(_lead_in_units(means[labels == k], means[labels != k], means))


@_picks
def lead_in_raw_units(own, others, means):
    """You compare with the other classes, and yet a channel with large numbers wins over one that
    tells the classes apart more clearly. In which units does the exercise ask for the lead?
    """
    return _lead(own, others)


def gives_the_lead(means, labels, k):
    """You give how far the favourite channel is ahead, and what is asked for is which channel that
    is: its number among the columns.
    """
    return _lead_in_units(means[labels == k], means[labels != k], means).max()


@_lead_over
def spread_of_a_part(own, others):
    """Your yardstick seems to be the standard deviation over some of the images, those of the class
    or those of the others. Over which images does the exercise want it taken?
    """
    return others.std(axis=0)


EXERCISE = Exercise(
    reference=favourite_channel,
    title="the favourite channel",
    properties=[
        answers_most,
        loud_for_all,
        falls_silent,
        large_units,
        never_answers,
        any_means,
    ],
    cases=_cases,
    mistakes=[
        Mistake(gives_the_lead),
        Mistake(
            (
                compares_with_nothing,
                _picks(lambda own, others, means: own.mean(axis=0) / means.std(axis=0)),
            )
        ),
        Mistake(lead_in_raw_units),
        Mistake((sign_of_the_lead, _picks(lambda *a: -_lead_in_units(*a)))),
        Mistake(
            (
                spread_of_a_part,
                _lead_over(lambda own, others: own.std(axis=0)),
                _lead_over(lambda own, others: own.std(axis=0) + others.std(axis=0)),
                _lead_over(lambda *parts: np.sqrt(sum(each.var(axis=0) for each in parts))),
                _lead_over(lambda *parts: np.sqrt(sum(each.var(axis=0, ddof=1) for each in parts))),
            )
        ),
        Mistake(nan_wins, cases=_with_a_silent_channel),
    ],
    hints=[
        "For each channel, how far does its mean over the images of class k lie above its mean "
        "over all the other images? labels == k picks the rows of the class.",
        "Divide that lead by means.std(axis=0), one number for each channel, and take the channel "
        "where the ratio is largest. Channels are columns: all means go along axis 0.",
        "Where the standard deviation is 0 the ratio is 0 / 0, which is nan, and np.argmax takes "
        "nan for the largest: np.nan_to_num(lead / spread) puts a 0 there. End with "
        "int(np.argmax(…)).",
    ],
    example=(([[9, 1], [8, 1], [9, 3], [8, 3]], [0, 0, 1, 1], 1), 1),
    imports="",  # the lesson has imported NumPy by then
)
