"""The exercises of lesson 03, Staged fine-tuning: a module for each."""

from course_utils.lessons.lesson_03.exercises.boundary import FREEZE_BOUNDARY
from course_utils.lessons.lesson_03.exercises.discriminative import DISCRIMINATIVE
from course_utils.lessons.lesson_03.exercises.l2_sp import L2_SP
from course_utils.lessons.lesson_03.exercises.learning_rate import LEARNING_RATE
from course_utils.lessons.lesson_03.exercises.stopping import EARLY_STOPPING
from course_utils.lessons.lesson_03.exercises.unfreeze import UNFREEZE

EXERCISES = (
    UNFREEZE,
    LEARNING_RATE,
    DISCRIMINATIVE,
    L2_SP,
    EARLY_STOPPING,
    FREEZE_BOUNDARY,
)
