"""Mistakes about the interval of a mean: in 05-skew, 06-transfer-gap and 06-choose-source."""

import numpy as np

from course_utils.lessons.lesson_06.exercises.gaps import SEEDS, drawn, quantile
from course_utils.teaching.mistake import Mistake, either

#: Standard errors of a mean: from within anybody's noise to beyond it. The steps are so small
#: that the limits of usual mistakes, with the n of `SEEDS`, lie on different ones.
LADDER = np.geomspace(1.5, 8.0, 20)


def half_width(gaps, share=0.975, degrees=None, ddof=1, root=np.sqrt):
    """Half the width of the interval of a mean, with a place to go wrong in each step.

    Parameters
    ----------
    gaps : array, of shape (n,)
    share : float
        Of Student's t below the quantile.
    degrees : float, optional
        Of freedom; n - 1 by default.
    ddof : int
        Of the standard deviation.
    root : callable
        Gives by what the standard deviation is divided, from n.
    """
    n = len(gaps)
    t = quantile(share, n - 1 if degrees is None else degrees)
    return t * np.std(gaps, ddof=ddof) / root(n)


def ladder(random):
    """Gaps over few seeds, each time further from zero: arrays of shape (n,)."""
    for n in SEEDS:
        for errors in LADDER:
            yield drawn(random, n, errors)


def interval_mistakes(acts_as):
    """The mistakes that an interval invites, whatever the exercise makes of it.

    Parameters
    ----------
    acts_as : callable
        Takes `half_width`'s parameters by name, and gives what `Mistake.shown_by` takes.

    Returns
    -------
    tuple of Mistake
    """
    return (
        Mistake(
            name="spread-of-the-seeds",
            hint="Your interval is as wide as that of a single seed. The mean of several is known "
            "more closely, the more of them there are: how does its error shrink with n?",
            shown_by=acts_as(root=lambda n: 1),
        ),
        Mistake(
            name="normal-for-student",
            hint="Your intervals are too narrow for a handful of seeds: you seem to use the normal "
            "distribution, as if the spread were known. Which distribution allows for a spread "
            "that is itself a guess?",
            # Many write 1.96 * gaps.std() / np.sqrt(n): with NumPy's standard deviation too.
            shown_by=either(acts_as(degrees=np.inf), acts_as(degrees=np.inf, ddof=0)),
        ),
        Mistake(
            name="numpy-standard-deviation",
            hint="Your intervals are a little too narrow, as they are if the standard deviation "
            "divides by n. That is what NumPy does unless told otherwise; what does a sample of "
            "seeds call for?",
            shown_by=acts_as(ddof=0),
        ),
        Mistake(
            name="one-tail",
            hint="Your intervals are too narrow: you seem to leave out 5 % at one end. An interval "
            "has two, and what is left out is shared between them: which quantile does each end "
            "take?",
            shown_by=either(acts_as(share=0.95), acts_as(share=0.95, ddof=0)),
        ),
    )
