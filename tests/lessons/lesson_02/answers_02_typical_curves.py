"""Typical wrong answers to 02-label-multiplier and 02-break-even, as learners might write them."""

import math

import numpy as np


def _running_maximum(heights):
    return [max(heights[: k + 1]) for k in range(len(heights))]


def _crossings(labels, accuracy, other, between):
    """Labels that the other curve needs, by a loop over its pieces; `between` reads a piece."""
    for height in accuracy:
        if other[0] >= height:
            yield labels[0]
            continue
        found = math.nan
        for k in range(1, len(labels)):
            if other[k - 1] < height <= other[k]:
                share = (height - other[k - 1]) / (other[k] - other[k - 1])
                found = between(share, labels[k - 1], labels[k])
                break
        yield found


def _by_factors(share, before, after):
    return before * (after / before) ** share


def _multipliers(labels, accuracy, other, between=_by_factors):
    needed = list(_crossings(labels, accuracy, _running_maximum(other), between))
    return [many / few for many, few in zip(needed, labels, strict=True)]


def _dips_count(labels, accuracy, other):
    needed = np.array(list(_crossings(labels, accuracy, list(other), _by_factors)))
    return needed / labels


def _sorted_heights(labels, accuracy, other):
    return _multipliers(labels, accuracy, sorted(other))


def _interpolates_straight(labels, accuracy, other):
    return _multipliers(
        labels, accuracy, other, lambda s, before, after: before + s * (after - before)
    )


def _next_measured(labels, accuracy, other):
    return _multipliers(labels, accuracy, other, lambda share, before, after: after)


def _last_measured(labels, accuracy, other):
    return _multipliers(labels, accuracy, other, lambda share, before, after: before)


def _clamped(labels, accuracy, other):
    heights = np.maximum.accumulate(other)
    return 10 ** np.interp(accuracy, heights, np.log10(labels)) / labels


def _other_labels(labels, accuracy, other):
    return list(_crossings(labels, accuracy, _running_maximum(other), _by_factors))


def _turned_over(labels, accuracy, other):
    return [1 / each for each in _multipliers(labels, accuracy, other)]


def _vertical_difference(labels, accuracy, other):
    return [a - b for a, b in zip(accuracy, other, strict=True)]


def _tie_by_loop(pretraining_cost, scratch_cost, transfer_cost):
    if transfer_cost >= scratch_cost:
        return math.inf
    tasks = 1
    while pretraining_cost + tasks * transfer_cost > tasks * scratch_cost:
        tasks += 1
    return tasks


def _one_early_by_loop(pretraining_cost, scratch_cost, transfer_cost):
    if transfer_cost >= scratch_cost:
        return float("inf")
    tasks = 0
    while pretraining_cost + (tasks + 1) * transfer_cost >= (tasks + 1) * scratch_cost:
        tasks += 1
    return tasks


def _rounded_down(pretraining_cost, scratch_cost, transfer_cost):
    saved = scratch_cost - transfer_cost
    return pretraining_cost // saved if saved > 0 else math.inf


def _crossing_of_the_lines(pretraining_cost, scratch_cost, transfer_cost):
    if scratch_cost > transfer_cost:
        slopes = [[scratch_cost, -1.0], [transfer_cost, -1.0]]
        return np.linalg.solve(slopes, [0.0, -pretraining_cost])[0]
    return math.inf


def _tries_some(pretraining_cost, scratch_cost, transfer_cost):
    for tasks in range(1, 1000):
        if pretraining_cost + tasks * transfer_cost < tasks * scratch_cost:
            return tasks
    return math.inf


def _transfer_for_nothing(pretraining_cost, scratch_cost, transfer_cost):
    if scratch_cost <= transfer_cost:
        return math.inf
    return math.ceil(pretraining_cost / scratch_cost)


def _never_where_it_pays(pretraining_cost, scratch_cost, transfer_cost):
    if scratch_cost >= transfer_cost:
        return math.inf
    return pretraining_cost // (transfer_cost - scratch_cost) + 1


def _no_never(pretraining_cost, scratch_cost, transfer_cost):
    return int(pretraining_cost / (scratch_cost - transfer_cost)) + 1


def _zero_for_never(pretraining_cost, scratch_cost, transfer_cost):
    saved = scratch_cost - transfer_cost
    return 0 if saved <= 0 else pretraining_cost // saved + 1


RIGHT = [("02-label-multiplier", _multipliers)]

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("02-label-multiplier", _dips_count, "a dip in the other curve", "trusts-a-dip"),
    ("02-label-multiplier", _sorted_heights, "the course's own function", "trusts-a-dip"),
    ("02-label-multiplier", _interpolates_straight, "in log(labels)", "straight-in-labels"),
    ("02-label-multiplier", _next_measured, "in log(labels)", "measured-points-only"),
    ("02-label-multiplier", _last_measured, "multiplier of 1", "measured-points-only"),
    ("02-label-multiplier", _clamped, "nan where", "claims-the-unknown"),
    ("02-label-multiplier", _other_labels, "multiplier of 1", "not-divided"),
    ("02-label-multiplier", _turned_over, "late by a factor", "upside-down"),
    ("02-label-multiplier", _vertical_difference, "multiplier of 1", "vertical-gap"),
    ("02-break-even", _tie_by_loop, "a tie is not enough", "tie-counts"),
    ("02-break-even", _one_early_by_loop, "one task is enough", "one-task-early"),
    ("02-break-even", _rounded_down, "one task is enough", "one-task-early"),
    ("02-break-even", _crossing_of_the_lines, "one task is enough", "not-a-whole-number"),
    ("02-break-even", _tries_some, "the first whole number of tasks"),
    ("02-break-even", _transfer_for_nothing, "one task", "forgets-the-cost-of-transfer"),
    ("02-break-even", _never_where_it_pays, "where transfer costs no less", "costs-swapped"),
    ("02-break-even", _no_never, "ZeroDivisionError", "never-is-forgotten"),
    ("02-break-even", _zero_for_never, "where transfer costs no less", "never-is-forgotten"),
]
