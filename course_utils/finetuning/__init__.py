"""Fine-tuning in stages: schedules, freeze boundaries, BatchNorm care, penalties, diagnostics."""

from course_utils.finetuning.fine_tuning import FineTuner, fine_tune
from course_utils.finetuning.history import History
from course_utils.finetuning.range_test import learning_rate_range_test
from course_utils.finetuning.recipes import all_at_once, gradual_unfreezing
from course_utils.finetuning.schedules import Schedule, Stage, rate_at

__all__ = [
    "FineTuner",
    "History",
    "Schedule",
    "Stage",
    "all_at_once",
    "fine_tune",
    "gradual_unfreezing",
    "learning_rate_range_test",
    "rate_at",
]
