"""Every exercise of the course, found in the lessons' folders."""

from functools import cache

from course_utils.lesson_folders import lesson_folders


@cache
def exercises() -> dict:
    """Every exercise by its id (dict of str to Exercise), lesson by lesson."""
    return {
        exercise.id: exercise
        for lesson in lesson_folders()
        if (lesson.path / "exercises").exists()
        for exercise in lesson.load("exercises").EXERCISES
    }
