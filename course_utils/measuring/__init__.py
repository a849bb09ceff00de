"""Paired trials over seeds, intervals, sweeps."""

from course_utils.measuring.lesson_studies import run_study, stored_records, studies
from course_utils.measuring.results import Result, compare, paired_difference, verdict

__all__ = [
    "Result",
    "compare",
    "paired_difference",
    "run_study",
    "stored_records",
    "studies",
    "verdict",
]
