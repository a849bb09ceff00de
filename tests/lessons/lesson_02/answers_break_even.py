"""Right and wrong answers to 02-break-even."""

import math

from references_02 import OWN


def _one_early_by_loop(pretraining_cost, scratch_cost, transfer_cost):
    if transfer_cost >= scratch_cost:
        return float("inf")
    tasks = 0
    while pretraining_cost + (tasks + 1) * transfer_cost >= (tasks + 1) * scratch_cost:
        tasks += 1
    return tasks


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


# An exercise may leave open how: each of these is right.
RIGHT = [lambda p, s, t: math.inf if t >= s else math.floor(p / (s - t)) + 1, OWN["02-break-even"]]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (lambda p, s, t: print(p // (s - t) + 1), "got None", "returns-nothing"),
    (
        lambda p, s, t: max(1, math.ceil(p / (s - t))) if s > t else math.inf,
        "a tie is not enough",
        "tie-counts",
    ),
    (
        lambda p, s, t: p / (s - t) if s > t else math.inf,
        "with pretraining for nothing, one task is enough",
        "not-a-whole-number",
    ),
    (
        lambda p, s, t: p // abs(s - t) + 1 if s != t else math.inf,
        "it is math.inf where transfer costs no less",
        "never-is-forgotten",
    ),
    (
        lambda p, s, t: round(p / (s - t)) + 1 if s > t else math.inf,
        "it is the first whole number of tasks at which the total is less",
    ),
    (
        lambda p, s, t: p // s + 1 if s > t else math.inf,
        "a tie is not enough",
        "forgets-the-cost-of-transfer",
    ),
    (_one_early_by_loop, "one task is enough", "one-task-early"),
    (_tries_some, "the first whole number of tasks"),
    (_transfer_for_nothing, "one task", "forgets-the-cost-of-transfer"),
    (_never_where_it_pays, "where transfer costs no less", "costs-swapped"),
    (_no_never, "ZeroDivisionError", "never-is-forgotten"),
    (_zero_for_never, "where transfer costs no less", "never-is-forgotten"),
]
