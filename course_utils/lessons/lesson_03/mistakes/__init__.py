"""Typical mistakes in the exercises of lesson 03: a module for each exercise."""

from course_utils.lessons.lesson_03.mistakes import boundary as lesson_03_boundary
from course_utils.lessons.lesson_03.mistakes import discriminative as lesson_03_discriminative
from course_utils.lessons.lesson_03.mistakes import l2_sp as lesson_03_l2_sp
from course_utils.lessons.lesson_03.mistakes import learning_rate as lesson_03_learning_rate
from course_utils.lessons.lesson_03.mistakes import stopping as lesson_03_stopping
from course_utils.lessons.lesson_03.mistakes import unfreeze as lesson_03_unfreeze

MISTAKES = {
    "03-unfreeze": lesson_03_unfreeze.MISTAKES,
    "03-learning-rate": lesson_03_learning_rate.MISTAKES,
    "03-discriminative": lesson_03_discriminative.MISTAKES,
    "03-l2-sp": lesson_03_l2_sp.MISTAKES,
    "03-early-stopping": lesson_03_stopping.MISTAKES,
    "03-freeze-boundary": lesson_03_boundary.MISTAKES,
}
