"""Typical mistakes in the exercises of lesson 05: a module for each exercise."""

from course_utils.lessons.lesson_05.mistakes import adabn as lesson_05_adabn
from course_utils.lessons.lesson_05.mistakes import coral as lesson_05_coral
from course_utils.lessons.lesson_05.mistakes import reversal as lesson_05_reversal
from course_utils.lessons.lesson_05.mistakes import selector as lesson_05_selector
from course_utils.lessons.lesson_05.mistakes import skew as lesson_05_skew

MISTAKES = {
    "05-coral": lesson_05_coral.MISTAKES,
    "05-reversal": lesson_05_reversal.MISTAKES,
    "05-adabn": lesson_05_adabn.MISTAKES,
    "05-selector": lesson_05_selector.MISTAKES,
    "05-skew": lesson_05_skew.MISTAKES,
}
