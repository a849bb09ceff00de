"""The course's own lessons; `make test` runs the checks of their notebooks, pages and style."""

from course_utils.lesson_folders import lesson_folders
from making.authoring.lessons import find_lessons


def test_lessons_are_ready_once_they_are_written():
    written = {lesson.number for lesson in find_lessons() if not lesson.is_page}
    assert {lesson.number for lesson in lesson_folders() if lesson.is_ready} == written
