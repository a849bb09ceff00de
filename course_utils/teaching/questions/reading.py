"""A lesson's file of questions, read and found sound, or refused with the entry at fault."""

import re
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.teaching.questions.entries import Choice, LessonQuestions, Question

LETTERS = "abcdefgh"
FEWEST_CHOICES = 3

#: What each choice must have, and what it may have besides.
_NEEDED = {
    "predictions": ("key", "text", "feedback", "measured"),
    "questions": ("text", "feedback"),
}
_ALLOWED = {
    "predictions": _NEEDED["predictions"],
    "questions": (*_NEEDED["questions"], "right"),
}


def read_questions(path: Path, lesson: str) -> LessonQuestions:
    """Read one lesson's file.

    Parameters
    ----------
    path : pathlib.Path
    lesson : str
        Its number, with which each id begins.

    Returns
    -------
    LessonQuestions

    Raises
    ------
    CourseError
        Naming the file and the entry at fault.
    """
    import tomllib

    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{path.name} is no sound TOML ({error}): mend it there.") from None
    _require(path, content.keys() <= _NEEDED.keys(), f"it holds only {' and '.join(_NEEDED)}")
    seen = set()
    return LessonQuestions(
        **{kind: _entries(path, lesson, kind, content, seen) for kind in _NEEDED}
    )


def _entries(path, lesson, kind, content, seen):
    """The entries of one kind (dict of str to Question); `seen` (set of str) gains their ids."""
    tables = content.get(kind, [])
    _require(path, _is_list_of_tables(tables), f"each of the {kind} begins with [[{kind}]]")
    entries = {}
    for number, table in enumerate(tables, start=1):
        name = table.get("id")
        _require(path, _is_text(name), f"entry {number} of the {kind} has no id")
        fits = re.fullmatch(rf"{re.escape(lesson)}(-[a-z0-9]+)+", name)
        _require(path, fits, f"the id {name!r} is not {lesson}-, then small letters and hyphens")
        _require(path, name not in seen, f"the id {name!r} is there twice")
        seen.add(name)
        entries[name] = _question(path, kind, table)
    return entries


def _question(path, kind, table):
    name, choices = table["id"], table.get("choices", [])
    _only(path, repr(name), table, ("id", "text", "choices"))
    _require(path, _is_text(table.get("text")), f"{name!r} has no text")
    asks = table["text"].rstrip().endswith("?")
    _require(path, asks, f'the text of {name!r} does not end with "?"')
    _require(path, _is_list_of_tables(choices), f"{name!r} has no list of choices")
    enough = FEWEST_CHOICES <= len(choices) <= len(LETTERS)
    wanted = f"{FEWEST_CHOICES} to {len(LETTERS)}"
    _require(path, enough, f"{name!r} has {len(choices)} choices, not {wanted}")
    for field in ("key", "text"):
        values = [choice[field] for choice in choices if field in choice]
        _require(path, _all_differ(values), f"{name!r} has two choices of the same {field}")
    lettered = zip(LETTERS, choices, strict=False)
    made = tuple(_choice(path, kind, name, letter, choice) for letter, choice in lettered)
    right = sum(choice.right for choice in made)
    one = kind == "predictions" or right == 1
    _require(path, one, f"{name!r} has {right} right choices, not exactly one")
    return Question(name, " ".join(table["text"].split()), made)


def _choice(path, kind, name, letter, table):
    _only(path, f"{name!r}, choice {letter},", table, _ALLOWED[kind])
    texts = {field: table.get(field) for field in _NEEDED[kind]}
    for field, text in texts.items():
        _require(path, _is_text(text), f"{name!r} has no {field} in choice {letter}")
    right = table.get("right", False)
    _require(path, isinstance(right, bool), f"{name!r} has a `right` that is not true or false")
    return Choice(letter, right=right, **{k: " ".join(text.split()) for k, text in texts.items()})


def _only(path, what, table, fields):
    """Refuse a field that would mean nothing: most likely it is misspelt."""
    strange = [field for field in table if field not in fields]
    told = f"{what} has a field {strange} that is none of {', '.join(fields)}"
    _require(path, not strange, told)


def _require(path, holds, otherwise):
    if not holds:
        raise CourseError(f"{path.name}: {otherwise}: mend it there.")


def _is_text(value):
    return isinstance(value, str) and bool(value.strip())


def _is_list_of_tables(value):
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _all_differ(values):
    return len({str(value).strip().lower() for value in values}) == len(values)
