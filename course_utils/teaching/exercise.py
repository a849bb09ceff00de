"""An exercise as data: what is asked, one way to answer it, and what a right answer does.

Each exercise is one module, `course_utils/lessons/lesson_NN/exercises/<name>.py`, whose docstring
is what the learner reads, in Markdown, and whose `EXERCISE` holds the rest.

A property is a function of (answer, random generator) that raises `AssertionError` where it does
not hold, trying small inputs before large ones. Its docstring is the sentence that a learner is
told: a clause without its full stop, quoted in the middle of one.
"""

import contextlib
import copy
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.teaching.answer_values import describe, describe_apart, same
from course_utils.teaching.mistake import Cases, Mistake

#: Raises `AssertionError` if an answer lacks it.
Property = Callable[[Callable, np.random.Generator], None]


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise of a lesson.

    Attributes
    ----------
    reference : callable
        One way to solve it, as a learner might write it. Its name, arguments and docstring are
        those of the function that is asked for.
    title : str
        What is worked out, for "all properties of ... hold".
    properties : sequence of callable
        What holds for every right answer, each as above. Tried in this order; only the first that
        fails is told.
    mistakes : sequence of Mistake
        Typical wrong answers; the first that is recognised is told.
    hints : sequence of str
        From a nudge to almost the answer.
    cases : callable of numpy.random.Generator, optional
        Gives tuples of arguments, on which answers are compared with the typical wrong ones.
    example : tuple of (arguments, result), optional
        One call and what it gives, told with the first hint.
    imports : str, optional
        Code before the function in the learner's cell; by default those imports of the module
        that the reference uses.
    seconds : float
        How long a single property may take before the answer counts as endless.
    """

    reference: Callable
    title: str
    properties: Sequence[Property]
    mistakes: Sequence[Mistake]
    hints: Sequence[str]
    cases: Cases | None = None
    example: tuple[tuple, Any] | None = None
    imports: str | None = None
    seconds: float = 10.0

    @property
    def id(self) -> str:
        """The lesson's number and the module's name: `"02-break-even"`."""
        lesson, _, name = self.reference.__module__.split(".")[-3:]
        return f"{lesson.removeprefix('lesson_')}-{name.replace('_', '-')}"

    @property
    def function(self) -> str:
        """Name of the function that the learner writes."""
        return self.reference.__name__

    @property
    def statement(self) -> str:
        """What is asked, in Markdown, with its heading."""
        return (sys.modules[self.reference.__module__].__doc__ or "").strip()

    def example_sentence(self) -> str:
        """The example in words, or "" if the exercise has none."""
        if self.example is None:
            return ""
        arguments, result = self.example
        return f"{self.function}({', '.join(map(describe, arguments))}) gives {describe(result)}"


def sentence_of(prop: Property) -> str:
    """What holds, in one line."""
    return " ".join((prop.__doc__ or "").split())


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

    def __init__(self, given: str, expected: Any, got: Any):
        if isinstance(expected, str) or isinstance(got, str):
            expected, got = (x if isinstance(x, str) else describe(x) for x in (expected, got))
        else:
            expected, got = describe_apart(expected, got)
        where = f", for {given}" if given else ""
        super().__init__(f"{where}: expected {expected}, got {got}")


@contextlib.contextmanager
def input_named(given: str) -> Iterator[None]:
    """Keep the input in words with whatever is raised inside, for the message."""
    try:
        yield
    except Exception as error:
        error.given = given  # pyright: ignore[reportAttributeAccessIssue]
        raise


def in_words(names: Sequence[str], arguments: Sequence[Any]) -> str:
    """Arguments by name, each in brief."""
    return ", ".join(f"{n} = {describe(value)}" for n, value in zip(names, arguments, strict=True))


def call(answer: Callable, arguments: tuple, given: str) -> Any:
    """What `answer` gives for copies of `arguments`.

    Raises
    ------
    Mismatch
        If the answer changes an array, list or dict that it was given.
    """
    handed_over = copy.deepcopy(arguments)
    with input_named(given):
        got = answer(*handed_over)
    if not all(map(same, arguments, handed_over)):
        raise Mismatch(given, "its inputs left as they were", "one of them changed in place")
    return got


def expect(answer: Callable, names: Sequence[str], arguments: tuple, expected: Any) -> None:
    """Call `answer` and compare what it gives with `expected`, as `same` does.

    Raises
    ------
    Mismatch
        If it gives something else, or changes its inputs.
    """
    given = in_words(names, arguments)
    got = call(answer, arguments, given)
    if not same(expected, got):
        raise Mismatch(given, *describe_apart(expected, got))
