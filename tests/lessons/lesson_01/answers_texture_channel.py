"""Right and wrong answers to 01-texture-channel."""

from functools import partial

import numpy as np


def favourite_channel(means, labels, k, units=lambda means, chosen: means.std(axis=0), lead=None):
    """The right answer, with a place to go wrong in each of its steps."""
    chosen = labels == k
    ahead = means[chosen].mean(axis=0) - means[~chosen].mean(axis=0)
    ahead = ahead if lead is None else lead(ahead)
    with np.errstate(invalid="ignore"):
        return int(np.argmax(np.nan_to_num(ahead / units(means, chosen))))


def _with_nan(means, labels, k):
    chosen = labels == k
    ahead = means[chosen].mean(axis=0) - means[~chosen].mean(axis=0)
    return int(np.argmax(ahead / means.std(axis=0)))


def _by_class_means(means, labels, k):
    """Balanced classes have one mean of the others, taken by images or by classes."""
    others = [means[labels == other].mean(axis=0) for other in set(labels) - {k}]
    ahead = means[labels == k].mean(axis=0) - np.mean(others, axis=0)
    return np.argmax(ahead / (means.std(axis=0, ddof=1) + 1e-8))


def _leads(means, labels, k):
    chosen = np.asarray(labels) == k
    lead = np.array([column[chosen].mean() - column[~chosen].mean() for column in means.T])
    return lead, means.std(axis=0)


def _how_far_ahead(means, labels, k):
    lead, spread = _leads(means, labels, k)
    return max(a / s for a, s in zip(lead, spread, strict=True) if s > 0)


def _loudest_in_its_units(means, labels, k):
    return int(np.argmax(means[labels == k].mean(axis=0) / (means.std(axis=0) + 1e-9)))


def _own_spread(means, labels, k):
    lead, _ = _leads(means, labels, k)
    return int(np.argmax(lead / np.maximum(means[labels == k].std(axis=0), 1e-12)))


def _two_spreads(means, labels, k):
    lead, _ = _leads(means, labels, k)
    parts = means[labels == k], means[labels != k]
    both = np.sqrt(sum(part.var(axis=0, ddof=1) for part in parts) / 2)
    return int(np.argmax(lead / np.where(both > 0, both, np.inf)))


# An exercise may leave open how: each of these is right.
RIGHT = [favourite_channel, _by_class_means]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        partial(favourite_channel, lead=np.negative),
        "it is the one that answers more to class k",
        "sign-of-the-lead",
    ),
    (
        lambda m, y, k: m[y == k].mean(axis=0) - m[y != k].mean(axis=0),
        "expected the number of a channel",
    ),
    (lambda m, y, k: float(favourite_channel(m, y, k)), "expected the number of a channel"),
    (lambda m, y, k: int(np.argmax(m.mean(axis=1))), "it is the one that answers more to class k"),
    (
        lambda m, y, k: int(np.argmax(m.mean(axis=0) / m.std(axis=0))),
        "it is the one that answers more to class k",
    ),
    (
        lambda m, y, k: int(np.argmax(m[y == k].mean(axis=0))),
        "a channel that is loud for every class is no favourite",
        "compares-with-nothing",
    ),
    (
        partial(favourite_channel, lead=np.abs),
        "a channel that falls silent for class k is not its favourite",
        "sign-of-the-lead",
    ),
    (
        partial(favourite_channel, units=lambda m, chosen: 1),
        "its lead counts in its own standard deviations",
        "lead-in-raw-units",
    ),
    (_with_nan, "a channel that never answers", "nan-wins"),
    (
        partial(favourite_channel, units=lambda m, chosen: m.mean(axis=0)),
        "it agrees with the definition",
    ),
    (
        partial(favourite_channel, units=lambda m, chosen: m[~chosen].std(axis=0)),
        "it agrees with the definition",
        "spread-of-a-part",
    ),
    (_how_far_ahead, "expected the number of a channel", "gives-the-lead"),
    (_loudest_in_its_units, "answers more to class k", "compares-with-nothing"),
    (_own_spread, "the standard deviation", "spread-of-a-part"),
    (_two_spreads, "over all images", "spread-of-a-part"),
]
