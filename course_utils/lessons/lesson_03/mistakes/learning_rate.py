"""Typical mistakes in 03-learning-rate."""

import math

from course_utils.teaching.mistake import Mistake, does_as, either, fails_only, sometimes_nothing

#: (steps, warm_up), every step of which is tried.
SCHEDULES = ((8, 2), (12, 3), (25, 6), (40, 4))


def _cases(random):
    for steps, warm_up in SCHEDULES:
        peak = round(random.uniform(0.2, 1.0), 2)
        yield from ((step, steps, peak, warm_up) for step in range(steps))


def _no_warm_up(random):
    for steps in (3, 8, 20):
        yield int(random.integers(steps)), steps, round(random.uniform(0.2, 1.0), 2), 0


def _share_done(step, steps, warm_up):
    return (step - warm_up) / (steps - warm_up)


def _rising(step, warm_up):
    return (step + 1) / warm_up


def _cosine(done):
    return 0.5 * (1 + math.cos(math.pi * done))


def _rate(step, steps, peak, warm_up, rising=_rising, done=_share_done, falling=_cosine):
    """The definition, with a place to go wrong in each of its steps."""
    if step < warm_up:
        return peak * rising(step, warm_up)
    return peak * falling(done(step, steps, warm_up))


def _warms_up_too_long(step, steps, peak, warm_up):
    """`<=` where `<` is right."""
    return peak * _rising(step, warm_up) if step == warm_up else _rate(step, steps, peak, warm_up)


def _as(**wrong):
    return does_as(lambda *arguments: _rate(*arguments, **wrong), _cases)


MISTAKES = (
    Mistake(
        name="no-return",
        hint="Some steps have a rate, and others get None. Your function has two ways through "
        "it, the warm-up and the cosine: does each of them end with a return?",
        shown_by=sometimes_nothing(_rate, _cases),
    ),
    Mistake(
        name="no-warm-up",
        hint="Your rate begins at the peak: there is no warm-up yet. What should the rate do over "
        "the first warm_up steps, so that the first of them is the most careful?",
        shown_by=either(
            does_as(lambda step, steps, peak, warm_up: _rate(step, steps, peak, 0), _cases),
            _as(rising=lambda step, warm_up: 1.0),
        ),
    ),
    Mistake(
        name="starts-at-zero",
        hint="Your warm-up begins at a rate of 0, and the first step moves nothing. The steps are "
        "counted from 0: which share of the peak is due in step 0, and which in step warm_up - 1?",
        shown_by=either(
            _as(rising=lambda step, warm_up: step / warm_up),
            _as(rising=lambda step, warm_up: step / (warm_up - 1)),
        ),
    ),
    Mistake(
        name="counts-from-the-start",
        hint="There is a jump where your warm-up ends: the cosine has been counting since step 0, "
        "and has lost height before its turn comes. How many of its steps are done at step "
        "warm_up?",
        shown_by=either(
            _as(done=lambda step, steps, warm_up: step / steps),
            _as(done=lambda step, steps, warm_up: step / (steps - warm_up)),
        ),
    ),
    Mistake(
        name="never-down-to-zero",
        hint="Your cosine starts at the peak, as it should, and never comes down to zero: "
        "training ends before it does. In how many steps does it have to be done, once the "
        "warm-up has had its share?",
        shown_by=_as(done=lambda step, steps, warm_up: (step - warm_up) / steps),
    ),
    Mistake(
        name="zero-a-step-early",
        hint="Your last step has a rate of 0 and trains nothing. Zero is to be reached in step "
        "`steps`, which is not run any more: how many steps lie between that and the peak?",
        shown_by=_as(done=lambda step, steps, warm_up: (step - warm_up) / (steps - 1 - warm_up)),
    ),
    Mistake(
        name="whole-period",
        hint="Your rate is at zero half way and back at the peak at the end: that is a whole "
        "period of the cosine. How much of one leads from the top to the bottom?",
        shown_by=_as(falling=lambda done: _cosine(2 * done)),
    ),
    Mistake(
        name="one-step-too-many",
        hint="Your warm-up has one step too many, and in it the rate overshoots the peak. Steps "
        "are counted from 0: which is the last of warm_up steps, and does your condition let in "
        "the one after it?",
        shown_by=does_as(_warms_up_too_long, _cases),
    ),
    Mistake(
        name="twice-the-peak",
        hint="Your rate jumps to twice the peak where the cosine begins. With 1 added, a cosine "
        "runs from 2 down to 0: what makes that a share of the peak?",
        shown_by=_as(falling=lambda done: 1 + math.cos(math.pi * done)),
    ),
    Mistake(
        name="quarter-period",
        hint="Your rate begins at the peak and ends at zero, and on its way it is too high: that "
        "is a quarter of a cosine's period, which drops fastest at the end. Half a period levels "
        "off there; what keeps it from going below zero?",
        shown_by=_as(falling=lambda done: math.cos(math.pi / 2 * done)),
    ),
    Mistake(
        name="below-zero",
        hint="Your late steps have a rate below zero, and would climb the loss. A cosine goes "
        "from 1 to -1, and yours should go from 1 to 0: how do you lift it, and shrink it?",
        shown_by=either(
            _as(falling=lambda done: math.cos(math.pi * done)),
            _as(falling=lambda done: 0.5 * math.cos(math.pi * done)),
        ),
    ),
    Mistake(
        name="radians-forgotten",
        hint="Your rate falls by less than a quarter in all. math.cos counts in radians, and one "
        "radian is a small part of a circle: how many of them make half of it?",
        shown_by=_as(falling=lambda done: 0.5 * (1 + math.cos(done))),
    ),
    Mistake(
        name="straight-down",
        hint="Your warm-up is right, and after it the rate falls along a straight line. It should "
        "fall slowly at both ends and quickly in the middle: where does a cosine come in?",
        shown_by=_as(falling=lambda done: 1 - done),
    ),
    Mistake(
        name="warm-up-of-no-steps",
        hint="You are right as long as there is a warm-up. With warm_up = 0, something still "
        "divides by it or asks for its last step: which steps belong to a warm-up of 0 steps?",
        shown_by=fails_only(_rate, where=_no_warm_up, elsewhere=_cases),
    ),
)
