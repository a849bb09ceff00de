"""LEEP: how well a source network's own classes already predict the target's."""

import numpy as np

from course_utils.transferability.checking import (
    checked_classes,
    checked_probabilities,
    indicators,
)


def leep(source_probabilities, labels):
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
    probabilities = checked_probabilities(source_probabilities)
    classes = checked_classes(labels, len(probabilities))
    joint = indicators(classes).T @ probabilities
    of_source = joint.sum(axis=0)
    # A source class that is never predicted has no say, whatever stands in its column.
    conditional = joint / np.where(of_source > 0, of_source, 1)
    expected = np.einsum("nz,nz->n", probabilities, conditional[classes])
    return float(np.log(expected).mean())
