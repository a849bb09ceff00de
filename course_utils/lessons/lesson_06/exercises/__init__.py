"""The exercises of lesson 06, Negative transfer: a module for each."""

from course_utils.lessons.lesson_06.exercises.choose_source import CHOOSE_SOURCE
from course_utils.lessons.lesson_06.exercises.class_weights import CLASS_WEIGHTS
from course_utils.lessons.lesson_06.exercises.leep import LEEP
from course_utils.lessons.lesson_06.exercises.mixture import MIXTURE
from course_utils.lessons.lesson_06.exercises.transfer_gap import TRANSFER_GAP

EXERCISES = (TRANSFER_GAP, LEEP, CHOOSE_SOURCE, MIXTURE, CLASS_WEIGHTS)
