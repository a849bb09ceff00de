"""What mistakes about intervals share: in 05-skew and 06-transfer-gap."""

import numpy as np

from course_utils.teaching.exercises.lesson_06_gaps import SEEDS, drawn, quantile

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
