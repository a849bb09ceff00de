"""Right and wrong answers to 03-discriminative."""

from functools import partial

import numpy as np


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


def _list_of_rates(groups, rate, factor):
    rates = [rate]
    while len(rates) < len(groups):
        rates.append(rates[-1] / factor)
    rates.reverse()
    return rates


def _list_of_pairs(groups, rate, factor):
    return list(zip(groups, _list_of_rates(groups, rate, factor), strict=True))


def _returns_too_early(groups, rate, factor):
    rates = {}
    for i, group in enumerate(groups):
        rates[group] = rate / factor ** (len(groups) - 1 - i)
        return rates


def _multiplies_on_the_way_up(groups, rate, factor):
    rates = {groups[0]: rate}
    for i in range(1, len(groups)):
        rates[groups[i]] = rates[groups[i - 1]] * factor
    return rates


def _body_and_head(groups, rate, factor):
    *body, head = groups
    return {**dict.fromkeys(body, rate / factor), head: rate}


# An exercise may leave open how: each of these is right.
RIGHT = [discriminative_rates, _from_the_head_turned_round]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        lambda groups, rate, factor: [rate / factor**d for d in range(len(groups))],
        "a dict with a rate for each group",
        "rates-without-names",
    ),
    (_from_the_head, "a dict with a rate for each group, from input to head", "head-first"),
    (lambda groups, rate, factor: dict.fromkeys(groups), "expected a number for head, got None"),
    (lambda groups, rate, factor: dict.fromkeys(groups, rate), "the rate is least at the input"),
    (
        lambda groups, rate, factor: discriminative_rates(groups, rate, 1 / factor),
        "the rate is least at the input",
        "multiplied",
    ),
    (
        partial(discriminative_rates, distance=lambda i, n: i),
        "the rate is least at the input",
        "upside-down",
    ),
    (
        partial(discriminative_rates, distance=lambda i, n: n - i),
        "the last group has `rate` itself",
        "one-division-too-many",
    ),
    (_linear, "divided by the factor, again and again", "factor-times-distance"),
    (_evenly_spaced, "divided by the factor, again and again"),
    (_list_of_pairs, "expected a dict", "rates-without-names"),
    (_returns_too_early, "a rate for each group", "returns-in-the-loop"),
    (_multiplies_on_the_way_up, "has `rate` itself", "rate-at-the-input"),
    (_body_and_head, "again and again", "divided-once"),
]
