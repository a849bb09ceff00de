"""Quantise weights to 8 bits, as `course_utils.bases.quantisation` reads them."""

import numpy as np

from course_utils.bases.quantisation import SCALE_SUFFIX

#: Candidate scales for one channel, as fractions of the scale at which its largest weight fits.
#: Clipping one outlier a little often costs less than rounding all the others more coarsely.
CLIP_FRACTIONS = np.linspace(0.6, 1.0, 21)


def quantise(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Round a weight to 8 bits per number, one scale for each output channel.

    Parameters
    ----------
    weight : array of float, shape (outputs, ...)

    Returns
    -------
    values : array of int8, shape (outputs, ...)
    scale : array of float32, shape (outputs,)
        Chosen for each channel, among `CLIP_FRACTIONS`, to make the squared error smallest.
    """
    rows = np.asarray(weight, dtype=np.float32).reshape(len(weight), -1)
    largest = np.maximum(np.abs(rows).max(axis=1), np.finfo(np.float32).tiny) / 127
    best_error = np.full(len(rows), np.inf, dtype=np.float32)
    scale = largest.copy()
    for fraction in CLIP_FRACTIONS:
        candidate = (largest * fraction).astype(np.float32)
        rounded = np.clip(np.round(rows / candidate[:, None]), -127, 127)
        error = ((rounded * candidate[:, None] - rows) ** 2).sum(axis=1)
        better = error < best_error
        best_error[better], scale[better] = error[better], candidate[better]
    values = np.clip(np.round(rows / scale[:, None]), -127, 127).astype(np.int8)
    return values.reshape(np.shape(weight)), scale


def compress(tensors: dict[str, np.ndarray], keep: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Quantise every convolution and dense weight of a network but those named in `keep`.

    Parameters
    ----------
    tensors : dict of str to array
    keep : tuple of str
        Beginnings of names that are stored unchanged.

    Returns
    -------
    dict of str to array
        The same names; a quantised weight `w` has its scales beside it as `w.scale`.
    """
    compressed = {}
    for name, tensor in tensors.items():
        if tensor.ndim < 2 or name.startswith(keep):
            compressed[name] = tensor
        else:
            compressed[name], compressed[name + SCALE_SUFFIX] = quantise(tensor)
    return compressed
