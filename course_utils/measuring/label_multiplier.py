"""What two learning curves say about each other."""

import numpy as np
from numpy.typing import ArrayLike

from course_utils.validation import finite, require


def label_multiplier(
    labels_per_class: ArrayLike, accuracy: ArrayLike, other_accuracy: ArrayLike
) -> np.ndarray:
    """How many times more labels the other curve needs to reach this curve's accuracy.

    This is the *horizontal* gap between two learning curves measured at the same numbers of
    labels. The vertical gap shrinks as both curves flatten, whatever happens to the cost of
    labelling; the horizontal one is in the currency that a project pays in.

    The other curve is replaced by its running maximum first: measured curves wobble, and more
    labels can always be left unused. Between two measured points it is read by straight lines
    in the logarithm of the number of labels.

    Parameters
    ----------
    labels_per_class : array of float, shape (n,)
        Numbers of labels per class, above zero and increasing.
    accuracy : array of float, shape (n,)
        Accuracy of the curve whose worth is asked for, in any unit.
    other_accuracy : array of float, shape (n,)
        Accuracy of the other curve, in the same unit.

    Returns
    -------
    array of float, shape (n,)
        For each number of labels, the number the other curve needs divided by it. `nan` where
        the other curve never gets there within the measured range: the true number is larger
        than the range can show (right-censored). Where the other curve is there already at the
        smallest number of labels, the smallest number divided by this one: an upper bound.

    Raises
    ------
    CourseError
        If the three differ in shape or are not curves, or the numbers of labels are not
        above zero and increasing.
    """
    labels = np.asarray(labels_per_class, dtype=float)
    accuracy = np.asarray(accuracy, dtype=float)
    other = np.asarray(other_accuracy, dtype=float)
    require(
        labels.ndim == 1 and labels.size > 0 and labels.shape == accuracy.shape == other.shape,
        "Two learning curves are compared point by point, so labels_per_class, accuracy and "
        f"other_accuracy need one shape (n,); they have {labels.shape}, {accuracy.shape} and "
        f"{other.shape}.",
    )
    require(
        labels[0] > 0 and bool(np.all(np.diff(labels) > 0)),
        "labels_per_class must be above zero and increasing.",
    )
    finite(np.stack([accuracy, other]), "accuracies")
    envelope = np.maximum.accumulate(other)
    needed = [_labels_needed(target, labels, envelope) for target in accuracy]
    return np.array(needed) / labels


def _labels_needed(target: float, labels: np.ndarray, envelope: np.ndarray) -> float:
    """Labels per class at which a curve that never falls reaches `target`; `nan` if it does not."""
    reached = np.flatnonzero(envelope >= target)
    if reached.size == 0:
        return np.nan
    first = reached[0]
    if first == 0:
        return labels[0]
    around = slice(first - 1, first + 1)
    return np.exp(np.interp(target, envelope[around], np.log(labels[around])))
