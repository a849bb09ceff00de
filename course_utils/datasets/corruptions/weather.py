"""Fog, from plasma fractals."""

import numpy as np

from course_utils.datasets.corruptions.levels import Streams, at_severity

_THICKNESS = (1.5, 2, 2.5, 2.75, 3)  # the benchmark's level 4 has 2.5
_DECAY = (2, 2, 1.7, 1.5, 1.4)


def fog(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """Fog: the picture and a bank of fog mixed, as bright at most as the picture was.

    x' = (x + t f) m / (m + t), where x is a share of white, m the picture's own largest, f a
    plasma fractal from 0 to 1 (see `plasma`) and t the thickness: 1.5, 2, 2.5, 2.75 and 3 at
    levels 1 to 5, with the fractal's decay 2, 2, 1.7, 1.5 and 1.4. A black picture has no light
    to scatter and stays black.

    At level 4 the benchmark has a thickness of 2.5, that of level 3, in a rougher fog. Rougher
    fog is as often nearer to the picture as farther, and the distance could fall; hence 2.75.
    Already at level 1 a picture that holds white keeps only two fifths of its weight. Below it,
    where the benchmark says nothing, t falls with the square of the dial: fog begins as a haze.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    severity : float
        Above 0, at most 1.
    streams : iterable of numpy.random.Generator
        One for each picture: its bank of fog.

    Returns
    -------
    array of float32, shape (n, height, width, 3)
        Grey levels, not yet rounded.

    References
    ----------
    Hendrycks and Dietterich (2019), "Benchmarking Neural Network Robustness to Common
    Corruptions and Perturbations": fog.
    """
    height, width = images.shape[1:3]
    side = 1 << (max(height, width, 2) - 1).bit_length()
    draws = np.stack([stream.random((side, side), dtype=np.float32) for stream in streams])
    field = plasma(2 * draws - 1, at_severity(severity, _DECAY[0], _DECAY))
    field = field[:, :height, :width, np.newaxis]
    thickness = np.float32(at_severity(severity, 0, _THICKNESS) * min(5 * severity, 1))
    brightest = images.max(axis=(1, 2, 3), keepdims=True).astype(np.float32) / 255
    # A black picture has nothing to mix: any share will do, but 0 / 0 would not.
    share = thickness / (np.maximum(brightest, 1 / 255, dtype=np.float32) + thickness)
    # The same as the formula above, written as a mixture of the picture and the fog.
    return images + share * (255 * brightest * field - images)


def plasma(draws: np.ndarray, decay: float) -> np.ndarray:
    """Plasma fractals by the diamond-square algorithm, on maps whose edges wrap around.

    The map is filled from coarse to fine: the middle of each square is the mean of its corners,
    then the middle of each edge the mean of its four neighbours, each plus a random amount. The
    amount falls with the square of `decay` from one scale to the next, as it does in the
    benchmark's code: a small decay gives a rough map. The map is then stretched to 0 to 1.

    Parameters
    ----------
    draws : array of float32, shape (n, side, side)
        From -1 to 1; the side is a power of two, 2 or more.
    decay : float
        Above 1.

    Returns
    -------
    array of float32, shape (n, side, side)
        From 0 to 1.

    References
    ----------
    Fournier, Fussell and Carpenter (1982), "Computer Rendering of Stochastic Models".
    """
    field = np.zeros_like(draws)
    step, amount = draws.shape[1], 1.0
    while step >= 2:
        half = step // 2
        corners = field[:, ::step, ::step]
        right = corners + np.roll(corners, -1, axis=2)
        squares = right + np.roll(right, -1, axis=1)
        _fill(field, draws, np.s_[:, half::step, half::step], squares, amount)
        middles = field[:, half::step, half::step]
        above = middles + np.roll(middles, 1, axis=1)
        _fill(field, draws, np.s_[:, ::step, half::step], above + right, amount)
        beside = middles + np.roll(middles, 1, axis=2)
        below = corners + np.roll(corners, -1, axis=1)
        _fill(field, draws, np.s_[:, half::step, ::step], beside + below, amount)
        step, amount = half, amount / decay**2
    field -= field.min(axis=(1, 2), keepdims=True)
    return field / field.max(axis=(1, 2), keepdims=True)


def _fill(field, draws, where, sums, amount):
    """Set some points to the mean of their four neighbours and a random amount."""
    field[where] = sums / 4 + np.float32(amount) * draws[where]
