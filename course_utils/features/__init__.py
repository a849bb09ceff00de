"""Run the frozen part of a network once and keep what comes out."""

from course_utils.features.extraction import Features, extract_features

__all__ = ["Features", "extract_features"]
