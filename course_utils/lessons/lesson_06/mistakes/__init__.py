"""Typical mistakes in the exercises of lesson 06: a module for each exercise."""

from course_utils.lessons.lesson_06.mistakes import choose_source as lesson_06_choose_source
from course_utils.lessons.lesson_06.mistakes import class_weights as lesson_06_class_weights
from course_utils.lessons.lesson_06.mistakes import leep as lesson_06_leep
from course_utils.lessons.lesson_06.mistakes import mixture as lesson_06_mixture
from course_utils.lessons.lesson_06.mistakes import transfer_gap as lesson_06_transfer_gap

MISTAKES = {
    "06-transfer-gap": lesson_06_transfer_gap.MISTAKES,
    "06-leep": lesson_06_leep.MISTAKES,
    "06-choose-source": lesson_06_choose_source.MISTAKES,
    "06-mixture": lesson_06_mixture.MISTAKES,
    "06-class-weights": lesson_06_class_weights.MISTAKES,
}
