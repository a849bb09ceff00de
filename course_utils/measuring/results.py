"""`Result`, the third of the course's nouns: one metric over draws, with its interval."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike

from course_utils.measuring.intervals import Estimate, crossed_estimate, draws_estimate
from course_utils.validation import require

if TYPE_CHECKING:
    import pandas as pd


class HasInterval(Protocol):
    """What can be compared with a threshold: a `Result`, or what stands for one."""

    @property
    def interval(self) -> tuple[float, float]: ...


@dataclass(frozen=True, eq=False, init=False)
class Result:
    """One metric measured once for each draw of labelled pictures.

    Attributes
    ----------
    values : array of float, shape (draws,)
    cells : array of float, shape (draws, pictures), or None
        What each draw gave for each test picture, if that is known: the interval is then one over
        draws and test pictures (see `intervals.crossed_estimate`). Otherwise it is one over
        draws alone, and says nothing of other test pictures.
    draws : tuple
        Which draws, in the order of `values`; by default 0, 1, 2, ...
    tested_on : object
        Names the test pictures, such as `("clothing/photo", "test")`.
    """

    values: np.ndarray
    cells: np.ndarray | None
    draws: tuple[int, ...]
    tested_on: Hashable
    groups: np.ndarray | None

    def __init__(
        self,
        values: ArrayLike,
        cells: ArrayLike | None = None,
        draws: Sequence[int] | None = None,
        tested_on: Hashable = None,
        groups: ArrayLike | None = None,
    ) -> None:
        array = np.array(values, dtype=float)  # a copy: the caller's array may change
        require(
            array.ndim == 1 and len(array) >= 2 and bool(np.isfinite(array).all()),
            "A Result takes one finite value for each of at least two draws: with one draw there "
            "is no telling a difference from luck.",
        )
        object.__setattr__(self, "values", array)
        object.__setattr__(self, "cells", None if cells is None else np.array(cells, dtype=float))
        object.__setattr__(self, "draws", tuple(range(len(array)) if draws is None else draws))
        object.__setattr__(self, "tested_on", tested_on)
        object.__setattr__(self, "groups", None if groups is None else np.array(groups))

    @classmethod
    def of_answers(
        cls,
        cells: ArrayLike,
        draws: Sequence[int] | None = None,
        tested_on: Hashable = None,
        groups: ArrayLike | None = None,
    ) -> "Result":
        """The share of right answers, from which pictures each draw named correctly.

        Parameters
        ----------
        cells : array of bool or float, shape (draws, pictures)
        draws, tested_on
            See the class.
        groups : array, shape (pictures,), optional
            See `intervals.crossed_estimate`.
        """
        table = np.array(cells, dtype=float)
        require(table.ndim == 2, f"Answers have the shape (draws, pictures), not {table.shape}.")
        return cls(table.mean(axis=1), table, draws, tested_on, groups)

    @cached_property
    def estimate(self) -> Estimate:
        """The mean with its variance and degrees of freedom."""
        if self.cells is None:
            return draws_estimate(self.values)
        return crossed_estimate(self.cells, self.groups)

    @property
    def mean(self) -> float:
        """Mean over draws."""
        return float(self.values.mean())

    @property
    def half_width(self) -> float:
        """Half the width of the 95 % interval of the mean."""
        return self.estimate.half_width()

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the mean: (low, high)."""
        return self.estimate.interval()

    def percent(self) -> str:
        """The result in percent or points, as text: `"61.3 ± 1.2"`."""
        return f"{100 * self.mean:.1f} ± {100 * self.half_width:.1f}"


