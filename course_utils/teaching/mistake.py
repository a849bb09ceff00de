"""A typical wrong answer, known by what it does."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.teaching.answer_values import same


@dataclass(frozen=True)
class Mistake:
    """One way in which many answers to an exercise go wrong.

    Attributes
    ----------
    name : str
        Short and unique within the exercise, words joined by hyphens: `"sum-for-mean"`.
    hint : str
        What seems to have happened and what to think about, in a sentence or two for the
        learner; not the answer.
    shown_by : callable of (answer, numpy.random.Generator)
        Gives True if an answer does what this mistake does. Only answers that lack a property
        of the exercise come here; one that raises something in it does not show the mistake.
    """

    name: str
    hint: str
    shown_by: Callable


def does_as(imitation, cases):
    """What `Mistake.shown_by` takes, for a mistake that can be acted out.

    Parameters
    ----------
    imitation : callable
        Makes the mistake, and none beside it.
    cases : callable of numpy.random.Generator
        Gives tuples of arguments. There should be such among them on which the mistake shows,
        and is told from the exercise's other mistakes.

    Returns
    -------
    callable of (answer, numpy.random.Generator)
        True if on every case the answer gives what the imitation gives, as
        `course_utils.teaching.answer_values.same` compares it, or raises an error of the same type.
    """

    def shown_by(answer, random):
        listed = list(cases(random))
        return bool(listed) and all(_alike(imitation, answer, case) for case in listed)

    return shown_by


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


def changes_inputs(cases):
    """What `Mistake.shown_by` takes: True if in every case some argument is changed in place."""

    def changed(answer, arguments):
        handed_over = copy.deepcopy(arguments)
        answer(*handed_over)
        return not all(map(same, arguments, handed_over))

    return lambda answer, random: all(changed(answer, case) for case in cases(random))


def changes_though_right(right, cases, changed=None):
    """What `Mistake.shown_by` takes: True if an answer is right but for changing its arguments.

    Parameters
    ----------
    right : callable
        Gives what is right.
    cases : callable of numpy.random.Generator
        Gives tuples of arguments, on all of which the answer is right.
    changed : callable of numpy.random.Generator, optional
        Those in which some argument is changed; by default all.
    """
    changes = changes_inputs(changed or cases)

    def shown_by(answer, random):
        return all(is_right(answer, right, case) for case in cases(random)) and changes(
            answer, random
        )

    return shown_by


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


def is_right(answer, right, arguments):
    """Whether `answer` gives what `right` gives: bool; False if it raises an error."""
    try:
        got = answer(*copy.deepcopy(arguments))
    except Exception:
        return False
    return same(right(*arguments), got)


def _alike(imitation, answer, arguments):
    expected, expected_error = _outcome(imitation, arguments)
    got, error = _outcome(answer, arguments)
    return type(error) is type(expected_error) and (error is not None or same(expected, got))


def _outcome(function, arguments):
    """What a function gives for copies of arguments, and what it raised, one of them None."""
    try:
        return function(*copy.deepcopy(arguments)), None
    except Exception as error:
        return None, error
