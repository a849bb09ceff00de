"""Solutions come from the lessons' texts, and the lessons' own solutions pass."""

import ast

import jupytext
import pytest

from course_utils import CourseError, check, hint, solution
from course_utils.paths import PROJECT_FOLDER
from course_utils.teaching import checks, solutions
from course_utils.teaching.exercises import exercises
from making.authoring import lessons

FIXTURES = PROJECT_FOLDER / "tests" / "notebooks" / "fixtures" / "source"
SOURCES = sorted((PROJECT_FOLDER / "notebooks" / "source").glob("[0-9]*.py"))

# Learner, or with solution: what the lesson's own cell gives when checked.
TOLD = {"learner": "Not answered yet: ", "solution": "Passed: "}


def test_the_solution_is_the_texts_without_markers():
    code = solutions.solution_source("02-break-even", FIXTURES)
    assert code.startswith("def break_even_tasks(pretraining_cost, scratch_cost, transfer_cost):\n")
    assert "    saved = scratch_cost - transfer_cost\n" in code
    assert "SOLUTION" not in code
    assert "# %%" not in code
    assert code.endswith("\n") and not code.endswith("\n\n")


def test_a_top_level_solution_leaves_its_placeholder_out(tmp_path):
    text = (
        '# %% tags=["exercise"] exercise="02-x"\nanswer = ...\n### BEGIN SOLUTION\n'
        "answer = 4\n### END SOLUTION\n\n# %%\nlater = 1\n"
    )
    (tmp_path / "02_x.py").write_text(text, encoding="utf-8")
    assert solutions.solution_source("02-x", tmp_path) == "answer = 4\n"


def test_no_solution_is_told(tmp_path):
    with pytest.raises(CourseError, match="No lesson's text holds a solution of '02-freeze'"):
        solutions.solution_source("02-freeze", tmp_path)
    (tmp_path / "02_x.py").write_text('# %% exercise="02-freeze"\n1\n', encoding="utf-8")
    with pytest.raises(CourseError, match="marks no solution"):
        solutions.solution_source("02-freeze", tmp_path)


def test_solution_shows_the_code(capsys, monkeypatch):
    monkeypatch.setattr(solutions, "SOURCE_FOLDER", FIXTURES)
    solution("02-break-even")
    solution("02-break-even")
    assert "saved = scratch_cost - transfer_cost" in capsys.readouterr().out


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
    assert "saved" in capsys.readouterr().out


def _exercise_cells():
    """(exercise id, code of the cell, imports of the lesson) of every lesson of the course."""
    for source in SOURCES:
        cells = jupytext.read(source, fmt="py:percent").cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        lines = [line for text in code for line in text.splitlines() if line[:1] not in "%!"]
        imports = [
            ast.unparse(node)
            for node in ast.parse("\n".join(lines)).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        for cell in cells:
            if "exercise" in cell.metadata:
                yield cell.metadata["exercise"], cell.source, "\n".join(imports)


CELLS = list(_exercise_cells())


@pytest.mark.parametrize("version", TOLD)
@pytest.mark.parametrize(("exercise_id", "code", "imports"), CELLS, ids=[c[0] for c in CELLS])
def test_a_lessons_stub_and_solution(capsys, exercise_id, code, imports, version):
    names = {}
    exec(imports, names)
    exec(lessons.stub(code) if version == "learner" else code, names)
    capsys.readouterr()
    check(exercise_id, names[exercises()[exercise_id].function])
    assert capsys.readouterr().out.startswith(TOLD[version])


def test_every_exercise_of_a_written_lesson_is_in_its_text():
    written = {path.name[:2] for path in SOURCES}
    asked = {id for id in exercises() if id[:2] in written}
    assert {id for id, _, _ in CELLS} == asked
