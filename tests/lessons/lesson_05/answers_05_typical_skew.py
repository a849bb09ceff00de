"""Typical wrong answers to 05-skew, as learners would write them."""

import math
import statistics

import numpy as np
from scipy import stats


def _skew_by_scipy(limit=0.0, end="high", gives=lambda skews, i: skews[i], all_above=True):
    """The skew by SciPy's own paired test, with a place to go wrong in each step."""

    def harmful_skew(skews, dann, source_only):
        interval = stats.ttest_rel(dann, source_only, axis=1).confidence_interval(0.95)
        below = getattr(interval, end) < limit
        for i in range(len(skews)):
            if below[i] and (below[i:].all() or not all_above):
                return gives(skews, i)

    return harmful_skew


def _skew_by_row(upper):
    """The skew with a loop from the largest down, `upper` the end of a row's interval."""

    def harmful_skew(skews, dann, source_only):
        found = None
        for k in reversed(range(len(skews))):
            if upper([a - b for a, b in zip(dann[k], source_only[k], strict=True)]) >= 0:
                break
            found = skews[k]
        return found

    return harmful_skew


def _gain_of_source_only(skews, dann, source_only):
    interval = stats.ttest_rel(source_only, dann, axis=1).confidence_interval(0.95)
    hurts = interval.high < 0
    return next((skews[i] for i in range(len(skews)) if hurts[i:].all()), None)


def _intervals_apart(skews, dann, source_only):
    """Two intervals, and whether they overlap."""

    def ends(x):
        half = stats.t.ppf(0.975, x.shape[1] - 1) * stats.sem(x, axis=1)
        return x.mean(axis=1) - half, x.mean(axis=1) + half

    hurts = ends(dann)[1] < ends(source_only)[0]
    return next((skews[i] for i in range(len(skews)) if hurts[i:].all()), None)


def _normal_interval(gains):
    return stats.norm.interval(0.95, np.mean(gains), stats.sem(gains))[1]


def _population_spread(gains):
    half = stats.t.ppf(0.975, len(gains) - 1) * statistics.pstdev(gains) / math.sqrt(len(gains))
    return statistics.fmean(gains) + half


def _one_seeds_interval(gains):
    return np.mean(gains) + stats.t.ppf(0.975, len(gains) - 1) * statistics.stdev(gains)


def _as_typed(quantile):
    """The upper end as many write it, with `quantile(n)` standard errors to either side."""
    return lambda gains: np.mean(gains) + quantile(len(gains)) * np.std(gains) / len(gains) ** 0.5


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("05-skew", _gain_of_source_only, "it is None where DANN gains", "methods-swapped"),
    ("05-skew", _skew_by_scipy(gives=lambda _, i: i), "not its position", "position-for-skew"),
    ("05-skew", _skew_by_scipy(all_above=False), "taken back does not count", "first-crossing"),
    ("05-skew", _skew_by_scipy(end="low"), "the whole 95 % interval", "not-wholly-below"),
    ("05-skew", _skew_by_row(statistics.fmean), "is not enough", "not-wholly-below"),
    ("05-skew", _intervals_apart, "compared seed by seed", "unpaired"),
    ("05-skew", _skew_by_row(_one_seeds_interval), "that of the mean", "spread-of-the-seeds"),
    ("05-skew", _skew_by_row(_normal_interval), "1.96 is too little", "normal-for-student"),
    (
        "05-skew",
        _skew_by_row(_as_typed(lambda n: 1.96)),
        "1.96 is too little",
        "normal-for-student",
    ),
    (
        "05-skew",
        _skew_by_row(_as_typed(lambda n: stats.t.ppf(0.95, n - 1))),
        "leaves 2.5 % out",
        "one-tail",
    ),
    (
        "05-skew",
        _skew_by_row(_population_spread),
        "n seeds have n - 1 degrees",
        "numpy-standard-deviation",
    ),
]
