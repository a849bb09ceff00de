"""The NumPy archives in which MedMNIST is published."""

import math
import zipfile

import numpy as np

from course_utils.assets.arranging.checks import (
    MOST_BYTES,
    mismatch,
    source,
    write_arrays,
)

# The third version of the header has text in UTF-8, which names of columns alone would need.
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_PARTS = {"train": "train", "validation": "val", "test": "test"}


def medmnist(sources, folder, class_names):
    """Arrange a set of MedMNIST (PneumoniaMNIST, PathMNIST, ...) as arrays in three parts.

    The file holds `train_images`, uint8 of shape (n, height, width) or (n, height, width, 3), and
    `train_labels` of shape (n, 1), and the same for `val` and `test`.

    Source: Yang, Shi, Wei, Liu, Zhao, Ke, Pfister and Ni, "MedMNIST v2", Scientific Data 10, 2023.

    Parameters
    ----------
    sources : dict
        One `.npz` file.
    folder : path
    class_names : sequence of str
        Label k means the class at position k.

    Raises
    ------
    CourseError
        If the file is damaged, or an array is missing or does not fit the others.
    """
    name, path = source(sources)
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise mismatch(f"{name} is damaged or no .npz file ({error})") from error
    with archive:
        parts = (
            (
                part,
                f"The part {stored} of {name}",
                _read(archive, f"{stored}_images", name),
                _column(_read(archive, f"{stored}_labels", name)),
            )
            for part, stored in _PARTS.items()
        )
        write_arrays(parts, folder, class_names)


def _column(labels):
    """Labels of shape (n, 1) as (n,); any other shape as it is, to be refused."""
    return labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels


def _read(archive, key, name):
    """One array of the archive; no more is read than it promises."""
    try:
        with archive.open(f"{key}.npy") as file:
            version = np.lib.format.read_magic(file)
            shape, _, dtype = _HEADERS.get(version, _HEADERS[1, 0])(file)
        promised = math.prod(shape) * dtype.itemsize
        if promised <= MOST_BYTES:
            with archive.open(f"{key}.npy") as file:
                return np.lib.format.read_array(file, allow_pickle=False)
    except KeyError as error:
        raise mismatch(f"{name} has no array {key}") from error
    except Exception as error:  # a damaged archive raises many kinds
        raise mismatch(
            f"The array {key} of {name} cannot be read ({type(error).__name__})"
        ) from error
    raise mismatch(
        f"The array {key} of {name} promises {promised:,} bytes, more than {MOST_BYTES:,}"
    )
