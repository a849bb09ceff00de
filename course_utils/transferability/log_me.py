"""LogME: how likely the labels are under a linear model on the features, all weights averaged."""

from typing import Any

import numpy as np

from course_utils.transferability.labelled_features import scaled_features, target_classes
from course_utils.transferability.spectrum import label_spectrum

# Added to every sum of squared residuals, as in the authors' code: without it the evidence grows
# without end where the features fit a class exactly.
_LEAST_RESIDUAL = 1e-5

# Ratios of noise to prior that are tried, for features whose largest squared singular value is 1.
# At the upper end the features are as good as unused; the lower is below what rounding leaves.
_RATIOS = np.logspace(-14, 8, 441)
_HALVINGS = 30


def log_me(features: Any, labels: Any) -> float:
    """Logarithm of the maximum evidence, for an example and a class; higher is better.

    For each class, its column y of zeros and ones is explained by a linear model without an
    intercept, y = F w + noise, with a normal prior of precision alpha on the weights w and of
    precision beta on the noise. The evidence p(y | F, alpha, beta) has the weights integrated
    out, and is taken at its maximum over alpha and beta; the score is the mean over the classes
    of its logarithm, divided by the number of examples (You, Liu, Wang and Long 2021,
    arXiv:2102.11005). It is a log density: it may be above 0.

    One decomposition of the features serves all classes, and leaves one unknown for each, the
    ratio t = alpha / beta: at the maximum beta follows from t, and t is the fixed point of the
    authors' faster iteration (You et al. 2022, "Ranking and Tuning Pre-trained Models",
    arXiv:2110.10545). From a fixed start that iteration may need over a thousand rounds, or stop
    at the lower of two maxima; here the fixed point is bracketed on a grid and found by halving.

    Parameters
    ----------
    features : array of shape (n, d)
        As the network gives them; d may exceed n.
    labels : array of shape (n,)
        Whole numbers from 0; classes that are absent are left out of the mean.

    Returns
    -------
    float
        In nats an example.

    Raises
    ------
    CourseError
        Wrong shapes, unequal numbers of examples, features that are not finite or do not differ,
        labels that are not whole numbers from 0, or all of one class.
    """
    features = scaled_features(features)
    classes = target_classes(labels, len(features))
    strengths, shares = label_spectrum(features, classes)
    problem = (
        len(features),
        strengths / strengths.max(),
        shares,
        # What no weights can explain of each class.
        np.maximum(np.bincount(classes) - shares.sum(axis=0), 0) + _LEAST_RESIDUAL,
    )
    return float(_log_evidence(_best_ratios(*problem), *problem).mean())


def _log_evidence(ratios, n, strengths, shares, outside):
    """Log evidence of each class divided by n, with the best beta for its ratio alpha / beta.

    `ratios` is of shape (K,); the result also.
    """
    left = ratios / (strengths[:, np.newaxis] + ratios)
    misfit = (shares * left).sum(axis=0) + outside
    return _from_misfit(misfit, -np.log(left).sum(axis=0), n)


def _from_misfit(misfit, log_determinant, n):
    """With beta = n / misfit, the log density of y under a normal distribution of mean 0.

    `misfit` is y' C⁻¹ y with C = I + FF' / t, and `log_determinant` that of C.
    """
    return (n * np.log(n / misfit) - n * (1 + np.log(2 * np.pi)) - log_determinant) / (2 * n)


def _best_ratios(n, strengths, shares, outside):
    """The ratio alpha / beta of the highest evidence of each class, of shape (K,)."""
    left = _RATIOS / (strengths[:, np.newaxis] + _RATIOS)
    misfit = shares.T @ left + outside[:, np.newaxis]
    best = _from_misfit(misfit, -np.log(left).sum(axis=0), n).argmax(axis=1)
    low = np.log(_RATIOS[np.maximum(best - 1, 0)])
    high = np.log(_RATIOS[np.minimum(best + 1, len(_RATIOS) - 1)])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        up = _rises(np.exp(middle), n, strengths, shares, outside)
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return np.exp((low + high) / 2)


def _rises(ratios, n, strengths, shares, outside):
    """Whether the evidence of each class grows with its ratio: its fixed point lies above.

    The fixed point t = gamma (residuals) / ((n - gamma) |w|²) of the authors, with gamma the
    effective number of weights, is t = t · gamma · misfit / (n · slope) in these terms.
    """
    left = ratios / (strengths[:, np.newaxis] + ratios)
    misfit = (shares * left).sum(axis=0) + outside
    slope = (shares * left * (1 - left)).sum(axis=0)
    return (1 - left).sum(axis=0) * misfit > n * slope
