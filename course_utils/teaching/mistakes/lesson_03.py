"""Typical mistakes in the exercises of lesson 03: a module for each exercise."""

from course_utils.teaching.mistakes import (
    lesson_03_boundary,
    lesson_03_discriminative,
    lesson_03_l2_sp,
    lesson_03_learning_rate,
    lesson_03_stopping,
    lesson_03_unfreeze,
)

MISTAKES = {
    "03-unfreeze": lesson_03_unfreeze.MISTAKES,
    "03-learning-rate": lesson_03_learning_rate.MISTAKES,
    "03-discriminative": lesson_03_discriminative.MISTAKES,
    "03-l2-sp": lesson_03_l2_sp.MISTAKES,
    "03-early-stopping": lesson_03_stopping.MISTAKES,
    "03-freeze-boundary": lesson_03_boundary.MISTAKES,
}
