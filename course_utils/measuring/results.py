"""`Result`, the third of the course's nouns: one metric over seeds, with its interval."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from course_utils.validation import require

CONFIDENCE = 0.95

Verdict = Literal["holds", "partly", "does not hold here"]


class HasInterval(Protocol):
    """What can be compared with a threshold: a `Result`, or what stands for one."""

    @property
    def interval(self) -> tuple[float, float]: ...


@dataclass(frozen=True, eq=False, init=False)
class Result:
    """One metric measured once for each seed.

    Attributes
    ----------
    values : array of float, shape (seeds,)
    """

    values: np.ndarray

    def __init__(self, values: ArrayLike) -> None:
        array = np.array(values, dtype=float)  # a copy: the caller's array may change
        require(
            array.ndim == 1 and len(array) >= 2 and bool(np.isfinite(array).all()),
            "A Result takes one finite value for each of at least two seeds: with one seed there "
            "is no telling a difference from luck.",
        )
        object.__setattr__(self, "values", array)

    @property
    def mean(self) -> float:
        """Mean over seeds."""
        return float(self.values.mean())

    @property
    def half_width(self) -> float:
        """Half the width of the 95 % interval of the mean (Student's t, n - 1 degrees)."""
        quantile = stats.t.ppf((1 + CONFIDENCE) / 2, len(self.values) - 1)
        return float(quantile * self.values.std(ddof=1) / np.sqrt(len(self.values)))

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mean: (low, high)."""
        return self.mean - self.half_width, self.mean + self.half_width

    def percent(self) -> str:
        """The result in percent or points, as text: `"61.3 ± 1.2"`."""
        return f"{100 * self.mean:.1f} ± {100 * self.half_width:.1f}"


def paired_difference(result: Result, other: Result) -> Result:
    """`result - other`, seed by seed: what both share (the draw of images) cancels.

    Parameters
    ----------
    result, other : Result
        Measured with the same seeds in the same order.

    Raises
    ------
    CourseError
        If they have different numbers of seeds.
    """
    require(
        len(result.values) == len(other.values),
        f"Paired results need the same seeds: one has {len(result.values)} values, the other "
        f"{len(other.values)}.",
    )
    return Result(result.values - other.values)


def transfer_gap(transferred: Result, scratch: Result) -> Result:
    """What transfer gains on a target over starting from scratch, seed by seed.

    Positive: transfer helps. Negative: it hurts, which is negative transfer. Wang et al. call
    the same difference, taken of the errors (with transfer minus without), the negative transfer
    gap; theirs is positive where transfer hurts. Of accuracies, the transfer gap is its opposite.

    Parameters
    ----------
    transferred, scratch : Result
        A metric that is better when higher, such as test accuracy, by the same procedure from a
        pretrained network and from scratch, with the same seeds in the same order.

    Returns
    -------
    Result
        In the metric's unit.

    Raises
    ------
    CourseError
        If they have different numbers of seeds.

    References
    ----------
    Wang, Dai, Póczos, Carbonell (2019), Characterizing and Avoiding Negative Transfer,
    arXiv:1811.09751.
    """
    return paired_difference(transferred, scratch)


def compare(
    result: HasInterval, threshold: float = 0.0
) -> Literal["above", "below", "within noise"]:
    """Say on which side of `threshold` a result lies, or that it can't be told.

    `"within noise"` is when the 95 % interval holds the threshold.
    """
    low, high = result.interval
    if low > threshold:
        return "above"
    return "below" if high < threshold else "within noise"


def verdict(differences: Iterable[HasInterval]) -> Verdict:
    """The verdict on a claim that some difference lies above zero in several conditions.

    Parameters
    ----------
    differences : list of Result
        One for each condition (a number of labels, a data set).

    Returns
    -------
    {"holds", "partly", "does not hold here"}
        `"holds"`: the interval lies above zero in every condition; `"does not hold
        here"`: in none; `"partly"`: in some.

    Raises
    ------
    CourseError
        If there is no condition.
    """
    above = [compare(difference) == "above" for difference in differences]
    require(bool(above), "A verdict needs at least one condition.")
    return "holds" if all(above) else "partly" if any(above) else "does not hold here"
