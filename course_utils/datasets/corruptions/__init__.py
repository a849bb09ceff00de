"""Distribution shift as a dial: ten corruptions, each turned from 0 (the picture itself) to 1."""

from course_utils.datasets.corruptions.corrupting import CORRUPTIONS, corrupt

__all__ = ["CORRUPTIONS", "corrupt"]
