"""Shifts of the camera: noise, and a lens out of focus."""

import numpy as np

from course_utils.datasets.corruptions.levels import Streams, at_severity, relative_to_benchmark

_NOISE = (0.08, 0.12, 0.18, 0.26, 0.38)  # standard deviation, as a share of white
_RADIUS = (3, 4, 6, 8, 10)  # pixels of a picture with a side of 224

# Points that stand for a disc.
_POINTS = 8192


def noise(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """Gaussian noise, independent in every pixel and channel.

    x' = x + 255 sigma z, with z from the standard normal distribution and sigma 0.08, 0.12,
    0.18, 0.26 and 0.38 at levels 1 to 5, cut off at black and white. From level 1 down sigma
    falls in proportion to the dial.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    severity : float
        Above 0, at most 1.
    streams : iterable of numpy.random.Generator
        One for each picture.

    Returns
    -------
    array of float32, shape (n, height, width, 3)
        Grey levels, not yet rounded, nor cut off at 0 and 255.

    References
    ----------
    Hendrycks and Dietterich (2019), "Benchmarking Neural Network Robustness to Common
    Corruptions and Perturbations": Gaussian noise.
    """
    sigma = at_severity(severity, 0, _NOISE)
    noisy = np.empty(images.shape, dtype=np.float32)
    for noisy_image, stream in zip(noisy, streams, strict=True):
        stream.standard_normal(out=noisy_image, dtype=np.float32)
    noisy *= np.float32(255 * sigma)
    noisy += images
    return noisy


def blur(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """Defocus blur: every pixel becomes the mean of a disc around it.

    The radius is 3, 4, 6, 8 and 10 pixels at levels 1 to 5 where the shorter side has 224, and
    shrinks with it; from level 1 down it falls in proportion to the dial. Beyond its borders the
    picture is mirrored.

    The benchmark counts whole pixels whose centre lies in the disc, and so its blur grows in
    jumps and would do nothing below a radius of one pixel. Here the mean is taken over the disc
    itself, of the picture interpolated linearly between pixels: the same thing for a large disc,
    continuous for a small one, and the picture itself for a disc of radius 0.

    Parameters and reference as in `noise`; nothing is drawn from the streams.

    Returns
    -------
    array of float32, shape (n, height, width, 3)
    """
    from scipy.signal import fftconvolve

    kernel = disc(at_severity(severity, 0, _RADIUS) * relative_to_benchmark(images))
    reach = len(kernel) // 2
    blurred = np.empty(images.shape, dtype=np.float32)
    border = ((reach, reach), (reach, reach))
    # One plane at a time: a batch of transforms may round otherwise than each of them alone.
    for image, blurred_image in zip(images, blurred, strict=True):
        for c in range(3):
            plane = np.pad(image[..., c].astype(np.float64), border, mode="symmetric")
            blurred_image[..., c] = fftconvolve(plane, kernel, mode="valid")
    return blurred


def disc(radius: float) -> np.ndarray:
    """Weights of the mean over a disc around a pixel, of a picture interpolated linearly.

    Parameters
    ----------
    radius : float
        Pixels, 0 or more.

    Returns
    -------
    array of float64, shape (k, k)
        k is odd; the weights sum to 1 and look the same from all four sides.

    References
    ----------
    Vogel (1979), "A Better Way to Construct the Sunflower Head": points spread evenly over a
    disc, each the golden angle farther round than the last.
    """
    reach = int(np.ceil(radius))
    numbers = np.arange(_POINTS) + 0.5
    distances = radius * np.sqrt(numbers / _POINTS)
    angles = numbers * np.pi * (3 - np.sqrt(5))
    pixels = np.arange(-reach, reach + 1)[:, np.newaxis]
    # The share that linear interpolation at each point takes from each row and each column.
    rows, columns = (
        np.maximum(1 - np.abs(pixels - distances * along(angles)), 0) for along in (np.sin, np.cos)
    )
    weights = rows @ columns.T / _POINTS
    weights = (weights + weights.T) / 2
    return np.sum([np.rot90(weights, quarters) for quarters in range(4)], axis=0) / 4
