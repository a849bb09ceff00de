"""Trials, the table of their records, results with intervals, sweeps."""

from course_utils.measuring.lesson_studies import live_and_stored, run_study, studies
from course_utils.measuring.records import records
from course_utils.measuring.results import (
    Result,
    compare,
    paired_difference,
    result_of,
    unpaired_difference,
)

__all__ = [
    "Result",
    "compare",
    "live_and_stored",
    "paired_difference",
    "records",
    "result_of",
    "run_study",
    "studies",
    "unpaired_difference",
]
