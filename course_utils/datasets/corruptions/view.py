"""Shifts of the view: a tilted camera, and something in the way."""

from typing import Any

import numpy as np

from course_utils.datasets.corruptions.levels import Streams

#: Degrees at full severity.
LARGEST_ANGLE = 45

#: Share of the picture that is hidden at full severity.
LARGEST_COVER = 0.5

_GREY = 128


def rotation(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """A tilted camera: the picture turned about its middle, clockwise or the other way.

    The angle is the dial times 45 degrees; what comes into view beyond the borders is the
    picture mirrored at them, and pixels are interpolated linearly. ImageNet-C has no rotation.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    severity : float
        Above 0, at most 1.
    streams : iterable of numpy.random.Generator
        One for each picture: the direction it turns in.

    Returns
    -------
    array of float32, shape (n, height, width, 3)
        Grey levels, not yet rounded.
    """
    from scipy.ndimage import affine_transform

    turned = np.empty(images.shape, dtype=np.float32)
    middle = (np.array(images.shape[1:3]) - 1) / 2
    for image, turned_image, stream in zip(images, turned, streams, strict=True):
        direction = 1 if stream.random() < 0.5 else -1
        angle = np.radians(LARGEST_ANGLE * severity) * direction
        matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        offset: Any = middle - matrix @ middle  # SciPy's own hints know a number only
        for c in range(3):
            turned_image[..., c] = affine_transform(
                image[..., c], matrix, offset, output=np.float32, order=1, mode="reflect"
            )
    return turned


def occlusion(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """Something in the way: a grey rectangle that hides part of the picture.

    The rectangle has the picture's proportions, lies wholly inside it and hides the dial times
    half of its area. It grows where it stands, so that what is hidden at some severity is hidden
    at every higher one; pixels that it covers in part are mixed. ImageNet-C has no occlusion:
    the grey square is Zeiler and Fergus's, who slide it over a picture to see what matters.

    Parameters and return value as in `rotation`; each stream gives the rectangle's place.

    References
    ----------
    Zeiler and Fergus (2014), "Visualizing and Understanding Convolutional Networks".
    """
    share = np.sqrt(LARGEST_COVER * severity)
    height, width = images.shape[1:3]
    covered = np.stack([_cover(height, width, share, stream) for stream in streams])
    return images + covered[..., np.newaxis] * (np.float32(_GREY) - images)


def _cover(height, width, share, stream):
    """How much of each pixel is hidden, 0 to 1, shape (height, width), float32."""
    down, right = stream.random(2)
    return np.outer(_overlap(height, share, down), _overlap(width, share, right)).astype(np.float32)


def _overlap(length, share, place):
    """How much of each pixel in a line lies within a stretch of it, 0 to 1, shape (length,).

    The stretch takes `share` of the line and leaves `place` of the rest before it: it grows at
    both ends, never past those of the line.
    """
    start = place * (1 - share) * length
    pixels = np.arange(length)
    return np.clip(start + share * length - pixels, 0, 1) - np.clip(start - pixels, 0, 1)
