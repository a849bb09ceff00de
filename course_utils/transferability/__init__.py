"""Measures of how alike, and how useful to each other, features and labels are."""

from course_utils.transferability.conditional_entropy import nce
from course_utils.transferability.h_score import h_score
from course_utils.transferability.kernel_alignment import linear_cka
from course_utils.transferability.label_alignment import label_alignment
from course_utils.transferability.leep import leep
from course_utils.transferability.log_me import log_me
from course_utils.transferability.proxy_a_distance import proxy_a_distance

__all__ = [
    "h_score",
    "label_alignment",
    "leep",
    "linear_cka",
    "log_me",
    "nce",
    "proxy_a_distance",
]
