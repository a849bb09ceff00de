"""INSTRUCTORS.md: minutes that are the lessons' own, plans that add up, links that lead on."""

import re
import sys

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from project_scripts import loaded
from test_documents import broken_links

from course_utils.errors import CourseError
from course_utils.paths import PROJECT_FOLDER

NOTEBOOKS = PROJECT_FOLDER / "notebooks"
PAGE = PROJECT_FOLDER / "INSTRUCTORS.md"

LESSON = """# %% [markdown]
# # 05 A title
#
# | | |
# |---|---|
# | **Time to teach** | {teach} |
# | **Time for exercises** | 20 minutes |
# | **Run time on two cores** | about a minute, no network |
"""


@pytest.fixture(scope="module")
def instructors():
    sys.path.insert(0, str(NOTEBOOKS / "authoring"))
    try:
        return loaded("making/authoring/instructors.py")
    finally:
        sys.path.remove(str(NOTEBOOKS / "authoring"))


@pytest.fixture
def page():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture
def lessons_folder(tmp_path):
    """A folder like `notebooks/` with one lesson."""
    (tmp_path / "source").mkdir()
    write(tmp_path)
    return tmp_path


def write(folder, teach="35 minutes"):
    (folder / "source" / "05_a_title.py").write_text(LESSON.format(teach=teach), encoding="utf-8")


def part(page, name):
    """What stands between a pair of markers."""
    return page.split(f"<!-- {name}:begin -->\n")[1].split(f"\n<!-- {name}:end -->")[0]


def rows(table):
    """The cells of a Markdown table's rows, without its heading."""
    lines = [line.strip("|").split("|") for line in table.splitlines()]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def test_the_page_is_as_the_headers_have_it(instructors, capsys):
    assert instructors.main(["--check"]) == 0, capsys.readouterr().out


def test_a_page_that_differs_is_told_and_mended(instructors, page, tmp_path, capsys):
    own = tmp_path / "INSTRUCTORS.md"
    own.write_text(page.replace("minutes |", "minute |", 1), encoding="utf-8")
    assert instructors.main(["--check"], own) == 1
    assert "run `python making/authoring/instructors.py`" in capsys.readouterr().out
    assert instructors.main([], own) == 0
    assert own.read_text(encoding="utf-8") == page


def test_a_page_without_a_marker_is_told_and_stays(instructors, page, tmp_path, capsys):
    own = tmp_path / "INSTRUCTORS.md"
    own.write_text(page.replace("<!-- one-day:end -->", ""), encoding="utf-8")
    before = own.read_text(encoding="utf-8")
    assert instructors.main([], own) == 1
    assert "lacks <!-- one-day:begin -->" in capsys.readouterr().err
    assert own.read_text(encoding="utf-8") == before


def test_every_lesson_of_the_readme_has_a_row(page):
    readme = (PROJECT_FOLDER / "README.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^\| (\d\d) \|", readme, re.MULTILINE)
    table = rows(part(page, "times"))
    assert [row[0] for row in table] == numbers
    for row in table:
        written = list((NOTEBOOKS / "source").glob(f"{row[0]}_*.py"))
        assert (row[2:] == ["planned"] * 3) == (not written), row


def minutes_by_lesson(page):
    """(number, "" or ": exercises") -> minutes, from the page's own timing table."""
    found = {}
    for number, _, teach, exercises, _ in rows(part(page, "times")):
        if teach != "planned":
            found[number, ""] = int(teach.split()[0])
            found[number, ": exercises"] = int(exercises.split()[0])
    return found


@pytest.mark.parametrize("name", ["half-day", "one-day"])
def test_a_days_minutes_add_up(page, name):
    *parts, last = rows(part(page, name))
    times = minutes_by_lesson(page)
    clock = 9 * 60
    for start, length, what in parts:
        assert start == f"{clock // 60}:{clock % 60:02d}", what
        lesson = re.match(r"Lesson (\d\d), .*?(: exercises)?$", what)
        assert not lesson or int(length) == times[lesson[1], lesson[2] or ""], what
        clock += int(length)
    breaks = sum(int(length) for _, length, what in parts if "break" in what.lower())
    assert last[0] == f"{clock // 60}:{clock % 60:02d}"
    assert last[1] == f"**{clock - 9 * 60}**"
    assert last[2] == f"in all, of which {breaks} are breaks"


