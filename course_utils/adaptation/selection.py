"""Choosing a model, a method or a setting without a single target label.

Every score looks at a candidate's `Outputs` and is higher for a candidate that it takes to be
better. None is right every time: the oracle, which does see target labels, is there to say how
often each of them is.
"""

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

from course_utils.adaptation.density_ratios import density_ratio
from course_utils.adaptation.outputs import Outputs
from course_utils.validation import class_labels, require

_kept = WeakKeyDictionary()  # density ratios, for as long as their outputs are in use
_ROWS = 1024  # of the similarity matrix at once: all of it may not fit into memory


def source_accuracy(outputs: Outputs) -> float:
    """Accuracy on the held-out source images.

    Right where source and target are one distribution; blind to everything else, and the first
    thing that a method trades away when it adapts.

    Parameters
    ----------
    outputs : Outputs

    Returns
    -------
    float
        0 to 1; minus infinity for a candidate that diverged.
    """
    return -np.inf if outputs.diverged else float(_correct(outputs).mean())


def importance_weighted_accuracy(outputs: Outputs) -> float:
    """Source accuracy in which images count the more, the more they look like the target.

    The sum of w(x) [prediction is right] over the sum of w(x), with w the density ratio of
    target to source features (Sugiyama, Krauledat and Müller 2007, "Covariate Shift Adaptation
    by Importance Weighted Cross Validation"; dividing by the sum of the weights instead of by n
    keeps it in 0 to 1, at the price of a small bias). It estimates target accuracy as long as
    labels depend on features alike in both domains, and some source images look like the target.

    Parameters
    ----------
    outputs : Outputs

    Returns
    -------
    float
        0 to 1; minus infinity for a candidate that diverged.
    """
    if outputs.diverged:
        return -np.inf
    weights = _ratios(outputs)
    return float(np.average(_correct(outputs), weights=weights))


def deep_embedded_validation(outputs: Outputs) -> float:
    """One minus the target risk, estimated from weighted source losses with a control variate.

    With zero-one losses l and density ratios w the risk is mean(w l) + eta (mean(w) - 1), where
    eta = -cov(w l, w) / var(w). The mean of w is 1 if the ratio is right, so that the second
    term adds no bias and takes away variance (You, Wang, Long and Jordan 2019, "Towards Accurate
    Model Selection in Deep Unsupervised Domain Adaptation"). Where all weights are equal, eta
    is undefined and the risk is the plain mean of l.

    Parameters
    ----------
    outputs : Outputs

    Returns
    -------
    float
        Not confined to 0 to 1; minus infinity for a candidate that diverged.
    """
    if outputs.diverged:
        return -np.inf
    weights = _ratios(outputs)
    return 1 - controlled_risk(1.0 - _correct(outputs), weights)


def controlled_risk(losses: np.ndarray, weights: np.ndarray) -> float:
    """The risk of `deep_embedded_validation` from losses and weights, both of shape (n,)."""
    if np.ptp(weights) <= 1e-9 * weights.max():
        return float(losses.mean())
    weighted = weights * losses
    (_, covariance), (_, variance) = np.cov(weighted, weights)
    eta = -covariance / variance
    return float(weighted.mean() + eta * (weights.mean() - 1))


def negative_entropy(outputs: Outputs) -> float:
    """Minus the mean entropy of the target predictions: how sure the candidate is.

    The mean over target images of sum_k p_k log p_k, in nats (Morerio, Cavazza and Murino 2018,
    "Minimal-Entropy Correlation Alignment for Unsupervised Deep Domain Adaptation"). A candidate
    that gives one class to everything is as sure as can be, and wins; and larger logits alone,
    with the same predictions, raise it.

    Parameters
    ----------
    outputs : Outputs

    Returns
    -------
    float
        From -log(k) to 0; minus infinity for a candidate that diverged.
    """
    if outputs.diverged:
        return -np.inf
    logits = outputs.target_logits.astype(np.float64)
    return float((softmax(logits, axis=1) * log_softmax(logits, axis=1)).sum(axis=1).mean())


def soft_neighbourhood_density(outputs: Outputs, temperature: float = 0.05) -> float:
    """How many target images share a prediction with each other: the entropy of neighbourhoods.

    Softmax outputs are scaled to length 1; the similarities of one image to all others, divided
    by the temperature, become a distribution by a softmax; its entropy in nats is averaged over
    the images. It is high where predictions form a few dense clusters (Saito et al. 2021, "Tune it
    the Right Way: Unsupervised Validation of Domain Adaptation via Soft Neighborhood Density").
    One cluster of everything is the densest of all: a candidate that gives one class to every
    image wins, and so does one whose predictions are all uniform.

    Parameters
    ----------
    outputs : Outputs
    temperature : float
        0.05 is the paper's.

    Returns
    -------
    float
        From 0 to log(m - 1) for m target images; minus infinity for a candidate that diverged.
    """
    if outputs.diverged:
        return -np.inf
    probabilities = softmax(outputs.target_logits.astype(np.float64), axis=1)
    require(len(probabilities) >= 2, "Soft neighbourhood density takes at least 2 target images.")
    units = probabilities / np.linalg.norm(probabilities, axis=1, keepdims=True)
    total = 0.0
    for start in range(0, len(units), _ROWS):
        similarity = units[start : start + _ROWS] @ units.T / temperature
        rows = np.arange(len(similarity))
        itself = start + rows
        log_sums = _log_sum_without(similarity, itself)
        shares = np.exp(similarity - log_sums[:, np.newaxis])
        shares[rows, itself] = 0  # nobody is a neighbour of itself
        # The entropy of a softmax of s is log sum exp(s) less the mean of s under it.
        total += (log_sums - (shares * similarity).sum(axis=1)).sum()
    return float(total / len(units))


def oracle(outputs: Outputs, target_labels: Any) -> float:
    """Accuracy on the target: the score that nobody has who needs to adapt.

    Parameters
    ----------
    outputs : Outputs
    target_labels : array of int, shape (m,)

    Returns
    -------
    float
        0 to 1; minus infinity for a candidate that diverged.
    """
    target_labels = class_labels(target_labels, "target labels", *outputs.target_logits.shape)
    if outputs.diverged:
        return -np.inf
    return float((outputs.target_logits.argmax(axis=1) == target_labels).mean())


#: Scores that need no target label, by the name a table gives them.
SELECTORS = {
    "source accuracy": source_accuracy,
    "importance-weighted accuracy": importance_weighted_accuracy,
    "deep embedded validation": deep_embedded_validation,
    "negative entropy": negative_entropy,
    "soft neighbourhood density": soft_neighbourhood_density,
}


def _ratios(outputs):
    """`density_ratio`, kept with the outputs: two scores ask for it, and it takes most time."""
    if outputs not in _kept:
        _kept[outputs] = density_ratio(outputs.source_features, outputs.target_features)
    return _kept[outputs]


def _correct(outputs):
    """Whether each held-out source image is classified rightly: shape (n,)."""
    return outputs.source_logits.argmax(axis=1) == outputs.source_labels


def _log_sum_without(similarity, itself):
    """log of the sum of exp over each row, leaving out the column `itself` of that row."""
    similarity = similarity.copy()
    similarity[np.arange(len(similarity)), itself] = -np.inf
    return np.asarray(logsumexp(similarity, axis=1))
