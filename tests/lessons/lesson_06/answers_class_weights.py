"""Right and wrong answers to 06-class-weights."""

import numpy as np


def _certain(theta):
    return np.eye(theta.shape[1])[theta.argmax(axis=1)]


def class_weights(probabilities, counted=np.asarray, mean=np.mean, by=np.max, axis=0):
    """The right answer, with a place to go wrong in each of its steps."""
    means = mean(counted(probabilities), axis=axis)
    return means / by(means)


def _by_class(probabilities):
    sums = [sum(row[k] for row in probabilities) for k in range(len(probabilities[0]))]
    return [each / max(sums) for each in sums]


def _min_max(probabilities):
    means = probabilities.mean(axis=0)
    return (means - means.min()) / (means.max() - means.min())


def _inverse(probabilities):
    rarity = 1 - probabilities.mean(axis=0)
    return rarity / rarity.max()


def _softmax(probabilities):
    weights = np.exp(probabilities.mean(axis=0))
    return weights / weights.max()


def _present_or_not(probabilities):
    return (probabilities.mean(axis=0) > 0).astype(float)


def _divides_in_place(probabilities):
    probabilities /= probabilities.mean(axis=0).max()
    return probabilities.mean(axis=0)


def _weights(**wrong):
    return lambda probabilities: class_weights(probabilities, **wrong)


def _rows(probabilities):
    return [sum(row) / len(row) for row in probabilities.tolist()]


def _rarity(probabilities):
    means = np.maximum(probabilities.mean(axis=0), 1e-6)
    return means.min() / means


# An exercise may leave open how: each of these is right.
RIGHT = [class_weights, _by_class]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (_weights(axis=1), "one weight for each source class", "mean-over-classes"),
    (_weights(axis=None), "one weight for each source class"),
    (lambda probabilities: None, "one weight for each source class"),
    (lambda p: p / p.max(axis=0), "one weight for each source class"),
    (_divides_in_place, "one of them changed in place", "changed-in-place"),
    (_weights(by=np.sum), "divided by the largest, not by their sum", "shares-for-weights"),
    (_weights(by=np.mean), "the largest weight is 1"),
    (_inverse, "that no target image resembles weighs 0", "upside-down"),
    (_softmax, "that no target image resembles weighs 0"),
    (_weights(mean=np.max), "with half as many images as the commonest", "largest-for-mean"),
    (_min_max, "with half as many images as the commonest", "from-zero-to-one"),
    (_present_or_not, "with half as many images as the commonest"),
    (_weights(counted=_certain), "the likeliest alone is not counted", "likeliest-class-only"),
    (_weights(counted=lambda p: np.where(p >= 0.5, p, 0)), "the likeliest alone is not counted"),
    (_rows, "the mean is taken over images", "mean-over-classes"),
    (_rarity, "no target image resembles weighs 0", "upside-down"),
]
