"""How strong each direction of the features is, and how much of each class lies along it."""

import numpy as np

from course_utils.transferability.labelled_features import one_hot


def label_spectrum(features: np.ndarray, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Decompose the features once, for every score that weighs their directions.

    With features F = U S V' (singular value decomposition), the square of each singular value,
    and the share of every class along each column of U. Both come from the eigenvectors of the
    smaller of F'F and FF', which takes a fraction of the time of the decomposition itself.

    Parameters
    ----------
    features : array of shape (n, d)
    classes : array of shape (n,)
        0 to K - 1, none absent.

    Returns
    -------
    strengths : array of shape (rank,)
        Squared singular values, those that are zero but for rounding left out.
    shares : array of shape (rank, K)
        Squared projection of each class's column of zeros and ones on each direction; a class
        that lies in the span of the features wholly has as many in sum as it has examples.
    """
    n, d = features.shape
    few_features = d < n
    gram = features.T @ features if few_features else features @ features.T
    strengths, vectors = np.linalg.eigh(gram)
    kept = strengths > max(n, d) * np.finfo(np.float64).eps * strengths[-1]
    strengths, vectors = strengths[kept], vectors[:, kept]
    if few_features:
        class_sums = features.T @ one_hot(classes)
        projections = vectors.T @ class_sums / np.sqrt(strengths)[:, np.newaxis]
    else:
        projections = vectors.T @ one_hot(classes)
    return strengths, projections**2
