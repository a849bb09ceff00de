"""Typical wrong answers to 06-leep and 06-class-weights, as learners would write them."""

import math

import numpy as np


def _leep_by_image(weights, chance=math.log, over=len, along="z"):
    """LEEP with loops; `weights` are what an image's row counts with."""

    def leep(source_probabilities, labels):
        rows = np.array([weights(row) for row in source_probabilities])
        total = 0.0
        for row, label in zip(rows, labels, strict=True):
            own = 0.0
            for z in range(rows.shape[1]):
                mine = sum(r[z] for r, y in zip(rows, labels, strict=True) if y == label)
                whole = {
                    "z": rows[:, z].sum(),
                    "y": (labels == label).sum(),
                    "none": len(labels),
                }[along]
                own += row[z] * mine / whole if whole else 0.0
            total += chance(own)
        return total / over(labels)

    return leep


def _one_hot(row):
    hot = np.zeros(len(row))
    hot[np.argmax(row)] = 1
    return hot


def _logs_averaged(source_probabilities, labels):
    scores = []
    for row, label in zip(source_probabilities, labels, strict=True):
        mine = source_probabilities[labels == label].sum(axis=0)
        scores.append(np.average(np.log(mine / source_probabilities.sum(axis=0)), weights=row))
    return np.mean(scores)


def _counts_classes(source_probabilities, labels):
    n_classes = len(set(labels.tolist()))
    joint = np.stack([source_probabilities[labels == y].sum(axis=0) for y in range(n_classes)])
    conditional = joint / np.maximum(joint.sum(axis=0), 1e-12)
    chances = [row @ conditional[y] for row, y in zip(source_probabilities, labels, strict=True)]
    return np.log(chances).mean()


def _divides_by_zero(source_probabilities, labels):
    total = 0.0
    for row, label in zip(source_probabilities, labels, strict=True):
        own = source_probabilities[labels == label].sum(0) / source_probabilities.sum(0)
        total += math.log(np.dot(row, own)) / len(labels)
    return total


def _weights_by_class(of):
    """A weight for each class from its column, by the largest of all."""

    def class_weights(probabilities):
        values = np.array([of(column) for column in probabilities.T.tolist()])
        return values / values.max()

    return class_weights


def _rows(probabilities):
    return [sum(row) / len(row) for row in probabilities.tolist()]


def _add_up_to_one(probabilities):
    totals = probabilities.sum(axis=0)
    return totals / totals.sum()


def _votes(probabilities):
    counts = np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1])
    return counts / counts.max()


def _rarity(probabilities):
    means = np.maximum(probabilities.mean(axis=0), 1e-6)
    return means.min() / means


def _stretched(probabilities):
    totals = probabilities.sum(axis=0)
    return np.interp(totals, [totals.min(), totals.max()], [0.0, 1.0])


def _divides_the_columns(probabilities):
    np.divide(probabilities, probabilities.mean(axis=0).max(), out=probabilities)
    return probabilities.mean(axis=0)


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("06-leep", _leep_by_image(_one_hot), "not only with its", "likeliest-class-only"),
    ("06-leep", _leep_by_image(list, along="y"), "add up to 1", "given-the-target-class"),
    ("06-leep", _leep_by_image(list, along="none"), "add up to 1", "joint-for-conditional"),
    ("06-leep", _leep_by_image(list, chance=math.log10), "in nats", "another-logarithm"),
    ("06-leep", _leep_by_image(list, over=lambda _: 1), "twice changes nothing", "sum-for-mean"),
    ("06-leep", _logs_averaged, "only then is the logarithm taken", "log-before-the-average"),
    ("06-leep", _counts_classes, "may have gaps", "labels-without-gaps"),
    ("06-leep", _divides_by_zero, "0 / 0 is kept away", "zero-by-zero"),
    ("06-class-weights", _rows, "the mean is taken over images", "mean-over-classes"),
    ("06-class-weights", _add_up_to_one, "not by their sum", "shares-for-weights"),
    ("06-class-weights", _votes, "the likeliest alone is not counted", "likeliest-class-only"),
    ("06-class-weights", _rarity, "no target image resembles weighs 0", "upside-down"),
    ("06-class-weights", _weights_by_class(max), "with half as many images", "largest-for-mean"),
    ("06-class-weights", _stretched, "with half as many images", "from-zero-to-one"),
    ("06-class-weights", _divides_the_columns, "changed in place", "changed-in-place"),
]
