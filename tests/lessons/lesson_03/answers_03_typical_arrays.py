"""Typical wrong answers to lesson 03's exercises 4 to 6, as a learner might write them."""

import math

import numpy as np


def _changes_by_an_operator(weights, start, strength):
    total = 0.0
    for now, then in zip(weights, start, strict=True):
        now -= then
        now *= now
        total += now.sum()
    return strength / 2 * total


def _weight_decay(weights, start, strength):
    return sum((strength / 2 * each**2).sum() for each in weights)


def _squares_each(weights, start, strength):
    total = 0.0
    for now, then in zip(weights, start, strict=True):
        total += (now**2 - then**2).sum()
    return 0.5 * strength * total


def _squares_last(weights, start, strength):
    moved = sum(np.sum(now) - np.sum(then) for now, then in zip(weights, start, strict=True))
    return strength / 2 * moved**2


def _squares_each_sum(weights, start, strength):
    total = 0.0
    for now, then in zip(weights, start, strict=True):
        total += np.sum(now - then) ** 2
    return strength / 2 * total


def _l1(weights, start, strength):
    return strength / 2 * sum(np.abs(a - b).sum() for a, b in zip(weights, start, strict=True))


def _with_signs(weights, start, strength):
    return strength / 2 * (sum(map(np.sum, weights)) - sum(map(np.sum, start)))


def _length_of_all(weights, start, strength):
    moved = np.concatenate([(a - b).ravel() for a, b in zip(weights, start, strict=True)])
    return strength / 2 * np.linalg.norm(moved)


def _length_of_each(weights, start, strength):
    total = 0.0
    for now, then in zip(weights, start, strict=True):
        total += math.sqrt(((now - then) ** 2).sum())
    return strength * total / 2


def _whole_strength(weights, start, strength):
    total = 0.0
    for now, then in zip(weights, start, strict=True):
        total += strength * np.sum(np.square(now - then))
    return total


def _mean_squares(weights, start, strength):
    total = 0.0
    for now, then in zip(weights, start, strict=True):
        total += ((now - then) ** 2).mean()
    return strength / 2 * total


def _mean_square(weights, start, strength):
    moved = np.concatenate([(a - b).ravel() for a, b in zip(weights, start, strict=True)])
    return strength / 2 * np.mean(moved**2)


def _returns_in_the_loop(weights, start, strength):
    for now, then in zip(weights, start, strict=True):
        return strength / 2 * np.sum((now - then) ** 2)


def _keeps_the_last(weights, start, strength):
    for now, then in zip(weights, start, strict=True):
        penalty = strength / 2 * np.sum((now - then) ** 2)
    return penalty


def _listed(weights, start, strength):
    penalties = []
    for now, then in zip(weights, start, strict=True):
        moved = (now - then).ravel()
        penalties.append(strength / 2 * moved.dot(moved))
    return penalties


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


def _frozen_below(trainable):
    below = []
    for number, trains in enumerate(trainable):
        if trains:
            break
        below.append(number)
    return below


def _ends_without_a_find(trainable):
    for number, trains in enumerate(trainable):
        if trains:
            return number


def _frozen_everywhere(trainable):
    return len([trains for trains in trainable if not trains])


def _with_the_first_trainable(trainable):
    count = 0
    for trains in trainable:
        count += 1
        if trains:
            break
    return count


def _one_below(trainable):
    first = trainable.index(True) if True in trainable else len(trainable)
    return max(0, first - 1)


def _overwritten(trainable):
    boundary = len(trainable)
    for number, trains in enumerate(trainable):
        if trains:
            boundary = number
    return boundary


def _down_from_the_output(trainable):
    count = 0
    while count < len(trainable) and not trainable[-1 - count]:
        count += 1
    return count


def _number_that_trains(trainable):
    return int(np.sum(trainable))


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("03-l2-sp", _changes_by_an_operator, "changed in place", "changed-in-place"),
    ("03-l2-sp", _weight_decay, "where they started cost nothing", "plain-l2"),
    ("03-l2-sp", _squares_each, "costs strength / 2", "difference-of-squares"),
    ("03-l2-sp", _squares_last, "added up, not averaged", "square-of-the-sum"),
    ("03-l2-sp", _squares_each_sum, "added up, not averaged", "square-of-the-sum"),
    ("03-l2-sp", _l1, "the distance is squared", "not-squared"),
    ("03-l2-sp", _with_signs, "the distance is squared", "not-squared"),
    ("03-l2-sp", _length_of_all, "the distance is squared", "root-taken"),
    ("03-l2-sp", _length_of_each, "the distance is squared", "root-taken"),
    ("03-l2-sp", _whole_strength, "moved by 1 costs strength / 2", "no-half"),
    ("03-l2-sp", _mean_squares, "added up, not averaged", "mean-for-sum"),
    ("03-l2-sp", _mean_square, "added up, not averaged", "mean-for-sum"),
    ("03-l2-sp", _returns_in_the_loop, "every array counts", "one-array-only"),
    ("03-l2-sp", _keeps_the_last, "every array counts", "one-array-only"),
    ("03-l2-sp", _listed, "cost nothing", "one-for-each-array"),
    ("03-l2-sp", _one_array_of_all, "cost nothing", "arrays-of-one-shape"),
    ("03-l2-sp", _subtracts_lists, "cost nothing", "arrays-of-one-shape"),
    ("03-l2-sp", _sum_of_python, "cost nothing", "first-axis-only"),
    ("03-l2-sp", _product_of_matrices, "cost nothing", "first-axis-only"),
    ("03-freeze-boundary", _frozen_below, "if no layer trains", "gives-the-layers"),
    ("03-freeze-boundary", _ends_without_a_find, "if no layer trains", "none-trains"),
    ("03-freeze-boundary", _frozen_everywhere, "with every step", "every-frozen-layer"),
    ("03-freeze-boundary", _with_the_first_trainable, "itself does not", "trainable-one-too"),
    ("03-freeze-boundary", _one_below, "if no layer trains", "one-too-few"),
    ("03-freeze-boundary", _overwritten, "nearest to the input decides", "last-for-first"),
    ("03-freeze-boundary", _down_from_the_output, "below the first", "from-the-output"),
    ("03-freeze-boundary", _number_that_trains, "if no layer trains", "counts-what-trains"),
]
