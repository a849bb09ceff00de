"""What the exercises of lesson 06 on gaps over seeds share."""

from functools import lru_cache

import numpy as np

#: Seeds with which the cases are drawn: few, as in an experiment.
SEEDS = (3, 4, 5)

#: Standard deviation of the gaps over seeds, in accuracy.
SPREAD = 0.04

#: Times the least gap that is told from none: beyond noise, whatever else is left out.
SURE = 2.5


@lru_cache(maxsize=256)
def quantile(share, degrees=np.inf):
    """Quantile of Student's t, which is the normal's for endless degrees of freedom."""
    from scipy import stats

    return stats.t.ppf(share, degrees)


def limit(n):
    """Standard errors by which the mean of `n` gaps must lie from zero to be told from it."""
    return quantile(0.975, n - 1)


def too_small_for_student(n):
    """Standard errors beyond 1.96 and the one-sided quantile, but not beyond `limit`."""
    lowest = max(quantile(0.975), quantile(0.95, n - 1))
    return (lowest + min(_divided_by_n(n), _with_n_degrees(n))) / 2


def too_small_for_n_less_one(n):
    """Standard errors beyond the limits of those who count n where n - 1 is right."""
    return (max(_divided_by_n(n), _with_n_degrees(n)) + limit(n)) / 2


def drawn(random, n, errors, spread=SPREAD):
    """Gaps of `n` seeds whose mean is `errors` standard errors, but for rounding to be read."""
    noise = random.normal(size=n)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    return (spread * (noise + errors / np.sqrt(n))).round(3)


def half_width(gaps):
    """Half the width of the 95 % interval of the mean of gaps."""
    return limit(len(gaps)) * np.std(gaps, ddof=1) / np.sqrt(len(gaps))


def clear(gaps):
    """Whether neither end of the interval lies so near zero that rounding would decide."""
    return abs(abs(np.mean(gaps)) - half_width(gaps)) > 1e-6


def _divided_by_n(n):
    """The limit of one whose standard deviation divides by n, in right standard errors."""
    return limit(n) * np.sqrt((n - 1) / n)


def _with_n_degrees(n):
    """The limit of one whose Student's t has n degrees of freedom."""
    return quantile(0.975, n)
