"""Lesson 02, A frozen ResNet50."""

from course_utils.lessons.lesson_02.labels_explorer import explore_labels

__all__ = ["explore_labels"]
