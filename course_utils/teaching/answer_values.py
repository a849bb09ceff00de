"""What answers give: whether two values are the same, and what to call them in a message."""

import numbers

import numpy as np

#: An array with more numbers than this is told by its beginning and its shape.
WHOLE = 24
#: Characters that a value may take in a message, and those of a text within it.
LONGEST, LONGEST_TEXT = 200, 40
#: Levels of brackets that are told.
DEEPEST = 6


def same(expected, got, tolerance=1e-6):
    """Whether an answer gave what was expected.

    Numbers, arrays, tensors and nested lists of numbers are the same if they have one shape and
    are equal within `tolerance`, relative above 1 and absolute below it; `nan` equals `nan`.
    Whole numbers are compared exactly where both sides are such. Truth values are no numbers,
    and neither is text. A list may stand for a tuple or an array. Lists of other things, arrays
    of several shapes among them, are compared thing by thing, dicts by their keys, all else
    by `==`.

    Parameters
    ----------
    expected, got : object
    tolerance : float

    Returns
    -------
    bool
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


def describe(value, most=8, digits=6):
    """A value in a few characters, for the middle of a sentence.

    Parameters
    ----------
    value : object
        A tensor is told like an array, any other object by its type.
    most : int
        So many numbers of an array are told if it has more than `WHOLE`.
    digits : int
        Of a number that is not whole.

    Returns
    -------
    str
        At most `LONGEST` characters, in one line.
    """
    return _cut(_told(value, most, digits, DEEPEST), LONGEST)


def describe_apart(expected, got):
    """Two values in brief, with what it takes to see that they differ.

    Parameters
    ----------
    expected, got : object

    Returns
    -------
    (str, str)
        With more digits where six show no difference; where a long array's beginning does not
        show it either, the numbers that lie furthest apart, and their position. Two objects
        that are told by their type may read the same.
    """
    for digits in (6, 9, 13, 17):
        one, other = describe(expected, digits=digits), describe(got, digits=digits)
        if one != other:
            return one, other
    arrays = [_numbers(_plain(value)) for value in (expected, got)]
    if any(array is None for array in arrays):
        return one, other
    if arrays[0].shape != arrays[1].shape:
        return tuple(f"{one} of shape {array.shape}" for array in arrays)
    if not arrays[0].shape or not arrays[0].size:
        return one, other
    position = _furthest_apart(*arrays)
    one, other = describe_apart(*(array[position] for array in arrays))
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


def _told(value, most, digits, depth):
    value = _as_array(value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if value is None or isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, numbers.Number):
        return _told_number(value, digits)
    if isinstance(value, str):
        return repr(_cut(str(value), LONGEST_TEXT))
    if isinstance(value, dict | list | tuple | np.ndarray) and not depth:
        return "…"
    if isinstance(value, dict):
        told = [
            f"{_told(key, most, digits, 1)}: {_told(each, most, digits, depth - 1)}"
            for key, each in list(value.items())[:most]
        ]
        return f"{{{', '.join(told + ['…'] * (len(value) > most))}}}"
    if isinstance(value, list | tuple | np.ndarray):
        return _told_sequence(value, most, digits, depth)
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


def _told_sequence(value, most, digits, depth):
    shape = _shape(value)
    size = len(value) if shape is None else int(np.prod(shape))
    if size <= WHOLE:
        return _bracketed(value, len(value), most, digits, depth)
    if shape is None:
        return _bracketed(value, most, most, digits, depth)
    return f"{_beginning(value, shape, most, digits)} of shape {shape}"


def _beginning(value, shape, most, digits):
    """About the first `most` items of a value of this shape, in brackets as deep as it is."""
    kept = max(1, most // max(1, int(np.prod(shape[1:]))))
    if len(shape) > 1:
        told = [_beginning(each, shape[1:], most, digits) for each in value[:kept]]
    else:
        told = [_told(each, most, digits, 1) for each in value[:kept]]
    return f"[{', '.join(told + ['…'] * (len(value) > kept))}]"


def _bracketed(value, kept, most, digits, depth):
    told = [_told(each, most, digits, depth - 1) for each in value[:kept]]
    told += ["…"] * (len(value) > kept)
    if isinstance(value, tuple):
        return f"({', '.join(told)}{',' if len(told) == 1 else ''})"
    return f"[{', '.join(told)}]"


def _shape(value):
    """The shape of an array or of nested lists; None where these are of several lengths."""
    try:
        return np.shape(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def _cut(text, most):
    return text if len(text) <= most else f"{text[: most - 1]}…"
