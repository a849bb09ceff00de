"""A typical wrong answer, known by what it does."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.teaching.values import same


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
        `course_utils.teaching.values.same` compares it, or raises an error of the same type.
    """

    def shown_by(answer, random):
        listed = list(cases(random))
        return bool(listed) and all(_alike(imitation, answer, case) for case in listed)

    return shown_by


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
