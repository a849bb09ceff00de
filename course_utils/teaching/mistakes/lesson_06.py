"""Typical mistakes in the exercises of lesson 06: a module for each exercise."""

from course_utils.teaching.mistakes import (
    lesson_06_choose_source,
    lesson_06_class_weights,
    lesson_06_leep,
    lesson_06_mixture,
    lesson_06_transfer_gap,
)

MISTAKES = {
    "06-transfer-gap": lesson_06_transfer_gap.MISTAKES,
    "06-leep": lesson_06_leep.MISTAKES,
    "06-choose-source": lesson_06_choose_source.MISTAKES,
    "06-mixture": lesson_06_mixture.MISTAKES,
    "06-class-weights": lesson_06_class_weights.MISTAKES,
}
