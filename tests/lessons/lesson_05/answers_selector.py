"""Right and wrong answers to 05-selector."""

import numpy as np


def importance_weighted_accuracy(correct, p_target, weight=lambda p: p / (1 - p), by=None):
    """The right answer, with a place to go wrong in each of its steps."""
    weights = weight(p_target)
    whole = weights.sum() if by is None else by(weights, correct)
    return (weights * correct).sum() / whole


def _by_average(correct, p_target):
    return np.average(correct, weights=1 / (1 / np.maximum(p_target, 1e-12) - 1))


def _weighted(**wrong):
    return lambda *arguments: importance_weighted_accuracy(*arguments, **wrong)


def _likely_ones_only(correct, p_target):
    return correct[p_target > 0.5].mean()


def _by_image(weight, divided_by=sum):
    """The weighted accuracy with a loop over images."""

    def importance_weighted_accuracy(correct, p_target):
        total, weights = 0.0, []
        for right, p in zip(correct, p_target, strict=True):
            weights.append(weight(p))
            if right:
                total += weights[-1]
        return total / divided_by(weights)

    return importance_weighted_accuracy


def _target_like_and_right(correct, p_target):
    return float(np.logical_and(correct, p_target > 0.5).sum() / len(correct))


# An exercise may leave open how: each of these is right.
RIGHT = [importance_weighted_accuracy, _by_average]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        _weighted(by=lambda weights, correct: len(weights)),
        "it is the plain accuracy",
        "not-by-the-weights",
    ),
    (_weighted(by=lambda weights, correct: weights[correct].sum()), "it is the plain accuracy"),
    (_weighted(by=lambda weights, correct: 1), "it is the plain accuracy", "not-by-the-weights"),
    (_likely_ones_only, "it is the plain accuracy", "a-threshold"),
    (lambda correct, p_target: correct * p_target, "it is the plain accuracy"),
    (
        lambda correct, p_target: correct.mean(),
        "an image that looks like the target counts more",
        "plain-accuracy",
    ),
    (
        _weighted(weight=lambda p: (1 - p) / np.maximum(p, 1e-12)),
        "an image that looks like the target counts more",
        "upside-down",
    ),
    (
        _weighted(by=lambda weights, correct: weights.max() * len(weights)),
        "it is 1 if every image is right",
    ),
    (
        _weighted(weight=lambda p: 1 / (1 - p)),
        "certainly not like the target",
        "numerator-left-out",
    ),
    (_weighted(weight=lambda p: np.exp(p)), "certainly not like the target"),
    (_weighted(weight=lambda p: p), "its odds, p / (1 - p)", "probability-for-odds"),
    (_weighted(weight=lambda p: (p / (1 - p)) ** 2), "its odds, p / (1 - p)"),
    (lambda correct, p_target: None, "it is the plain accuracy"),
    (_by_image(lambda p: 1 - p), "looks like the target counts", "upside-down"),
    (_target_like_and_right, "it is the plain accuracy", "a-threshold"),
]
