"""INSTRUCTORS.md: minutes that are the lessons' own, plans that add up, links that lead on."""

import re
import tomllib

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.paths import PROJECT_FOLDER
from making.authoring import instructors

PAGE = PROJECT_FOLDER / "INSTRUCTORS.md"
LESSONS = [lesson for lesson in lesson_folders() if not lesson.is_page]
PLANS = tomllib.loads(instructors.PLANS.read_text(encoding="utf-8"))


@pytest.fixture
def page():
    return PAGE.read_text(encoding="utf-8")


def lesson(number, **card):
    """A lesson's folder, not on disk, that is ready and takes an hour."""
    usual = {"title": "A title", "status": "ready", "runs": "a second"}
    usual["minutes"] = {"teach": 35, "exercises": 25}
    return LessonFolder(PROJECT_FOLDER / f"lesson_{number}", usual | card)


def rows(table):
    """The cells of a Markdown table's rows, without its heading."""
    lines = [line.strip("|").split("|") for line in table.splitlines()]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def test_the_times_are_those_of_the_cards():
    table = rows(instructors.times_table([lesson("04", status="planned"), lesson("05")]))
    assert table == [
        ["04", "A title", "planned", "planned", "planned"],
        ["05", "[A title](notebooks/05_a_title.ipynb)", "35 minutes", "25 minutes", "a second"],
    ]


def test_every_lesson_has_a_row():
    table = rows(instructors.regions()["times"])
    assert [row[0] for row in table] == [each.number for each in LESSONS]
    for row, each in zip(table, LESSONS, strict=True):
        assert (row[2:] == ["planned"] * 3) == (not each.is_written), row


DAY = [{"parts": [["Arriving", 15], "teach 1", ["Lunch break", 60], "exercises 1"]}]
WEEK = [
    {"title": "First", "parts": ["teach 1", ["Break", 10], "exercises 1"]},
    {"title": "Second", "parts": ["teach 2"], "until_then": [["Projects", 80]]},
]


def test_a_days_parts_follow_each_other_and_add_up():
    table = rows(instructors.plan_table("day", DAY, [lesson("05", plans={"day": 1})]))
    assert table == [
        ["9:00", "15", "Arriving"],
        ["9:15", "35", "Lesson 05, A title"],
        ["9:50", "60", "Lunch break"],
        ["10:50", "25", "Lesson 05, A title: exercises"],
        ["11:15", "**135**", "in all, of which 60 are breaks"],
    ]


def test_sessions_add_up_and_are_filled_until_a_lesson_is_ready():
    ready, planned = lesson("05", plans={"week": 1}), lesson("06", plans={"week": 2})
    table = rows(instructors.plan_table("week", WEEK, [ready, planned]))
    assert table[0] == [
        *("First", "**70**", "10"),
        "Lesson 05, A title (35); Break (10); Lesson 05, A title: exercises (25)",
    ]
    assert table[1] == ["Second", "**35**", "0", "Lesson 06, A title (35)"]
    planned.card["status"] = "planned"
    table = rows(instructors.plan_table("week", WEEK, [ready, planned]))
    assert table[1] == ["Second", "**80**", "0", "Projects (80)"]


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([1, 1], "Lessons 05 and 06 both take place 1 of the plan day"),
        ([1, 2], r"The plan day has no place \[2\]"),
        ([], "No lesson that is ready takes place 1 of the plan day"),
    ],
)
def test_a_place_that_is_taken_twice_unknown_or_empty_is_told(places, told):
    numbers = ("05", "06")[: len(places)]
    lessons = [
        lesson(number, plans={"day": place}) for number, place in zip(numbers, places, strict=True)
    ]
    with pytest.raises(CourseError, match=told):
        instructors.plan_table("day", DAY, lessons)


@pytest.mark.parametrize("missing", ["minutes", "runs"])
def test_a_card_without_times_is_told(missing):
    without = lesson("05")
    del without.card[missing]
    with pytest.raises(CourseError, match=rf"lesson_05/lesson\.toml has no {missing}"):
        instructors.times_table([without])


def test_a_lesson_without_talking_points_is_told():
    with pytest.raises(CourseError, match=r"Lesson 05 has no talking_points\.md"):
        instructors.talking_points([lesson("05")])


@pytest.mark.parametrize(
    ("name", "shortest", "longest"), [("half-day", 180, 240), ("one-day", 390, 480)]
)
def test_a_plan_is_as_long_as_its_name_says(name, shortest, longest):
    (parts,) = instructors.timed_sessions(name, PLANS[name], LESSONS)
    assert shortest <= sum(length for _, length in parts) <= longest


@pytest.mark.parametrize("name", PLANS)
def test_nobody_sits_for_long_without_a_break(name):
    for parts in instructors.timed_sessions(name, PLANS[name], LESSONS):
        sitting = 0
        for what, length in parts:
            sitting = 0 if "break" in what.lower() else sitting + length
            assert sitting <= 120, what


def test_every_lesson_has_talking_points_and_what_people_tend_to_think(page):
    for number in (each.number for each in LESSONS if each.is_ready):
        section = re.search(rf"^### {number} .*?(?=^##)", page, re.MULTILINE | re.DOTALL)[0]
        said = re.search(r"\*\*Say\*\*\n\n?((?:\* .*\n(?:  .*\n)*)+)", section)[1]
        assert 3 <= len(re.findall(r"^\* ", said, re.MULTILINE)) <= 6, number
        assert re.search("people tend to think", section, re.IGNORECASE), number
        assert "**Live**" in section and "**Short of" in section, number


def test_no_result_is_typed(page):
    """A result in the prose would go on being told after a cell measures another."""
    tables = r"<!-- (times|[\w-]*day|four-weeks):begin -->.*?<!-- \1:end -->"
    prose = re.sub(tables, "", page, flags=re.DOTALL)
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", prose, flags=re.DOTALL)
    assert re.findall(r"\d[\d.]*\s?(?:%|points?\b|times\b|seconds\b|minutes\b)", prose) == []


def test_a_handout_has_no_outputs_and_leaves_the_notebook_alone(page, tmp_path):
    from nbconvert.nbconvertapp import NbConvertApp

    command = re.search(r"^python -m nbconvert (.*) notebooks/0\*\.ipynb$", page, re.MULTILINE)[1]
    output = nbformat.v4.new_output("stream", text="the answer")
    cell = nbformat.v4.new_code_cell("1", outputs=[output], execution_count=1)
    given = tmp_path / "01_given.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# 01"), cell]), given)
    options = command.replace("handout", str(tmp_path / "handout")).split()
    app = NbConvertApp()
    app.initialize([*options, str(given)])
    app.start()
    assert "the answer" not in (tmp_path / "handout" / given.name).read_text("utf-8")
    assert "the answer" in given.read_text("utf-8")