def result_of(rows: "pd.DataFrame", measure: str | None = None) -> Result:
    """One measurement of one arm, over its draws in their order.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of `records(...)`: those of one arm, one for each draw.
    measure : str, optional
        A column. By default `correct`, which pictures were named correctly, and where no row has
        that, `test_accuracy`.

    Returns
    -------
    Result
        Over draws and test pictures where the column holds an answer for each picture, else over
        draws alone.

    Raises
    ------
    CourseError
        If there are no rows, two rows of one draw, or a row that has not measured it.
    """
    require(len(rows) > 0, "No stored trial has these settings: nothing to make a Result of.")
    if measure is None:
        measure = "correct" if rows["correct"].notna().any() else "test_accuracy"
    require(
        measure in rows.columns and bool(rows[measure].notna().all()),
        f"Of the {len(rows)} stored trials not all have measured {measure}.",
    )
    repeated = rows["draw"][rows["draw"].duplicated()]
    require(
        repeated.empty,
        f"{len(rows)} stored trials have these settings, several of one draw "
        f"({', '.join(map(str, sorted(set(repeated))))}): name settings that only one of each has.",
    )
    rows = rows.sort_values("draw")
    draws, values = rows["draw"].tolist(), rows[measure].tolist()
    tested_on = (rows["dataset"].iloc[0], rows["part"].iloc[0])
    if not isinstance(values[0], np.ndarray):
        return Result(values, draws=draws, tested_on=tested_on)
    require(
        bool(rows["dataset"].notna().all()),
        "Trials that keep their answers say of which pictures: give them the setting dataset.",
    )
    require(
        len({len(each) for each in values}) == 1
        and len(rows[["dataset", "part"]].drop_duplicates()) == 1,
        "These trials were tested on different pictures: name one data set and one part.",
    )
    groups = rows["groups"].iloc[0] if "groups" in rows else None
    groups = groups if isinstance(groups, (list, np.ndarray)) else None
    return Result.of_answers(np.stack(values), draws, tested_on, groups)


def paired_difference(result: Result, other: Result) -> Result:
    """`result - other`, draw by draw and picture by picture: what both share cancels.

    Parameters
    ----------
    result, other : Result
        Measured with the same draws, in the same order, on the same test pictures. Where only one
        of them knows its answers picture by picture, the difference is one over draws alone.

    Raises
    ------
    CourseError
        If they have different draws, or were tested on different pictures.
    """
    require(
        result.draws == other.draws,
        f"Paired results need the same draws: one has {_listed(result.draws)}, the other "
        f"{_listed(other.draws)}.",
    )
    both: Any = (result.cells, other.cells)
    cells = None
    if both[0] is not None and both[1] is not None:
        require(
            result.tested_on == other.tested_on and both[0].shape == both[1].shape,
            f"Paired results need the same test pictures: one was tested on {result.tested_on}, "
            f"the other on {other.tested_on}. `unpaired_difference` takes such two.",
        )
        cells = both[0] - both[1]
    values = result.values - other.values
    return Result(values, cells, result.draws, result.tested_on, result.groups)


def _listed(draws: tuple[int, ...]) -> str:
    return f"{len(draws)} ({', '.join(map(str, draws))})"


def unpaired_difference(result: Result, other: Result) -> Estimate:
    """`result - other` where the draws and the test pictures of the two are not the same.

    Such as what pretraining gains on one data set less what it gains on another: each gain is
    paired within, the two gains are not.
    """
    return result.estimate.minus(other.estimate)


def transfer_gap(transferred: Result, scratch: Result) -> Result:
    """What transfer gains on a target over starting from scratch, draw by draw.

    Positive: transfer helps. Negative: it hurts, which is negative transfer. Wang et al. call
    the same difference, taken of the errors (with transfer minus without), the negative transfer
    gap; theirs is positive where transfer hurts. Of accuracies, the transfer gap is its opposite.

    Parameters
    ----------
    transferred, scratch : Result
        A metric that is better when higher, such as test accuracy, by the same procedure from a
        pretrained network and from scratch, with the same draws in the same order.

    Returns
    -------
    Result
        In the metric's unit.

    Raises
    ------
    CourseError
        If they have different draws, or were tested on different pictures.

    References
    ----------
    Wang, Dai, Póczos, Carbonell (2019), Characterizing and Avoiding Negative Transfer,
    arXiv:1811.09751.
    """
    return paired_difference(transferred, scratch)


def compare(result: HasInterval, threshold: float = 0.0) -> Literal["above", "below", "undecided"]:
    """Say on which side of `threshold` a result lies, or that it can't be told.

    `"undecided"` is when the 95 % interval holds the threshold: the measurement does not tell the
    two apart, which is not to say that they are equal.
    """
    low, high = result.interval
    if low > threshold:
        return "above"
    return "below" if high < threshold else "undecided"
