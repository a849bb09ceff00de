"""What the typical mistakes of lesson 03 share."""

from course_utils.teaching.values import same


def sometimes_nothing(right, cases):
    """What `Mistake.shown_by` takes, for a way through the answer that returns nothing.

    Parameters
    ----------
    right : callable
        Gives what is right.
    cases : callable of numpy.random.Generator
        Gives tuples of arguments.

    Returns
    -------
    callable of (answer, numpy.random.Generator)
        True if the answer gives None on some cases, and what is right on all others, of which
        there have to be some.
    """

    def shown_by(answer, random):
        pairs = [(right(*case), answer(*case)) for case in cases(random)]
        some = [(expected, got) for expected, got in pairs if got is not None]
        return 0 < len(some) < len(pairs) and all(same(*pair) for pair in some)

    return shown_by
