"""The values of a network's variables: copied, set and compared."""

from collections.abc import Iterable
from typing import Any

import numpy as np


def relative_distance(variables: list[Any], start: list[np.ndarray]) -> float:
    """Distance of weights from their start, relative to their length there."""
    moved = sum(_squares(v.numpy() - s) for v, s in zip(variables, start, strict=True))
    length = sum(map(_squares, start))
    return float(np.sqrt(moved / length)) if length else 0.0


def _squares(array):
    """The sum of an array's squares."""
    flat = array.ravel()
    return float(np.dot(flat, flat))


def arrays_of(variables: Iterable[Any]) -> list[np.ndarray]:
    """Copies of the values of Keras variables."""
    return [np.array(variable.numpy()) for variable in variables]


def assign(variables: Iterable[Any], values: Iterable[np.ndarray]) -> None:
    """Set Keras variables to values."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
