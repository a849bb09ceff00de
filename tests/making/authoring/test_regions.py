"""A page's made parts are written between their markers, and nothing else of it changes."""

import pytest

from course_utils.errors import CourseError
from making.authoring.regions import markdown_table, page_command, with_regions, write_regions

PAGE = "# A\n\n<!-- one:begin -->\nold\n<!-- one:end -->\n\nb <!-- two:begin --><!-- two:end -->"
WRITTEN = PAGE.replace("old", "new").replace("in --><!-- two", "in -->\n2\n<!-- two")
MADE = {"one": "new", "two": "2"}


def test_what_stands_between_markers_is_replaced():
    assert with_regions(PAGE, MADE) == WRITTEN
    assert with_regions(WRITTEN, MADE) == WRITTEN


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<!-- one:begin -->",
        "<!-- one:end --><!-- one:begin -->",
        "<!-- one:begin --><!-- one:begin --><!-- one:end -->",
        "<!-- one:begin --><!-- one:end --><!-- one:end -->",
    ],
)
def test_a_page_without_a_pair_of_markers_is_refused_and_stays(tmp_path, page):
    path = tmp_path / "CARD.md"
    path.write_text(page)
    with pytest.raises(CourseError, match=r"CARD\.md lacks the lines <!-- one:begin --> and"):
        write_regions(path, {"one": "new"})
    assert path.read_text() == page


def test_the_command_writes_and_checks(tmp_path, capsys):
    path = tmp_path / "PAGE.md"
    path.write_text(PAGE)

    def command(*arguments):
        return page_command("making.page", path, lambda: MADE, arguments)

    assert command("--check") == 1
    told = "PAGE.md is out of date (one, two): run `python -m making.page`.\n"
    assert capsys.readouterr().out == told
    assert path.read_text() == PAGE
    assert command() == 0 and path.read_text() == WRITTEN
    assert command("--check") == 0


def test_a_mistake_in_what_is_made_is_told(tmp_path, capsys):
    path = tmp_path / "PAGE.md"
    path.write_text(PAGE)

    def make():
        raise CourseError("There is no such lesson.")

    assert page_command("making.page", path, make, []) == 1
    assert capsys.readouterr().err == "There is no such lesson.\n"
    assert path.read_text() == PAGE


def test_a_table_is_markdown():
    assert markdown_table(["a", "b"], [[1, "x"]]) == "| a | b |\n| --- | --- |\n| 1 | x |"
