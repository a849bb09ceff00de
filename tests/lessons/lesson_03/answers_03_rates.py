"""Right and wrong answers to 03-learning-rate and 03-discriminative."""

import math

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


def discriminative_rates(groups, rate, factor, distance=lambda i, n: n - 1 - i):
    """The right answer, with a place to go wrong in the exponent."""
    n = len(groups)
    return {group: rate / factor ** distance(i, n) for i, group in enumerate(groups)}


def _from_the_head(groups, rate, factor):
    rates = {}
    for group in reversed(groups):
        rates[group] = rate
        rate /= factor
    return rates


def _from_the_head_turned_round(groups, rate, factor):
    return dict(reversed(_from_the_head(groups, rate, factor).items()))


def _linear(groups, rate, factor):
    n = len(groups)
    return {
        group: rate / (factor * (n - 1 - i)) if i < n - 1 else rate
        for i, group in enumerate(groups)
    }


def _evenly_spaced(groups, rate, factor):
    rates = np.linspace(rate / factor ** (len(groups) - 1), rate, len(groups))
    rates[-1] = rate
    return dict(zip(groups, rates.tolist(), strict=True))


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("03-learning-rate", learning_rate),
    ("03-learning-rate", _minimum_of_two),
    ("03-discriminative", discriminative_rates),
    ("03-discriminative", _from_the_head_turned_round),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    (
        "03-learning-rate",
        lambda step, steps, peak, warm_up: learning_rate(step, steps, peak, 0),
        "during the warm-up the rate rises",
        "no-warm-up",
    ),
    ("03-learning-rate", lambda *arguments: None, "expected a number, got None"),
    (
        "03-learning-rate",
        lambda step, steps, peak, w: (
            peak * step / w if step < w else learning_rate(step, steps, peak, w)
        ),
        "the first step is not wasted on a rate of 0",
        "starts-at-zero",
    ),
    (
        "03-learning-rate",
        lambda step, steps, peak, w: (
            peak * (step + 1) / (w + 1) if step < w else learning_rate(step, steps, peak, w)
        ),
        "but has peak / warm_up",
    ),
    (
        "03-learning-rate",
        lambda step, steps, peak, w: (
            peak * w ** (step / (w - 1) - 1) if step < w else learning_rate(step, steps, peak, w)
        ),
        "the warm-up is a straight line",
    ),
    (
        "03-learning-rate",
        lambda *arguments: learning_rate(*arguments, start=0),
        "the cosine counts its steps from the end of the warm-up",
        "counts-from-the-start",
    ),
    (
        "03-learning-rate",
        lambda *arguments: learning_rate(*arguments, period=2 * math.pi),
        "half a period of the cosine gives half the peak",
        "whole-period",
    ),
    (
        "03-learning-rate",
        lambda step, steps, peak, w: learning_rate(step, steps, peak, w, end=steps),
        "half way through the steps that the warm-up left",
        "never-down-to-zero",
    ),
    (
        "03-learning-rate",
        _divides_by_the_warm_up,
        "with warm_up = 0 it is the cosine alone",
        "warm-up-of-no-steps",
    ),
    (
        "03-learning-rate",
        _divides_by_the_warm_up,
        "it raised ZeroDivisionError",
        "warm-up-of-no-steps",
    ),
    (
        "03-learning-rate",
        _straight_down,
        "it agrees with the definition at every step",
        "straight-down",
    ),
    (
        "03-discriminative",
        lambda groups, rate, factor: [rate / factor**d for d in range(len(groups))],
        "a dict with a rate for each group",
        "rates-without-names",
    ),
    (
        "03-discriminative",
        _from_the_head,
        "a dict with a rate for each group, from input to head",
        "head-first",
    ),
    (
        "03-discriminative",
        lambda groups, rate, factor: dict.fromkeys(groups),
        "expected a number for head, got None",
    ),
    (
        "03-discriminative",
        lambda groups, rate, factor: dict.fromkeys(groups, rate),
        "the rate is least at the input",
    ),
    (
        "03-discriminative",
        lambda groups, rate, factor: discriminative_rates(groups, rate, 1 / factor),
        "the rate is least at the input",
        "multiplied",
    ),
    (
        "03-discriminative",
        lambda *arguments: discriminative_rates(*arguments, distance=lambda i, n: i),
        "the rate is least at the input",
        "upside-down",
    ),
    (
        "03-discriminative",
        lambda *arguments: discriminative_rates(*arguments, distance=lambda i, n: n - i),
        "the last group has `rate` itself",
        "one-division-too-many",
    ),
    (
        "03-discriminative",
        _linear,
        "divided by the factor, again and again",
        "factor-times-distance",
    ),
    ("03-discriminative", _evenly_spaced, "divided by the factor, again and again"),
]
