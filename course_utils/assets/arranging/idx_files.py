"""The format of MNIST: a header of big-endian numbers, then bytes, all compressed with gzip."""

import gzip
import math
import struct
import zlib

import numpy as np

from course_utils.assets.arranging.checks import (
    MOST_BYTES,
    mismatch,
    source,
    write_arrays,
)

_UNSIGNED_BYTES = 0x08  # the format's code for this type of number


def idx(
    sources,
    folder,
    class_names,
    *,
    train_images="train-images-idx3-ubyte.gz",
    train_labels="train-labels-idx1-ubyte.gz",
    test_images="t10k-images-idx3-ubyte.gz",
    test_labels="t10k-labels-idx1-ubyte.gz",
):
    """Arrange a set in the format of MNIST as arrays, train and test.

    Parameters
    ----------
    sources : dict
        Four files.
    folder : path
    class_names : sequence of str
        Label k means the class at position k.
    train_images, train_labels, test_images, test_labels : str
        The names of the files.

    Raises
    ------
    CourseError
        If a file is missing, damaged, of another format or does not fit the others.
    """
    names = {"train": (train_images, train_labels), "test": (test_images, test_labels)}
    parts = (
        (part, images, _read(sources, images, 3), _read(sources, labels, 1))
        for part, (images, labels) in names.items()
    )
    write_arrays(parts, folder, class_names)


def _read(sources, name, dimensions):
    """The array of unsigned bytes in a compressed idx file; no more is read than it promises."""
    _, path = source(sources, name)
    try:
        with gzip.open(path) as file:
            magic, *shape = struct.unpack(f">{1 + dimensions}I", file.read(4 * (1 + dimensions)))
            if magic != (_UNSIGNED_BYTES << 8) + dimensions:
                raise mismatch(
                    f"{name} is no idx file of bytes in {dimensions} dimensions (it begins with "
                    f"{magic:#010x})"
                )
            count = math.prod(shape)
            if count > MOST_BYTES:
                raise mismatch(f"{name} promises {count:,} bytes, more than {MOST_BYTES:,}")
            content = file.read(count + 1)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise mismatch(f"{name} is damaged or no gzip file ({error})") from error
    if len(content) != count:
        more = "more" if len(content) > count else f"only {len(content):,}"
        raise mismatch(f"{name} promises {count:,} bytes and holds {more}")
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)
