"""Contrast of colours as the Web Content Accessibility Guidelines define it.

WCAG 2.2 (W3C 2023, https://www.w3.org/TR/WCAG22/): "relative luminance" and "contrast ratio".
"""

import numpy as np
from numpy.typing import ArrayLike


def luminance(colours: ArrayLike) -> np.ndarray:
    """Relative luminance, from 0 (black) to 1 (white).

    Parameters
    ----------
    colours : array of shape (..., 3)
        sRGB, from 0 to 1.

    Returns
    -------
    array of shape (...)
    """
    colours = np.asarray(colours, dtype=float)
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(ones: ArrayLike, others: ArrayLike) -> np.ndarray:
    """Contrast ratio, from 1 to 21; colours as in `luminance`."""
    first, second = luminance(ones), luminance(others)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)
