"""`Claim`: a sentence that a lesson puts to the test, with what it takes for it to hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from course_utils.errors import CourseError
from course_utils.measuring.results import verdict


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
    lesson : str
        Number of the lesson that measures it.
    lessons : tuple of str
        Numbers of the lessons that it belongs to, such as `("02", "03")`.
    test : str
        What has to lie above zero for it to hold.
    conditions : callable, optional
        Gives dict of str to Result or Exact: the margin by which each condition is met. None: not
        measured yet.
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
    conditions: Callable | None = None
    flips: str = ""
    data: tuple[str, ...] = ()

    @property
    def is_measured(self):
        """Whether there are conditions to judge it by."""
        return self.conditions is not None

    def margins(self):
        """Each condition's margin (dict of str to Result or Exact).

        Raises
        ------
        CourseError
            If the claim is not measured yet.
        """
        if not self.is_measured:
            raise CourseError(
                f"The claim {self.id!r} is not measured yet (lesson {', '.join(self.lessons)}): "
                "give it conditions in that lesson's lesson.toml first."
            )
        return self.conditions()

    def verdict(self):
        """`"holds"`, `"partly"` or `"does not hold here"`."""
        return verdict(list(self.margins().values()))
