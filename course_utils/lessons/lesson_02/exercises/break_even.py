"""### 4. When does pretraining pay?

Write `break_even_tasks`: the smallest whole number of tasks at which pretraining once and
transferring each time costs strictly less than training each from scratch, and `math.inf` if that
never happens. No loop needed.
"""

import math

from course_utils.teaching.exercise import Exercise, expect
from course_utils.teaching.mistake import Mistake, fails_only, returns_nothing


def break_even_tasks(pretraining_cost, scratch_cost, transfer_cost):
    """The first number of tasks at which transfer costs less in total."""
    saved = scratch_cost - transfer_cost
    if saved <= 0:
        return math.inf
    return math.floor(pretraining_cost / saved) + 1


COSTS = ("pretraining_cost", "scratch_cost", "transfer_cost")


def never_pays(answer, random):
    """it is math.inf where transfer costs no less than scratch"""
    expect(answer, COSTS, (10, 3, 3), math.inf)
    expect(answer, COSTS, (0, 2, 2), math.inf)
    for costs in _never_paying(random):
        expect(answer, COSTS, costs, math.inf)


def free_pretraining(answer, random):
    """with pretraining for nothing, one task is enough"""
    for _ in range(5):
        transfer, more = (int(cost) for cost in random.integers(1, 100, 2))
        expect(answer, COSTS, (0, transfer + more, transfer), 1)


def tie_is_not_enough(answer, random):
    """a tie is not enough, the total has to be strictly less"""
    for most in (3, 10, 100):
        tasks, saved, transfer = (int(number) for number in random.integers(1, most, 3))
        expect(answer, COSTS, (tasks * saved, transfer + saved, transfer), tasks + 1)


def first_cheaper_task(answer, random):
    """it is the first whole number of tasks at which the total is less"""
    for most in (10, 50, 500):
        for _ in range(5):
            pretraining, more, transfer = (int(cost) for cost in random.integers(1, most, 3))
            costs = (pretraining, transfer + more, transfer)
            expect(answer, COSTS, costs, break_even_tasks(*costs))
    # Far beyond where a loop over some tasks would give up.
    costs = (100_000, 10, 3)
    expect(answer, COSTS, costs, break_even_tasks(*costs))


def _paying(random):
    """Costs where transfer is cheaper; a tie occurs or not."""
    yield from ((6, 4, 1), (7, 4, 1), (8, 4, 1))
    for most in (10, 50, 500):
        tasks, saved, transfer = (int(number) for number in random.integers(2, most, 3))
        yield tasks * saved, transfer + saved, transfer
        yield tasks * saved + int(random.integers(1, saved)), transfer + saved, transfer


def _never_paying(random):
    for _ in range(3):
        pretraining, scratch, more = (int(cost) for cost in random.integers(2, 50, 3))
        yield pretraining, scratch, scratch + more


def _as_dear_as_scratch(random):
    yield from ((p, s, s) for p, s, _ in _never_paying(random))


def _paying_or_not(random):
    yield from _paying(random)
    yield from _never_paying(random)


def tie_counts(p, s, t):
    """Where transfer pays you are right, except where the savings come to exactly the cost of
    pretraining: then both totals are equal. Does transfer cost strictly less there?
    """
    return math.ceil(p / (s - t))


def one_task_early(p, s, t):
    """You stop one task too early: the tasks you count have not yet saved more than pretraining
    costs. Put your number into both totals and compare them.
    """
    return math.floor(p / (s - t))


def not_a_whole_number(p, s, t):
    """You give the ratio, which is where the two lines cross and seldom a whole number. Nobody
    trains a third of a task: which whole number comes next, and what if the ratio is whole itself?
    """
    return p / (s - t)


def forgets_the_cost_of_transfer(p, s, t):
    """You compare pretraining with what training from scratch costs, as if transfer were free. Each
    transfer has a price too: how much does one task really save?
    """
    return p // s + 1


def costs_swapped(p, s, t):
    """You find that transfer never pays exactly where it is the cheaper one. Which of the two costs
    do you subtract from which, or which way round do you compare them?
    """
    return break_even_tasks(p, t, s)


EXERCISE = Exercise(
    reference=break_even_tasks,
    title="the break-even",
    properties=[never_pays, free_pretraining, tie_is_not_enough, first_cheaper_task],
    cases=_paying,
    mistakes=[
        Mistake(returns_nothing),
        Mistake(tie_counts),
        Mistake((one_task_early, lambda p, s, t: math.ceil(p / (s - t)) - 1)),
        Mistake((not_a_whole_number, lambda p, s, t: p / (s - t) + 1)),
        Mistake((forgets_the_cost_of_transfer, lambda p, s, t: math.ceil(p / s))),
        Mistake(costs_swapped, cases=_paying_or_not),
        Mistake(
            (fails_only(where=_never_paying), fails_only(where=_as_dear_as_scratch)),
            "Wherever transfer is the cheaper one you are right. Now let it cost as much as "
            "training from scratch, or more: what do the two totals do as the tasks go on, and "
            "what does your formula make of it?",
            name="never-is-forgotten",
        ),
    ],
    hints=[
        "Write down both totals for k tasks: one grows from zero by scratch_cost, the other "
        "starts at pretraining_cost and grows by transfer_cost.",
        "Each task saves scratch_cost - transfer_cost; the tasks have to save more than "
        "pretraining_cost together. If a task saves nothing, no number of them will do.",
        "The smallest whole number above a ratio, even where the ratio is whole itself, is "
        "math.floor(ratio) + 1.",
    ],
    example=((100, 10, 3), 15),
)
