"""Each exercise's reference is its solution, and what a learner's cell is made of."""

import numpy as np
import pytest
from checking import EXERCISES

from course_utils import check, hint, solution
from course_utils.teaching import checks
from course_utils.teaching.solutions import solution_source
from making.authoring import lessons

# Learner, or with solution: what the lesson's own cell gives when checked.
TOLD = {"learner": "Not answered yet: ", "solution": "Passed: "}
BREAK_EVEN = '''import math


def break_even_tasks(pretraining_cost, scratch_cost, transfer_cost):
    """The first number of tasks at which transfer costs less in total."""
    ### BEGIN SOLUTION
    saved = scratch_cost - transfer_cost
    if saved <= 0:
        return math.inf
    return math.floor(pretraining_cost / saved) + 1
    ### END SOLUTION'''


def test_the_cell_has_the_imports_that_it_needs_and_marks_the_solution():
    exercise = EXERCISES["02-break-even"]
    assert solution_source(exercise, marked=True) == BREAK_EVEN
    unmarked = [line for line in BREAK_EVEN.split("\n") if "SOLUTION" not in line]
    assert solution_source(exercise).split("\n") == unmarked


def test_an_exercise_may_leave_its_imports_to_the_lesson():
    code = solution_source(EXERCISES["01-texture-channel"])
    assert code.startswith("def favourite_channel(") and "np." in code


def test_a_solution_is_not_given_away_while_hints_are_left(capsys, monkeypatch):
    monkeypatch.setattr(checks, "_hints_shown", {})
    monkeypatch.setattr(checks, "_solutions_asked_for", set())
    solution("02-break-even")
    said = capsys.readouterr().out
    assert said.startswith('3 hints are left, and hint("02-break-even") shows the next.')
    assert "saved" not in said
    for _ in range(3):
        hint("02-break-even")
    solution("02-freeze")
    capsys.readouterr()
    solution("02-break-even")
    assert "saved = scratch_cost - transfer_cost" in capsys.readouterr().out


def test_a_solution_is_shown_when_asked_for_twice(capsys, monkeypatch):
    monkeypatch.setattr(checks, "_hints_shown", {})
    monkeypatch.setattr(checks, "_solutions_asked_for", set())
    solution("02-freeze")
    solution("02-freeze")
    assert "base.trainable = False" in capsys.readouterr().out


@pytest.mark.parametrize("version", TOLD)
@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_a_lessons_stub_and_solution(capsys, exercise, version):
    code = solution_source(exercise, marked=True)
    names = {} if exercise.imports is None else {"np": np}  # as the lesson has it by then
    exec(lessons.stub(code) if version == "learner" else code, names)
    capsys.readouterr()
    check(exercise.id, names[exercise.function])
    assert capsys.readouterr().out.startswith(TOLD[version])
