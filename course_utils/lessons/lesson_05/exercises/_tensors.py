"""What the exercises that hand over torch tensors share."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from course_utils.teaching.answer_values import describe, same
from course_utils.teaching.exercise import Mismatch, in_words, input_named

#: Relative and absolute: learners compute in float32, as networks do.
TOLERANCE = 1e-4


def leaf(array: Any, requires_grad: bool = False) -> torch.Tensor:
    """A float32 tensor of its own with an array's numbers."""
    return torch.tensor(np.asarray(array), dtype=torch.float32, requires_grad=requires_grad)


def call_on_tensors(
    answer: Callable,
    names: Sequence[str],
    arrays: Sequence[np.ndarray],
    shape: tuple[int, ...],
    requires_grad: bool = False,
    also: str = "",
) -> tuple[torch.Tensor, list[torch.Tensor], str]:
    """Call an answer with tensors made from arrays.

    Parameters
    ----------
    answer : callable
    names : sequence of str
    arrays : sequence of array
    shape : tuple of int
        What the tensor that it gives must have.
    requires_grad : bool
    also : str
        What else to tell of the case.

    Returns
    -------
    got : torch.Tensor
    leaves : list of torch.Tensor
        What the answer was given.
    given : str
        The same in words.

    Raises
    ------
    Mismatch
        If it gives no tensor of this shape, or changes what it was given.
    """
    given = in_words(names, arrays) + also
    leaves = [leaf(array, requires_grad) for array in arrays]
    with input_named(given):
        got = answer(*leaves)
    if not all(map(same_tensors, arrays, leaves)):
        raise Mismatch(given, "its inputs left as they were", "one of them changed in place")
    wanted = f"a tensor of shape {shape}" if shape else "a tensor with a single number"
    if not isinstance(got, torch.Tensor):
        what = describe(got) if got is None else f"a value of type {type(got).__name__}"
        raise Mismatch(given, wanted, what)
    if got.shape != shape:
        raise Mismatch(given, wanted, f"one of shape {tuple(got.shape)}")
    return got, leaves, given


def same_tensors(expected: Any, got: Any) -> bool:
    """Whether two hold the same numbers, as near as float32 gets."""
    return same(expected, got, TOLERANCE)


def expect_gradient(
    given: str, of: str, expected: np.ndarray, output: torch.Tensor, tensor: torch.Tensor
) -> None:
    """Compare the gradient of a scalar `output` with respect to a tensor with `expected`.

    Parameters
    ----------
    given : str
    of : str
        What the gradient is called in the message.
    expected : array
    output, tensor : torch.Tensor

    Raises
    ------
    Mismatch
        If it is another one, or if there is none.
    """
    wanted = f"{describe(expected)} as {of}"
    if not output.requires_grad:
        raise Mismatch(given, wanted, "none: the result is cut off from the graph")
    with input_named(given):
        gradient, *_ = torch.autograd.grad(output, tensor, retain_graph=True, allow_unused=True)
    if gradient is None:
        raise Mismatch(given, wanted, "none: it is cut off on the way")
    if not same_tensors(expected, gradient):
        raise Mismatch(given, wanted, describe(gradient))
