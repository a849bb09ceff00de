"""The exercises of lesson 03, Staged fine-tuning: a module for each."""

from course_utils.teaching.exercises.lesson_03_boundary import FREEZE_BOUNDARY
from course_utils.teaching.exercises.lesson_03_discriminative import DISCRIMINATIVE
from course_utils.teaching.exercises.lesson_03_l2_sp import L2_SP
from course_utils.teaching.exercises.lesson_03_learning_rate import LEARNING_RATE
from course_utils.teaching.exercises.lesson_03_stopping import EARLY_STOPPING
from course_utils.teaching.exercises.lesson_03_unfreeze import UNFREEZE

EXERCISES = (
    UNFREEZE,
    LEARNING_RATE,
    DISCRIMINATIVE,
    L2_SP,
    EARLY_STOPPING,
    FREEZE_BOUNDARY,
)
