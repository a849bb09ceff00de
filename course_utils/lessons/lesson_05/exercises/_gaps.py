"""Gaps over seeds and the interval of their mean: for three exercises of lessons 05 and 06."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from scipy import stats

from course_utils.teaching.mistake import Mistake

#: Seeds with which the cases are drawn: few, as in an experiment.
SEEDS = (3, 4, 5)

#: Standard deviation of the gaps over seeds, in accuracy.
SPREAD = 0.04

#: Times the least gap that is told from none: beyond noise, whatever else is left out.
SURE = 2.5

#: Standard errors of a mean: from within anybody's noise to beyond it. The steps are so small
#: that the limits of usual mistakes, with the n of `SEEDS`, lie on different ones.
LADDER = np.geomspace(1.5, 8.0, 20)


@lru_cache(maxsize=256)
def quantile(share: float, degrees: float = np.inf) -> float:
    """Quantile of Student's t, which is the normal's for endless degrees of freedom."""
    return float(stats.t.ppf(share, degrees))


def limit(n: int) -> float:
    """Standard errors by which the mean of `n` gaps must lie from zero to be told from it."""
    return quantile(0.975, n - 1)


def too_small_for_student(n: int) -> float:
    """Standard errors beyond 1.96 and the one-sided quantile, but not beyond `limit`."""
    lowest = max(quantile(0.975), quantile(0.95, n - 1))
    return (lowest + min(_wrong_limits(n))) / 2


def too_small_for_n_less_one(n: int) -> float:
    """Standard errors beyond the limits of those who count n where n - 1 is right."""
    return (max(_wrong_limits(n)) + limit(n)) / 2


def _wrong_limits(n: int) -> tuple[float, float]:
    """The limits of who divides by n, and of who takes n degrees of freedom."""
    return limit(n) * np.sqrt((n - 1) / n), quantile(0.975, n)


def drawn(random: np.random.Generator, n: int, errors: float, spread: float = SPREAD) -> np.ndarray:
    """Gaps of `n` seeds whose mean is `errors` standard errors, but for rounding to be read."""
    noise = random.normal(size=n)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    return (spread * (noise + errors / np.sqrt(n))).round(3)


def ladder(random: np.random.Generator) -> Iterator[np.ndarray]:
    """Gaps over few seeds, each time further from zero: arrays of shape (n,)."""
    for n in SEEDS:
        for errors in LADDER:
            yield drawn(random, n, errors)


def half_interval(
    gaps: np.ndarray,
    share: float = 0.975,
    degrees: float | None = None,
    ddof: int = 1,
    root: Callable[[int], float] = np.sqrt,
) -> float:
    """Half the width of the interval of a mean, with a place to go wrong in each step.

    Parameters
    ----------
    gaps : array, of shape (n,)
    share : float
        Part of Student's t below the quantile.
    degrees : float, optional
        Degrees of freedom; n - 1 by default.
    ddof : int
        As the standard deviation takes it.
    root : callable
        Gives by what the standard deviation is divided, from n.
    """
    n = len(gaps)
    t = quantile(share, n - 1 if degrees is None else degrees)
    return float(t * np.std(gaps, ddof=ddof) / root(n))


def clear(gaps: np.ndarray) -> bool:
    """Whether neither end of the interval lies so near zero that rounding would decide."""
    return bool(abs(abs(np.mean(gaps)) - half_interval(gaps)) > 1e-6)


def interval_mistakes(wrong: Callable[..., Callable]) -> list[Mistake]:
    """The mistakes that an interval invites, whatever the exercise makes of it.

    Parameters
    ----------
    wrong : callable
        Takes `half_interval`'s parameters by name, and gives the answer that goes wrong by them.
    """

    def spread_of_the_seeds(*arguments):
        """Your interval is as wide as that of a single seed. The mean of several is known more
        closely, the more of them there are: how does its error shrink with n?
        """
        return wrong(root=lambda n: 1)(*arguments)

    def normal_for_student(*arguments):
        """Your intervals are too narrow for a handful of seeds: you seem to use the normal
        distribution, as if the spread were known. Which distribution allows for a spread that is
        itself a guess?
        """
        return wrong(degrees=np.inf)(*arguments)

    def numpy_standard_deviation(*arguments):
        """Your intervals are a little too narrow, as they are if the standard deviation divides by
        n. That is what NumPy does unless told otherwise; what does a sample of seeds call for?
        """
        return wrong(ddof=0)(*arguments)

    def one_tail(*arguments):
        """Your intervals are too narrow: you seem to leave out 5 % at one end. An interval has two,
        and what is left out is shared between them: which quantile does each end take?
        """
        return wrong(share=0.95)(*arguments)

    return [
        Mistake(spread_of_the_seeds),
        # Many write 1.96 * gaps.std() / np.sqrt(n): with NumPy's standard deviation too.
        Mistake((normal_for_student, wrong(degrees=np.inf, ddof=0))),
        Mistake(numpy_standard_deviation),
        Mistake((one_tail, wrong(share=0.95, ddof=0))),
    ]
