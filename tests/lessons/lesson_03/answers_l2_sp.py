"""Right and wrong answers to 03-l2-sp."""

from functools import partial

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


def _squares_each(weights, start, strength):
    total = 0.0
    for now, then in zip(weights, start, strict=True):
        total += (now**2 - then**2).sum()
    return 0.5 * strength * total


def _squares_last(weights, start, strength):
    moved = sum(np.sum(now) - np.sum(then) for now, then in zip(weights, start, strict=True))
    return strength / 2 * moved**2


def _one_array_of_all(weights, start, strength):
    return strength / 2 * np.sum((np.array(weights) - np.array(start)) ** 2)


def _subtracts_lists(weights, start, strength):
    return strength / 2 * np.sum(np.subtract(weights, start) ** 2)


def _sum_of_python(weights, start, strength):
    total = 0.0
    for now, then in zip(weights, start, strict=True):
        total = total + sum((now - then) ** 2)
    return strength / 2 * total


def _product_of_matrices(weights, start, strength):
    moved = [now - then for now, then in zip(weights, start, strict=True)]
    return strength / 2 * sum(each.T @ each for each in moved)


# An exercise may leave open how: each of these is right.
RIGHT = [l2_sp, _in_one_vector]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (_plain_l2, "weights that are where they started cost nothing", "plain-l2"),
    (partial(l2_sp, norm=np.abs), "the distance is squared", "not-squared"),
    (_root_of_each, "the distance is squared", "root-taken"),
    (
        lambda weights, start, strength: strength * l2_sp(weights, start, strength),
        "a single weight that moved by 1 costs strength / 2",
    ),
    (partial(l2_sp, half=1), "a single weight that moved by 1 costs strength / 2", "no-half"),
    (partial(l2_sp, add=np.mean), "added up, not averaged", "mean-for-sum"),
    (partial(l2_sp, most=1), "every array counts", "one-array-only"),
    (_mean_over_arrays, "every array counts", "mean-for-sum"),
    (_one_for_each_array, "expected 0, got [0, 0]", "one-for-each-array"),
    (partial(l2_sp, norm=lambda moved: np.maximum(moved, 0) ** 2), "the distance is squared"),
    (_changes_the_weights, "one of them changed in place", "changed-in-place"),
    (lambda *arguments: None, "expected 0, got None"),
    (_squares_each, "costs strength / 2", "difference-of-squares"),
    (_squares_last, "added up, not averaged", "square-of-the-sum"),
    (_one_array_of_all, "cost nothing", "arrays-of-one-shape"),
    (_subtracts_lists, "cost nothing", "arrays-of-one-shape"),
    (_sum_of_python, "cost nothing", "first-axis-only"),
    (_product_of_matrices, "cost nothing", "first-axis-only"),
]
