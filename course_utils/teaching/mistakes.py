"""Typical wrong answers to each exercise, by its id."""

from functools import cache

from course_utils.lesson_folders import lesson_folders


@cache
def mistakes() -> dict:
    """The mistakes of each exercise (tuple of Mistake), by its id; the first shown is told."""
    return {
        id: own
        for lesson in lesson_folders()
        if (lesson.path / "mistakes").exists()
        for id, own in lesson.load("mistakes").MISTAKES.items()
    }
