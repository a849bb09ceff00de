"""Sets that lie on disk as arrays: mapped into memory, and resized only when asked for."""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.datasets import decoding
from course_utils.datasets.dataset import Dataset, Splits
from course_utils.datasets.decoding import LazyImages, middle_square
from course_utils.datasets.splitting import cut
from course_utils.errors import CourseError

#: The part of train that becomes validation in a set that has no such part.
VALIDATION_SHARE = 0.1


class ArrayImages(LazyImages):
    """Pictures in one `.npy` file that are resized when indexed.

    Parameters
    ----------
    path : str or path
        A file of uint8 with shape (m, height, width) or (m, height, width, 3); grey becomes three
        equal channels.
    size : int
        Height and width of an image in pixels: the shorter side of a picture is resized to
        it (antialiased), and the middle is cut out, as in `FolderImages`.
    rows : array of int, shape (n,), optional
        The pictures to take, in that order; by default all of them.

    Raises
    ------
    CourseError
        If the file is missing or is no such array.
    """

    threads = 1  # a picture of 32 by 32 pixels is resized faster than it is handed to a thread

    def __init__(self, path, size, rows=None):
        self.path = str(path)
        self.pictures = _open(path)
        self.rows = np.arange(len(self.pictures)) if rows is None else np.asarray(rows)
        super().__init__(len(self.rows), size)

    def __repr__(self):
        return f"ArrayImages({len(self)} pictures of {self.path}, size={self.size})"

    def __reduce__(self):
        # Another process maps the file itself; otherwise all its pixels would travel there.
        return ArrayImages, (self.path, self.size, self.rows)

    def subset(self, indices):
        """The pictures at `indices` (a slice or an array), in that order, still not resized."""
        return ArrayImages(self.path, self.size, self.rows[indices])

    def fingerprint(self, index):
        """Digest of one picture's stored pixels and of how it is resized, made without resizing.

        Equal digests mean equal images, wherever the file lies and whatever else is in it.

        Returns
        -------
        bytes
            32 of them.
        """
        picture = self.pictures[self.rows[index]]
        digest = hashlib.sha256(picture.tobytes())
        settings = f"|{picture.shape}|decoding {decoding.DECODING_VERSION}, size {self.size}"
        digest.update(settings.encode())
        return digest.digest()

    def _decode(self, position):
        square = middle_square(Image.fromarray(self.pictures[self.rows[position]]), self.size)
        if square.ndim == 3:
            return square
        return np.repeat(square[:, :, np.newaxis], 3, axis=2)


def load_arrays(folder, class_names, domain, name, size):
    """Load a fetched set that consists of arrays.

    The files are `train_images.npy` (uint8, shape (n, height, width) or (n, height, width, 3)) and
    `train_labels.npy` (int64, shape (n,)), and the same for `validation` and `test`. Where
    there is no validation part, a tenth of every class's train pictures, rounded up, becomes it:
    the same ones on every call, with equal pictures always on the same side. Pixels stay on disk
    until they are indexed.

    Parameters
    ----------
    folder : path
    class_names : sequence of str
    domain, name : str
        As in `Dataset`.
    size : int
        Height and width of the images in pixels.

    Returns
    -------
    Splits
        Their `images` are `ArrayImages`.

    Raises
    ------
    CourseError
        If a file is missing, damaged or does not fit the others.
    """
    folder, class_names = Path(folder), tuple(class_names)
    parts = {}
    for part in ("train", "validation", "test"):
        files = [folder / f"{part}_{content}.npy" for content in ("images", "labels")]
        if part == "validation" and not any(file.exists() for file in files):
            continue
        images, labels = ArrayImages(files[0], size), _open(files[1])
        if wrong := flaw(images.pictures, labels, class_names):
            raise _unusable(files[0], f"cannot be used: {wrong}")
        labels = labels.astype(np.int64)
        parts[part] = Dataset(images, labels, class_names, domain=domain, name=name)
    if "validation" not in parts:
        train = parts["train"]
        rest, out = cut(train.labels, _digests(train.images), class_names, VALIDATION_SHARE, 2)
        parts |= {"train": train.take(rest), "validation": train.take(out)}
    return Splits(parts["train"], parts["validation"], parts["test"])


def flaw(images, labels, class_names):
    """What is wrong with the arrays of one part, as the end of a sentence; "" if they are fine.

    Parameters
    ----------
    images, labels : arrays
        Expected as uint8 of shape (n, height, width) or (n, height, width, 3), and as whole
        numbers of shape (n,), positions in `class_names`; every class has a picture.
    class_names : sequence of str

    Returns
    -------
    str
    """
    if images.dtype != np.uint8:
        return f"its pixels are of type {images.dtype}, not uint8"
    if not (images.ndim == 3 or (images.ndim == 4 and images.shape[-1] == 3)) or 0 in images.shape:
        return (
            f"its pictures have the shape {images.shape}, not (n, height, width) or "
            "(n, height, width, 3)"
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        return f"its labels are {labels.dtype} of shape {labels.shape}, not n whole numbers"
    if len(images) != len(labels):
        return f"it has {len(images):,} pictures and {len(labels):,} labels"
    lowest, highest = labels.min(), labels.max()
    if lowest < 0 or highest >= len(class_names):
        return (
            f"its labels go from {lowest} to {highest}, but {len(class_names)} classes are "
            f"numbered from 0 to {len(class_names) - 1}"
        )
    counts = np.bincount(labels.astype(np.int64), minlength=len(class_names))
    if not counts.all():
        return f"it has no picture of the class {class_names[int(counts.argmin())]!r}"
    return ""


def _open(path):
    """An array of a fetched set, mapped into memory read-only."""
    try:
        # As a plain array: the class memmap would add its own work to every picture taken.
        return np.asarray(np.lib.format.open_memmap(path, mode="r"))
    except FileNotFoundError as error:
        raise _unusable(path, "is missing") from error
    except Exception as error:  # a damaged header raises many kinds
        raise _unusable(path, f"cannot be read ({type(error).__name__})") from error


def _unusable(path, what):
    path = Path(path)
    return CourseError(
        f"The file {path} {what}; delete the folder {path.parent} and fetch the set again with "
        f"`python -m course_utils fetch {path.parent.name}`."
    )


def _digests(images):
    """Whole numbers that are equal for pictures with equal pixels.

    Python's own hash (SipHash, 64 bits) takes a fifth of the time that SHA-256 does. It is salted
    anew in every process, but a cut only asks which numbers are equal; different pictures
    share one in fewer than one of 10**9 sets of 70,000.
    """
    return np.array([hash(picture.tobytes()) for picture in images.pictures])
