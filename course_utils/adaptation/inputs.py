"""What a network of this package takes: float tensors, checked once before the training."""

from typing import Any

import numpy as np
import torch

from course_utils.errors import CourseError
from course_utils.validation import require


def as_inputs(images: Any) -> torch.Tensor:
    """Images, or features, as the float tensor that a network takes.

    Parameters
    ----------
    images : array or tensor
        uint8 images of shape (n, height, width, 3), which become (n, 3, height, width) in 0 to 1;
        or features, floats of shape (n, d), which stay as they are. A tensor of floats is taken
        to be ready already, whatever its shape.

    Returns
    -------
    torch.Tensor of float32

    Raises
    ------
    CourseError
        If the array is neither of the two, is empty or holds a number that is not finite.
    """
    if isinstance(images, torch.Tensor) and images.dtype.is_floating_point:
        inputs = images.float()
    else:
        inputs = _from_array(np.asarray(images))
    require(len(inputs) > 0, "There are no inputs: the first axis of the array has length 0.")
    require(
        bool(torch.isfinite(inputs).all()),
        "The inputs hold numbers that are not finite (NaN or infinity): look for them with "
        "np.isfinite and leave those examples out.",
    )
    return inputs


def _from_array(array):
    if array.dtype == np.uint8 and array.ndim == 4 and array.shape[-1] == 3:
        # Contiguous: a permuted view would be copied again by every batch that is drawn from it.
        return torch.from_numpy(np.ascontiguousarray(array.transpose(0, 3, 1, 2))).float() / 255
    if np.issubdtype(array.dtype, np.floating) and array.ndim == 2:
        return torch.from_numpy(np.array(array, np.float32))
    raise CourseError(
        f"An array of shape {array.shape} and type {array.dtype} is neither images nor features: "
        "give uint8 images (n, height, width, 3) or floats (n, d)."
    )
