"""Right and wrong answers to 06-leep and 06-class-weights."""

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


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("06-leep", leep),
    ("06-leep", _by_loops),
    ("06-class-weights", class_weights),
    ("06-class-weights", _by_class),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    ("06-leep", lambda *arguments: -leep(*arguments), "a single number and never above 0"),
    ("06-leep", lambda *arguments: np.exp(leep(*arguments)), "never above 0"),
    ("06-leep", _score(mean=np.asarray), "it is a single number"),
    ("06-leep", lambda *arguments: None, "it is a single number"),
    ("06-leep", _in_place, "one of them changed in place"),
    ("06-leep", _by_column_of_the_label, "the classes' numbers are only names"),
    ("06-leep", _classes_without_gaps, "those of the target may have gaps", "labels-without-gaps"),
    ("06-leep", _score(conditional=_by_target_class), "add up to 1", "given-the-target-class"),
    (
        "06-leep",
        _score(conditional=lambda joint: joint / joint.sum()),
        "for each source class, the chances of the target's classes add up to 1",
        "joint-for-conditional",
    ),
    ("06-leep", _score(mean=np.sum), "each image twice changes nothing", "sum-for-mean"),
    (
        "06-leep",
        _score(logs=lambda *three: _logarithm(*three, log=np.log2)),
        "in nats",
        "another-logarithm",
    ),
    ("06-leep", _score(conditional=_softmax_down), "each image twice changes nothing"),
    (
        "06-leep",
        lambda *arguments: np.log(leep(*arguments, logs=lambda *t: np.exp(_logarithm(*t)))),
        "minus the entropy of the labels",
    ),
    ("06-leep", _score(used=_certain), "not only with its likeliest class", "likeliest-class-only"),
    (
        "06-leep",
        _score(counted=_certain),
        "a prediction counts with its whole row",
        "likeliest-class-only",
    ),
    (
        "06-leep",
        _score(counted=_certain, used=_certain),
        "a prediction counts with its whole row",
        "likeliest-class-only",
    ),
    (
        "06-leep",
        _score(logs=_expected_log),
        "only then is the logarithm taken",
        "log-before-the-average",
    ),
    (
        "06-leep",
        _score(conditional=lambda joint: joint / joint.sum(axis=0)),
        "0 / 0 is kept away",
        "zero-by-zero",
    ),
    ("06-class-weights", _weights(axis=1), "one weight for each source class", "mean-over-classes"),
    ("06-class-weights", _weights(axis=None), "one weight for each source class"),
    ("06-class-weights", lambda probabilities: None, "one weight for each source class"),
    ("06-class-weights", lambda p: p / p.max(axis=0), "one weight for each source class"),
    ("06-class-weights", _divides_in_place, "one of them changed in place", "changed-in-place"),
    (
        "06-class-weights",
        _weights(by=np.sum),
        "divided by the largest, not by their sum",
        "shares-for-weights",
    ),
    ("06-class-weights", lambda p: p.mean(axis=0), "the largest weight is 1", "shares-for-weights"),
    ("06-class-weights", _weights(by=np.mean), "the largest weight is 1"),
    ("06-class-weights", _inverse, "that no target image resembles weighs 0", "upside-down"),
    ("06-class-weights", _softmax, "that no target image resembles weighs 0"),
    (
        "06-class-weights",
        _weights(mean=np.max),
        "with half as many images as the commonest",
        "largest-for-mean",
    ),
    ("06-class-weights", _min_max, "with half as many images as the commonest", "from-zero-to-one"),
    ("06-class-weights", _present_or_not, "with half as many images as the commonest"),
    (
        "06-class-weights",
        _weights(counted=_certain),
        "the likeliest alone is not counted",
        "likeliest-class-only",
    ),
    (
        "06-class-weights",
        _weights(counted=lambda p: np.where(p >= 0.5, p, 0)),
        "the likeliest alone is not counted",
    ),
]
