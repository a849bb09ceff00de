"""What the tests of the lessons' exercises share."""

import importlib
import sys
from pathlib import Path

from course_utils import check
from course_utils.teaching.exercises import exercise_ids, load_exercise

#: Every exercise of the course by its id.
EXERCISES = {id: load_exercise(id) for id in exercise_ids()}


def modules(kind):
    """The modules in the lessons' folders whose names begin with `kind` and an underscore."""
    paths = sorted((Path(__file__).parent / "lessons").glob(f"*/{kind}_*.py"))
    for folder in dict.fromkeys(str(path.parent) for path in paths):
        if folder not in sys.path:
            sys.path.append(folder)
    return [importlib.import_module(path.stem) for path in paths]


def answers(kind):
    """What the modules `answers_*` list under `kind`, "RIGHT" or "WRONG", with the exercise's id.

    lesson_02/answers_break_even.py is about 02-break-even. RIGHT holds answers; WRONG holds
    (answer, words of what it is told, name of the mistake that it makes), the last being None
    where the module leaves it out, for answers that make none of the typical mistakes.
    """
    listed = []
    for module in modules("answers"):
        path = Path(module.__file__)
        lesson = path.parent.name.removeprefix("lesson_")
        name = path.stem.removeprefix("answers_").replace("_", "-")
        for each in getattr(module, kind):
            parts = (each,) if kind == "RIGHT" else (*each, None)[:3]
            listed.append((f"{lesson}-{name}", *parts))
    return listed


def stub(*arguments):
    """The answer that every exercise starts with."""
    # YOUR CODE HERE
    raise NotImplementedError()


def told(capsys, exercise_id, answer):
    """The line in which `check` says whether an answer works."""
    return told_with_hint(capsys, exercise_id, answer)[0]


def told_with_hint(capsys, exercise_id, answer):
    """The line in which `check` says whether an answer works, and its hint, "" if none."""
    capsys.readouterr()
    assert check(exercise_id, answer) is None
    output = capsys.readouterr()
    assert output.err == ""
    line, _, rest = output.out.partition("\n")
    assert not rest or (rest.startswith("This looks familiar: ") and rest.count("\n") == 1)
    return line, rest.removeprefix("This looks familiar: ").strip()
