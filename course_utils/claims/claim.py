"""`Claim`: a sentence that a lesson puts to the test, with what it takes for it to hold."""

from dataclasses import dataclass

from course_utils.measuring.conditions import Condition, hash_of


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
    primary : tuple of Condition
        One to four, stated before they are measured. Empty: not stated yet.
    turns_on : str
        What separates the conditions that are supported from those that are not.
    dropped : str
        Why it is no longer measured, for a claim that is not.
    """

    id: str
    statement: str
    lesson: str
    lessons: tuple[str, ...]
    primary: tuple[Condition, ...] = ()
    turns_on: str = ""
    dropped: str = ""

    @property
    def hash(self) -> str:
        """Of its conditions; records carry it."""
        return hash_of(self.primary)
