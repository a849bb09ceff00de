"""Intervals for what was measured with several draws of labelled pictures on several test pictures.

Other draws of labelled pictures would have given another mean, and so would other test pictures.
The two are *crossed*: every draw is tested on every picture. `crossed_estimate` takes the mean's
variance apart into a part of the draws, a part of the pictures and a rest, from the mean squares of
a two-way table; its interval is Student's t with Satterthwaite's degrees of freedom.

The draws are taken as independent. Draws from one training pool share pictures, the more the larger
the part of the pool that each takes: the interval is then one for other draws from *this* pool, and
too narrow for other pools.

References
----------
Satterthwaite (1946), An approximate distribution of estimates of variance components, Biometrics
Bulletin 2, 110-114. Gallas, Bandos, Samuelson, Wagner (2009), A framework for random-effects ROC
analysis, Communications in Statistics 38, 2586-2603 (readers and cases, crossed likewise). Hillis
(2007), A comparison of denominator degrees of freedom methods for multiple observer ROC analysis,
Statistics in Medicine 26, 596-619 (why components below zero count as zero).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from course_utils.validation import finite, require

CONFIDENCE = 0.95
#: Where fewer pictures than this differ from the rest in any draw, their variance can't be told.
#: The standard error of a mean over P pictures is then taken for no less than `LEAST_ERROR` / P:
#: the 95 % interval for 0 of P is that of Clopper and Pearson.
FEW_DIFFERING = 5
LEAST_ERROR = 1.88
#: Groups so unequal that they count as fewer than this many equal ones tell too little.
FEWEST_GROUPS = 8


def confidence_of(n_conditions: int) -> float:
    """At which each of a claim's primary conditions is judged: 1 - 0.05 / n (Bonferroni)."""
    return 1 - (1 - CONFIDENCE) / n_conditions


@dataclass(frozen=True)
class Components:
    """The three parts of the variance of one cell of a table (draws x test pictures).

    Attributes
    ----------
    draws, pictures, rest : float
        Variance of the draws' own effects, of the pictures' own effects, and of what is neither
        (a draw that helps with certain pictures). In the squared unit of the table; not negative.
    """

    draws: float
    pictures: float
    rest: float

    def variance_of_mean(self, n_draws: float, n_pictures: float) -> float:
        """Variance of the mean of a table of this size."""
        return (
            self.draws / n_draws + self.pictures / n_pictures + self.rest / (n_draws * n_pictures)
        )

    @classmethod
    def of_mean_squares(
        cls, of_draws: float, of_pictures: float, rest: float, n_draws: int, n_pictures: int
    ) -> "Components":
        """The components of a table of this size with these mean squares; none below zero."""
        return cls(
            draws=float(max(of_draws - rest, 0) / n_pictures),
            pictures=float(max(of_pictures - rest, 0) / n_draws),
            rest=float(rest),
        )

    def half_width(self, n_draws: int, n_pictures: int, confidence: float = CONFIDENCE) -> float:
        """Half the width to expect of the interval of a table of this size."""
        of_draws = self.rest + n_pictures * self.draws
        of_pictures = self.rest + n_draws * self.pictures
        variance, freedom = _satterthwaite(of_draws, of_pictures, self.rest, n_draws, n_pictures)
        least = (LEAST_ERROR / n_pictures) ** 2
        return _half_width(variance if variance > 0 else least, freedom, confidence)


@dataclass(frozen=True)
class Estimate:
    """A mean with its variance, of which an interval can be had at any confidence.

    Attributes
    ----------
    mean : float
    variance : float
        Of the mean.
    freedom : float
        Satterthwaite's degrees of freedom of `variance`.
    n_draws : int
    n_pictures : int or None
        Test pictures, or groups of them; None where only draws were measured.
    components : Components or None
        None where only draws were measured, or parts with different pictures were put together.
    mean_squares : tuple of three float, or None
        Of draws, of pictures and of the rest, where there are components.
    """

    mean: float
    variance: float
    freedom: float
    n_draws: int
    n_pictures: int | None = None
    components: Components | None = None
    mean_squares: tuple[float, float, float] | None = None

    def half_width(self, confidence: float = CONFIDENCE) -> float:
        """Half the width of the interval."""
        return _half_width(self.variance, self.freedom, confidence)

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """(low, high)."""
        half_width = self.half_width(confidence)
        return self.mean - half_width, self.mean + half_width

    def minus(self, other: "Estimate") -> "Estimate":
        """This less another, measured with other draws on other pictures: nothing is paired."""
        variance = self.variance + other.variance
        squares = sum(each.variance**2 / each.freedom for each in (self, other))
        freedom = variance**2 / squares if squares > 0 else np.inf
        pictures = [n for n in (self.n_pictures, other.n_pictures) if n is not None]
        return Estimate(
            self.mean - other.mean,
            variance,
            freedom,
            min(self.n_draws, other.n_draws),
            min(pictures, default=None),
        )


