"""What a lesson asks, as data."""

from dataclasses import dataclass
from typing import Any

from course_utils.errors import CourseError


@dataclass(frozen=True)
class Choice:
    """One of the answers offered.

    Attributes
    ----------
    letter : str
        What it is called wherever it is shown: "a" for the first.
    text : str
    feedback : str
        For a prediction: why one expects it, for those for whom it did not come true. For a
        question: why it is right, or what misunderstanding leads to it.
    key : str
        For a prediction: what the cell that measures calls it.
    measured : str
        For a prediction: what is told to everybody where it came true.
    right : bool
        For a question.
    """

    letter: str
    text: str
    feedback: str
    key: str = ""
    measured: str = ""
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question with its choices: a prediction, or one of a quiz.

    Attributes
    ----------
    id : str
        The lesson's number, then words: `"02-probe-or-scratch"`.
    text : str
    choices : tuple of Choice
        In the file's order.
    """

    id: str
    text: str
    choices: tuple[Choice, ...]

    def choice(self, letter: Any) -> Choice:
        """The choice of this letter, small or capital.

        Raises
        ------
        CourseError
            If there is none.
        """
        for choice in self.choices:
            if isinstance(letter, str) and letter.strip().lower() == choice.letter:
                return choice
        letters = ", ".join(choice.letter for choice in self.choices)
        raise CourseError(f"{self.id!r} has no choice {letter!r}: its choices are {letters}.")

    def by_key(self) -> dict[str, Choice]:
        """The choices of a prediction by what the cell that measures calls them."""
        return {choice.key: choice for choice in self.choices}


@dataclass(frozen=True)
class LessonQuestions:
    """All that one lesson asks, by id, in the file's order."""

    predictions: dict[str, Question]
    questions: dict[str, Question]
