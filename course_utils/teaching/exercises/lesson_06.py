"""The exercises of lesson 06, Negative transfer: a module for each."""

from course_utils.teaching.exercises.lesson_06_choose_source import CHOOSE_SOURCE
from course_utils.teaching.exercises.lesson_06_class_weights import CLASS_WEIGHTS
from course_utils.teaching.exercises.lesson_06_leep import LEEP
from course_utils.teaching.exercises.lesson_06_mixture import MIXTURE
from course_utils.teaching.exercises.lesson_06_transfer_gap import TRANSFER_GAP

EXERCISES = (TRANSFER_GAP, LEEP, CHOOSE_SOURCE, MIXTURE, CLASS_WEIGHTS)
