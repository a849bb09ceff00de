"""Negative conditional entropy: how much a source network's labels leave open of the target's."""

from typing import Any

import numpy as np

from course_utils.transferability.labelled_features import consecutive_classes, target_classes


def nce(source_labels: Any, labels: Any) -> float:
    """Negative conditional entropy -H(Y | Z); higher is better, 0 the best there is.

    Z is the source label of an image, Y its target label: 0 where the first decides the second,
    -H(Y) where it says nothing of it (Tran, Nguyen and Hassner 2019, arXiv:1908.08142).

    Parameters
    ----------
    source_labels : array of shape (n,)
        The source class of each target image, most often the network's likeliest; whole numbers
        from 0.
    labels : array of shape (n,)
        Target labels, whole numbers from 0; some of either may be absent.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    CourseError
        Wrong shapes, unequal lengths, labels that are not whole numbers from 0, or target labels
        all of one class.
    """
    sources = consecutive_classes(source_labels, "source labels")
    classes = target_classes(labels, len(sources))
    counts = np.zeros((sources.max() + 1, classes.max() + 1))
    np.add.at(counts, (sources, classes), 1)
    conditional = counts / counts.sum(axis=1, keepdims=True)
    return float(np.log(conditional[sources, classes]).mean())
