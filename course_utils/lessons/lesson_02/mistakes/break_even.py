"""Typical mistakes in 02-break-even: ties, whole numbers, and costs that never pay."""

import math

from course_utils.teaching.mistake import Mistake, does_as, either


def _paying(random):
    """Costs of pretraining, scratch and transfer; transfer is cheaper, and a tie occurs or not."""
    yield 6, 4, 1
    yield 7, 4, 1
    yield 8, 4, 1
    for most in (10, 50, 500):
        tasks, saved, transfer = (int(number) for number in random.integers(2, most, 3))
        yield tasks * saved, transfer + saved, transfer
        yield tasks * saved + int(random.integers(1, saved)), transfer + saved, transfer


def _not_paying(random):
    for _ in range(3):
        pretraining, scratch, more = (int(cost) for cost in random.integers(2, 50, 3))
        yield pretraining, scratch, scratch + more
        yield pretraining, scratch, scratch


def _right(pretraining, scratch, transfer):
    if scratch <= transfer:
        return math.inf
    return math.floor(pretraining / (scratch - transfer)) + 1


def _tasks(rounding):
    """The count where transfer is cheaper, from the ratio of the cost to what a task saves."""
    return does_as(lambda p, s, t: rounding(p / (s - t)), _paying)


def _right_only_where_it_pays(answer, random):
    """Right where transfer is cheaper, and anywhere else not infinity but an error or a number."""
    right, infinite = does_as(_right, _paying), does_as(_right, _not_paying)
    return right(answer, random) and not infinite(answer, random)


def _all_cases(random):
    yield from _paying(random)
    yield from ((p, s, t) for p, s, t in _not_paying(random) if s != t)


MISTAKES = (
    Mistake(
        name="returns-nothing",
        hint="Your function gives None. If it prints its number you see it and the program does "
        "not: how does a function hand a value on?",
        shown_by=does_as(lambda p, s, t: None, _paying),
    ),
    Mistake(
        name="tie-counts",
        hint="Where transfer pays you are right, except where the savings come to exactly the cost "
        "of pretraining: then both totals are equal. Does transfer cost strictly less there?",
        shown_by=_tasks(math.ceil),
    ),
    Mistake(
        name="one-task-early",
        hint="You stop one task too early: the tasks you count have not yet saved more than "
        "pretraining costs. Put your number into both totals and compare them.",
        shown_by=either(_tasks(math.floor), _tasks(lambda ratio: math.ceil(ratio) - 1)),
    ),
    Mistake(
        name="not-a-whole-number",
        hint="You give the ratio, which is where the two lines cross and seldom a whole number. "
        "Nobody trains a third of a task: which whole number comes next, and what if the ratio is "
        "whole itself?",
        shown_by=either(_tasks(lambda ratio: ratio), _tasks(lambda ratio: ratio + 1)),
    ),
    Mistake(
        name="forgets-the-cost-of-transfer",
        hint="You compare pretraining with what training from scratch costs, as if transfer were "
        "free. Each transfer has a price too: how much does one task really save?",
        shown_by=either(
            does_as(lambda p, s, t: p // s + 1, _paying),
            does_as(lambda p, s, t: math.ceil(p / s), _paying),
        ),
    ),
    Mistake(
        name="costs-swapped",
        hint="You find that transfer never pays exactly where it is the cheaper one. Which of the "
        "two costs do you subtract from which, or which way round do you compare them?",
        shown_by=does_as(lambda p, s, t: _right(p, t, s), _all_cases),
    ),
    Mistake(
        name="never-is-forgotten",
        hint="Wherever transfer is the cheaper one you are right. Now let it cost as much as "
        "training from scratch, or more: what do the two totals do as the tasks go on, and what "
        "does your formula make of it?",
        shown_by=_right_only_where_it_pays,
    ),
)
