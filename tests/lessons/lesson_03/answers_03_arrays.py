"""Right and wrong answers to 03-l2-sp and 03-freeze-boundary."""

import itertools

import numpy as np


def l2_sp(weights, start, strength, half=2, norm=np.square, add=np.sum, most=None):
    """The right answer, with a place to go wrong in each of its steps."""
    pairs = list(zip(weights, start, strict=True))[:most]
    return strength / half * sum(add(norm(after - before)) for after, before in pairs)


def _in_one_vector(weights, start, strength):
    moved = np.concatenate([(a - b).ravel() for a, b in zip(weights, start, strict=True)])
    return strength * moved @ moved / 2


def _plain_l2(weights, start, strength):
    return strength / 2 * sum(np.sum(each**2) for each in weights)


def _root_of_each(weights, start, strength):
    pairs = zip(weights, start, strict=True)
    return strength / 2 * sum(np.linalg.norm(after - before) for after, before in pairs)


def _mean_over_arrays(weights, start, strength):
    return l2_sp(weights, start, strength) / len(weights)


def _one_for_each_array(weights, start, strength):
    pairs = zip(weights, start, strict=True)
    return [strength / 2 * np.sum((after - before) ** 2) for after, before in pairs]


def _changes_the_weights(weights, start, strength):
    penalty = l2_sp(weights, start, strength)
    for after, before in zip(weights, start, strict=True):
        after -= before
    return penalty


def freeze_boundary(trainable):
    return trainable.index(True) if True in trainable else len(trainable)


def _by_taking_while(trainable):
    return len(list(itertools.takewhile(lambda trains: not trains, trainable)))


def _last(trainable):
    return max([i for i, trains in enumerate(trainable) if trains], default=len(trainable))


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("03-l2-sp", l2_sp),
    ("03-l2-sp", _in_one_vector),
    ("03-freeze-boundary", freeze_boundary),
    ("03-freeze-boundary", _by_taking_while),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    ("03-l2-sp", _plain_l2, "weights that are where they started cost nothing", "plain-l2"),
    (
        "03-l2-sp",
        lambda *arguments: l2_sp(*arguments, norm=np.abs),
        "the distance is squared",
        "not-squared",
    ),
    (
        "03-l2-sp",
        lambda *arguments: l2_sp(*arguments, norm=lambda moved: moved),
        "the distance is squared",
        "not-squared",
    ),
    ("03-l2-sp", _root_of_each, "the distance is squared", "root-taken"),
    (
        "03-l2-sp",
        lambda weights, start, strength: strength * l2_sp(weights, start, strength),
        "a single weight that moved by 1 costs strength / 2",
    ),
    (
        "03-l2-sp",
        lambda *arguments: l2_sp(*arguments, half=1),
        "a single weight that moved by 1 costs strength / 2",
        "no-half",
    ),
    (
        "03-l2-sp",
        lambda *arguments: l2_sp(*arguments, add=np.mean),
        "added up, not averaged",
        "mean-for-sum",
    ),
    (
        "03-l2-sp",
        lambda *arguments: l2_sp(*arguments, most=1),
        "every array counts",
        "one-array-only",
    ),
    ("03-l2-sp", _mean_over_arrays, "every array counts", "mean-for-sum"),
    ("03-l2-sp", _one_for_each_array, "expected 0, got [0, 0]", "one-for-each-array"),
    (
        "03-l2-sp",
        lambda *arguments: l2_sp(*arguments, norm=lambda moved: np.maximum(moved, 0) ** 2),
        "the distance is squared",
    ),
    ("03-l2-sp", _changes_the_weights, "one of them changed in place", "changed-in-place"),
    ("03-l2-sp", lambda *arguments: None, "expected 0, got None"),
    (
        "03-freeze-boundary",
        lambda trainable: trainable.index(True),
        "it raised ValueError",
        "none-trains",
    ),
    (
        "03-freeze-boundary",
        lambda trainable: [*trainable, True].index(True) if any(trainable) else 0,
        "if no layer trains, all of them can be run once",
        "none-trains",
    ),
    (
        "03-freeze-boundary",
        lambda trainable: int(np.argmax(trainable)),
        "if no layer trains, all of them can be run once",
        "none-trains",
    ),
    (
        "03-freeze-boundary",
        lambda trainable: min(freeze_boundary(trainable) + 1, len(trainable)),
        "that one itself does not",
        "trainable-one-too",
    ),
    (
        "03-freeze-boundary",
        lambda trainable: freeze_boundary(trainable) - any(trainable),
        "that one itself does not",
        "one-too-few",
    ),
    (
        "03-freeze-boundary",
        lambda trainable: trainable.count(False),
        "its input changes with every step",
        "every-frozen-layer",
    ),
    (
        "03-freeze-boundary",
        lambda trainable: _by_taking_while(trainable[::-1]),
        "the frozen layers below the first trainable one count",
        "from-the-output",
    ),
    ("03-freeze-boundary", _last, "the one nearest to the input decides", "last-for-first"),
]
