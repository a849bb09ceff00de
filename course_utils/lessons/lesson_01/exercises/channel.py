"""Exercise 01-texture-channel: the channel that answers to one class more than to the others."""

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, Property, brief, call, in_words

ARGUMENTS = ("means", "labels", "k")

#: Classes, images of each, channels.
SIZES = ((2, 2, 2), (2, 3, 4), (4, 5, 7))


def _labels(random, classes, each):
    # As many images of each class: "the other classes" and "the other images" have one mean.
    return random.permutation(np.repeat(np.arange(classes), each))


def _scattered(random, labels, channels):
    """Means that differ between images and hardly between classes: shape (n, channels)."""
    classes = labels.max() + 1
    means = np.empty((len(labels), channels))
    for k in range(classes):
        each = np.linspace(-0.5, 0.5, (labels == k).sum())
        means[labels == k] = 2 + np.stack([random.permutation(each) for _ in range(channels)], 1)
    return means.round(2)


def _cases(random):
    """Labels, a class k, means that tell nothing about it, and two channels, for each size."""
    for classes, each, channels in SIZES:
        labels, k = _labels(random, classes, each), int(random.integers(classes))
        one, other = (int(channel) for channel in random.permutation(channels)[:2])
        yield labels, k, _scattered(random, labels, channels), one, other


def _expect(answer, means, labels, k, expected):
    """Call `answer` and compare the channel that it names with `expected`."""
    given = in_words(ARGUMENTS, (means, labels, k))
    got = call(answer, (means, labels, k), given)
    if not isinstance(got, int | np.integer) or isinstance(got, bool):
        last = means.shape[1] - 1
        told = f"{brief(got)} ({type(got).__name__})"
        raise Mismatch(given, f"the number of a channel, 0 to {last} (an int)", told)
    if got != expected:
        raise Mismatch(given, f"channel {expected}", f"channel {got}")


def answers_most(answer, random):
    for labels, k, means, favourite, _ in _cases(random):
        means[labels == k, favourite] += 1
        _expect(answer, means, labels, k, favourite)


def loud_for_all(answer, random):
    for labels, k, means, favourite, loud in _cases(random):
        means[labels == k, favourite] += 1
        means[:, loud] += 5
        _expect(answer, means, labels, k, favourite)


def falls_silent(answer, random):
    for labels, k, means, favourite, silent in _cases(random):
        means[labels == k, favourite] += 1
        means[labels == k, silent] -= 1.5
        _expect(answer, means, labels, k, favourite)


def large_units(answer, random):
    for labels, k, means, favourite, large in _cases(random):
        means[labels == k, favourite] += 1
        means[labels == k, large] += 0.2
        means[:, large] *= 100
        _expect(answer, means, labels, k, favourite)


def never_answers(answer, random):
    for labels, k, means, favourite, dead in _cases(random):
        means[labels == k, favourite] += 1
        means[:, dead] = 0
        _expect(answer, means, labels, k, favourite)


def any_means(answer, random):
    # Many small cases: a wrong yardstick is seldom noticed, and is best seen in few numbers.
    for classes, each, channels in (*[(2, 2, 2)] * 20, *[(3, 3, 3)] * 10, (5, 4, 30)):
        labels = _labels(random, classes, each)
        for k in range(classes):
            means = random.gamma(2.0, size=(len(labels), channels)).round(2)
            _expect(answer, means, labels, k, _favourite(means, labels, k))


def _favourite(means, labels, k):
    lead = means[labels == k].mean(axis=0) - means[labels != k].mean(axis=0)
    return int(np.argmax(lead / means.std(axis=0)))


TEXTURE_CHANNEL = Exercise(
    id="01-texture-channel",
    title="the favourite channel",
    function="favourite_channel",
    properties=(
        Property(
            "of channels that are alike otherwise, it is the one that answers more to class k",
            answers_most,
        ),
        Property("a channel that is loud for every class is no favourite of one", loud_for_all),
        Property("a channel that falls silent for class k is not its favourite", falls_silent),
        Property(
            "a channel does not win by large numbers: its lead counts in its own standard "
            "deviations",
            large_units,
        ),
        Property(
            "a channel that never answers has a standard deviation of 0, and is no favourite",
            never_answers,
        ),
        Property(
            "it agrees with the definition on any means, the standard deviation taken over all "
            "images",
            any_means,
        ),
    ),
    hints=(
        "For each channel, how far does its mean over the images of class k lie above its mean "
        "over all the other images? labels == k picks the rows of the class.",
        "Divide that lead by means.std(axis=0), one number for each channel, and take the channel "
        "where the ratio is largest. Channels are columns: all means go along axis 0.",
        "Where the standard deviation is 0 the ratio is 0 / 0, which is nan, and np.argmax takes "
        "nan for the largest: np.nan_to_num(lead / spread) puts a 0 there. End with "
        "int(np.argmax(…)).",
    ),
    example=(([[9, 1], [8, 1], [9, 3], [8, 3]], [0, 0, 1, 1], 1), 1),
)
