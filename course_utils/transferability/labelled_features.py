"""Features and labels in the form that the transferability scores work on."""

from typing import Any

import numpy as np

from course_utils.validation import class_labels, require, table


def scaled_features(features: Any, fewest: int = 1) -> np.ndarray:
    """Features (n, d) in double precision, none above 1 in size.

    No score changes when all features are multiplied by one number, so they may be scaled to
    where squares neither overflow nor vanish.
    """
    features = table(features, "features", fewest)
    largest = np.abs(features).max()
    require(
        np.ptp(features, axis=0).max() > 1e-12 * largest,
        "The features are the same for every example and say nothing of the labels: check the "
        "network or the layer they come from.",
    )
    return features / largest


def consecutive_classes(labels: Any, name: str, n: int | None = None) -> np.ndarray:
    """Labels (n,) numbered anew, in the same order, so that none of 0 to K - 1 is absent."""
    return np.unique(class_labels(labels, name, n), return_inverse=True)[1]


def target_classes(labels: Any, n: int) -> np.ndarray:
    """The class of each of `n` examples, 0 to K - 1: at least two, none of them absent."""
    classes = consecutive_classes(labels, "labels", n)
    require(
        classes.max() > 0,
        "All labels are of one class, which nothing can be scored on: take examples of at least "
        "two.",
    )
    return classes


def one_hot(classes: np.ndarray) -> np.ndarray:
    """Classes 0 to K - 1 as columns (n, K) of zeros and ones."""
    return np.eye(classes.max() + 1)[classes]
