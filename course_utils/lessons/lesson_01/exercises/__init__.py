"""The exercises of lesson 01, What networks see: a module for each."""

from course_utils.lessons.lesson_01.exercises.channel import TEXTURE_CHANNEL
from course_utils.lessons.lesson_01.exercises.grad_cam import GRAD_CAM
from course_utils.lessons.lesson_01.exercises.hook import HOOK
from course_utils.lessons.lesson_01.exercises.receptive_field import RECEPTIVE_FIELD

EXERCISES = (HOOK, RECEPTIVE_FIELD, GRAD_CAM, TEXTURE_CHANNEL)
