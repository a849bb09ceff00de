"""### 2. Warm up, then slow down

Write `learning_rate`: with `step` counted from 0, it rises in equal steps over the first
`warm_up` ones, from `peak / warm_up` to `peak`, and then follows half a cosine that starts at
`peak` in step `warm_up` and would be zero at step `steps`. Your function should also work for
those who want no warm-up at all: `warm_up` may be 0.
"""

import math
from functools import wraps

from course_utils.teaching.answer_values import describe
from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake, fails_only, sometimes_nothing


def learning_rate(step, steps, peak, warm_up):
    """Linear warm-up to the peak, then half a cosine down to zero."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    done = (step - warm_up) / (steps - warm_up)
    return peak * 0.5 * (1 + math.cos(math.pi * done))


ARGUMENTS = ("step", "steps", "peak", "warm_up")


def _peak(random):
    return round(random.uniform(0.2, 1.0), 1)


def _schedules(random):
    """Steps, peak and warm-up, small ones first; what follows the warm-up has a middle."""
    for steps, warm_up in ((4, 2), (7, 3), (20, 4), (105, 5)):
        yield steps, _peak(random), warm_up


def warm_up_rises(answer, random):
    """during the warm-up the rate rises from step to step"""
    for steps, peak, warm_up in _schedules(random):
        rates = []
        for step in range(warm_up):
            arguments = (step, steps, peak, warm_up)
            given = in_words(ARGUMENTS, arguments)
            rate = call(answer, arguments, given)
            try:
                rate = float(rate)
            except (TypeError, ValueError) as error:
                raise Mismatch(given, "a number", describe(rate)) from error
            if rates and not rate > rates[-1]:
                raise Mismatch(given, f"more than {rates[-1]:.6g}, the rate before", rate)
            rates.append(rate)


def first_step_counts(answer, random):
    """the first step is not wasted on a rate of 0 but has peak / warm_up"""
    for steps, peak, warm_up in _schedules(random):
        expect(answer, ARGUMENTS, (0, steps, peak, warm_up), peak / warm_up)


def warm_up_is_straight(answer, random):
    """the warm-up is a straight line that is at the peak in its last step, warm_up - 1"""
    for steps, peak, warm_up in _schedules(random):
        for step in (warm_up - 1, *range(warm_up)):
            expect(answer, ARGUMENTS, (step, steps, peak, warm_up), peak * (step + 1) / warm_up)


def cosine_starts_at_the_peak(answer, random):
    """the cosine counts its steps from the end of the warm-up, so that it starts at the peak
    without a jump
    """
    for steps, peak, warm_up in _schedules(random):
        expect(answer, ARGUMENTS, (warm_up, steps, peak, warm_up), peak)


def half_way(answer, random):
    """half way through the steps that the warm-up left, half a period of the cosine gives half the
    peak
    """
    for steps, peak, warm_up in _schedules(random):
        expect(answer, ARGUMENTS, ((steps + warm_up) // 2, steps, peak, warm_up), peak / 2)


def without_warm_up(answer, random):
    """with warm_up = 0 it is the cosine alone"""
    for steps in (2, 4, 10):
        for step in (0, steps // 2):
            arguments = (step, steps, _peak(random), 0)
            expect(answer, ARGUMENTS, arguments, learning_rate(*arguments))


def every_step(answer, random):
    """it agrees with the definition at every step"""
    for steps in (1, 2, 5, 12):
        for warm_up in range(steps):
            for step in range(steps):
                arguments = (step, steps, _peak(random), warm_up)
                expect(answer, ARGUMENTS, arguments, learning_rate(*arguments))


def _cases(random):
    """Every step of some schedules."""
    for steps, warm_up in ((8, 2), (12, 3), (25, 6), (40, 4)):
        peak = round(random.uniform(0.2, 1.0), 2)
        yield from ((step, steps, peak, warm_up) for step in range(steps))


def warm_up_of_no_steps(random):
    """You are right as long as there is a warm-up. With warm_up = 0, something still divides by it
    or asks for its last step: which steps belong to a warm-up of 0 steps?
    """
    for steps in (3, 8, 20):
        yield int(random.integers(steps)), steps, round(random.uniform(0.2, 1.0), 2), 0


def _cosine(done):
    return 0.5 * (1 + math.cos(math.pi * done))


def _rate(
    step,
    steps,
    peak,
    warm_up,
    rising=lambda step, warm_up: (step + 1) / warm_up,
    done=lambda step, steps, warm_up: (step - warm_up) / (steps - warm_up),
    falling=_cosine,
):
    """The definition, with a place to go wrong in each of its steps."""
    if step < warm_up:
        return peak * rising(step, warm_up)
    return peak * falling(done(step, steps, warm_up))


def _with(part):
    """Put a wrong function in the place of one of the definition's."""

    def decorate(function):
        @wraps(function)
        def wrong(*arguments):
            return _rate(*arguments, **{part: function})

        return wrong

    return decorate


