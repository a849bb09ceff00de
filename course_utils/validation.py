"""What a user hands over, checked: each function gives the value back in one form, or refuses it.

A refusal is a `CourseError`, one sentence with what is wrong, where, and what to do. What fits none
of these is said by `require`.
"""

import difflib
import math
import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np

from course_utils.errors import CourseError


def require(holds: bool, sentence: str) -> None:
    """Raise a `CourseError` with this sentence unless `holds`."""
    if not holds:
        raise CourseError(sentence)


def whole_number(value: Any, name: str, at_least: int = 0, at_most: int | None = None) -> int:
    """A whole number within bounds, as an int (truth values are none).

    Raises
    ------
    CourseError
        If it is something else, or lies outside.
    """
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        whole = int(value)
        if whole >= at_least and (at_most is None or whole <= at_most):
            return whole
    raise CourseError(f"{name} must be a whole number{_bounds(at_least, at_most)}, not {value!r}.")


def number(
    value: Any,
    name: str,
    above: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
) -> float:
    """A finite number within bounds, as a float.

    Parameters
    ----------
    value : object
    name : str
        For the message: of the argument, as the user wrote it.
    above : float, optional
        It has to be larger than this.
    at_least, at_most : float, optional
        It may be equal to these.

    Raises
    ------
    CourseError
        If it is something else, or lies outside.
    """
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    given = float(value) if real else math.nan
    if (
        math.isfinite(given)
        and (above is None or given > above)
        and (at_least is None or given >= at_least)
        and (at_most is None or given <= at_most)
    ):
        return given
    where = f" above {above:g}" if above is not None else ""
    raise CourseError(f"{name} must be a number{where}{_bounds(at_least, at_most)}, not {value!r}.")


def _bounds(at_least: float | None, at_most: float | None) -> str:
    if at_least is None:
        return "" if at_most is None else f" of at most {at_most:g}"
    return f" of at least {at_least:g}" if at_most is None else f" from {at_least:g} to {at_most:g}"


def one_of(value: Any, name: str, known: Iterable[Any]) -> Any:
    """The value, if it is one of those known.

    Raises
    ------
    CourseError
        If it is not; the nearest is suggested.
    """
    known = list(known)
    for each in known:
        # A NumPy text is a text; but True is no 1.
        alike = isinstance(value, type(each)) and isinstance(value, bool) == isinstance(each, bool)
        if alike and value == each:
            return each
    raise CourseError(f"{name} {value!r} is unknown: {nearest(value, known)}")


def nearest(value: Any, known: Iterable[Any]) -> str:
    """The end of a sentence on a name that is not known: the nearest one, or all there are.

    Upper and lower case count as equal.
    """
    known = [str(each) for each in known]
    near = closest(value, known)
    return f"did you mean {near!r}?" if near else f"there are {', '.join(known) or 'none'}."


def closest(value: Any, known: Iterable[str], cutoff: float = 0.4) -> str | None:
    """The known name most like `value`, upper and lower case being equal, or None.

    `cutoff` is the least likeness, 0 to 1, as `difflib.get_close_matches` takes it.
    """
    names = {each.casefold(): each for each in known}
    typed = value.casefold() if isinstance(value, str) else ""
    near = difflib.get_close_matches(typed, names, n=1, cutoff=cutoff)
    return names[near[0]] if near else None


def table(values: Any, name: str, fewest: int = 1) -> np.ndarray:
    """Finite numbers of shape (examples, columns), in double precision.

    Parameters
    ----------
    values : array-like
    name : str
        For the message, in the plural: `"source features"`.
    fewest : int
        Examples that it takes.

    Raises
    ------
    CourseError
        If they are no numbers, have another shape, are too few, or not all finite.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CourseError(f"The {name} must be numbers of shape (examples, columns).") from error
    if array.ndim != 2 or len(array) < fewest or not array.shape[1]:
        raise CourseError(
            f"The {name} must be an array (examples, columns) of at least {fewest} by 1, not of "
            f"shape {array.shape}."
        )
    return finite(array, name)


def finite(array: np.ndarray, name: str) -> np.ndarray:
    """The array, if all its numbers are finite.

    Raises
    ------
    CourseError
        If one is not.
    """
    if not np.isfinite(array).all():
        raise CourseError(f"The {name} hold values that are not finite: look for NaN or infinity.")
    return array


def class_labels(
    labels: Any, name: str, n: int | None = None, n_classes: int | None = None
) -> np.ndarray:
    """Labels as int64 of shape (examples,), each the position of a class.

    Parameters
    ----------
    labels : array-like
    name : str
        For the message, in the plural: `"source labels"`.
    n : int, optional
        How many examples there are.
    n_classes : int, optional
        How many classes there are.

    Raises
    ------
    CourseError
        If they are no whole numbers from 0, are too large, or are not one for each example.
    """
    array = np.asarray(labels)
    if array.ndim != 1 or not len(array):
        raise CourseError(
            f"The {name} must be an array (examples,) of at least one, not of shape {array.shape}."
        )
    if not np.issubdtype(array.dtype, np.integer) or array.min() < 0:
        raise CourseError(
            f"The {name} must be whole numbers from 0, each the position of a class: these are of "
            f"type {array.dtype}{_lowest(array)}."
        )
    if n is not None and len(array) != n:
        raise CourseError(
            f"There must be one of the {name} for each of {n} examples, not {len(array)}."
        )
    if n_classes is not None and array.max() >= n_classes:
        raise CourseError(
            f"The {name} run to {array.max()}, but there are {n_classes} classes, 0 to "
            f"{n_classes - 1}: name as many classes as the labels need."
        )
    return array.astype(np.int64)


def _lowest(array: np.ndarray) -> str:
    return f" from {array.min()}" if np.issubdtype(array.dtype, np.number) else ""
