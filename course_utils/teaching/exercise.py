"""An exercise as data: the properties its answer must have, and hints towards one.

A property is a sentence and a function of (answer, random generator) that raises
`AssertionError` where the sentence does not hold. The same functions guard the package's own
code in its tests, so an exercise asks for nothing that the course does not ask of itself.
"""

import contextlib
import copy
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.teaching.answer_values import brief, same, told_apart


@dataclass(frozen=True)
class Property:
    """One thing that holds for every right answer.

    Attributes
    ----------
    sentence : str
        What holds, as a clause without its full stop: it is quoted in the middle of one.
    test : callable of (answer, numpy.random.Generator)
        Raises `AssertionError` if it does not hold, trying small inputs before large ones.
    """

    sentence: str
    test: Callable


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    Attributes
    ----------
    id : str
        The lesson's number and a name: `"02-break-even"`.
    title : str
    function : str
        Name of the function that the learner writes.
    properties : tuple of Property
        Tried in this order; only the first that fails is told.
    hints : tuple of str
        From a nudge to almost the answer.
    example : tuple of (arguments, result), or None
        One call and what it gives, told with the first hint.
    seconds : float
        How long a single property may take before the answer counts as endless.
    """

    id: str
    title: str
    function: str
    properties: tuple[Property, ...]
    hints: tuple[str, ...]
    example: tuple | None = None
    seconds: float = 10.0

    def example_sentence(self):
        """The example in words, or "" if the exercise has none."""
        if self.example is None:
            return ""
        arguments, result = self.example
        return f"{self.function}({', '.join(map(brief, arguments))}) gives {brief(result)}"


class Mismatch(AssertionError):
    """An answer that gave something else than it should have.

    Parameters
    ----------
    given : str
        The input in brief; "" if the property's sentence says it.
    expected, got : object
        Shown in brief, or as they are where they are text: text that an answer gave is to be
        handed over in brief.
    """

    def __init__(self, given, expected, got):
        if isinstance(expected, str) or isinstance(got, str):
            expected, got = (x if isinstance(x, str) else brief(x) for x in (expected, got))
        else:
            expected, got = told_apart(expected, got)
        where = f", for {given}" if given else ""
        super().__init__(f"{where}: expected {expected}, got {got}")


@contextlib.contextmanager
def told_for(given):
    """Keep the input in words with whatever is raised inside, for the message."""
    try:
        yield
    except Exception as error:
        error.given = given
        raise


def in_words(names, arguments):
    """Arguments by name, each in brief."""
    return ", ".join(f"{n} = {brief(value)}" for n, value in zip(names, arguments, strict=True))


def call(answer, arguments, given):
    """What `answer` gives for copies of `arguments`.

    Raises
    ------
    Mismatch
        If the answer changes an array, list or dict that it was given.
    """
    handed_over = copy.deepcopy(arguments)
    with told_for(given):
        got = answer(*handed_over)
    if not all(map(same, arguments, handed_over)):
        raise Mismatch(given, "its inputs left as they were", "one of them changed in place")
    return got


def expect(answer, names, arguments, expected):
    """Call `answer` and compare what it gives with `expected`.

    Parameters
    ----------
    answer : callable
    names, arguments : tuple
    expected : object
        As `same` compares it.

    Raises
    ------
    Mismatch
        If it gives something else, or changes its inputs.
    """
    given = in_words(names, arguments)
    got = call(answer, arguments, given)
    if not same(expected, got):
        raise Mismatch(given, *told_apart(expected, got))
