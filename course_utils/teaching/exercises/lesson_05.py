"""The exercises of lesson 05, Domain adaptation: a module for each."""

from course_utils.teaching.exercises.lesson_05_adabn import ADABN
from course_utils.teaching.exercises.lesson_05_coral import CORAL
from course_utils.teaching.exercises.lesson_05_reversal import REVERSAL
from course_utils.teaching.exercises.lesson_05_selector import SELECTOR
from course_utils.teaching.exercises.lesson_05_skew import SKEW

EXERCISES = (CORAL, REVERSAL, ADABN, SELECTOR, SKEW)