def no_warm_up(step, steps, peak, warm_up):
    """Your rate begins at the peak: there is no warm-up yet. What should the rate do over the first
    warm_up steps, so that the first of them is the most careful?
    """
    return learning_rate(step, steps, peak, 0)


def one_step_too_many(step, steps, peak, warm_up):
    """Your warm-up has one step too many, and in it the rate overshoots the peak. Steps are counted
    from 0: which is the last of warm_up steps, and does your condition let in the one after it?
    """
    if step <= warm_up:  # where `<` is right
        return peak * (step + 1) / warm_up
    return learning_rate(step, steps, peak, warm_up)


@_with("rising")
def starts_at_zero(step, warm_up):
    """Your warm-up begins at a rate of 0, and the first step moves nothing. The steps are counted
    from 0: which share of the peak is due in step 0, and which in step warm_up - 1?
    """
    return step / warm_up


@_with("done")
def counts_from_the_start(step, steps, warm_up):
    """There is a jump where your warm-up ends: the cosine has been counting since step 0, and has
    lost height before its turn comes. How many of its steps are done at step warm_up?
    """
    return step / steps


@_with("done")
def never_down_to_zero(step, steps, warm_up):
    """Your cosine starts at the peak, as it should, and never comes down to zero: training ends
    before it does. In how many steps does it have to be done, once the warm-up has had its share?
    """
    return (step - warm_up) / steps


@_with("done")
def zero_a_step_early(step, steps, warm_up):
    """Your last step has a rate of 0 and trains nothing. Zero is to be reached in step `steps`,
    which is not run any more: how many steps lie between that and the peak?
    """
    return (step - warm_up) / (steps - 1 - warm_up)


@_with("falling")
def whole_period(done):
    """Your rate is at zero half way and back at the peak at the end: that is a whole period of the
    cosine. How much of one leads from the top to the bottom?
    """
    return _cosine(2 * done)


@_with("falling")
def twice_the_peak(done):
    """Your rate jumps to twice the peak where the cosine begins. With 1 added, a cosine runs from 2
    down to 0: what makes that a share of the peak?
    """
    return 2 * _cosine(done)


@_with("falling")
def quarter_period(done):
    """Your rate begins at the peak and ends at zero, and on its way it is too high: that is a
    quarter of a cosine's period, which drops fastest at the end. Half a period levels off there;
    what keeps it from going below zero?
    """
    return math.cos(math.pi / 2 * done)


@_with("falling")
def below_zero(done):
    """Your late steps have a rate below zero, and would climb the loss. A cosine goes from 1 to -1,
    and yours should go from 1 to 0: how do you lift it, and shrink it?
    """
    return math.cos(math.pi * done)


@_with("falling")
def radians_forgotten(done):
    """Your rate falls by less than a quarter in all. math.cos counts in radians, and one radian is
    a small part of a circle: how many of them make half of it?
    """
    return 0.5 * (1 + math.cos(done))


@_with("falling")
def straight_down(done):
    """Your warm-up is right, and after it the rate falls along a straight line. It should fall
    slowly at both ends and quickly in the middle: where does a cosine come in?
    """
    return 1 - done


EXERCISE = Exercise(
    reference=learning_rate,
    title="the learning rate with warm-up",
    properties=[
        warm_up_rises,
        first_step_counts,
        warm_up_is_straight,
        cosine_starts_at_the_peak,
        half_way,
        without_warm_up,
        every_step,
    ],
    cases=_cases,
    mistakes=[
        Mistake(
            sometimes_nothing,
            "Some steps have a rate, and others get None. Your function has two ways through "
            "it, the warm-up and the cosine: does each of them end with a return?",
            name="no-return",
        ),
        Mistake((no_warm_up, _with("rising")(lambda step, warm_up: 1.0))),
        Mistake((starts_at_zero, _with("rising")(lambda step, warm_up: step / (warm_up - 1)))),
        Mistake(
            (
                counts_from_the_start,
                _with("done")(lambda step, steps, warm_up: step / (steps - warm_up)),
            )
        ),
        Mistake(never_down_to_zero),
        Mistake(zero_a_step_early),
        Mistake(whole_period),
        Mistake(one_step_too_many),
        Mistake(twice_the_peak),
        Mistake(quarter_period),
        Mistake((below_zero, _with("falling")(lambda done: 0.5 * math.cos(math.pi * done)))),
        Mistake(radians_forgotten),
        Mistake(straight_down),
        Mistake(fails_only(warm_up_of_no_steps)),
    ],
    hints=[
        "Two formulas and an `if`: which of them holds depends on whether step < warm_up.",
        "Step 0 is the first of warm_up steps and has peak / warm_up; step warm_up - 1 is the "
        "last and has peak. So the warm-up is peak * (step + 1) / warm_up. The `if` keeps this "
        "line away from warm_up = 0.",
        "After it, (step - warm_up) / (steps - warm_up) grows from 0 towards 1. Times math.pi, "
        "that is half a period: peak * 0.5 * (1 + math.cos(…)).",
    ],
    example=((0, 100, 0.1, 10), 0.01),
)
