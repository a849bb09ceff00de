"""The course's own notebooks and pages: as their texts have them, and in the course's style."""

import pytest

from course_utils.lesson_folders import lesson_folders
from making.authoring import build, lint, readme
from making.authoring.lessons import find_lessons


@pytest.mark.parametrize("command", [build.main, readme.main], ids=["notebooks", "README"])
def test_what_is_made_agrees_with_what_it_is_made_from(command, capsys):
    status = command(["--check"])
    assert status == 0, capsys.readouterr().out


def test_lessons_keep_the_rules_of_style(capsys):
    status = lint.main([])
    assert status == 0, capsys.readouterr().out


def test_lessons_are_ready_once_they_are_written():
    written = {lesson.number for lesson in find_lessons() if not lesson.is_page}
    assert {lesson.number for lesson in lesson_folders() if lesson.is_ready} == written
