"""Exercise 03-learning-rate: a linear warm-up, then half a cosine down to zero."""

import math

from course_utils.teaching.exercise import (
    Exercise,
    Mismatch,
    Property,
    brief,
    call,
    expect,
    in_words,
)

ARGUMENTS = ("step", "steps", "peak", "warm_up")

#: (steps, warm_up), small ones first; what follows the warm-up has a middle.
SCHEDULES = ((4, 2), (7, 3), (20, 4), (105, 5))


def _peaks(random):
    for steps, warm_up in SCHEDULES:
        yield steps, round(random.uniform(0.2, 1.0), 1), warm_up


def warm_up_rises(answer, random):
    for steps, peak, warm_up in _peaks(random):
        rates = []
        for step in range(warm_up):
            arguments = (step, steps, peak, warm_up)
            given = in_words(ARGUMENTS, arguments)
            rate = call(answer, arguments, given)
            try:
                rate = float(rate)
            except (TypeError, ValueError) as error:
                raise Mismatch(given, "a number", brief(rate)) from error
            if rates and not rate > rates[-1]:
                raise Mismatch(given, f"more than {rates[-1]:.6g}, the rate before", rate)
            rates.append(rate)


def first_step_counts(answer, random):
    for steps, peak, warm_up in _peaks(random):
        expect(answer, ARGUMENTS, (0, steps, peak, warm_up), peak / warm_up)


def warm_up_is_straight(answer, random):
    for steps, peak, warm_up in _peaks(random):
        for step in (warm_up - 1, *range(warm_up)):
            expect(answer, ARGUMENTS, (step, steps, peak, warm_up), peak * (step + 1) / warm_up)


def cosine_starts_at_the_peak(answer, random):
    for steps, peak, warm_up in _peaks(random):
        expect(answer, ARGUMENTS, (warm_up, steps, peak, warm_up), peak)


def half_way(answer, random):
    for steps, peak, warm_up in _peaks(random):
        middle = (steps + warm_up) // 2
        if 2 * middle == steps + warm_up:
            expect(answer, ARGUMENTS, (middle, steps, peak, warm_up), peak / 2)


def without_warm_up(answer, random):
    for steps in (2, 4, 10):
        peak = round(random.uniform(0.2, 1.0), 1)
        for step in (0, steps // 2):
            expected = _learning_rate(step, steps, peak, 0)
            expect(answer, ARGUMENTS, (step, steps, peak, 0), expected)


def every_step(answer, random):
    for steps in (1, 2, 5, 12):
        for warm_up in range(steps):
            peak = round(random.uniform(0.2, 1.0), 1)
            for step in range(steps):
                arguments = (step, steps, peak, warm_up)
                expect(answer, ARGUMENTS, arguments, _learning_rate(*arguments))


def _learning_rate(step, steps, peak, warm_up):
    """Warm-up as in Goyal et al. 2017, arXiv:1706.02677; cosine as in arXiv:1608.03983."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up)))


LEARNING_RATE = Exercise(
    id="03-learning-rate",
    title="the learning rate with warm-up",
    function="learning_rate",
    properties=(
        Property("during the warm-up the rate rises from step to step", warm_up_rises),
        Property(
            "the first step is not wasted on a rate of 0 but has peak / warm_up", first_step_counts
        ),
        Property(
            "the warm-up is a straight line that is at the peak in its last step, warm_up - 1",
            warm_up_is_straight,
        ),
        Property(
            "the cosine counts its steps from the end of the warm-up, so that it starts at the "
            "peak without a jump",
            cosine_starts_at_the_peak,
        ),
        Property(
            "half way through the steps that the warm-up left, half a period of the cosine gives "
            "half the peak",
            half_way,
        ),
        Property("with warm_up = 0 it is the cosine alone", without_warm_up),
        Property("it agrees with the definition at every step", every_step),
    ),
    hints=(
        "Two formulas and an `if`: which of them holds depends on whether step < warm_up.",
        "Step 0 is the first of warm_up steps and has peak / warm_up; step warm_up - 1 is the "
        "last and has peak. So the warm-up is peak * (step + 1) / warm_up. The `if` keeps this "
        "line away from warm_up = 0.",
        "After it, (step - warm_up) / (steps - warm_up) grows from 0 towards 1. Times math.pi, "
        "that is half a period: peak * 0.5 * (1 + math.cos(…)).",
    ),
    example=((0, 100, 0.1, 10), 0.01),
)
