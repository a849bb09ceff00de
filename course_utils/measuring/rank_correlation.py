"""How well a score ranks the sources of a transfer, and how sure that is with few of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.intervals import CONFIDENCE
from course_utils.validation import finite, require, whole_number

FEWEST = 3


@dataclass(frozen=True)
class RankCorrelation:
    """A rank correlation with its bootstrap interval.

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


def rank_correlation(scores: ArrayLike, gains: ArrayLike) -> float:
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
    require(
        scores.ndim == 1 and scores.shape == gains.shape,
        "A rank correlation takes one score and one gain for each source: the shapes are "
        f"{scores.shape} and {gains.shape}.",
    )
    return _tau(scores, gains)


def bootstrap_rank_correlation(
    scores: ArrayLike, gains: ArrayLike, resamples: int = 2000, seed: int = 0
) -> RankCorrelation:
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
    scores, gains = np.atleast_2d(_numbers(scores, "scores")), _numbers(gains, "gains")
    require(
        gains.ndim == 2 and scores.shape in (gains.shape, (1, gains.shape[1])),
        "Gains have a row for each seed and a column for each source, and scores one value for "
        f"each source or a row for each seed: the shapes are {gains.shape} and {scores.shape}.",
    )
    resamples = whole_number(resamples, "resamples", at_least=1)
    seeds, sources = gains.shape
    random = np.random.default_rng(seed)
    columns = random.integers(sources, size=(resamples, sources))
    while (alone := (columns == columns[:, :1]).all(axis=1)).any():
        columns[alone] = random.integers(sources, size=(alone.sum(), sources))
    rows = random.integers(seeds, size=(resamples, seeds))
    drawn = [
        np.take_along_axis(table[rows].mean(axis=1), columns, axis=1)
        for table in (np.broadcast_to(scores, gains.shape), gains)
    ]
    taus = [_tau(*pair) for pair in zip(*drawn, strict=True)]
    low, high = np.quantile(taus, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    tau = _tau(scores.mean(axis=0), gains.mean(axis=0))
    return RankCorrelation(tau, float(low), float(high), resamples)


def _tau(scores: np.ndarray, gains: np.ndarray) -> float:
    if np.ptp(scores) == 0 or np.ptp(gains) == 0:
        return 0.0  # SciPy's is not a number; no pair speaks for or against the ranking
    found: Any = stats.weightedtau(scores, gains)
    return float(found.statistic)


def _numbers(values: ArrayLike, name: str) -> np.ndarray:
    """An array of finite numbers whose last axis has enough sources."""
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise CourseError(f"The {name} are not an array of numbers: give one a source.") from error
    require(
        array.ndim > 0 and array.shape[-1] >= FEWEST,
        f"A ranking needs at least {FEWEST} sources: the {name} have the shape {array.shape}.",
    )
    return finite(array, name)
