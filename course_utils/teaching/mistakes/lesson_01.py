"""Typical mistakes in the exercises of lesson 01: a module for each exercise."""

from course_utils.teaching.mistakes import (
    lesson_01_channel,
    lesson_01_grad_cam,
    lesson_01_hook,
    lesson_01_receptive_field,
)

MISTAKES = {
    "01-hook": lesson_01_hook.MISTAKES,
    "01-receptive-field": lesson_01_receptive_field.MISTAKES,
    "01-grad-cam": lesson_01_grad_cam.MISTAKES,
    "01-texture-channel": lesson_01_channel.MISTAKES,
}
