"""Typical mistakes in 06-mixture."""

import numpy as np

from course_utils.lessons.lesson_06.mistakes.mixture_cases import (
    allocation,
    by_remainder,
    equals,
    exact_shares,
    roomy,
    tight,
    tighter,
)
from course_utils.teaching.mistake import (
    Mistake,
    changes_though_right,
    does_as,
    either,
    fails_only,
    is_right,
)


def _cases(random):
    for kind in (roomy, tight, tighter):
        yield from kind(random)


def _weights_of_sum_one(random):
    for weights, sizes, n in roomy(random):
        yield weights / weights.sum(), sizes, n


def _up_to_one_pass(random):
    yield from roomy(random)
    yield from tight(random)


def _sizes_ignored(weights, sizes, n):
    return by_remainder(n * weights / weights.sum(), n)


def _rounded(rounding):
    """Exact shares that fit, and another way of rounding them."""
    return does_as(lambda weights, sizes, n: rounding(exact_shares(weights, sizes, n)[0], n), roomy)


def _missing_to(places):
    """Shares rounded down, and the images still missing to other places than they should."""

    def rounding(shares, n):
        numbers = np.floor(shares).astype(int)
        np.add.at(numbers, places(shares, n - numbers.sum()), 1)
        return numbers

    return _rounded(rounding)


def not_passed_on(answer, random):
    """Right where every share fits, and short of n where one does not."""
    fits = all(is_right(answer, allocation, case) for case in roomy(random))
    return fits and all(np.sum(answer(*case)) < case[2] for case in tight(random))


MISTAKES = (
    Mistake(
        name="sizes-ignored",
        hint="Your numbers follow the weights and never ask how many images a source has. What "
        "happens to a source with a large weight and few images?",
        shown_by=does_as(_sizes_ignored, _cases),
    ),
    Mistake(
        name="not-passed-on",
        hint="You stop a source at what it has, and the images it could not give are given by "
        "nobody. Add up your numbers: how many are missing, and who could give them?",
        shown_by=not_passed_on,
    ),
    Mistake(
        name="passed-on-once",
        hint="You pass on once what a small source cannot give. That may be too much for the "
        "next one, and then there is something to pass on again: when may you stop?",
        shown_by=fails_only(allocation, where=tighter, elsewhere=_up_to_one_pass),
    ),
    Mistake(
        name="weights-changed",
        hint="Your numbers are right, but the weights that you were given are others afterwards, "
        "and whoever called you may need them again. Where do you write into them, and what could "
        "you write into instead?",
        shown_by=changes_though_right(allocation, _cases, tight),
    ),
    Mistake(
        name="each-share-by-itself",
        hint="You round each share by itself, and nobody sees to it that the sum is still n. "
        "Once all of them are rounded down, how many images are missing, and whose remainders are "
        "the largest?",
        shown_by=either(
            *(
                _rounded(lambda shares, n, rounding=rounding: rounding(shares))
                for rounding in (np.floor, np.round, np.ceil)
            )
        ),
    ),
    Mistake(
        name="remainders-ignored",
        hint="Your sum is right, but the images still missing after rounding down go by position "
        "or by size. Which source lost most when its share was rounded?",
        shown_by=either(
            _missing_to(lambda shares, missing: np.arange(missing)),
            _missing_to(lambda shares, missing: np.full(missing, -1)),
            _missing_to(lambda shares, missing: np.zeros(missing, dtype=int)),
            _missing_to(lambda shares, missing: np.argsort(-shares, kind="stable")[:missing]),
            _missing_to(lambda shares, missing: np.full(missing, np.argmax(shares))),
        ),
    ),
    Mistake(
        name="last-of-equals",
        hint="Where remainders are equal, the later source is served first in yours. A sort that "
        "is turned round turns the order of equals round too: how can the largest come first "
        "without that?",
        shown_by=fails_only(allocation, where=equals, elsewhere=_cases),
    ),
    Mistake(
        name="weights-taken-for-shares",
        hint="You are right as long as the weights add up to 1. They say only how much of each "
        "source is wanted compared with the others, as 2, 1, 1 does: what makes shares of them?",
        shown_by=fails_only(allocation, where=roomy, elsewhere=_weights_of_sum_one),
    ),
)
