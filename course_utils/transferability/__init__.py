"""Measures of how alike, and how useful to each other, two sets of features are."""

from course_utils.transferability.kernel_alignment import linear_cka

__all__ = ["linear_cka"]
