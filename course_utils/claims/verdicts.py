"""The words for a condition and for a claim, by rule.

A condition is *supported*, *contradicted*, shows *no difference that matters*, or is *undecided*;
a claim *holds*, *does not hold*, *depends*, or is *undecided so far*. An interval that holds zero
is no evidence that nothing is there: it says "no difference that matters" only where all of it lies
inside the smallest difference that matters.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from course_utils.measuring.intervals import Estimate
from course_utils.measuring.planning import needed
from course_utils.validation import require

Word = Literal["supported", "contradicted", "no difference that matters", "undecided"]
Verdict = Literal["holds", "does not hold", "depends", "undecided so far"]


def word_of(mean: float, low: float, high: float, difference_that_matters: float) -> Word:
    """The word for one condition.

    Parameters
    ----------
    mean, low, high : float
        The difference and its interval.
    difference_that_matters : float
        The smallest, in the same unit.
    """
    if low > 0 and mean >= difference_that_matters:
        return "supported"
    if high < 0 and mean <= -difference_that_matters:
        return "contradicted"
    if -difference_that_matters <= low and high <= difference_that_matters:
        return "no difference that matters"
    return "undecided"


def what_is_short(
    estimate: Estimate,
    difference_that_matters: float,
    confidence: float,
    minutes_per_draw: float = np.nan,
) -> str:
    """Why a condition is undecided: what there is too little of, and how many would do.

    Would do: if the mean stayed where it is, the interval would be narrow enough for another word.

    Parameters
    ----------
    estimate : Estimate
    difference_that_matters : float
    confidence : float
    minutes_per_draw : float
        What one more draw costs; nan if that is not known.

    Returns
    -------
    str
        Such as `"draws are short, 24 draws would do, about 6 more minutes"`.
    """
    size = abs(estimate.mean)
    outside = size >= difference_that_matters
    wanted = size if outside else difference_that_matters - size
    if estimate.components is not None and estimate.n_pictures is not None:
        need = needed(
            estimate.components, wanted, estimate.n_draws, estimate.n_pictures, confidence
        )
        if need.draws is None:
            close = ", the difference lies too close to the smallest that matters"
            return f"{need}{'' if outside else close}"
        minutes = (need.draws - estimate.n_draws) * minutes_per_draw
        return f"{need}, about {max(minutes, 1):.0f} more minutes" if minutes > 0 else str(need)
    times = (estimate.half_width(confidence) / wanted) ** 2 if wanted > 0 else np.inf
    times = max(1, times)
    more = f"about {times:.1f} times as many" if times <= 100 else "not even 100 times as many"
    if estimate.n_pictures is None:
        return f"draws are short, {more} would do"
    return f"draws and test pictures are short, {more} of both would do"


def verdict_of(words: Sequence[Word]) -> Verdict:
    """The verdict on a claim, from the words of its primary conditions.

    Parameters
    ----------
    words : sequence of str

    Returns
    -------
    {"holds", "does not hold", "depends", "undecided so far"}
        `"holds"`: all are supported. `"does not hold"`: all are contradicted or show no
        difference that matters. `"depends"`: at least one is supported, and at least one is
        contradicted or shows no difference that matters. Else `"undecided so far"`.

    Raises
    ------
    CourseError
        If there is no condition.
    """
    require(len(words) > 0, "A verdict needs at least one primary condition.")
    supported = [word == "supported" for word in words]
    against = [word in ("contradicted", "no difference that matters") for word in words]
    if all(supported):
        return "holds"
    if all(against):
        return "does not hold"
    return "depends" if any(supported) and any(against) else "undecided so far"
