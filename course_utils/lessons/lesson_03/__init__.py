"""Lesson 03, Staged fine-tuning."""

from course_utils.lessons.lesson_03.explorer import explore_fine_tuning

__all__ = ["explore_fine_tuning"]
