"""What the exercises of lesson 05 that hand over torch tensors share."""

import numpy as np

from course_utils.teaching.exercise import Mismatch, brief, in_words, same, told_for

#: Relative and absolute: learners compute in float32, as networks do.
TOLERANCE = 1e-4


def leaf(array, requires_grad=False):
    """A float32 tensor of its own with an array's numbers."""
    import torch

    return torch.tensor(np.asarray(array), dtype=torch.float32, requires_grad=requires_grad)


def shown(got):
    """A tensor's numbers in brief; anything else by its type."""
    if got is None or hasattr(got, "detach"):
        return brief(got)
    return f"a value of type {type(got).__name__}"


def call_on_tensors(answer, names, arrays, shape, requires_grad=False, also=""):
    """Call an answer with tensors made from arrays.

    Parameters
    ----------
    answer : callable
    names : tuple of str
    arrays : tuple of array
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
    import torch

    given = in_words(names, arrays) + also
    leaves = [leaf(array, requires_grad) for array in arrays]
    with told_for(given):
        got = answer(*leaves)
    pairs = zip(arrays, leaves, strict=True)
    if not all(same(array, each, TOLERANCE) for array, each in pairs):
        raise Mismatch(given, "its inputs left as they were", "one of them changed in place")
    wanted = f"a tensor of shape {shape}" if shape else "a tensor with a single number"
    if not isinstance(got, torch.Tensor):
        raise Mismatch(given, wanted, shown(got))
    if got.shape != shape:
        raise Mismatch(given, wanted, f"one of shape {tuple(got.shape)}")
    return got, leaves, given


def expect_gradient(given, of, expected, output, tensor):
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
    import torch

    wanted = f"{brief(expected)} as {of}"
    if not output.requires_grad:
        raise Mismatch(given, wanted, "none: the result is cut off from the graph")
    with told_for(given):
        gradient, *_ = torch.autograd.grad(output, tensor, retain_graph=True, allow_unused=True)
    if gradient is None:
        raise Mismatch(given, wanted, "none: it is cut off on the way")
    if not same(expected, gradient, TOLERANCE):
        raise Mismatch(given, wanted, shown(gradient))
