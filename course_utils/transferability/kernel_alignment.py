"""Linear CKA: how alike two networks arrange the same images."""

from typing import Any

import numpy as np

from course_utils.validation import require, table


def linear_cka(a: Any, b: Any, unbiased: bool = False) -> float:
    """Linear centred kernel alignment of two representations of the same examples.

    With centred features A and B it is ||A'B||² / (||A'A|| ||B'B||), Frobenius norms: 1 where
    one representation is the other turned and scaled, near 0 where they have nothing in common
    (Kornblith et al. 2019, "Similarity of Neural Network Representations Revisited",
    arXiv:1905.00414).

    Parameters
    ----------
    a : array of shape (n, p)
    b : array of shape (n, q)
        Row for row the same examples.
    unbiased : bool
        Estimate each term without bias (Song et al. 2012; Nguyen, Raghu and Kornblith 2021,
        arXiv:2010.15327). With features that outnumber the examples the plain form is far
        above 0 even for unrelated ones; this one is about 0, and can fall below it.

    Returns
    -------
    float

    Raises
    ------
    CourseError
        Wrong shapes, unequal numbers of examples, fewer than 4 of them, values that are not
        finite, or features that do not differ between the examples.
    """
    a, b = _centred(a, "first representation"), _centred(b, "second representation")
    require(
        len(a) == len(b),
        f"Both representations must be of the same examples: the first has {len(a)} rows, the "
        f"second {len(b)}.",
    )
    n = len(a)
    if unbiased:
        similarity, (a, b) = _unbiased_product, (a @ a.T, b @ b.T)
    elif max(a.shape[1], b.shape[1]) <= n:
        similarity = _feature_product
    else:
        similarity, (a, b) = np.vdot, (a @ a.T, b @ b.T)
    within_a, within_b = similarity(a, a), similarity(b, b)
    require(
        min(within_a, within_b) > 0,
        "There are too few examples, or they differ too little, to estimate the alignment without "
        "bias: take more examples.",
    )
    return float(similarity(a, b) / np.sqrt(within_a * within_b))


def _feature_product(a, b):
    """||A'B||², which is the inner product of the Gram matrices AA' and BB'."""
    return np.sum((a.T @ b) ** 2)


def _unbiased_product(k, l):  # noqa: E741
    """The unbiased estimate of HSIC from two Gram matrices (Song et al. 2012, equation 5)."""
    n = len(k)
    k, l = (gram - np.diag(np.diag(gram)) for gram in (k, l))  # noqa: E741
    means = k.sum() * l.sum() / ((n - 1) * (n - 2))
    return (np.vdot(k, l) + means - 2 / (n - 2) * (k.sum(0) @ l.sum(0))) / (n * (n - 3))


def _centred(features, name):
    """Centred features in double precision, and of one scale."""
    features = table(features, name, fewest=4)
    centred = features - features.mean(axis=0)
    spread = np.abs(centred).max()
    require(
        spread > 1e-12 * np.abs(features).max(),
        f"The {name} is the same for every example: there is nothing to align.",
    )
    return centred / spread
