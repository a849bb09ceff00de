"""What every corruption shares: the benchmark's five levels, laid along a dial from 0 to 1."""

from collections.abc import Iterable, Sequence

import numpy as np

#: One random stream for each picture.
Streams = Iterable[np.random.Generator]

#: Hendrycks and Dietterich state lengths in pixels for pictures of this side.
BENCHMARK_SIDE = 224


def at_severity(severity: float, clean: float, levels: Sequence[float]) -> float:
    """A parameter between its benchmark levels: level k stands at k / 5 on the dial.

    Parameters
    ----------
    severity : float
        0 to 1.
    clean : float
        The value that leaves a picture as it is, taken at 0.
    levels : sequence of five floats
        The values of ImageNet-C's levels 1 to 5; between two of them the value is linear.

    Returns
    -------
    float
    """
    # 5 times 0.6 is exactly 3, while 3 / 5 in steps of 1 / 5 is not exactly 0.6.
    return float(np.interp(severity * len(levels), range(len(levels) + 1), [clean, *levels]))


def relative_to_benchmark(images: np.ndarray) -> float:
    """The shorter side of pictures of shape (n, height, width, 3) over the benchmark's side."""
    return min(images.shape[1:3]) / BENCHMARK_SIDE
