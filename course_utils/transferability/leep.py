"""LEEP: how well a source network's own classes already predict the target's."""

from typing import Any

import numpy as np

from course_utils.transferability.labelled_features import one_hot, target_classes
from course_utils.validation import require, table

#: How far a row's sum may lie from 1: that of a softmax in half precision does.
_TOLERANCE = 1e-3


def leep(source_probabilities: Any, labels: Any) -> float:
    """Log expected empirical prediction; higher is better, 0 the best there is.

    The source network says how likely each of its classes z is for each target image; with the
    labels that gives the empirical P(y | z). The score is the mean logarithm of what predicting
    by the sum over z of P(y | z) P(z | image) gives to the true label (Nguyen, Hassner, Seeger
    and Archambeau 2020, arXiv:2002.12462).

    Parameters
    ----------
    source_probabilities : array of shape (n, Z)
        The source network's softmax outputs on the target images; rows have sum 1.
    labels : array of shape (n,)
        Target labels, whole numbers from 0; some of them may be absent.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    CourseError
        Wrong shapes, unequal numbers of examples, rows that are no probabilities, labels that
        are not whole numbers from 0, or all of one class.
    """
    probabilities = _normalised(source_probabilities)
    classes = target_classes(labels, len(probabilities))
    joint = one_hot(classes).T @ probabilities
    of_source = joint.sum(axis=0)
    # A source class that is never predicted has no say, whatever stands in its column.
    conditional = joint / np.where(of_source > 0, of_source, 1)
    expected = np.einsum("nz,nz->n", probabilities, conditional[classes])
    return float(np.log(expected).mean())


def _normalised(probabilities):
    """Probabilities (n, Z) in double precision, each row with sum 1 to the last digit."""
    probabilities = table(probabilities, "source probabilities")
    sums = probabilities.sum(axis=1, keepdims=True)
    require(
        probabilities.min() >= 0 and np.abs(sums - 1).max() <= _TOLERANCE,
        "Every row of the source probabilities must be of numbers from 0 up with sum 1: put the "
        "network's outputs through a softmax first.",
    )
    return probabilities / sums
