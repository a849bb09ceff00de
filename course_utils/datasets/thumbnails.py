"""The first look for near duplicates: tiny thumbnails, every one with every other.

A thumbnail of 8 by 8 grey pixels, with mean 0 and length 1 so that brightness and contrast drop
out, keeps enough of a photograph to find it among thousands by a dot product, and little enough to
forgive small shifts (Torralba, Fergus and Freeman, PAMI 30, 2008, compare 32 by 32 so).
"""

import numpy as np

from course_utils.datasets.aligning import corner_boxes, cropped, normalised, whole

_NUMBERS = 8_000_000  # similarities held at once
_THUMBNAIL = 8  # pixels
_CROPS = [whole(), *corner_boxes(0.07, 2)]
_CANDIDATES = 10  # for each image
_FLATTEST = 2.0  # grey levels; an image with less contrast is like no other but an exact copy

# The eight ways to lay down a square: as it is and mirrored, upside down, and these transposed.
_FLIPS = (
    lambda images: images,
    lambda images: images[:, :, ::-1],
    lambda images: images[:, ::-1],
    lambda images: images[:, ::-1, ::-1],
)
TURNS = [*_FLIPS, *(lambda images, flip=flip: flip(images).transpose(0, 2, 1) for flip in _FLIPS)]
_CROPPED_TURNS = 2  # a crop is looked for only in images that stand as they are or are mirrored


def candidates(greys, others, same):
    """For each of `others` the most similar of `greys`, and the way to turn it.

    Parameters
    ----------
    greys, others : arrays of float32, shapes (n, side, side) and (m, side, side)
        Grey levels, 0 to 255.
    same : list of (int, int)
        Pairs of positions in `greys` and `others` that are known already and left out.

    Returns
    -------
    earlier, later, turns : arrays of int, one length
        Positions in `greys` and in `others`, and in `TURNS`: how to lay the latter down.
    """
    have_contrast = others.std(axis=(1, 2)) >= _FLATTEST
    columns = [_thumbnails(greys, box) for box in _CROPS]
    same = np.array(same, dtype=np.int64).reshape(-1, 2)
    rows = max(1, _NUMBERS // (len(TURNS) * len(greys)))
    found = []
    for start in range(0, len(others), rows):
        block = others[start : start + rows]
        similar = _similarities(block, columns)
        here = (same[:, 1] >= start) & (same[:, 1] < start + rows)
        similar[same[here, 1] - start, :, same[here, 0]] = -1
        flat = similar.reshape(len(block), -1)
        count = min(_CANDIDATES, flat.shape[1])
        best = np.argpartition(-flat, count - 1, axis=1)[:, :count]
        good = np.take_along_axis(flat, best, axis=1) > 0
        good &= have_contrast[start : start + rows, np.newaxis]
        row, place = np.nonzero(good)
        turn, earlier = np.divmod(best[row, place], len(greys))
        found.append((earlier, row + start, turn))
    return [np.concatenate(column) for column in zip(*found, strict=True)]


def _similarities(block, columns):
    """Dot products of thumbnails, the best over the crops: shape (rows, turns, columns)."""
    similar = np.empty((len(block), len(TURNS), len(columns[0])), dtype=np.float32)
    for turn, lay in enumerate(TURNS):
        laid = lay(block)
        plain = _thumbnails(laid, _CROPS[0])
        best = plain @ columns[0].T
        if turn < _CROPPED_TURNS:
            for box, column in zip(_CROPS[1:], columns[1:], strict=True):
                np.maximum(best, plain @ column.T, out=best)
                np.maximum(best, _thumbnails(laid, box) @ columns[0].T, out=best)
        similar[:, turn] = best
    return similar


def _thumbnails(pictures, box):
    """A crop of each picture as a vector with mean 0 and length 1; 0 without contrast."""
    return normalised(cropped(pictures, box, _THUMBNAIL), _FLATTEST)
