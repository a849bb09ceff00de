"""What the typical mistakes of lessons 05 and 06 share."""

import copy

import numpy as np

from course_utils.teaching.exercises.lesson_06_gaps import SEEDS, drawn, quantile
from course_utils.teaching.values import same

#: Standard errors of a mean: from within anybody's noise to beyond it. The steps are so small
#: that the limits of usual mistakes, with the n of `SEEDS`, lie on different ones.
LADDER = np.geomspace(1.5, 8.0, 20)


def either(*ways):
    """What `Mistake.shown_by` takes, for a mistake that is made in any of several ways.

    Each way is itself a callable of (answer, numpy.random.Generator), as `does_as` gives it.
    """
    return lambda answer, random: any(way(answer, random) for way in ways)


def fails_only(right, where, elsewhere):
    """What `Mistake.shown_by` takes, for a mistake that shows on some inputs only.

    Parameters
    ----------
    right : callable
        Gives what is right.
    where, elsewhere : callable of numpy.random.Generator
        Each gives tuples of arguments.

    Returns
    -------
    callable of (answer, numpy.random.Generator)
        True if the answer is right on every case `elsewhere`, and on every case `where` gives
        something else or raises an error.
    """

    def shown_by(answer, random):
        return all(is_right(answer, right, case) for case in elsewhere(random)) and not any(
            is_right(answer, right, case) for case in where(random)
        )

    return shown_by


def is_right(answer, right, arguments):
    """Whether `answer` gives what `right` gives: bool; False if it raises an error."""
    try:
        got = answer(*copy.deepcopy(arguments))
    except Exception:
        return False
    return same(right(*arguments), got)


def changes_inputs(cases):
    """What `Mistake.shown_by` takes: True if in every case some argument is changed in place."""

    def changed(answer, arguments):
        handed_over = copy.deepcopy(arguments)
        answer(*handed_over)
        return not all(map(same, arguments, handed_over))

    return lambda answer, random: all(changed(answer, case) for case in cases(random))


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
