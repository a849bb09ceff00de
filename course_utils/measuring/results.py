"""`Result`, the third of the course's nouns: one metric over seeds, with its interval."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from course_utils.errors import CourseError

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Result:
    """One metric measured once for each seed.

    Attributes
    ----------
    values : array of float, shape (seeds,)
    """

    values: np.ndarray

    def __post_init__(self):
        values = np.array(self.values, dtype=float)  # a copy: the caller's array may change
        if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
            raise CourseError(
                "A Result takes one finite value for each of at least two seeds: with one seed "
                "there is no telling a difference from luck."
            )
        object.__setattr__(self, "values", values)

    @property
    def mean(self):
        """Mean over seeds."""
        return float(self.values.mean())

    @property
    def half_width(self):
        """Half the width of the 95 % interval of the mean (Student's t, n - 1 degrees)."""
        quantile = stats.t.ppf((1 + CONFIDENCE) / 2, len(self.values) - 1)
        return float(quantile * self.values.std(ddof=1) / np.sqrt(len(self.values)))

    @property
    def interval(self):
        """The 95 % interval of the mean: (low, high)."""
        return self.mean - self.half_width, self.mean + self.half_width

    def percent(self):
        """The result in percent or points, as text: `"61.3 ± 1.2"`."""
        return f"{100 * self.mean:.1f} ± {100 * self.half_width:.1f}"


def paired_difference(result, other):
    """`result - other`, seed by seed: what both share (the draw of images) cancels.

    Parameters
    ----------
    result, other : Result
        Measured with the same seeds in the same order.

    Returns
    -------
    Result

    Raises
    ------
    CourseError
        If they have different numbers of seeds.
    """
    if len(result.values) != len(other.values):
        raise CourseError(
            f"Paired results need the same seeds: one has {len(result.values)} values, the other "
            f"{len(other.values)}."
        )
    return Result(result.values - other.values)


def compare(result, threshold=0.0):
    """Say on which side of `threshold` a result lies, or that it can't be told.

    Parameters
    ----------
    result : Result
    threshold : float

    Returns
    -------
    {"above", "below", "within noise"}
        `"within noise"` when the 95 % interval holds the threshold.
    """
    low, high = result.interval
    if low > threshold:
        return "above"
    return "below" if high < threshold else "within noise"


def verdict(differences, threshold=0.0):
    """The verdict on a claim that some difference exceeds a threshold in several conditions.

    Parameters
    ----------
    differences : list of Result
        One for each condition (a number of labels, a data set).
    threshold : float

    Returns
    -------
    {"holds", "partly", "does not hold here"}
        `"holds"`: the interval lies above the threshold in every condition; `"does not hold
        here"`: in none; `"partly"`: in some.
    """
    above = [compare(difference, threshold) == "above" for difference in differences]
    if not above:
        raise CourseError("A verdict needs at least one condition.")
    return "holds" if all(above) else "partly" if any(above) else "does not hold here"
