"""Lesson 01, What networks see."""

from course_utils.lessons.lesson_01.channel_explorer import explore_channels

__all__ = ["explore_channels"]
