"""What answers give: whether two values are the same, and what to call them in a message."""

import numbers
from itertools import islice
from typing import Any

import numpy as np

#: An array with more numbers than this is told by its beginning and its shape.
WHOLE = 24
#: So much of its beginning.
MOST = 8
#: Characters that a value may take in a message, and those of a text within it.
LONGEST, LONGEST_TEXT = 200, 40
#: Levels of brackets that are told.
DEEPEST = 6


def same(expected: Any, got: Any, tolerance: float = 1e-6) -> bool:
    """Whether an answer gave what was expected.

    Numbers, arrays, tensors and nested lists of numbers are the same if they have one shape and
    are equal within `tolerance`, relative above 1 and absolute below it; `nan` equals `nan`.
    Whole numbers are compared exactly where both sides are such. Truth values are no numbers,
    and neither is text. A list may stand for a tuple or an array. Lists of other things, arrays
    of several shapes among them, are compared thing by thing, dicts by their keys, all else
    by `==`.
    """
    expected, got = _plain(expected), _plain(got)
    one, other = _numbers(expected), _numbers(got)
    if one is not None and other is not None:
        return _close(one, other, tolerance)
    if isinstance(expected, dict) and isinstance(got, dict):
        pairs = ((value, got.get(key)) for key, value in expected.items())
        return expected.keys() == got.keys() and all(same(*pair, tolerance) for pair in pairs)
    if isinstance(expected, list) and isinstance(got, list):
        pairs = zip(expected, got, strict=False)
        return len(expected) == len(got) and all(same(*pair, tolerance) for pair in pairs)
    try:
        return expected is got or bool(expected == got)
    except (TypeError, ValueError):  # what `==` gives need not be true or false
        return False


def describe(value: Any, digits: int = 6) -> str:
    """A value in a few characters, for the middle of a sentence: at most `LONGEST`, in one line.

    Parameters
    ----------
    value : object
        A tensor is told like an array, any other object by its type.
    digits : int
        Of a number that is not whole.
    """
    return _cut(_told(value, digits, DEEPEST), LONGEST)


def describe_apart(expected: Any, got: Any) -> tuple[str, str]:
    """Two values in brief, with what it takes to see that they differ.

    With more digits where six show no difference; where a long array's beginning does not show it
    either, the numbers that lie furthest apart, and their position. Two objects that are told by
    their type may read the same.
    """
    for digits in (6, 9, 13, 17):
        one, other = describe(expected, digits=digits), describe(got, digits=digits)
        if one != other:
            return one, other
    array, other_array = (_numbers(_plain(value)) for value in (expected, got))
    if array is None or other_array is None:
        return one, other
    if array.shape != other_array.shape:
        return f"{one} of shape {array.shape}", f"{other} of shape {other_array.shape}"
    if not array.shape or not array.size:
        return one, other
    position = _furthest_apart(array, other_array)
    one, other = describe_apart(array[position], other_array[position])
    return f"{one} at [{', '.join(map(str, position))}]", other


