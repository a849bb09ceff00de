"""Every exercise of the course, found in the lessons' folders; only the one asked for is loaded."""

from functools import cache

from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.teaching.exercise import Exercise
from course_utils.validation import nearest


@cache
def _places() -> dict[str, tuple[LessonFolder, str]]:
    """By its id, each exercise's lesson and its module there, as the lessons' texts ask them."""
    places = {}
    for lesson in lesson_folders():
        text = lesson.text.read_text(encoding="utf-8") if lesson.is_written else ""
        own = {f"{lesson.number}-{name.replace('_', '-')}": name for name in lesson.exercises}
        for id in sorted(own, key=lambda id: text.find(f'exercise="{id}"')):
            places[id] = lesson, own[id]
    return places


def exercise_ids() -> tuple[str, ...]:
    """Ids of all exercises (`"02-break-even"`), lesson by lesson; nothing is imported for it."""
    return tuple(_places())


def load_exercise(exercise_id: str) -> Exercise:
    """One exercise, imported.

    Raises
    ------
    CourseError
        If there is none of this id (the nearest one is suggested).
    """
    if exercise_id not in _places():
        raise CourseError(
            f"There is no exercise {exercise_id!r}: {nearest(exercise_id, exercise_ids())}"
        )
    lesson, name = _places()[exercise_id]
    return lesson.load(f"exercises.{name}").EXERCISE
