"""A lesson's file of questions, read and found sound, or refused with the entry at fault."""

import re
import tomllib
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.teaching.questions.entries import Choice, LessonQuestions, Question
from course_utils.validation import require

LETTERS = "abcdefgh"
FEWEST_CHOICES = 3

#: What each choice must have; one of a quiz's may be `right` besides.
_FIELDS = {
    "predictions": ("key", "text", "feedback", "measured"),
    "questions": ("text", "feedback"),
}


def read_questions(path: Path, lesson: str) -> LessonQuestions:
    """Read one lesson's file.

    Parameters
    ----------
    path : pathlib.Path
    lesson : str
        Its number, with which each id begins.

    Raises
    ------
    CourseError
        Naming the file and the entry at fault.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        require(content.keys() <= _FIELDS.keys(), f"it holds only {' and '.join(_FIELDS)}")
        kinds = {kind: _entries(kind, content.get(kind, []), lesson) for kind in _FIELDS}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{_name(path)} is no sound TOML ({error}): mend it there.") from None
    except CourseError as error:
        raise CourseError(f"{_name(path)}: {error}: mend it there.") from None
    twice = kinds["predictions"].keys() & kinds["questions"].keys()
    require(
        not twice,
        f"{_name(path)}: the id {min(twice, default='')!r} is there twice: mend it there.",
    )
    return LessonQuestions(**kinds)


def _name(path: Path) -> str:
    """The file as a message names it: `lesson_02/questions.toml`."""
    return "/".join(path.parts[-2:])


def _entries(kind: str, tables: Any, lesson: str) -> dict[str, Question]:
    require(_are_tables(tables), f"each of the {kind} begins with [[{kind}]]")
    entries: dict[str, Question] = {}
    for number, table in enumerate(tables, start=1):
        name = table.get("id")
        require(_is_text(name), f"entry {number} of the {kind} has no id")
        fits = re.fullmatch(rf"{re.escape(lesson)}(-[a-z0-9]+)+", name)
        require(
            fits is not None, f"the id {name!r} is not {lesson}-, then small letters and hyphens"
        )
        require(name not in entries, f"the id {name!r} is there twice")
        entries[name] = _question(kind, table)
    return entries


def _question(kind: str, table: dict[str, Any]) -> Question:
    name, choices = table["id"], table.get("choices", [])
    _only(("id", "text", "choices"), table, repr(name))
    require(_is_text(table.get("text")), f"{name!r} has no text")
    text = " ".join(table["text"].split())
    require(text.endswith("?"), f'the text of {name!r} does not end with "?"')
    require(_are_tables(choices), f"{name!r} has no list of choices")
    enough = FEWEST_CHOICES <= len(choices) <= len(LETTERS)
    wanted = f"{FEWEST_CHOICES} to {len(LETTERS)}"
    require(enough, f"{name!r} has {len(choices)} choices, not {wanted}")
    made = tuple(
        _choice(kind, table, letter, f"{name!r}, choice {letter},")
        for letter, table in zip(LETTERS, choices, strict=False)
    )
    for field in ("key", "text") if kind == "predictions" else ("text",):
        values = {getattr(choice, field).lower() for choice in made}
        require(len(values) == len(made), f"{name!r} has two choices of the same {field}")
    right = sum(choice.right for choice in made)
    one = kind == "predictions" or right == 1
    require(one, f"{name!r} has {right} right choices, not exactly one")
    return Question(name, text, made)


def _choice(kind: str, table: dict[str, Any], letter: str, name: str) -> Choice:
    _only((*_FIELDS[kind], "right") if kind == "questions" else _FIELDS[kind], table, name)
    for field in _FIELDS[kind]:
        require(_is_text(table.get(field)), f"{name} has no {field}")
    right = table.get("right", False)
    require(isinstance(right, bool), f"{name} has a `right` that is not true or false")
    texts = {field: " ".join(table[field].split()) for field in _FIELDS[kind]}
    return Choice(letter, right=right, **texts)


def _only(fields: tuple[str, ...], table: dict[str, Any], name: str) -> None:
    """Refuse a field that would mean nothing: most likely it is misspelt."""
    strange = [field for field in table if field not in fields]
    require(not strange, f"{name} has a field {strange} that is none of {', '.join(fields)}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)
