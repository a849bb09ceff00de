"""Right and wrong answers to 06-leep."""

import math

import numpy as np


def _per_source_class(joint):
    """P(y | z), where a source class of no image is taken for one that says nothing."""
    sums = joint.sum(axis=0)
    return joint / np.where(sums > 0, sums, 1)


def _logarithm(theta, conditional, one_hot, log=np.log):
    return log((theta @ conditional.T)[one_hot])


def leep(
    theta,
    labels,
    counted=np.asarray,
    used=np.asarray,
    conditional=_per_source_class,
    logs=_logarithm,
    mean=np.mean,
):
    """The right answer, with a place to go wrong in each of its steps."""
    one_hot = labels[:, np.newaxis] == np.unique(labels)
    joint = one_hot.T @ counted(theta)
    return mean(logs(used(theta), conditional(joint), one_hot))


def _by_loops(theta, labels):
    total = 0.0
    for row, label in zip(theta, labels, strict=True):
        chance = 0.0
        for z in np.flatnonzero(row):
            chance += row[z] * theta[labels == label, z].sum() / theta[:, z].sum()
        total += np.log(chance)
    return total / len(labels)


def _certain(theta):
    return np.eye(theta.shape[1])[theta.argmax(axis=1)]


def _expected_log(theta, conditional, one_hot):
    logs = np.log(np.maximum(conditional, 1e-300))
    return (theta @ logs.T)[one_hot]


def _by_column_of_the_label(theta, labels):
    return np.log(theta[np.arange(len(labels)), labels]).mean()


def _classes_without_gaps(theta, labels):
    classes = len(np.unique(labels))
    joint = np.zeros((classes, theta.shape[1]))
    for row, label in zip(theta, labels, strict=True):
        joint[label] += row
    return np.log((theta @ _per_source_class(joint).T)[np.arange(len(labels)), labels]).mean()


def _by_target_class(joint):
    return joint / joint.sum(axis=1, keepdims=True)


def _softmax_down(joint):
    return np.exp(joint) / np.exp(joint).sum(axis=0)


def _in_place(theta, labels):
    theta /= theta.sum(axis=0)
    return leep(theta, labels)


def _score(**wrong):
    return lambda theta, labels: leep(theta, labels, **wrong)


def _leep_by_image(weights, chance=math.log, over=len, along="z"):
    """LEEP with loops; `weights` are what an image's row counts with."""

    def leep(source_probabilities, labels):
        rows = np.array([weights(row) for row in source_probabilities])
        total = 0.0
        for row, label in zip(rows, labels, strict=True):
            own = 0.0
            for z in range(rows.shape[1]):
                mine = sum(r[z] for r, y in zip(rows, labels, strict=True) if y == label)
                whole = {"z": rows[:, z].sum(), "y": (labels == label).sum(), "none": len(labels)}[
                    along
                ]
                own += row[z] * mine / whole if whole else 0.0
            total += chance(own)
        return total / over(labels)

    return leep


def _counts_classes(source_probabilities, labels):
    n_classes = len(set(labels.tolist()))
    joint = np.stack([source_probabilities[labels == y].sum(axis=0) for y in range(n_classes)])
    conditional = joint / np.maximum(joint.sum(axis=0), 1e-12)
    chances = [row @ conditional[y] for row, y in zip(source_probabilities, labels, strict=True)]
    return np.log(chances).mean()


# An exercise may leave open how: each of these is right.
RIGHT = [leep, _by_loops]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (lambda *arguments: -leep(*arguments), "a single number and never above 0"),
    (lambda *arguments: np.exp(leep(*arguments)), "never above 0"),
    (_score(mean=np.asarray), "it is a single number"),
    (lambda *arguments: None, "it is a single number"),
    (_in_place, "one of them changed in place"),
    (_by_column_of_the_label, "the classes' numbers are only names"),
    (_classes_without_gaps, "those of the target may have gaps", "labels-without-gaps"),
    (_score(conditional=_by_target_class), "add up to 1", "given-the-target-class"),
    (
        _score(conditional=lambda joint: joint / joint.sum()),
        "for each source class, the chances of the target's classes add up to 1",
        "joint-for-conditional",
    ),
    (_score(mean=np.sum), "each image twice changes nothing", "sum-for-mean"),
    (_score(logs=lambda *three: _logarithm(*three, log=np.log2)), "in nats", "another-logarithm"),
    (_score(conditional=_softmax_down), "each image twice changes nothing"),
    (
        lambda *arguments: np.log(leep(*arguments, logs=lambda *t: np.exp(_logarithm(*t)))),
        "minus the entropy of the labels",
    ),
    (_score(used=_certain), "not only with its likeliest class", "likeliest-class-only"),
    (_score(counted=_certain), "a prediction counts with its whole row", "likeliest-class-only"),
    (
        _score(counted=_certain, used=_certain),
        "a prediction counts with its whole row",
        "likeliest-class-only",
    ),
    (_score(logs=_expected_log), "only then is the logarithm taken", "log-before-the-average"),
    (
        _score(conditional=lambda joint: joint / joint.sum(axis=0)),
        "0 / 0 is kept away",
        "zero-by-zero",
    ),
    (_leep_by_image(list, chance=math.log10), "in nats", "another-logarithm"),
    (_counts_classes, "may have gaps", "labels-without-gaps"),
]
