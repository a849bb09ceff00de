"""Helper package of the course "Transfer Learning, Measured".

Three nouns, one direction: `Dataset` (images, labels, class names, domain) -> `Features`
(arrays at a named layer) -> `Result` (one metric over seeds, with its interval).

Importing the package imports neither TensorFlow nor torch: every public name below is
fetched from its module on first use.
"""

import importlib

__version__ = "0.1.0"

_PUBLIC_NAMES = {
    "CourseError": "course_utils.errors",
    "Dataset": "course_utils.datasets",
    "Splits": "course_utils.datasets",
    "load_dataset": "course_utils.datasets",
    "domains": "course_utils.datasets",
    "corrupt": "course_utils.datasets",
    "split": "course_utils.datasets",
    "find_duplicates": "course_utils.datasets",
    "course_weights": "course_utils.bases",
    "Features": "course_utils.features",
    "extract_features": "course_utils.features",
    "Result": "course_utils.measuring",
    "paired_difference": "course_utils.measuring",
    "check": "course_utils.teaching",
    "hint": "course_utils.teaching",
    "solution": "course_utils.teaching",
    "predict": "course_utils.teaching",
    "outcome": "course_utils.teaching",
    "quiz": "course_utils.teaching",
    "answer": "course_utils.teaching",
    "show": "course_utils.teaching",
    "show_source": "course_utils.teaching",
    "show_figure": "course_utils.teaching",
}

__all__ = sorted(_PUBLIC_NAMES)


def __getattr__(name):
    if name in _PUBLIC_NAMES:
        return getattr(importlib.import_module(_PUBLIC_NAMES[name]), name)
    raise AttributeError(f"course_utils has no name {name!r}; it offers {', '.join(__all__)}.")


def __dir__():
    return sorted([*globals(), *__all__])
