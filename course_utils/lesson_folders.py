"""Which lessons there are: each is one folder, found by its card `lesson.toml`.

Whatever the course knows of a lesson (its place on the map, its exercises, questions, claims and
sweeps) is found through this module, so that a lesson is added by adding its folder. The package's
layers below `course_utils.lessons` import none of it: they load what a card names.
"""

import importlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from course_utils.errors import CourseError

LESSONS_FOLDER = Path(__file__).parent / "lessons"


@dataclass(frozen=True)
class LessonFolder:
    """The folder of one lesson, or of a page of the course that is no lesson.

    Attributes
    ----------
    path : pathlib.Path
        `course_utils/lessons/lesson_NN`, or another name for a page.
    card : dict
        What its `lesson.toml` holds.
    """

    path: Path
    card: dict

    @property
    def number(self) -> str:
        """`"02"`, with a letter for a deep dive (`"03b"`); "" for a page."""
        found = re.fullmatch(r"lesson_(\d\d[a-z]?)", self.path.name)
        return found[1] if found else ""

    @property
    def is_page(self) -> bool:
        """Whether it is no lesson: it has no number, no header and no exercises."""
        return not self.number

    @property
    def title(self) -> str:
        """As the map has it: `"A frozen ResNet50"`."""
        return self.card["title"]

    @property
    def name(self) -> str:
        """The notebook's name: `"02_a_frozen_resnet50"`."""
        words = re.sub(r"\W+", "_", f"{self.number} {self.title}".lower()).strip("_")
        return self.card.get("notebook", words)

    @property
    def text(self) -> Path:
        """The one text that its notebooks are built from (a planned lesson has none yet)."""
        return self.path / "text.py"

    @property
    def is_written(self) -> bool:
        """Whether there is a text."""
        return self.text.exists()

    @property
    def is_ready(self) -> bool:
        """Whether it is a lesson that learners can take, and not only planned."""
        return self.card.get("status") == "ready"

    def entry(self, name: str) -> Any:
        """What the card says under a name that it has to have.

        Raises
        ------
        CourseError
            If it has none.
        """
        if name not in self.card:
            raise CourseError(
                f"The card {self.path.name}/lesson.toml has no {name}: write it as other lessons' "
                "cards have it."
            )
        return self.card[name]

    @property
    def questions(self) -> Path:
        """Its predictions and quiz; need not exist."""
        return self.path / "questions.toml"

    @property
    def exercises(self) -> list[str]:
        """Names of the modules in its folder `exercises`, one for each exercise, in order."""
        return sorted(path.stem for path in (self.path / "exercises").glob("[a-z]*.py"))

    @property
    def studies(self) -> dict[str, str]:
        """By the name of each of its sweeps the module that runs it."""
        return self.card.get("studies", {})

    def records(self, study: str) -> Path:
        """The stored records of one of its sweeps, a JSON-lines file."""
        return self.path / "records" / f"{study}.jsonl"

    def load(self, module: str) -> ModuleType:
        """A module of the folder, imported: `load("exercises.freeze")`."""
        return importlib.import_module(f"course_utils.lessons.{self.path.name}.{module}")


@cache
def lesson_folders(folder: Path = LESSONS_FOLDER) -> tuple[LessonFolder, ...]:
    """All lessons in their order, planned ones too, and the pages after them.

    Parameters
    ----------
    folder : pathlib.Path
        Where the folders lie; the package's own by default.

    Raises
    ------
    CourseError
        If a card is no sound TOML or has no title.
    """
    return tuple(
        LessonFolder(card.parent, _read(card))
        for card in sorted(folder.glob("*/lesson.toml"), key=_place)
    )


def _place(card: Path) -> tuple[bool, str]:
    return not card.parent.name.startswith("lesson_"), card.parent.name


def _read(card: Path) -> dict:
    try:
        content = tomllib.loads(card.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{card} is no sound TOML ({error}): mend it there.") from None
    if not isinstance(content.get("title"), str):
        raise CourseError(f'{card} has no title: add the line title = "...".')
    return content


def lesson_folder(number: str, folder: Path = LESSONS_FOLDER) -> LessonFolder:
    """The lesson of this number.

    Raises
    ------
    CourseError
        If there is none.
    """
    known = {lesson.number: lesson for lesson in lesson_folders(folder) if lesson.number}
    if number not in known:
        raise CourseError(f"There is no lesson {number!r}: there are {', '.join(known)}.")
    return known[number]
