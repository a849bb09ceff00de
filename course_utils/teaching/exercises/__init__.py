"""Every exercise of the course by its id; one module per lesson."""

from course_utils.teaching.exercises import (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_05,
    lesson_06,
)

EXERCISES = {
    exercise.id: exercise
    for lesson in (lesson_00, lesson_01, lesson_02, lesson_03, lesson_05, lesson_06)
    for exercise in lesson.EXERCISES
}
