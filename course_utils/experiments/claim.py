"""`Claim`: a sentence that a lesson puts to the test, with what it takes for it to hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from course_utils.experiments.results import verdict


class Exact(NamedTuple):
    """A counted number: no seeds, hence an interval of width zero."""

    mean: float

    @property
    def interval(self):
        """(low, high)."""
        return self.mean, self.mean

    def percent(self):
        """In percent or points, as text."""
        return f"{100 * self.mean:.1f}"


@dataclass(frozen=True)
class Claim:
    """One row of the claims table.

    Attributes
    ----------
    id : str
        Stable name.
    statement : str
        The claim as usually made.
    test : str
        What has to lie above zero for it to hold.
    conditions : callable
        Gives dict of str to Result or Exact: the margin by which each condition is met.
    flips : str
        What changes the verdict.
    lesson : str
        Number of the lesson that measures it.
    """

    id: str
    statement: str
    test: str
    conditions: Callable
    flips: str
    lesson: str = "02"

    def verdict(self):
        """`"holds"`, `"partly"` or `"does not hold here"`."""
        return verdict(list(self.conditions().values()))
