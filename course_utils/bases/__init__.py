"""Pretrained networks for both frameworks, loaded by the frameworks' own loaders."""

from course_utils.bases.precision import bfloat16_is_fast
from course_utils.bases.weights import course_weights, verify_shipped_weights

__all__ = ["bfloat16_is_fast", "course_weights", "verify_shipped_weights"]
