"""Typical mistakes in the exercises of lesson 02: a module for each exercise."""

from course_utils.teaching.mistakes import (
    lesson_02_break_even,
    lesson_02_flatten_weights,
    lesson_02_freeze,
    lesson_02_label_multiplier,
)

MISTAKES = {
    "02-freeze": lesson_02_freeze.MISTAKES,
    "02-flatten-weights": lesson_02_flatten_weights.MISTAKES,
    "02-label-multiplier": lesson_02_label_multiplier.MISTAKES,
    "02-break-even": lesson_02_break_even.MISTAKES,
}
