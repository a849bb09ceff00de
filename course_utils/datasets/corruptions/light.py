"""Shifts of light: contrast, brightness and the colour of the lamp."""

import numpy as np

from course_utils.datasets.corruptions.levels import Streams, at_severity

_CONTRAST = (0.4, 0.3, 0.2, 0.1, 0.05)  # factor on the distance from the mean
_BRIGHTNESS = (0.1, 0.2, 0.3, 0.4, 0.5)  # share of white added to the value

# Natural logarithms of the three gains at full severity. Lamps and skies differ far more from
# warm to cool than from magenta to green.
_WARM = 0.9 * np.array([1, 0, -1]) / np.sqrt(2)
_GREEN = 0.45 * np.array([-1, 2, -1]) / np.sqrt(6)


def contrast(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """Lost contrast: every channel drawn in towards its mean over the picture.

    x' = m + c (x - m), with c 0.4, 0.3, 0.2, 0.1 and 0.05 at levels 1 to 5, and 1 at 0.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    severity : float
        Above 0, at most 1.
    streams : iterable of numpy.random.Generator
        Not drawn from.

    Returns
    -------
    array of float32, shape (n, height, width, 3)
        Grey levels, not yet rounded.

    References
    ----------
    Hendrycks and Dietterich (2019), "Benchmarking Neural Network Robustness to Common
    Corruptions and Perturbations": contrast.
    """
    factor = np.float32(at_severity(severity, 1, _CONTRAST))
    # Summed as whole numbers, and so the same in any order.
    sums = images.sum(axis=(1, 2), keepdims=True, dtype=np.int64)
    means = (sums / (images.shape[1] * images.shape[2])).astype(np.float32)
    return means + factor * (images - means)


def brightness(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """More light: the value of hue, saturation and value raised, the other two kept.

    v' = min(v + b, 1), where v is the largest of a pixel's three channels as a share of white
    and b is 0.1, 0.2, 0.3, 0.4 and 0.5 at levels 1 to 5: half the dial. With hue and saturation
    kept, all three channels grow by v' / v; black, which has no hue, turns grey.

    Parameters, return value and reference as in `contrast`.
    """
    added = np.float32(255 * at_severity(severity, 0, _BRIGHTNESS))
    value = images.max(axis=3, keepdims=True).astype(np.float32)
    brighter = np.minimum(value + added, 255)
    return np.where(value > 0, images * (brighter / np.maximum(value, 1)), brighter)


def colour_cast(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """The wrong white balance: each channel multiplied by a gain of its own.

    x' = x exp(s (w cos a + g sin a)), with s the dial, w = 0.9 (1, 0, -1) / sqrt(2) from cool to
    warm, g = 0.45 (-1, 2, -1) / sqrt(6) from magenta to green, and the angle a drawn for each
    picture. The three logarithms sum to 0: what one channel gains the others lose. At 1 the
    warmest cast multiplies red by 1.9 and blue by 0.5.

    ImageNet-C has no such corruption; that it misleads networks is Afifi and Brown's finding,
    who get their casts from cameras' own processing. Gains on each channel are von Kries'
    model of adaptation, applied here to the stored levels and not to linear light.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    severity : float
        Above 0, at most 1.
    streams : iterable of numpy.random.Generator
        One for each picture: the direction of its cast.

    Returns
    -------
    array of float32, shape (n, height, width, 3)
        Grey levels, not yet rounded, nor cut off at 255.

    References
    ----------
    Afifi and Brown (2019), "What Else Can Fool Deep Learning? Addressing Color Constancy Errors
    on Deep Neural Network Performance".
    """
    angles = np.array([stream.uniform(0, 2 * np.pi) for stream in streams])[:, np.newaxis]
    directions = np.cos(angles) * _WARM + np.sin(angles) * _GREEN
    gains = np.exp(severity * directions).astype(np.float32)
    return images * gains[:, np.newaxis, np.newaxis, :]