def draws_estimate(values: ArrayLike) -> Estimate:
    """The mean over draws, as if the test pictures were all that there are.

    Parameters
    ----------
    values : array of float, shape (draws,)
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    return Estimate(float(values.mean()), float(values.var(ddof=1)) / n, n - 1, n)


def crossed_estimate(cells: ArrayLike, groups: ArrayLike | None = None) -> Estimate:
    """The mean of a table of draws by test pictures, both being samples.

    Parameters
    ----------
    cells : array of shape (draws, pictures)
        What each draw gave for each test picture: for one arm whether its answer was right (0 or
        1), for a paired difference the difference of two of these, for a difference of differences
        the difference of two of those.
    groups : array of shape (pictures,), optional
        Pictures of one patient, writer or burst belong together: the groups are then the sample.

    Raises
    ------
    CourseError
        If the table has fewer than two draws or two pictures (or groups), if a cell is not finite,
        or if there is not a group for each picture.
    """
    table = finite(np.asarray(cells, dtype=float), "cells")
    require(table.ndim == 2, f"Cells have the shape (draws, pictures), not {table.shape}.")
    if groups is not None:
        table = _by_group(table, np.asarray(groups))
    require(
        min(table.shape) >= 2,
        f"An interval over draws and test pictures needs at least two of each: the table has "
        f"{table.shape[0]} draws and {table.shape[1]} pictures or groups.",
    )
    n_draws, n_pictures = table.shape
    of_draws, of_pictures, rest = mean_squares(table)
    squares = float(of_draws), float(of_pictures), float(rest)
    variance, freedom = _satterthwaite(*squares, n_draws, n_pictures)
    few = (table != np.median(table)).any(axis=0).sum() < FEW_DIFFERING
    if few and variance < (least := (LEAST_ERROR / n_pictures) ** 2):
        variance, freedom = least, np.inf
    components = Components.of_mean_squares(*squares, n_draws, n_pictures)
    mean = float(table.mean())
    return Estimate(mean, float(variance), float(freedom), n_draws, n_pictures, components, squares)


def mean_squares(table: np.ndarray) -> tuple[Any, Any, Any]:
    """Mean squares of rows, of columns and of the rest of a two-way table without replication.

    Parameters
    ----------
    table : array of shape (..., draws, pictures)

    Returns
    -------
    of_draws, of_pictures, rest : array of shape (...)
    """
    n_draws, n_pictures = table.shape[-2:]
    by_draw, by_picture = table.mean(axis=-1), table.mean(axis=-2)
    mean = by_draw.mean(axis=-1)
    of_draws = n_pictures * ((by_draw - mean[..., None]) ** 2).sum(axis=-1)
    of_pictures = n_draws * ((by_picture - mean[..., None]) ** 2).sum(axis=-1)
    total = (table**2).sum(axis=(-2, -1)) - n_draws * n_pictures * mean**2
    # Rounding can leave a rest of -1e-17 where there is none.
    rest = np.maximum(total - of_draws - of_pictures, 0)
    return (
        of_draws / (n_draws - 1),
        of_pictures / (n_pictures - 1),
        rest / ((n_draws - 1) * (n_pictures - 1)),
    )


def _satterthwaite(
    of_draws: Any, of_pictures: Any, rest: Any, n_draws: int, n_pictures: int
) -> tuple[Any, Any]:
    """Variance of a table's mean, and its degrees of freedom, from the mean squares.

    The unbiased estimate is (draws + pictures - rest) / cells. Where a mean square falls below the
    rest's, that component would be negative and counts as zero.
    """
    of_draws, of_pictures, rest = (np.asarray(each) for each in (of_draws, of_pictures, rest))
    whole = of_draws + of_pictures - rest
    squares = (
        of_draws**2 / (n_draws - 1)
        + of_pictures**2 / (n_pictures - 1)
        + rest**2 / ((n_draws - 1) * (n_pictures - 1))
    )
    alone = (of_draws <= rest) | (of_pictures <= rest)
    own = np.where(of_draws >= of_pictures, n_draws - 1, n_pictures - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(alone, own, whole**2 / squares)
    synthetic = np.where(alone, np.maximum(of_draws, of_pictures), whole)
    return synthetic / (n_draws * n_pictures), np.where(synthetic > 0, freedom, np.inf)


def _half_width(variance: Any, freedom: Any, confidence: float) -> float:
    return float(stats.t.ppf((1 + confidence) / 2, freedom) * np.sqrt(variance))


def _by_group(table: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """A column for each group, with the same mean.

    Groups differ in size, so that the mean over pictures is a ratio of two totals. Its linear form
    stands for it (Cochran 1977, Sampling Techniques, section 2.11).
    """
    require(
        groups.shape == (table.shape[1],),
        f"There must be a group for each of the {table.shape[1]} pictures: groups have the shape "
        f"{groups.shape}.",
    )
    _, member = np.unique(groups, return_inverse=True)
    sizes = np.bincount(member)
    effective = sizes.sum() ** 2 / (sizes**2).sum()
    require(
        effective >= FEWEST_GROUPS,
        f"The {len(sizes)} groups are so few or so unequal that they count as {effective:.1f}: an "
        f"interval over groups needs {FEWEST_GROUPS}.",
    )
    totals = np.stack([np.bincount(member, weights=row) for row in table])
    mean = table.mean()
    return mean + (totals - mean * sizes) / sizes.mean()
