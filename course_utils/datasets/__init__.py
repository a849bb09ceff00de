"""Labelled images: shipped sets, public ones, any folder with a folder per class, and shifts."""

from course_utils.datasets.catalog import domains, load_dataset
from course_utils.datasets.corruptions import CORRUPTIONS, corrupt
from course_utils.datasets.dataset import Dataset, Splits
from course_utils.datasets.duplicates import find_duplicates
from course_utils.datasets.fetched import public_sets_here
from course_utils.datasets.skew import label_drift, skewed
from course_utils.datasets.splitting import split

__all__ = [
    "CORRUPTIONS",
    "Dataset",
    "Splits",
    "corrupt",
    "domains",
    "find_duplicates",
    "label_drift",
    "load_dataset",
    "public_sets_here",
    "skewed",
    "split",
]
