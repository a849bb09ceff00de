"""Public sets that were fetched, or put by hand where those lie: found, and made a Dataset."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from course_utils.assets import Asset, downloaded_folder, how_to_get, read_manifest
from course_utils.assets.readers import check_arrays
from course_utils.datasets import decoding
from course_utils.datasets.dataset import Dataset, Splits
from course_utils.datasets.decoding import LazyImages, middle_square
from course_utils.datasets.folders import load_folder
from course_utils.datasets.splitting import cut
from course_utils.errors import CourseError

#: The part of train that becomes validation in a set that has no such part.
VALIDATION_SHARE = 0.1


def public_sets() -> dict[str, Asset]:
    """The labelled sets of images that can be fetched, by name."""
    return {name: asset for name, asset in read_manifest().items() if asset.classes}


def public_sets_here() -> list[Asset]:
    """The public sets that are on this computer."""
    return [asset for asset in public_sets().values() if _folder(asset.name)]


def load_public(asset: Asset, size: int) -> Splits:
    """Load a public set from where it was fetched to, or put.

    Raises
    ------
    CourseError
        If it is not on this computer, or cannot be used.
    """
    folder = _folder(asset.name)
    if folder is None:
        raise CourseError(how_to_get(asset))
    if (folder / "train_images.npy").exists():
        return load_arrays(folder, asset.classes, asset.domain, asset.name, size)
    splits = load_folder(folder, size)
    return Splits(*(replace(part, domain=asset.domain, name=asset.name) for part in splits))


def _folder(name: str) -> Path | None:
    """Where a public set lies: in the folder that COURSE_DATA names, or where it was fetched to."""
    if os.environ.get("COURSE_DATA"):
        folder = Path(os.environ["COURSE_DATA"]).expanduser() / name
        if folder.is_dir():
            return folder
    return downloaded_folder(name)


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

    def __init__(self, path: str | Path, size: int, rows: Any = None) -> None:
        self.path = str(path)
        self.pictures = _open(Path(path))
        self.rows = np.arange(len(self.pictures)) if rows is None else np.asarray(rows)
        super().__init__(len(self.rows), size)

    def __repr__(self) -> str:
        return f"ArrayImages({len(self)} pictures of {self.path}, size={self.size})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process maps the file itself; otherwise all its pixels would travel there.
        return ArrayImages, (self.path, self.size, self.rows)

    def subset(self, indices: Any) -> "ArrayImages":
        """The pictures at `indices` (a slice or an array), in that order, still not resized."""
        return ArrayImages(self.path, self.size, self.rows[indices])

    def fingerprint(self, index: int) -> bytes:
        """Digest (32 bytes) of one picture's stored pixels and of how it is resized.

        It is made without resizing. Equal digests mean equal images, wherever the file lies and
        whatever else is in it.
        """
        picture = self.pictures[self.rows[index]]
        digest = hashlib.sha256(picture.tobytes())
        settings = f"|{picture.shape}|decoding {decoding.DECODING_VERSION}, size {self.size}"
        digest.update(settings.encode())
        return digest.digest()

    def _decode(self, position: int) -> np.ndarray:
        square = middle_square(Image.fromarray(self.pictures[self.rows[position]]), self.size)
        if square.ndim == 3:
            return square
        return np.repeat(square[:, :, np.newaxis], 3, axis=2)


def load_arrays(
    folder: Path, class_names: Sequence[str], domain: str, name: str, size: int
) -> Splits:
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
    parts = {
        part: _load_part(folder, part, tuple(class_names), domain, name, size)
        for part in Splits._fields
        if part != "validation" or any(folder.glob("validation_*.npy"))
    }
    if "validation" not in parts:
        train = parts["train"]
        rest, out = cut(train.labels, _digests(train.images), class_names, VALIDATION_SHARE, 2)
        parts |= {"train": train.take(rest), "validation": train.take(out)}
    return Splits(**parts)


def _load_part(
    folder: Path, part: str, class_names: tuple[str, ...], domain: str, name: str, size: int
) -> Dataset:
    images = ArrayImages(folder / f"{part}_images.npy", size)
    labels = _open(folder / f"{part}_labels.npy")
    try:
        check_arrays(images.pictures, labels, class_names)
    except CourseError as error:
        raise _unusable(Path(images.path), f"cannot be used ({error})") from error
    return Dataset(images, labels.astype(np.int64), class_names, domain=domain, name=name)


def _open(path: Path) -> np.ndarray:
    """An array of a fetched set, mapped into memory read-only."""
    try:
        # As a plain array: the class memmap would add its own work to every picture taken.
        return np.asarray(np.lib.format.open_memmap(path, mode="r"))
    except FileNotFoundError as error:
        raise _unusable(path, "is missing") from error
    except Exception as error:  # a damaged header raises many kinds
        raise _unusable(path, f"cannot be read ({type(error).__name__})") from error


def _unusable(path: Path, what: str) -> CourseError:
    return CourseError(
        f"The file {path} {what}; delete the folder {path.parent} and fetch the set again with "
        f"`python -m course_utils fetch {path.parent.name}`."
    )


def _digests(images: ArrayImages) -> np.ndarray:
    """Whole numbers that are equal for pictures with equal pixels.

    Python's own hash (SipHash, 64 bits) takes a fifth of the time that SHA-256 does. It is salted
    anew in every process, but a cut only asks which numbers are equal; different pictures
    share one in fewer than one of 10**9 sets of 70,000.
    """
    return np.array([hash(picture.tobytes()) for picture in images.pictures])
