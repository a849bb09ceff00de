"""Typical mistakes in the exercises of lesson 05: a module for each exercise."""

from course_utils.teaching.mistakes import (
    lesson_05_adabn,
    lesson_05_coral,
    lesson_05_reversal,
    lesson_05_selector,
    lesson_05_skew,
)

MISTAKES = {
    "05-coral": lesson_05_coral.MISTAKES,
    "05-reversal": lesson_05_reversal.MISTAKES,
    "05-adabn": lesson_05_adabn.MISTAKES,
    "05-selector": lesson_05_selector.MISTAKES,
    "05-skew": lesson_05_skew.MISTAKES,
}
