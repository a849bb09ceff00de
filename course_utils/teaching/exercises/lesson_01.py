"""The exercises of lesson 01, What networks see: a module for each."""

from course_utils.teaching.exercises.lesson_01_channel import TEXTURE_CHANNEL
from course_utils.teaching.exercises.lesson_01_grad_cam import GRAD_CAM
from course_utils.teaching.exercises.lesson_01_hook import HOOK
from course_utils.teaching.exercises.lesson_01_receptive_field import RECEPTIVE_FIELD

EXERCISES = (HOOK, RECEPTIVE_FIELD, GRAD_CAM, TEXTURE_CHANNEL)
