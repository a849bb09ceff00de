"""Typical wrong answers to an exercise, each known by what it does.

Most can be acted out: a wrong answer is written down, and an answer that gives the same on all of
the exercise's cases makes that mistake. What can't be acted out, or shows on other cases only, is
found by a recogniser.
"""

import copy
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.teaching.answer_values import same

#: Tuples of arguments, drawn with a random generator.
Cases = Callable[[np.random.Generator], Iterable[tuple]]


@dataclass(frozen=True)
class Recogniser:
    """A way to see that an answer makes a mistake.

    Attributes
    ----------
    shows : callable of (answer, numpy.random.Generator, cases, reference)
        Gives True if it does. The last two are the exercise's own, or the mistake's. An error
        counts as False.
    function : callable, optional
        What it was made of: gives the mistake its name and hint.
    """

    shows: Callable[[Callable, np.random.Generator, Cases, Callable], bool]
    function: Callable | None = None


@dataclass(frozen=True)
class Mistake:
    """One way in which many answers to an exercise go wrong.

    Attributes
    ----------
    wrong : callable, or Recogniser, or tuple of them
        A wrong answer that makes this mistake and none beside it, or what recognises one; of
        several, any is enough.
    hint : str
        What seems to have happened and what to think about, in a sentence or two for the
        learner; not the answer. By default the docstring of the (first) wrong answer.
    name : str
        Short and unique within the exercise: `"sum-for-mean"`; by default the name of the
        (first) wrong answer's function.
    cases : callable of numpy.random.Generator, optional
        Gives tuples of arguments; the exercise's own by default. There should be such among them
        on which the mistake shows, and is told from the exercise's other mistakes.
    """

    wrong: Callable | Recogniser | tuple[Callable | Recogniser, ...]
    hint: str = ""
    name: str = ""
    cases: Cases | None = None

    def __post_init__(self):
        first = self._ways[0]
        function = first.function if isinstance(first, Recogniser) else first
        if inspect.isfunction(function):  # of anything else the docstring is not ours
            hint = " ".join((function.__doc__ or "").split())
            object.__setattr__(self, "hint", self.hint or hint)
            object.__setattr__(self, "name", self.name or function.__name__.replace("_", "-"))

    @property
    def _ways(self) -> tuple:
        return self.wrong if isinstance(self.wrong, tuple) else (self.wrong,)

    def shown_by(self, answer: Callable, random: np.random.Generator, exercise: Any) -> bool:
        """Whether an answer to an exercise (Exercise) makes this mistake.

        It does if on every case it gives what a wrong answer gives, as
        `course_utils.teaching.answer_values.same` compares it, or raises an error of the same
        type; or if a recogniser says so. Only answers that lack a property of the exercise are
        asked about. What a recogniser's own call of the answer raises is raised.
        """
        cases = self.cases or exercise.cases
        return any(
            way.shows(answer, random, cases, exercise.reference)
            if isinstance(way, Recogniser)
            else _does_as(way, answer, cases(random))
            for way in self._ways
        )


def in_every_case(shows: Callable[..., bool], look: Callable[..., Any] | None = None) -> Recogniser:
    """Recognise what holds in every case; a decorator too.

    Parameters
    ----------
    shows : callable of (answer, *arguments)
    look : callable of (answer, *arguments), optional
        Gives what is seen of an answer in one case; `shows` takes that in place of its arguments.
    """

    def holds(answer, *case):
        return shows(answer, *case) if look is None else shows(look(answer, *case))

    return Recogniser(
        lambda answer, random, cases, _: all(holds(answer, *case) for case in cases(random)),
        shows,
    )


def does_as(wrong: Callable, own_cases: Cases) -> Recogniser:
    """Recognise what does as a wrong answer on cases of its own."""
    return Recogniser(lambda answer, random, *_: _does_as(wrong, answer, own_cases(random)), wrong)


def fails_only(where: Cases, elsewhere: Cases | None = None) -> Recogniser:
    """Recognise what gives the right thing elsewhere, and nowhere where it should go wrong.

    Parameters
    ----------
    where : callable of numpy.random.Generator
        Cases in every one of which the answer gives something else, or raises an error. The
        mistake's name and hint are by default this function's name and docstring.
    elsewhere : callable of numpy.random.Generator, optional
        Cases in every one of which it is right; the exercise's own by default.
    """

    def shows(answer, random, cases, reference):
        return all(is_right(answer, reference, case) for case in (elsewhere or cases)(random)) and (
            not any(is_right(answer, reference, case) for case in where(random))
        )

    return Recogniser(shows, where)


def changes_inputs(changed: Cases | None = None) -> Recogniser:
    """Recognise what is right in all of the exercise's cases, but changes its arguments.

    Parameters
    ----------
    changed : callable of numpy.random.Generator, optional
        Cases in which some argument is changed in place; by default the exercise's own.
    """

    def changes(answer, arguments):
        handed_over = copy.deepcopy(arguments)
        answer(*handed_over)
        return not all(map(same, arguments, handed_over))

    def shows(answer, random, cases, reference):
        return all(is_right(answer, reference, case) for case in cases(random)) and all(
            changes(answer, case) for case in (changed or cases)(random)
        )

    return Recogniser(shows)


def _sometimes_nothing(answer, random, cases, reference):
    pairs = [(reference(*case), answer(*case)) for case in cases(random)]
    some = [(expected, got) for expected, got in pairs if got is not None]
    return 0 < len(some) < len(pairs) and all(same(*pair) for pair in some)


#: Recognises what gives None on some cases, and what is right on all others, of which there are.
sometimes_nothing = Recogniser(_sometimes_nothing)


@in_every_case
def returns_nothing(answer: Callable, *arguments: Any) -> bool:
    """Your function gives None. If it prints its result you see it and the program does not: how
    does a function hand a value on?
    """
    return answer(*arguments) is None


def is_right(answer: Callable, reference: Callable, arguments: tuple) -> bool:
    """Whether `answer` gives what `reference` gives; False if it raises an error."""
    try:
        got = answer(*copy.deepcopy(arguments))
    except Exception:
        return False
    return same(reference(*copy.deepcopy(arguments)), got)


def _does_as(wrong: Callable, answer: Callable, cases: Iterable[tuple]) -> bool:
    listed = list(cases)
    return bool(listed) and all(_alike(wrong, answer, case) for case in listed)


def _alike(wrong, answer, arguments):
    expected, expected_error = _outcome(wrong, arguments)
    got, error = _outcome(answer, arguments)
    return type(error) is type(expected_error) and (error is not None or same(expected, got))


def _outcome(function, arguments):
    """What a function gives for copies of arguments, and what it raised, one of them None."""
    try:
        return function(*copy.deepcopy(arguments)), None
    except Exception as error:
        return None, error
