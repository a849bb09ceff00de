"""Sets that are published as arrays, and become `.npy` files that can be mapped into memory."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.assets.readers.common import Sources, mismatch, only_source
from course_utils.validation import class_labels, require

#: Images and labels of one part.
Arrays = tuple[np.ndarray, np.ndarray]


def idx(sources: Sources, folder: Path, class_names: Sequence[str]) -> None:
    """Read the four files of MNIST: a header of big-endian numbers, then bytes, in gzip.

    Raises
    ------
    CourseError
        If a file is missing, damaged, of another format or does not fit the others.
    """

    def read(name: str) -> np.ndarray:
        with gzip.open(sources[name]) as file:
            content = file.read()
        zeros, kind, dimensions = content[:2], content[2], content[3]
        if zeros != b"\0\0" or kind != 0x08:  # the format's code for unsigned bytes
            raise ValueError("no idx file of bytes")
        shape = np.frombuffer(content, ">u4", dimensions, offset=4)
        return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)

    def read_part(part: str) -> Arrays:
        return read(f"{part}-images-idx3-ubyte.gz"), read(f"{part}-labels-idx1-ubyte.gz")

    _write_parts({"train": "train", "test": "t10k"}, read_part, folder, class_names)


def libsvm(sources: Sources, folder: Path, class_names: Sequence[str]) -> None:
    """Read USPS: grey pictures of 16 by 16 pixels in LIBSVM's text format.

    A line is `label 1:value 2:value ...`, row by row; a value that is left out is 0. -1 stands
    for black, 1 for white, and the label 1 for the first class.

    Source: Hull, "A database for handwritten text recognition research", IEEE Transactions on
    Pattern Analysis and Machine Intelligence 16(5), 1994; its copy is LIBSVM's.

    Raises
    ------
    CourseError
        If a file is missing, damaged, of another format or has values out of range.
    """

    def read_part(name: str) -> Arrays:
        from sklearn.datasets import load_svmlight_file

        counted: Any = False  # from 0; scikit-learn's hint knows text alone
        values, labels = load_svmlight_file(str(sources[name]), n_features=256, zero_based=counted)
        values = values.toarray()
        if not (np.abs(values) <= 1).all() or not (labels == np.rint(labels)).all():
            raise ValueError("values outside -1 to 1, or labels that are not whole numbers")
        grey = np.rint((values + 1) * 127.5).astype(np.uint8)
        return grey.reshape(-1, 16, 16), labels.astype(np.int64) - 1

    _write_parts({"train": "usps.bz2", "test": "usps.t.bz2"}, read_part, folder, class_names)


def matlab(sources: Sources, folder: Path, class_names: Sequence[str]) -> None:
    """Read SVHN's cropped digits, MATLAB files.

    A file holds `X`, uint8 of shape (height, width, 3, n), and `y` of shape (n, 1) with labels
    from 1; the highest stands for the first class (10 for the digit 0).

    Source: Netzer, Wang, Coates, Bissacco, Wu and Ng, "Reading digits in natural images with
    unsupervised feature learning", NIPS workshop on deep learning, 2011.

    Raises
    ------
    CourseError
        If a file is missing, damaged, of another format or does not fit the other.
    """

    def read_part(name: str) -> Arrays:
        from scipy.io import loadmat

        content = loadmat(sources[name], variable_names=["X", "y"])
        labels = content["y"].ravel().astype(np.int64)
        if labels.min() < 1 or labels.max() > len(class_names):
            raise ValueError(f"labels outside 1 to {len(class_names)}")
        return content["X"].transpose(3, 0, 1, 2), labels % len(class_names)

    parts = {"train": "train_32x32.mat", "test": "test_32x32.mat"}
    _write_parts(parts, read_part, folder, class_names)


def medmnist(sources: Sources, folder: Path, class_names: Sequence[str]) -> None:
    """Read a set of MedMNIST (PneumoniaMNIST, PathMNIST, ...): one `.npz` file, three parts.

    The file holds `train_images`, uint8 of shape (n, height, width) or (n, height, width, 3), and
    `train_labels` of shape (n, 1), and the same for `val` and `test`.

    Source: Yang, Shi, Wei, Liu, Zhao, Ke, Pfister and Ni, "MedMNIST v2", Scientific Data 10, 2023.

    Raises
    ------
    CourseError
        If the file is damaged, or an array is missing or does not fit the others.
    """
    _, path = only_source(sources)

    def read_part(part: str) -> Arrays:
        with np.load(path, allow_pickle=False) as content:
            return content[f"{part}_images"], content[f"{part}_labels"].ravel()

    parts = {"train": "train", "validation": "val", "test": "test"}
    _write_parts(parts, read_part, folder, class_names)


def _write_parts(
    parts: Mapping[str, str],
    read_part: Callable[[str], Arrays],
    folder: Path,
    class_names: Sequence[str],
) -> None:
    """Read each part by the name that its source gives it, check it, and write it down."""
    for part, stored in parts.items():
        try:
            images, labels = read_part(stored)
            check_arrays(images, labels, class_names)
        except Exception as error:  # a damaged file raises many kinds
            raise mismatch(f"{stored} is damaged or not as expected ({error})") from error
        for content, array in (("images", images), ("labels", labels.astype(np.int64))):
            path = folder / f"{part}_{content}.npy"
            np.save(path, np.ascontiguousarray(array), allow_pickle=False)


def check_arrays(images: np.ndarray, labels: np.ndarray, class_names: Sequence[str]) -> None:
    """Check the arrays of one part of a set.

    Parameters
    ----------
    images : array of uint8
        Of shape (n, height, width) or (n, height, width, 3).
    labels : array of int, shape (n,)
        Positions in `class_names`; every class has a picture.
    class_names : sequence of str

    Raises
    ------
    CourseError
        If they are something else.
    """
    shaped = images.ndim == 3 or (images.ndim == 4 and images.shape[-1] == 3)
    require(
        images.dtype == np.uint8 and shaped and 0 not in images.shape,
        f"The images are {images.dtype} of shape {images.shape}, not uint8 of shape (n, height, "
        "width) or (n, height, width, 3).",
    )
    labels = class_labels(labels, "labels", n=len(images), n_classes=len(class_names))
    counts = np.bincount(labels, minlength=len(class_names))
    require(
        bool(counts.all()), f"There is no image of the class {class_names[int(counts.argmin())]!r}."
    )
