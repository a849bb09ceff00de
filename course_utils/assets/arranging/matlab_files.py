"""The MATLAB files in which the cropped digits of SVHN are published."""

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

# Of "MAT-File Format" by The MathWorks: the header's length, and the code of a compressed element.
_HEADER = 128
_COMPRESSED = 15
_BLOCK = 1 << 20


def matlab(sources, folder, class_names, *, train="train_32x32.mat", test="test_32x32.mat"):
    """Arrange SVHN's cropped digits as arrays, train and test.

    A file holds `X`, uint8 of shape (height, width, 3, n), and `y` of shape (n, 1) with labels
    from 1; the highest stands for the first class (10 for the digit 0).

    Source: Netzer, Wang, Coates, Bissacco, Wu and Ng, "Reading digits in natural images with
    unsupervised feature learning", NIPS workshop on deep learning, 2011.

    Parameters
    ----------
    sources : dict
        Two files.
    folder : path
    class_names : sequence of str
    train, test : str
        The names of the files.

    Raises
    ------
    CourseError
        If a file is missing, damaged, of another format or does not fit the other.
    """
    parts = (
        (part, name, *_read(source(sources, name)[1], name, len(class_names)))
        for part, name in (("train", train), ("test", test))
    )
    write_arrays(parts, folder, class_names)


def _read(path, name, classes):
    """Images, uint8, shape (n, height, width, 3), and labels from 0, int64."""
    content = _load(path, name)
    images, labels = content["X"], content["y"]
    labels = labels.reshape(-1)
    if not ((labels >= 1) & (labels <= classes) & (labels == np.floor(labels))).all():
        raise mismatch(f"{name} has labels that are not whole numbers from 1 to {classes}")
    return images.transpose(3, 0, 1, 2), labels.astype(np.int64) % classes


def _load(path, name):
    """`X` and `y`, after a look at how large they, and the whole file, will be.

    scipy believes the numbers inside a file, and a forged one can crash it: only files whose
    checksum is right may come here.
    """
    from scipy import io

    try:
        too_large = _decompressed_bytes(path) > MOST_BYTES
        found = {} if too_large else {key: (shape, kind) for key, shape, kind in io.whosmat(path)}
    except Exception as error:  # scipy raises many kinds for damaged files
        raise mismatch(f"{name} is damaged or no MATLAB file ({type(error).__name__})") from error
    if too_large:
        raise mismatch(f"{name} decompresses to more than {MOST_BYTES:,} bytes")
    shape, kind = found.get("X", ((), "missing"))
    if kind != "uint8" or len(shape) != 4 or shape[2] != 3 or math.prod(shape) > MOST_BYTES:
        raise mismatch(
            f"{name} has no X of uint8 with the shape (height, width, 3, n) (it is {kind}, {shape})"
        )
    shape, kind = found.get("y", ((), "missing"))
    if kind not in ("double", "uint8", "int64") or len(shape) != 2 or shape[1] != 1:
        raise mismatch(f"{name} has no numbers y with the shape (n, 1) (it is {kind}, {shape})")
    try:
        return io.loadmat(path, variable_names=["X", "y"])
    except Exception as error:
        raise mismatch(f"{name} is damaged ({type(error).__name__})") from error


def _decompressed_bytes(path):
    """Bytes in a MATLAB 5 file once it is decompressed; counts little further than `MOST_BYTES`."""
    total = 0
    with path.open("rb") as file:
        order = {b"IM": "<", b"MI": ">"}[file.read(_HEADER)[-2:]]
        while total <= MOST_BYTES and (tag := file.read(8)):
            kind, size = struct.unpack(f"{order}2I", tag)
            if kind != _COMPRESSED:
                total += size
                file.seek(size, 1)
                continue
            inflator = zlib.decompressobj()
            while size and total <= MOST_BYTES and (block := file.read(min(size, _BLOCK))):
                size -= len(block)
                while block and total <= MOST_BYTES:
                    total += len(inflator.decompress(block, _BLOCK))
                    block = inflator.unconsumed_tail
    return total