def test_the_minutes_of_sessions_add_up(page):
    times = minutes_by_lesson(page)
    sessions = rows(part(page, "four-weeks"))
    assert len(sessions) == 4 * 2
    for title, total, breaks, what in sessions:
        parts = re.findall(r"(?:^|; )(.+?) \((\d+)\)", what)
        for words, length in parts:
            lesson = re.match(r"Lesson (\d\d), .*?(: exercises)?$", words)
            assert not lesson or int(length) == times[lesson[1], lesson[2] or ""], words
        assert total == f"**{sum(int(length) for _, length in parts)}**", title
        assert int(breaks) == sum(int(length) for words, length in parts if words == "Break")


@pytest.mark.parametrize(
    ("name", "shortest", "longest"), [("half-day", 180, 240), ("one-day", 390, 480)]
)
def test_a_plan_is_as_long_as_its_name_says(page, name, shortest, longest):
    total = int(rows(part(page, name))[-1][1].strip("*"))
    assert shortest <= total <= longest


@pytest.mark.parametrize("name", ["half-day", "one-day", "four-weeks"])
def test_nobody_sits_for_long_without_a_break(instructors, name):
    lessons = [each for each in instructors.find_lessons(NOTEBOOKS) if not each.is_page]
    headers = {lesson.name: instructors.header_of(lesson) for lesson in lessons}
    for title, parts in instructors.PLANS[name]:
        sitting = 0
        for what, length in instructors._timed(parts, headers):
            sitting = 0 if "break" in what.lower() else sitting + length
            assert sitting <= 120, f"{title}: {what}"


def test_a_new_lesson_takes_the_place_of_a_planned_one(instructors, lessons_folder):
    readme = "| 04 | Another | – | do | planned |\n| 05 | A title | – | do | planned |\n"
    planned = instructors.planned_lessons(readme)
    lesson = instructors.find_lessons(lessons_folder)[0]
    table = instructors.times_table({lesson.name: instructors.header_of(lesson)}, planned)
    assert rows(table) == [
        ["04", "Another", "planned", "planned", "planned"],
        [
            *("05", "[A title](notebooks/05_a_title.ipynb)"),
            *("35 minutes", "20 minutes", "about a minute"),
        ],
    ]


def test_a_header_without_minutes_is_told(instructors, lessons_folder):
    write(lessons_folder, teach="an hour")
    lesson = instructors.find_lessons(lessons_folder)[0]
    headers = {lesson.name: instructors.header_of(lesson)}
    with pytest.raises(CourseError, match="says 'an hour': write it as"):
        instructors.plan([("", [("05", instructors.TEACH)])], headers)


def test_a_header_without_a_field_is_told(instructors, lessons_folder):
    path = lessons_folder / "source" / "05_a_title.py"
    path.write_text(LESSON.replace("Time for exercises", "Exercises"), encoding="utf-8")
    with pytest.raises(CourseError, match="05_a_title: the header has no 'Time for exercises'"):
        instructors.header_of(instructors.find_lessons(lessons_folder)[0])


def test_a_plan_with_a_lesson_that_is_not_written_is_told(instructors):
    with pytest.raises(CourseError, match="A plan has lesson 99"):
        instructors.plan([("", [("99", instructors.TEACH)])], {})


def test_links_lead_somewhere(page):
    assert list(broken_links(page, PROJECT_FOLDER)) == []


def test_every_lesson_has_talking_points_and_what_people_tend_to_think(page):
    for number in {path.name[:2] for path in (NOTEBOOKS / "source").glob("[0-9]*.py")}:
        section = re.search(rf"^### {number} .*?(?=^### )", page, re.MULTILINE | re.DOTALL)[0]
        said = re.search(r"\*\*Say\*\*\n\n?((?:\* .*\n(?:  .*\n)*)+)", section)[1]
        assert 3 <= len(re.findall(r"^\* ", said, re.MULTILINE)) <= 6, number
        assert re.search("people tend to think", section, re.IGNORECASE), number
        assert "**Live**" in section and "**Short of" in section, number


def test_no_result_is_typed(page):
    """A result in the prose would go on being told after a cell measures another."""
    prose = re.sub(r"<!-- ([\w-]+):begin -->.*?<!-- \1:end -->", "", page, flags=re.DOTALL)
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", prose, flags=re.DOTALL)
    assert re.findall(r"\d[\d.]*\s?(?:%|points?\b|times\b|seconds\b|minutes\b)", prose) == []


def test_commands_of_the_page_exist(page):
    from course_utils.cli import build_parser

    known = build_parser()._subparsers._group_actions[0].choices
    for command in re.findall(r"python -m course_utils ([a-z]+)", page):
        assert command in known, command
    for script in re.findall(r"python (notebooks/authoring/\w+\.py)", page):
        assert (PROJECT_FOLDER / script).exists(), script


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
