"""Measures of how alike, and how useful to each other, two sets of features are."""

from course_utils.transferability.kernel_alignment import linear_cka
from course_utils.transferability.proxy_a_distance import proxy_a_distance

__all__ = ["linear_cka", "proxy_a_distance"]
