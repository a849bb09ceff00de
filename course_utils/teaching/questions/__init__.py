"""Predictions before a cell measures, and the quiz after it: asked, kept and answered.

What is asked stands in one file for each lesson, `lesson_NN.toml`, in the order in which it is
asked. Importing this imports no widgets: a question imports what it needs when it is shown.
"""

from course_utils.teaching.questions.asking import answer, outcome, predict, quiz

__all__ = ["answer", "outcome", "predict", "quiz"]
