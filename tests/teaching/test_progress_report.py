"""What is told of a learner's progress."""

import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

from course_utils import cli
from course_utils.teaching import progress
from course_utils.teaching.exercises import exercise_ids
from course_utils.teaching.progress_report import (
    HEADINGS,
    next_step,
    progress_of_lessons,
    show_progress,
)
from course_utils.teaching.questions.lookup import lessons_with_questions, questions_of


def row(lesson):
    rows = {row.lesson: row for row in progress_of_lessons(progress.read_progress())}
    return rows[lesson]


def test_every_lesson_with_something_to_do_has_a_row():
    rows = progress_of_lessons(progress.read_progress())
    assert [row.lesson for row in rows] == sorted(
        {id[:2] for id in exercise_ids()} | set(lessons_with_questions())
    )
    assert sum(row.exercises[1] for row in rows) == len(exercise_ids())
    assert all(done == 0 for row in rows for done, _ in row[1:])


def test_what_is_done_is_counted():
    progress.record_check("02-freeze", True)
    progress.record_check("02-break-even", False)
    progress.record_check("99-of-another-course", True)
    assert row("02").exercises == (1, sum(id.startswith("02-") for id in exercise_ids()))
    assert row("03").exercises[0] == 0


@pytest.mark.parametrize("lesson", lessons_with_questions())
def test_questions_and_predictions_are_counted(lesson):
    asked = questions_of(lesson)
    for number, id in enumerate(asked.questions):
        progress.record_answer(id, "a", number > 0)
    for id in asked.predictions:
        progress.record_prediction(id, "x")
    right = len(asked.questions)
    assert row(lesson).questions == (right - 1 if right else 0, right)
    assert row(lesson).predictions == (len(asked.predictions),) * 2


def test_of_predictions_met_by_a_measurement_those_that_came_true_are_counted():
    ids = list(questions_of("02").predictions)
    for id, choice, measured in zip(ids, "aab", ["a", "b", None], strict=False):
        progress.record_prediction(id, choice)
        if measured:
            progress.record_outcome(id, measured)
    assert row("02").came_true == (1, 2)
    progress.record_prediction(ids[1], "b")  # too late: it has been measured
    progress.record_outcome(ids[1], "b")
    assert row("02").came_true == (1, 2)
    assert row("03").came_true == (0, 0)


def test_the_next_step_is_what_was_begun_then_what_comes_first():
    first, second, *_ = exercise_ids()
    assert f'Next exercise: "{first}"' in next_step(progress.read_progress())
    progress.record_check(second, False)
    assert f'"{second}", checked once; hint("{second}")' in next_step(progress.read_progress())
    progress.record_check(second, False)
    assert "checked 2 times" in next_step(progress.read_progress())
    progress.record_check(second, True)
    assert f'Next exercise: "{first}"' in next_step(progress.read_progress())
    for id in exercise_ids():
        progress.record_check(id, True)
    assert next_step(progress.read_progress()) == "You have passed every exercise."


def test_the_panel_is_a_table_and_words(own_progress):
    progress.record_check("02-freeze", True)
    panel = show_progress()
    page = BeautifulSoup(panel._repr_html_(), "html.parser")
    cells = [[cell.text for cell in line.find_all(["th", "td"])] for line in page.find_all("tr")]
    assert cells[0] == list(HEADINGS)
    number = sum(id.startswith("02-") for id in exercise_ids())
    assert [line[1] for line in cells if line[0] == "02"] == [f"1 of {number}"]
    assert f"lesson 02; exercises passed 1 of {number}; " in repr(panel)


def test_the_panel_tells_of_a_damaged_file(own_progress):
    own_progress.parent.mkdir()
    own_progress.write_text("<b>", encoding="utf-8")
    panel = show_progress()
    assert "is damaged; your notebooks are as they were" in repr(panel)
    assert "is damaged" in panel._repr_html_()
    assert own_progress.read_text(encoding="utf-8") == "<b>"


def test_the_command_prints_the_table(own_progress, capsys):
    assert cli.main(["progress"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0].split("  ")[0] == "lesson"
    assert f"Nothing is recorded yet; the first check or answer begins {own_progress}." in said
    progress.record_check("02-freeze", True)
    cli.main(["progress"])
    assert f"Kept in {own_progress}; deleting it deletes nothing else." in capsys.readouterr().out


def test_the_command_tells_of_a_damaged_file_in_one_line(own_progress, capsys):
    own_progress.parent.mkdir()
    own_progress.write_text("{", encoding="utf-8")
    assert cli.main(["progress"]) == 1
    output = capsys.readouterr()
    assert output.out == "" and output.err.count("\n") == 1
    assert "is damaged" in output.err


def test_the_command_needs_no_framework(own_progress):
    code = (
        "import sys\nfrom course_utils import cli\ncli.main(['progress'])\n"
        "print([m for m in ('tensorflow', 'torch', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
