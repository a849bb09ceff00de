"""What stands between a learner and the lesson: checks, hints, solutions, sources, figures.

Importing this imports neither TensorFlow nor torch: a check imports what it needs when run.
"""

from course_utils.teaching.checks import check, hint, solution
from course_utils.teaching.contact_sheets import show
from course_utils.teaching.figures import show_figure, use_course_style
from course_utils.teaching.progress_report import show_progress
from course_utils.teaching.questions import answer, outcome, predict, quiz
from course_utils.teaching.sources import show_source

__all__ = [
    "answer",
    "check",
    "hint",
    "outcome",
    "predict",
    "quiz",
    "show",
    "show_figure",
    "show_progress",
    "show_source",
    "solution",
    "use_course_style",
]
