"""The text format of LIBSVM, in which USPS is published."""

import bz2
import io
import math

import numpy as np

from course_utils.assets.arranging.checks import (
    MOST_BYTES,
    mismatch,
    source,
    write_arrays,
)

_MOST_TEXT = 1 << 28  # bytes; the longest text that is known, USPS's train part, has a tenth


def libsvm(
    sources,
    folder,
    class_names,
    *,
    train="usps.bz2",
    test="usps.t.bz2",
    shape=(16, 16),
    levels=(-1.0, 1.0),
    first_label=1,
):
    """Arrange grey pictures in LIBSVM's format, compressed with bzip2, as arrays.

    A line is `label 1:value 2:value ...`, row by row; a value that is left out is 0.

    Source: Hull, "A database for handwritten text recognition research", IEEE Transactions on
    Pattern Analysis and Machine Intelligence 16(5), 1994, for USPS; its copy is LIBSVM's.

    Parameters
    ----------
    sources : dict
        Two files.
    folder : path
    class_names : sequence of str
    train, test : str
        The names of the files.
    shape : sequence of int
        Height and width of a picture in pixels.
    levels : sequence of float
        The values that stand for black and white.
    first_label : int
        The label that means the first class.

    Raises
    ------
    CourseError
        If a file is missing, damaged, of another format or has values out of range.
    """
    parts = (
        (part, name, *_read(source(sources, name)[1], name, shape, levels, first_label))
        for part, name in (("train", train), ("test", test))
    )
    write_arrays(parts, folder, class_names)


def _read(path, name, shape, levels, first_label):
    """Images, uint8, shape (n, height, width), and labels from 0, int64."""
    from sklearn.datasets import load_svmlight_file

    pixels = math.prod(shape)
    try:
        values, labels = load_svmlight_file(
            io.BytesIO(_text(path, name)), n_features=pixels, zero_based=False
        )
    except (ValueError, OverflowError) as error:
        raise mismatch(f"{name} is not in LIBSVM's format with {pixels} values a line") from error
    if values.shape[0] * pixels * values.dtype.itemsize > MOST_BYTES:
        raise mismatch(f"{name} has {values.shape[0]:,} lines, more than is safe to read")
    values = values.toarray()
    black, white = levels
    if not ((values >= black) & (values <= white)).all():  # which "not a number" fails as well
        raise mismatch(f"{name} has values outside {black:g} to {white:g}")
    if not (labels == np.floor(labels)).all():
        raise mismatch(f"{name} has labels that are not whole numbers")
    grey = np.rint((values - black) * (255 / (white - black))).astype(np.uint8)
    return grey.reshape(-1, *shape), labels.astype(np.int64) - first_label


def _text(path, name):
    """The decompressed text, of at most `_MOST_TEXT` bytes."""
    try:
        with bz2.open(path) as file:
            text = file.read(_MOST_TEXT + 1)
    except (OSError, EOFError, ValueError) as error:
        raise mismatch(f"{name} is damaged or no bzip2 file ({error})") from error
    if len(text) > _MOST_TEXT:
        raise mismatch(f"{name} decompresses to more than {_MOST_TEXT:,} bytes")
    return text
