"""Right and wrong answers to 03-learning-rate."""

import math
from functools import partial

import numpy as np


def learning_rate(step, steps, peak, warm_up, start=None, end=None, period=math.pi):
    """The right answer, with a place to go wrong in each of its steps."""
    start = warm_up if start is None else start
    end = steps - start if end is None else end
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(period * (step - start) / end))


def _minimum_of_two(step, steps, peak, warm_up):
    rising = peak * (step + 1) / warm_up if warm_up else peak
    share = max(0, step - warm_up) / (steps - warm_up)
    return np.minimum(rising, peak * np.cos(np.pi / 2 * share) ** 2)


def _divides_by_the_warm_up(step, steps, peak, warm_up):
    rising = min(1, (step + 1) / warm_up)
    return rising * learning_rate(max(step, warm_up), steps, peak, warm_up)


def _straight_down(step, steps, peak, warm_up):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (steps - step) / (steps - warm_up)


def _assigns_and_forgets(step, steps, peak, warm_up):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    rate = peak / 2 * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up)))  # noqa: F841


def _waits_at_the_peak(step, steps, peak, warm_up):
    done = max(step - warm_up, 0) / (steps - warm_up)
    return peak * math.cos(math.pi * done / 2) ** 2


def _counts_from_the_start_over_the_rest(step, steps, peak, warm_up):
    if step + 1 <= warm_up:
        return peak / warm_up * (step + 1)
    return peak * math.cos(math.pi * step / (steps - warm_up) / 2) ** 2


def _one_step_too_many(step, steps, peak, warm_up):
    if warm_up and step <= warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up))) / 2


def _cosine_and_one(step, steps, peak, warm_up):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up)))


def _quarter_of_a_period(step, steps, peak, warm_up):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * math.sin(math.pi / 2 * (steps - step) / (steps - warm_up))


def _linspace_with_its_end(step, steps, peak, warm_up):
    rising = [peak * (i + 1) / warm_up for i in range(warm_up)]
    falling = peak * (1 + np.cos(np.linspace(0, np.pi, steps - warm_up))) / 2
    return [*rising, *falling][step]


def _bare_cosine(step, steps, peak, warm_up):
    if step < warm_up:
        return (step + 1) / warm_up * peak
    return peak * np.cos(np.pi * (step - warm_up) / (steps - warm_up))


def _half_a_bare_cosine(step, steps, peak, warm_up):
    return _bare_cosine(step, steps, peak, warm_up) / (1 if step < warm_up else 2)


def _no_pi(step, steps, peak, warm_up):
    if step < warm_up:
        return (step + 1) / warm_up * peak
    return (1 + np.cos((step - warm_up) / (steps - warm_up))) * peak / 2


def _adds_up_the_warm_up(step, steps, peak, warm_up):
    share = peak / warm_up
    if step < warm_up:
        return sum(share for _ in range(step + 1))
    return _waits_at_the_peak(step, steps, peak, warm_up)


# An exercise may leave open how: each of these is right.
RIGHT = [learning_rate, _minimum_of_two]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        lambda step, steps, peak, warm_up: learning_rate(step, steps, peak, 0),
        "during the warm-up the rate rises",
        "no-warm-up",
    ),
    (lambda *arguments: None, "expected a number, got None"),
    (
        lambda step, steps, peak, w: (
            peak * step / w if step < w else learning_rate(step, steps, peak, w)
        ),
        "the first step is not wasted on a rate of 0",
        "starts-at-zero",
    ),
    (
        lambda step, steps, peak, w: (
            peak * (step + 1) / (w + 1) if step < w else learning_rate(step, steps, peak, w)
        ),
        "but has peak / warm_up",
    ),
    (
        lambda step, steps, peak, w: (
            peak * w ** (step / (w - 1) - 1) if step < w else learning_rate(step, steps, peak, w)
        ),
        "the warm-up is a straight line",
    ),
    (
        partial(learning_rate, start=0),
        "the cosine counts its steps from the end of the warm-up",
        "counts-from-the-start",
    ),
    (
        partial(learning_rate, period=2 * math.pi),
        "half a period of the cosine gives half the peak",
        "whole-period",
    ),
    (
        lambda step, steps, peak, w: learning_rate(step, steps, peak, w, end=steps),
        "half way through the steps that the warm-up left",
        "never-down-to-zero",
    ),
    (_divides_by_the_warm_up, "with warm_up = 0 it is the cosine alone", "warm-up-of-no-steps"),
    (_straight_down, "it agrees with the definition at every step", "straight-down"),
    (_assigns_and_forgets, "got None", "no-return"),
    (_waits_at_the_peak, "the rate rises", "no-warm-up"),
    (_counts_from_the_start_over_the_rest, "without a jump", "counts-from-the-start"),
    (_one_step_too_many, "without a jump", "one-step-too-many"),
    (_cosine_and_one, "without a jump", "twice-the-peak"),
    (_quarter_of_a_period, "half the peak", "quarter-period"),
    (_linspace_with_its_end, "half the peak", "zero-a-step-early"),
    (_bare_cosine, "half the peak", "below-zero"),
    (_half_a_bare_cosine, "starts at the peak", "below-zero"),
    (_no_pi, "half the peak", "radians-forgotten"),
    (_adds_up_the_warm_up, "with warm_up = 0", "warm-up-of-no-steps"),
]
