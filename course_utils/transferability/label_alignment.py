"""Alignment with the labels: linear CKA as a score of a source on a labelled target."""

from typing import Any

from course_utils.transferability.kernel_alignment import linear_cka
from course_utils.transferability.labelled_features import one_hot, scaled_features, target_classes
from course_utils.validation import require


def label_alignment(features: Any, labels: Any, unbiased: bool = True) -> float:
    """Linear CKA of the features with the labels as columns of zeros and ones; higher is better.

    Near 1 where examples of a class lie together and the classes are equally far apart, near 0
    where the features have nothing to do with the labels: the centred kernel-target alignment
    (Cristianini et al. 2001, "On Kernel-Target Alignment"; Cortes, Mohri and Rostamizadeh 2012,
    arXiv:1203.0550) with the features' inner products as the kernel.

    Parameters
    ----------
    features : array of shape (n, d)
    labels : array of shape (n,)
        Whole numbers from 0; some of them may be absent.
    unbiased : bool
        As in `linear_cka`: without it, unrelated features that outnumber the examples score far
        above 0. It holds n by n numbers several times, 0.8 GB each for 10,000 examples.

    Returns
    -------
    float

    Raises
    ------
    CourseError
        Wrong shapes, unequal numbers of examples, fewer than 4 of them, features that are not
        finite or do not differ, labels that are not whole numbers from 0, all of one class, or,
        if unbiased, of a different class for every example.
    """
    features = scaled_features(features, fewest=4)
    classes = target_classes(labels, len(features))
    require(
        not unbiased or classes.max() + 1 < len(classes),
        "Every example is of a class of its own, so no two can be alike: take at least two "
        "examples of some class.",
    )
    return linear_cka(features, one_hot(classes), unbiased)