def _plain(value):
    """Tensors as arrays, and tuples as lists, at every level of a list."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return _as_array(value)


def _as_array(value):
    """A tensor of any framework as an array; anything else as it is."""
    if isinstance(value, np.ndarray | np.generic) or not hasattr(value, "__array__"):
        return value
    try:
        if hasattr(value, "detach"):  # PyTorch's: attached to a graph it gives no array
            value = value.detach().cpu()
            value = value.float() if "bfloat16" in str(value.dtype) else value
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # of symbolic tensors
        return value


def _numbers(value):
    """A value as an array of numbers or of truth values; None if it is something else."""
    if not isinstance(value, list | np.ndarray | np.generic | numbers.Number):
        return None  # NumPy would go through whatever has a length
    try:
        array = np.asarray(value)
        if array.dtype.kind == "V":  # bfloat16, which is none of NumPy's own types
            array = array.astype(float)
    except (TypeError, ValueError, RuntimeError):  # of lists of several lengths, for one
        return None
    if array.dtype.kind in "biufc":
        return array
    # Whole numbers too large for NumPy's types are kept as Python's.
    real = array.dtype.kind == "O" and all(isinstance(each, numbers.Real) for each in array.flat)
    return array if real else None


def _close(one, other, tolerance):
    truth = [array.dtype.kind == "b" for array in (one, other)]
    if one.shape != other.shape or truth[0] != truth[1]:
        return False
    if _is_whole(one) and _is_whole(other):
        return bool(np.all(one == other))
    try:
        one, other = (_as_floats(array) for array in (one, other))
    except OverflowError:  # a whole number larger than any float
        return False
    return bool(np.allclose(other, one, rtol=tolerance, atol=tolerance, equal_nan=True))


def _is_whole(array):
    if array.dtype.kind == "O":
        return all(isinstance(each, numbers.Integral) for each in array.flat)
    return array.dtype.kind in "biu"


def _as_floats(array):
    """An array of float, or complex; raises OverflowError where a whole number is too large."""
    return array if array.dtype.kind == "c" else array.astype(float)


def _furthest_apart(one, other):
    """The position at which two arrays of one shape differ most (tuple of int)."""
    one, other = (_as_floats(array) for array in (one, other))
    with np.errstate(invalid="ignore"):
        gap = np.where(one == other, 0.0, np.abs(one - other))  # infinity less itself is nan
    gap[np.isnan(one) & np.isnan(other)] = 0.0
    gap[np.isnan(gap)] = np.inf
    return tuple(int(k) for k in np.unravel_index(np.argmax(gap), gap.shape))


def _told(value, digits, depth):
    value = _as_array(value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if value is None or isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, numbers.Number):
        return _told_number(value, digits)
    if isinstance(value, str):
        return repr(_cut(str(value), LONGEST_TEXT))
    if isinstance(value, dict | list | tuple | np.ndarray):
        return _told_several(value, digits, depth - 1) if depth else "…"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def _told_number(value, digits):
    if isinstance(value, numbers.Integral):
        value = int(value)
        if value.bit_length() <= 128:
            return str(value)
        return f"a number of about {round(value.bit_length() * np.log10(2))} digits"
    if not isinstance(value, numbers.Real):
        return f"{value:.{digits}g}"
    value = float(value) + 0.0  # no -0
    return f"{value:.0f}" if abs(value) < 1e15 and value % 1 == 0 else f"{value:.{digits}g}"


def _told_several(value, digits, depth):
    if isinstance(value, dict):
        pairs = islice(value.items(), MOST)
        told = [f"{_told(key, digits, 1)}: {_told(each, digits, depth)}" for key, each in pairs]
        return f"{{{_joined(told, value)}}}"
    shape = _shape(value)
    if shape is not None and np.prod(shape) > WHOLE:
        return f"{_beginning(value, shape, digits)} of shape {shape}"
    kept = value[: MOST if len(value) > WHOLE else WHOLE]
    told = _joined([_told(each, digits, depth) for each in kept], value)
    if isinstance(value, tuple):
        return f"({told}{',' if len(value) == 1 else ''})"
    return f"[{told}]"


def _beginning(value, shape, digits):
    """About the first `MOST` items of a value of this shape, in brackets as deep as it is."""
    kept = value[: max(1, MOST // max(1, int(np.prod(shape[1:]))))]
    if len(shape) > 1:
        return f"[{_joined([_beginning(each, shape[1:], digits) for each in kept], value)}]"
    return f"[{_joined([_told(each, digits, 1) for each in kept], value)}]"


def _joined(told, value):
    """The items told so far, and a sign where there are more of them."""
    return ", ".join(told + ["…"] * (len(value) > len(told)))


def _shape(value):
    """The shape of an array or of nested lists; None where these are of several lengths."""
    try:
        return np.shape(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def _cut(text, most):
    return text if len(text) <= most else f"{text[: most - 1]}…"
