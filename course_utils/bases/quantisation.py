"""Networks from weight-only 8-bit storage: a quarter of the bytes on disk, ordinary arithmetic.

Each output channel of a convolution or a dense layer keeps one scale: its weights are stored
as whole numbers from -127 to 127 times that scale. BatchNorm parameters and statistics, the
layers that see the picture first, and everything small stay as they are. (Symmetric
per-channel quantisation, Krishnamoorthi 2018, arXiv:1806.08342, section 2.4.)
"""

import numpy as np

SCALE_SUFFIX = ".scale"


def dequantise(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Weights (outputs, ...) in float32 from whole numbers and a scale for each output."""
    return values.astype(np.float32) * scale.reshape(-1, *[1] * (values.ndim - 1))


def expand(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A network's tensors as they are used: all in float32, the scales taken in.

    Parameters
    ----------
    tensors : dict of str to array
        A quantised weight `w` has its scales beside it as `w.scale`.
    """
    return {
        name: dequantise(tensor, tensors[name + SCALE_SUFFIX])
        if name + SCALE_SUFFIX in tensors
        else tensor.astype(np.float32)
        for name, tensor in tensors.items()
        if not name.endswith(SCALE_SUFFIX)
    }
