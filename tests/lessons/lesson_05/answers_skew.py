"""Right and wrong answers to 05-skew."""

import numpy as np
from scipy import stats


def _student(n):
    return stats.t.ppf(0.975, n - 1)


def _all_from_here(hurts, skews):
    for i in range(len(skews)):
        if hurts[i:].all():
            return skews[i]
    return None


def harmful_skew(
    skews,
    dann,
    source_only,
    quantile=_student,
    spread=lambda gains: gains.std(axis=1, ddof=1),
    root=np.sqrt,
    hurts=lambda mean, half: mean + half < 0,
    choose=_all_from_here,
):
    """The right answer, with a place to go wrong in each of its steps."""
    gains = dann - source_only
    n = gains.shape[1]
    half = quantile(n) * spread(gains) / root(n)
    return choose(hurts(gains.mean(axis=1), half), skews)


def _by_scipy(skews, dann, source_only):
    interval = stats.ttest_rel(dann, source_only, axis=1).confidence_interval(0.95)
    answer = None
    for skew, high in zip(skews[::-1], interval.high[::-1], strict=True):
        if high >= 0:
            break
        answer = float(skew)
    return answer


def _unpaired(skews, dann, source_only):
    interval = stats.ttest_ind(dann, source_only, axis=1, equal_var=False).confidence_interval()
    return _all_from_here(interval.high < 0, skews)


def _first(hurts, skews):
    return skews[np.argmax(hurts)] if hurts.any() else None


def _largest(hurts, skews):
    return skews[hurts].max() if hurts.any() else None


def _position(hurts, skews):
    return next((i for i in range(len(skews)) if hurts[i:].all()), None)


def _with(**wrong):
    return lambda *arguments: harmful_skew(*arguments, **wrong)


# An exercise may leave open how: each of these is right.
RIGHT = [harmful_skew, _by_scipy]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (_with(hurts=lambda mean, half: abs(mean) > half), "it is None where DANN gains"),
    (
        lambda skews, dann, source_only: harmful_skew(skews, source_only, dann),
        "it is None where DANN gains",
        "methods-swapped",
    ),
    (lambda *arguments: harmful_skew(*arguments) or np.nan, "it is None where DANN"),
    (_with(choose=_position), "the skew itself and not its position", "position-for-skew"),
    (_with(choose=_largest), "the smallest of the skews"),
    (lambda *arguments: None, "the smallest of the skews"),
    (
        _with(hurts=lambda mean, half: mean < 0),
        "a mean below zero is not enough",
        "not-wholly-below",
    ),
    (lambda skews, *both: harmful_skew(skews, *both) and skews[0], "of its own"),
    (_with(choose=_first), "a first crossing that is taken back does not count", "first-crossing"),
    (_unpaired, "the two methods are compared seed by seed", "unpaired"),
    (_with(spread=lambda gains: gains.std(ddof=1)), "each skew has an interval of its own"),
    (_with(root=lambda n: 1), "the interval is that of the mean", "spread-of-the-seeds"),
    (_with(quantile=lambda n: 1.96), "1.96 is too little with few seeds", "normal-for-student"),
    (
        _with(quantile=lambda n: stats.t.ppf(0.95, n - 1)),
        "the interval leaves 2.5 % out on either side",
        "one-tail",
    ),
    (
        _with(spread=lambda gains: gains.std(axis=1)),
        "n seeds have n - 1 degrees",
        "numpy-standard-deviation",
    ),
    (_with(quantile=lambda n: stats.t.ppf(0.975, n)), "n seeds have n - 1 degrees of freedom"),
]
