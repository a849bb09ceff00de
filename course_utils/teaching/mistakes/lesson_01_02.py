"""What the typical mistakes of lessons 01 and 02 share."""


def either(*ways):
    """What `Mistake.shown_by` takes, for a mistake that may be made in any of several ways.

    Parameters
    ----------
    *ways : callable of (answer, numpy.random.Generator)
        Each as `course_utils.teaching.mistake.does_as` gives it.

    Returns
    -------
    callable of (answer, numpy.random.Generator)
        True if an answer shows one of them, on all of that way's own cases.
    """

    def shown_by(answer, random):
        return any(way(answer, random) for way in ways)

    return shown_by
