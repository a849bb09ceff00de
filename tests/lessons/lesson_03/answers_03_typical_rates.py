"""Typical wrong answers to lesson 03's exercises on rates, as a learner might write them."""

import math

import numpy as np


def _assigns_and_forgets(step, steps, peak, warm_up):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    rate = peak / 2 * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up)))  # noqa: F841


def _waits_at_the_peak(step, steps, peak, warm_up):
    done = max(step - warm_up, 0) / (steps - warm_up)
    return peak * math.cos(math.pi * done / 2) ** 2


def _ramp_of_numpy(step, steps, peak, warm_up):
    falling = peak * (np.cos(np.linspace(0, np.pi, steps - warm_up + 1)) + 1) / 2
    return np.concatenate([np.linspace(0, peak, warm_up), falling])[step]


def _one_cosine_for_all(step, steps, peak, warm_up):
    rates = [peak * 0.5 * (1 + math.cos(math.pi * i / steps)) for i in range(steps)]
    for i in range(warm_up):
        rates[i] = peak * (i + 1) / warm_up
    return rates[step]


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


def _divides_by_steps(step, steps, peak, warm_up):
    if step >= warm_up:
        return peak * np.cos(0.5 * np.pi * (step - warm_up) / steps) ** 2
    return peak * (step + 1) / warm_up


def _linspace_with_its_end(step, steps, peak, warm_up):
    rising = [peak * (i + 1) / warm_up for i in range(warm_up)]
    falling = peak * (1 + np.cos(np.linspace(0, np.pi, steps - warm_up))) / 2
    return [*rising, *falling][step]


def _two_pi(step, steps, peak, warm_up):
    if step < warm_up:
        return (step + 1) / warm_up * peak
    angle = 2 * math.pi / (steps - warm_up) * (step - warm_up)
    return (peak + peak * math.cos(angle)) / 2


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


def _interpolated(step, steps, peak, warm_up):
    return np.interp(step, [-1, warm_up - 1, warm_up, steps], [0, peak, peak, 0])


def _adds_up_the_warm_up(step, steps, peak, warm_up):
    share = peak / warm_up
    if step < warm_up:
        return sum(share for _ in range(step + 1))
    return _waits_at_the_peak(step, steps, peak, warm_up)


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


def _new_dict_in_each_round(groups, rate, factor):
    for i, group in enumerate(reversed(groups)):
        rates = {group: rate / factor**i}
    return rates


def _pairs_of_the_head_first(groups, rate, factor):
    return dict(_list_of_pairs(groups, rate, factor)[::-1])


def _divides_on_the_way_up(groups, rate, factor):
    rates = {}
    for group in groups:
        rates[group] = rate
        rate = rate / factor
    return rates


def _multiplies_on_the_way_up(groups, rate, factor):
    rates = {groups[0]: rate}
    for i in range(1, len(groups)):
        rates[groups[i]] = rates[groups[i - 1]] * factor
    return rates


def _multiplies_on_the_way_down(groups, rate, factor):
    upwards = _multiplies_on_the_way_up(groups[::-1], rate, factor)
    return {group: upwards[group] for group in groups}


def _divides_before_it_sets(groups, rate, factor):
    rates = dict.fromkeys(groups)
    for group in reversed(groups):
        rate /= factor
        rates[group] = rate
    return rates


def _twice_the_factor(groups, rate, factor):
    rates = dict.fromkeys(groups, rate)
    for above, group in enumerate(reversed(groups)):
        rates[group] = rate / max(1, factor * above)
    return rates


def _body_and_head(groups, rate, factor):
    *body, head = groups
    return {**dict.fromkeys(body, rate / factor), head: rate}


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("03-learning-rate", _assigns_and_forgets, "got None", "no-return"),
    ("03-learning-rate", _waits_at_the_peak, "the rate rises", "no-warm-up"),
    ("03-learning-rate", _ramp_of_numpy, "not wasted on a rate of 0", "starts-at-zero"),
    ("03-learning-rate", _one_cosine_for_all, "without a jump", "counts-from-the-start"),
    (
        "03-learning-rate",
        _counts_from_the_start_over_the_rest,
        "without a jump",
        "counts-from-the-start",
    ),
    ("03-learning-rate", _one_step_too_many, "without a jump", "one-step-too-many"),
    ("03-learning-rate", _cosine_and_one, "without a jump", "twice-the-peak"),
    ("03-learning-rate", _quarter_of_a_period, "half the peak", "quarter-period"),
    ("03-learning-rate", _divides_by_steps, "half the peak", "never-down-to-zero"),
    ("03-learning-rate", _linspace_with_its_end, "half the peak", "zero-a-step-early"),
    ("03-learning-rate", _two_pi, "half the peak", "whole-period"),
    ("03-learning-rate", _bare_cosine, "half the peak", "below-zero"),
    ("03-learning-rate", _half_a_bare_cosine, "starts at the peak", "below-zero"),
    ("03-learning-rate", _no_pi, "half the peak", "radians-forgotten"),
    ("03-learning-rate", _interpolated, "agrees with the definition", "straight-down"),
    ("03-learning-rate", _adds_up_the_warm_up, "with warm_up = 0", "warm-up-of-no-steps"),
    ("03-discriminative", _list_of_rates, "expected a dict", "rates-without-names"),
    ("03-discriminative", _list_of_pairs, "expected a dict", "rates-without-names"),
    ("03-discriminative", _returns_too_early, "a rate for each group", "returns-in-the-loop"),
    ("03-discriminative", _new_dict_in_each_round, "for each group", "returns-in-the-loop"),
    ("03-discriminative", _pairs_of_the_head_first, "from input to head", "head-first"),
    ("03-discriminative", _divides_on_the_way_up, "least at the input", "upside-down"),
    ("03-discriminative", _multiplies_on_the_way_up, "has `rate` itself", "rate-at-the-input"),
    ("03-discriminative", _multiplies_on_the_way_down, "least at the input", "multiplied"),
    ("03-discriminative", _divides_before_it_sets, "not yet divided", "one-division-too-many"),
    ("03-discriminative", _twice_the_factor, "again and again", "factor-times-distance"),
    ("03-discriminative", _body_and_head, "again and again", "divided-once"),
]
