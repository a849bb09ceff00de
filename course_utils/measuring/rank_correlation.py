"""How well a score ranks the sources of a transfer, and how sure that is with few of them."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.results import CONFIDENCE

FEWEST = 3


@dataclass(frozen=True)
class RankCorrelation:
    """A rank correlation, or a difference of two, with its bootstrap interval.

    Attributes
    ----------
    tau : float
        Of the means over seeds, with every source once.
    low, high : float
        The 95 % percentile interval over the resamples.
    resamples : int
    """

    tau: float
    low: float
    high: float
    resamples: int


def rank_correlation(scores, gains):
    """Weighted Kendall's tau between scores and the gains that they are to predict.

    1: the score orders the sources as the gains do; -1: the other way round; near 0: it says
    nothing. A pair of sources counts by the sum of 1 / rank of the two (hyperbolic weights, the
    best ranked 1, the mean of the ranking by score and the ranking by gain), so that confusing
    the best sources costs most: one of them will be chosen.

    Parameters
    ----------
    scores, gains : array of float, shape (sources,)
        Higher is better. Ties are allowed; if all scores or all gains are equal, nothing is
        ranked and tau is 0.

    Returns
    -------
    float

    Raises
    ------
    CourseError
        If there are fewer than 3 sources, the shapes differ, or a value is not finite.

    References
    ----------
    Vigna (2015), A Weighted Correlation Index for Rankings with Ties, arXiv:1404.3325, as SciPy
    computes it (`scipy.stats.weightedtau`); You et al. (2021) judge LogME by it,
    arXiv:2102.11005.
    """
    scores, gains = _numbers(scores, "scores"), _numbers(gains, "gains")
    if scores.ndim != 1 or scores.shape != gains.shape:
        raise CourseError(
            "A rank correlation takes one score and one gain for each source: the shapes are "
            f"{scores.shape} and {gains.shape}."
        )
    return _tau(scores, gains)


def bootstrap_rank_correlation(scores, gains, resamples=2000, seed=0):
    """Weighted Kendall's tau with an interval that knows how few the sources and seeds are.

    Each resample draws as many sources as there are, with replacement, and as many seeds, and
    takes tau of the means over its seeds. A resample of one source alone ranks nothing and is
    drawn again.

    Parameters
    ----------
    scores : array of float, shape (sources,) or (seeds, sources)
        If there is a score for each seed, its seeds are those of `gains`, drawn together.
    gains : array of float, shape (seeds, sources)
        What transfer from each source gained with each seed.
    resamples : int
    seed : int
        Of the resampling.

    Returns
    -------
    RankCorrelation

    Raises
    ------
    CourseError
        If there are fewer than 3 sources, the shapes do not go together, a value is not finite,
        or `resamples` is below 1.

    References
    ----------
    Efron, Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile interval).
    """
    scores, gains = _tables(scores, gains)
    means = _resampled((scores, gains), resamples, seed)
    taus = np.array([_tau(*pair) for pair in zip(*means, strict=True)])
    return _summary(_tau(scores.mean(axis=0), gains.mean(axis=0)), taus)


def paired_bootstrap(scores, others, gains, resamples=2000, seed=0):
    """How much better one score ranks the sources than another: the difference of their taus.

    Both are measured on the same resamples, so that what makes a resample easy to rank cancels.

    Parameters
    ----------
    scores, others : array of float, shape (sources,) or (seeds, sources)
    gains, resamples, seed
        See `bootstrap_rank_correlation`.

    Returns
    -------
    RankCorrelation
        Of the first minus the second: above 0 the first ranks better.

    Raises
    ------
    CourseError
        As `bootstrap_rank_correlation` does.
    """
    (scores, gains), (others, _) = _tables(scores, gains), _tables(others, gains)
    means = _resampled((scores, others, gains), resamples, seed)
    taus = [_tau(a, gain) - _tau(b, gain) for a, b, gain in zip(*means, strict=True)]
    whole = gains.mean(axis=0)
    difference = _tau(scores.mean(axis=0), whole) - _tau(others.mean(axis=0), whole)
    return _summary(difference, np.array(taus))


def _tau(scores, gains):
    if np.ptp(scores) == 0 or np.ptp(gains) == 0:
        return 0.0  # SciPy's is not a number; no pair speaks for or against the ranking
    return float(stats.weightedtau(scores, gains).statistic)


def _summary(tau, taus):
    low, high = np.quantile(taus, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return RankCorrelation(tau, float(low), float(high), len(taus))


def _resampled(tables, resamples, seed):
    """For each table of shape (seeds, sources) its resampled means, (resamples, sources)."""
    if not isinstance(resamples, Integral) or resamples < 1:
        raise CourseError(f"resamples is a whole number of at least 1, not {resamples!r}.")
    seeds, sources = tables[-1].shape
    random = np.random.default_rng(seed)
    columns = random.integers(sources, size=(resamples, sources))
    while (alone := (columns == columns[:, :1]).all(axis=1)).any():
        columns[alone] = random.integers(sources, size=(alone.sum(), sources))
    rows = random.integers(seeds, size=(resamples, seeds))
    return [
        np.take_along_axis(table[rows].mean(axis=1), columns, axis=1)
        for table in (np.broadcast_to(table, (seeds, sources)) for table in tables)
    ]


def _tables(scores, gains):
    """Both as tables of shape (seeds, sources); scores may have one row for all seeds."""
    scores, gains = np.atleast_2d(_numbers(scores, "scores")), _numbers(gains, "gains")
    if gains.ndim != 2 or scores.shape not in (gains.shape, (1, gains.shape[1])):
        raise CourseError(
            "Gains have a row for each seed and a column for each source, and scores one value "
            f"for each source or a row for each seed: the shapes are {gains.shape} and "
            f"{scores.shape}."
        )
    return scores, gains


def _numbers(values, name):
    """An array of finite numbers whose last axis has enough sources."""
    try:
        values = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise CourseError(f"The {name} are not an array of numbers: give one a source.") from error
    if values.ndim == 0 or values.shape[-1] < FEWEST:
        raise CourseError(
            f"A ranking needs at least {FEWEST} sources: the {name} have the shape {values.shape}."
        )
    if not np.isfinite(values).all():
        raise CourseError(f"The {name} hold a value that is not finite: leave that source out.")
    return values
