"""What the transferability scores take in, checked and brought to one form."""

import numpy as np

from course_utils.errors import CourseError


def checked_features(features):
    """Features (n, d) in double precision, none above 1 in size.

    No score changes when all features are multiplied by one number, so they may be scaled to
    where squares neither overflow nor vanish.
    """
    features = _finite_table(features, "features")
    largest = np.abs(features).max()
    if np.ptp(features, axis=0).max() <= 1e-12 * largest:
        raise CourseError(
            "The features are the same for every example and say nothing of the labels: check "
            "the network or the layer they come from."
        )
    return features / largest


def checked_probabilities(probabilities, tolerance=1e-3):
    """Probabilities (n, Z) in double precision, each row with sum 1 to the last digit.

    The tolerance is that of a softmax in half precision.
    """
    probabilities = _finite_table(probabilities, "source probabilities")
    sums = probabilities.sum(axis=1, keepdims=True)
    if probabilities.min() < 0 or np.abs(sums - 1).max() > tolerance:
        raise CourseError(
            "Every row of the source probabilities must be of numbers from 0 up with sum 1: put "
            "the network's outputs through a softmax first."
        )
    return probabilities / sums


def checked_classes(labels, n):
    """The class of each of `n` examples, 0 to K - 1, classes that are absent left out."""
    classes = positions_in_use(labels, "labels")
    if len(classes) != n:
        raise CourseError(
            f"Each example needs one label: there are {n} examples and {len(classes)} labels."
        )
    if classes.max() == 0:
        raise CourseError(
            "All labels are of one class, which nothing can be scored on: take examples of at "
            "least two."
        )
    return classes


def positions_in_use(labels, name):
    """Labels (n,) numbered anew, in the same order, so that none of 0 to K - 1 is absent."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or not len(labels):
        raise CourseError(
            f"The {name} must be an array (examples,) of at least one, not of shape {labels.shape}."
        )
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
        raise CourseError(
            f"The {name} must be whole numbers from 0, each the position of a class, of an "
            f"integer type: these are of type {labels.dtype}"
            + (f" from {labels.min()}." if np.issubdtype(labels.dtype, np.number) else ".")
        )
    return np.unique(labels, return_inverse=True)[1]


def indicators(classes):
    """Classes 0 to K - 1 as columns (n, K) of zeros and ones."""
    return np.eye(classes.max() + 1)[classes]


def _finite_table(values, name):
    """An array (examples, columns) of finite numbers in double precision."""
    try:
        values = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CourseError(
            f"The {name} must be an array of numbers, of shape (examples, columns)."
        ) from error
    if values.ndim != 2 or not values.size:
        raise CourseError(
            f"The {name} must be an array (examples, columns) of at least one each, not of shape "
            f"{values.shape}."
        )
    if not np.isfinite(values).all():
        raise CourseError(f"The {name} hold values that are not finite: look for NaN or infinity.")
    return values
