"""Lessons and their files of questions agree: what is asked is measured, and in that order."""

import ast
import re
from collections import defaultdict

import jupytext
import pytest

from course_utils.teaching.questions.lookup import lessons_with_questions, questions_of
from making.authoring.lessons import find_lessons, read_lesson

ASKING = ("predict", "outcome", "quiz", "answer")
LESSONS = [lesson for lesson in find_lessons() if not lesson.is_page]


def asked_in(notebook):
    """Where a lesson asks: for each function, (number of the cell, the call) in order."""
    calls = defaultdict(list)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            found = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call)]
            for call in sorted(found, key=lambda call: (call.lineno, call.col_offset)):
                if isinstance(call.func, ast.Name) and call.func.id in ASKING:
                    calls[call.func.id].append((number, call))
    return calls


def disagreements(notebook, number, questions):
    """What in a lesson is not as its file of questions has it, in sentences."""
    calls = asked_in(notebook)
    places = {
        name: [(_first(call), cell) for cell, call in calls[name]]
        for name in ("predict", "outcome")
    }
    for name, found in places.items():
        ids = [id for id, _ in found]
        for id in ids:
            if id not in questions.predictions:
                yield f"{name} of {id!r}, which the file lacks"
        for id in questions.predictions:
            if ids.count(id) != 1:
                yield f"{ids.count(id)} cells with {name} of {id!r}, not one"
    measured = dict(places["outcome"])
    for id, cell in places["predict"]:
        if id in measured and measured[id] <= cell:
            yield f"{id!r} is asked where it has been measured"
    for _, call in calls["outcome"]:
        if len(call.args) != 2 or isinstance(call.args[1], ast.Constant):
            yield f"the outcome of {_first(call)!r} is typed, not computed"
    quizzes = [_first(call) for _, call in calls["quiz"]]
    if quizzes != [number] * bool(questions.questions):
        yield f"quizzes {quizzes}, not one of {number!r}"
    for _, call in calls["answer"]:
        yield f"the answer of {_first(call)!r} is given away"


def _first(call):
    """A call's first argument; None where it is no literal."""
    return getattr(call.args[0], "value", None) if call.args else None


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_asks_what_its_file_has(lesson):
    number = lesson.number
    assert number in lessons_with_questions(), f"lesson_{number}.toml is missing"
    found = list(disagreements(read_lesson(lesson.text), number, questions_of(number)))
    assert not found


def test_every_file_of_questions_has_its_lesson():
    assert set(lessons_with_questions()) <= {lesson.number for lesson in LESSONS}


#: How the fixture's text is spoilt, and what is said of it.
SPOILT = {
    "as it is": ("", "", None),
    "unknown": ('predict("90-a")', 'predict("90-c")', "predict of '90-c', which the file lacks"),
    "no prediction": ('predict("90-a")', "1", "0 cells with predict of '90-a'"),
    "no outcome": ('outcome("90-a", key)', "1", "0 cells with outcome of '90-a'"),
    "twice": ('outcome("90-a", key)', 'predict("90-a")', "2 cells with predict of '90-a'"),
    "literal": ('"90-b", "x" if key else "y"', '"90-b", "x"', "'90-b' is typed, not computed"),
    "no quiz": ('quiz("90")', "1", r"quizzes \[\], not one of '90'"),
    "another quiz": ('quiz("90")', 'quiz("91")', r"quizzes \['91'\], not one"),
    "given away": ('quiz("90")', 'quiz("90")\nanswer("90-q", "a")', "'90-q' is given away"),
}
TEXT = """# %%
predict("90-a")

# %%
outcome("90-a", key)

# %%
predict("90-b")

# %%
outcome("90-b", "x" if key else "y")

# %%
quiz("90")
"""


class Asked:
    """As much of a lesson's questions as the comparison looks at."""

    predictions = ("90-a", "90-b")
    questions = ("90-q",)


def found_in(text):
    notebook = jupytext.reads(text, fmt="py:percent")
    return list(disagreements(notebook, "90", Asked))


@pytest.mark.parametrize("old, new, message", SPOILT.values(), ids=SPOILT)
def test_each_disagreement_is_found(old, new, message):
    assert old in TEXT
    found = found_in(TEXT.replace(old, new, 1) if old else TEXT)
    if message is None:
        assert found == []
    else:
        assert any(re.search(message, sentence) for sentence in found)


def test_a_prediction_after_its_measurement_is_found():
    one, other = 'predict("90-a")', 'outcome("90-a", key)'
    swapped = TEXT.replace(one, "HERE").replace(other, one).replace("HERE", other)
    assert found_in(swapped) == ["'90-a' is asked where it has been measured"]
