"""Shifts of storage: fewer pixels, and strong JPEG compression."""

from io import BytesIO

import numpy as np

from course_utils.datasets.corruptions.levels import Streams, at_severity

_KEPT = (0.6, 0.5, 0.4, 0.3, 0.25)  # share of the side that is left
_QUALITY = (25, 18, 15, 10, 7)

# Pixels on a side of what JPEG codes as one, where colour has half the resolution.
_CODED_SIDE = 16


def pixelate(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """Too few pixels: blocks of equal colour, each the mean of what it covers.

    The side of a block is one over the share of the picture's side that the benchmark keeps
    (0.6, 0.5, 0.4, 0.3 and 0.25 at levels 1 to 5): 1 pixel at 0, 2 at level 2, 4 at level 5,
    whatever the size of the picture. Those three are blocks of whole pixels, the same as a BOX
    resize there and back, and each lies within the next. A side b in between is drawn as a
    mixture: of the picture and its blocks of 2 with weight b - 1 on the latter, or of the blocks
    of 2 and of 4 with weight (b - 2) / 2 on the latter. The benchmark has blocks of uneven
    widths there, which would jump from one row of pixels to the next as the dial turns.

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
    Corruptions and Perturbations": pixelate.
    """
    side = at_severity(severity, 1, [1 / kept for kept in _KEPT])
    pairs = in_blocks(images, 2)
    if side <= 2:
        return images + np.float32(side - 1) * (pairs - images)
    return pairs + np.float32(side / 2 - 1) * (in_blocks(images, 4) - pairs)


def in_blocks(images: np.ndarray, side: int) -> np.ndarray:
    """Means over blocks of `side` by `side` pixels, each as large as its block was.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    side : int
        Blocks are counted from the top left; those at the right and at the bottom may be cut.

    Returns
    -------
    array of float32, shape (n, height, width, 3)
    """
    height, width = images.shape[1:3]
    rows, columns = np.arange(0, height, side), np.arange(0, width, side)
    sums = np.add.reduceat(images, rows, axis=1, dtype=np.uint32)
    sums = np.add.reduceat(sums, columns, axis=2)
    heights, widths = np.diff(rows, append=height), np.diff(columns, append=width)
    means = (sums / np.outer(heights, widths)[..., np.newaxis]).astype(np.float32)
    return means.repeat(heights, axis=1).repeat(widths, axis=2)


def jpeg(images: np.ndarray, severity: float, streams: Streams) -> np.ndarray:
    """JPEG compression to a low quality.

    The quality is 25, 18, 15, 10 and 7 at levels 1 to 5, with colour at half the resolution.
    Below level 1 the picture and its level 1 are mixed in proportion to the dial: no file of
    higher quality comes as near to the picture as one likes. Between two levels the picture is
    put together from the two files, in the squares of 16 by 16 pixels that JPEG codes one by
    one: they go over to the lower quality one after the other, in an order drawn for each
    picture. (Mixed instead, two files would come nearer to the original than either, since
    their errors partly cancel.) The dial therefore moves a picture square by square.

    A level that is the same all over a square is rounded to ever coarser steps, and may by
    chance lie near one: the distance of a flat picture need not grow with the dial, that of many
    flat pictures together does.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    severity : float
        Above 0, at most 1.
    streams : iterable of numpy.random.Generator
        One for each picture: the order of its squares.

    Returns
    -------
    array of float32, shape (n, height, width, 3)
        Grey levels, not yet rounded.

    References
    ----------
    Hendrycks and Dietterich (2019), "Benchmarking Neural Network Robustness to Common
    Corruptions and Perturbations": JPEG compression.
    """
    position = severity * len(_QUALITY)
    level = int(position)
    share = position - level
    if level == 0:
        return images + np.float32(share) * (_through_jpeg(images, _QUALITY[0]) - images)
    coded = _through_jpeg(images, _QUALITY[level - 1])
    if share > 0:
        height, width = images.shape[1:3]
        changed = _squares(height, width, share, streams)
        np.copyto(coded, _through_jpeg(images, _QUALITY[level]), where=changed[..., np.newaxis])
    return coded


def _squares(height, width, share, streams):
    """Which pixels of each picture lie in a share of its squares, bool, (n, height, width)."""
    rows, columns = np.arange(height) // _CODED_SIDE, np.arange(width) // _CODED_SIDE
    across, count = columns[-1] + 1, (rows[-1] + 1) * (columns[-1] + 1)
    # Evenly spaced turns: no two squares of a picture go over at once. Where the first one
    # starts is drawn, lest all pictures of a set jump at the same severities.
    turns = np.stack([(stream.permutation(count) + stream.random()) / count for stream in streams])
    return (turns < share)[:, rows[:, np.newaxis] * across + columns]


def _through_jpeg(images: np.ndarray, quality: int) -> np.ndarray:
    """Pictures as they come back from JPEG files, float32 of the same shape."""
    from PIL import Image

    coded = np.empty(images.shape, dtype=np.float32)
    for image, coded_image in zip(images, coded, strict=True):
        file = BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=quality, subsampling="4:2:0")
        with Image.open(file) as decoded:
            coded_image[...] = np.asarray(decoded)
    return coded
