"""Right and wrong answers to 02-label-multiplier."""

import math
from functools import partial

import numpy as np
from references_02 import OWN


def label_multiplier(labels, accuracy, other, envelope=True, scale=np.log, censored=np.nan):
    """A loop over the points, with a place to go wrong in each of its steps."""
    heights = np.maximum.accumulate(other) if envelope else np.asarray(other)
    needed = []
    for height in accuracy:
        reached = np.flatnonzero(heights >= height)
        if reached.size == 0:
            needed.append(censored)
        elif reached[0] == 0:
            needed.append(labels[0])
        else:
            i = reached[0]
            pair = scale(labels[i - 1 : i + 1])
            between = np.interp(height, heights[i - 1 : i + 1], pair)
            needed.append(np.exp(between) if scale is np.log else between)
    return np.array(needed) / labels


def _changes_its_input(labels, accuracy, other):
    right = label_multiplier(labels, accuracy, other)
    np.maximum.accumulate(other, out=other)
    other += 1
    return right


def _identity(labels):
    return labels


def _running_maximum(heights):
    return [max(heights[: k + 1]) for k in range(len(heights))]


def _crossings(labels, accuracy, other, between):
    """Labels that the other curve needs, by a loop over its pieces; `between` reads a piece."""
    for height in accuracy:
        if other[0] >= height:
            yield labels[0]
            continue
        found = math.nan
        for k in range(1, len(labels)):
            if other[k - 1] < height <= other[k]:
                share = (height - other[k - 1]) / (other[k] - other[k - 1])
                found = between(share, labels[k - 1], labels[k])
                break
        yield found


def _by_factors(share, before, after):
    return before * (after / before) ** share


def _multipliers(labels, accuracy, other, between=_by_factors):
    needed = list(_crossings(labels, accuracy, _running_maximum(other), between))
    return [many / few for many, few in zip(needed, labels, strict=True)]


def _sorted_heights(labels, accuracy, other):
    return _multipliers(labels, accuracy, sorted(other))


def _next_measured(labels, accuracy, other):
    return _multipliers(labels, accuracy, other, lambda share, before, after: after)


def _last_measured(labels, accuracy, other):
    return _multipliers(labels, accuracy, other, lambda share, before, after: before)


def _turned_over(labels, accuracy, other):
    return [1 / each for each in _multipliers(labels, accuracy, other)]


def _vertical_difference(labels, accuracy, other):
    return [a - b for a, b in zip(accuracy, other, strict=True)]


# An exercise may leave open how: each of these is right.
RIGHT = [label_multiplier, OWN["02-label-multiplier"], _multipliers]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        partial(label_multiplier, scale=_identity),
        "straight lines in log(labels)",
        "straight-in-labels",
    ),
    (
        partial(label_multiplier, envelope=False),
        "a dip in the other curve does not count",
        "trusts-a-dip",
    ),
    (
        lambda n, a, o: label_multiplier(n, a, o, censored=n[-1]),
        "it is nan where the other curve never gets there",
        "claims-the-unknown",
    ),
    (
        partial(label_multiplier, censored=np.inf),
        "it is nan where the other curve never gets there",
        "claims-the-unknown",
    ),
    (lambda n, a, o: np.maximum(label_multiplier(n, a, o), 1), "from its first point on"),
    (
        lambda n, a, o: np.asarray(a) / np.asarray(o),
        "nan where the other curve never gets there",
        "vertical-gap",
    ),
    (
        lambda n, a, o: label_multiplier(n, a, o) * n,
        "two equal curves that rise have a multiplier of 1",
        "not-divided",
    ),
    (_changes_its_input, "one of them changed in place"),
    (_sorted_heights, "the course's own function", "trusts-a-dip"),
    (_next_measured, "in log(labels)", "measured-points-only"),
    (_last_measured, "multiplier of 1", "measured-points-only"),
    (_turned_over, "late by a factor", "upside-down"),
    (_vertical_difference, "multiplier of 1", "vertical-gap"),
]
