"""H-score: how much of the features' spread lies between the classes."""

from typing import Any

import numpy as np

from course_utils.transferability.labelled_features import scaled_features, target_classes
from course_utils.transferability.spectrum import label_spectrum


def h_score(features: Any, labels: Any, shrinkage: bool = True) -> float:
    """tr(cov(f)⁻¹ cov(E[f | y])): spread between classes over all spread; higher is better.

    From 0 to the number of classes less one, or the number of features if that is smaller (Bao
    et al. 2019, "An Information-Theoretic Approach to Transferability in Task Transfer Learning",
    ICIP). With few examples for the number of features, the covariance as it is cannot be
    trusted: with fewer examples than features the plain score is at its upper end whatever the
    labels. So the covariance of the features is shrunk towards a multiple of the identity by the
    intensity of Ledoit and Wolf, and that of the class means multiplied by what is left, one less
    the intensity (Ibrahim, Ponomareva and Mazumder 2021, arXiv:2110.06893).

    Both covariances are sums divided by n here. Code that takes n - 1 for the second alone gives
    n / (n - 1) times as much with shrinkage.

    Parameters
    ----------
    features : array of shape (n, d)
    labels : array of shape (n,)
        Whole numbers from 0; some of them may be absent.
    shrinkage : bool
        Without, the pseudo-inverse of the covariance as it is.

    Returns
    -------
    float

    Raises
    ------
    CourseError
        Wrong shapes, unequal numbers of examples, features that are not finite or do not differ,
        labels that are not whole numbers from 0, or all of one class.
    """
    features = scaled_features(features)
    classes = target_classes(labels, len(features))
    features = features - features.mean(axis=0)
    strengths, shares = label_spectrum(features, classes)
    between = (shares / np.bincount(classes)).sum(axis=1)
    if not shrinkage:
        return float(between.sum())

    n, d = features.shape
    intensity = _ledoit_wolf_intensity(features, strengths)
    variances = (1 - intensity) * strengths / n
    mean_variance = strengths.sum() / (n * d)
    return float(between @ (variances / (variances + intensity * mean_variance)))


def _ledoit_wolf_intensity(features: np.ndarray, strengths: np.ndarray) -> float:
    """What `sklearn.covariance.ledoit_wolf_shrinkage` gives, from what is known already.

    It is the expected squared error of the covariance over its squared distance from the
    identity times the mean variance (Ledoit and Wolf 2004, "A Well-Conditioned Estimator for
    Large-Dimensional Covariance Matrices"). The library works with all products of two features,
    two thirds of the time of the score for 10,000 examples of 2048 features.
    """
    n, d = features.shape
    lengths = np.sum(features**2, axis=1)
    size = np.sum((strengths / n) ** 2)
    error = (np.mean(lengths**2) - size) / n
    distance = size - lengths.mean() ** 2 / d
    if distance <= 1e-12 * size:  # it is a multiple of the identity: as with a single feature
        return 0.0
    return min(error / distance, 1.0)
