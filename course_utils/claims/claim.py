"""`Claim`: a sentence that a lesson puts to the test, with what it takes for it to hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from course_utils.measuring.results import Result


@dataclass(frozen=True)
class Exact:
    """A counted number: no seeds, hence an interval of width zero."""

    mean: float

    @property
    def interval(self) -> tuple[float, float]:
        """(low, high)."""
        return self.mean, self.mean


#: By the name of each condition the margin by which it is met: above zero is for the claim.
Margins = Mapping[str, Result | Exact]


@dataclass(frozen=True)
class Claim:
    """One row of the claims table.

    Attributes
    ----------
    id : str
        Stable name.
    statement : str
        The claim as usually made.
    lesson : str
        Number of the lesson that measures it.
    lessons : tuple of str
        Numbers of the lessons that it belongs to, such as `("02", "03")`.
    test : str
        What has to lie above zero for it to hold.
    conditions : callable, optional
        Gives the margin by which each condition is met. None: not measured yet.
    flips : str
        What changes the verdict.
    data : tuple of str
        The sets of images that it was measured on.
    """

    id: str
    statement: str
    lesson: str
    lessons: tuple[str, ...]
    test: str = ""
    conditions: Callable[[], Margins] | None = None
    flips: str = ""
    data: tuple[str, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether there are conditions to judge it by."""
        return self.conditions is not None
