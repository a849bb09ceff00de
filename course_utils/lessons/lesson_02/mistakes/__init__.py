"""Typical mistakes in the exercises of lesson 02: a module for each exercise."""

from course_utils.lessons.lesson_02.mistakes import break_even as lesson_02_break_even
from course_utils.lessons.lesson_02.mistakes import flatten_weights as lesson_02_flatten_weights
from course_utils.lessons.lesson_02.mistakes import freeze as lesson_02_freeze
from course_utils.lessons.lesson_02.mistakes import label_multiplier as lesson_02_label_multiplier

MISTAKES = {
    "02-freeze": lesson_02_freeze.MISTAKES,
    "02-flatten-weights": lesson_02_flatten_weights.MISTAKES,
    "02-label-multiplier": lesson_02_label_multiplier.MISTAKES,
    "02-break-even": lesson_02_break_even.MISTAKES,
}
