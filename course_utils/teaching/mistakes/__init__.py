"""Typical wrong answers to each exercise, by its id; one module per lesson.

They stand apart from the exercises' properties: a property decides whether an answer is right,
a mistake only what to say about one that is not.
"""

from course_utils.teaching.mistakes import (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_05,
    lesson_06,
)

#: From an exercise's id to its mistakes (tuple of Mistake), of which the first shown is told.
MISTAKES = {
    id: mistakes
    for lesson in (lesson_00, lesson_01, lesson_02, lesson_03, lesson_05, lesson_06)
    for id, mistakes in lesson.MISTAKES.items()
}
