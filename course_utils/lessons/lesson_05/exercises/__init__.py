"""The exercises of lesson 05, Domain adaptation: a module for each."""

from course_utils.lessons.lesson_05.exercises.adabn import ADABN
from course_utils.lessons.lesson_05.exercises.coral import CORAL
from course_utils.lessons.lesson_05.exercises.reversal import REVERSAL
from course_utils.lessons.lesson_05.exercises.selector import SELECTOR
from course_utils.lessons.lesson_05.exercises.skew import SKEW

EXERCISES = (CORAL, REVERSAL, ADABN, SELECTOR, SKEW)
