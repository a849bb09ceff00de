"""Labelled images: shipped sets, made ones, and any folder with a folder per class."""

from course_utils.datasets.catalog import load_dataset
from course_utils.datasets.dataset import Dataset, Splits

__all__ = ["Dataset", "Splits", "load_dataset"]
