"""Typical mistakes in the exercises of lesson 01: a module for each exercise."""

from course_utils.lessons.lesson_01.mistakes import channel as lesson_01_channel
from course_utils.lessons.lesson_01.mistakes import grad_cam as lesson_01_grad_cam
from course_utils.lessons.lesson_01.mistakes import hook as lesson_01_hook
from course_utils.lessons.lesson_01.mistakes import receptive_field as lesson_01_receptive_field

MISTAKES = {
    "01-hook": lesson_01_hook.MISTAKES,
    "01-receptive-field": lesson_01_receptive_field.MISTAKES,
    "01-grad-cam": lesson_01_grad_cam.MISTAKES,
    "01-texture-channel": lesson_01_channel.MISTAKES,
}
