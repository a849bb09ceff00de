"""`load_dataset`: one call for the shipped sets and for folders of your own."""

import numbers
import os
from pathlib import Path

from course_utils.datasets.digits import load_digits
from course_utils.datasets.folders import load_folder
from course_utils.datasets.materials import load_materials
from course_utils.datasets.reporting import nearest
from course_utils.errors import CourseError
from course_utils.paths import cache_folder

#: Sets that come with the course, by name.
SHIPPED = {"digits": load_digits, "materials": load_materials}

#: Public sets that do not ship: where each is found, and the shipped set nearest to it.
PUBLIC = {
    "clothing": (
        "the repository alexeygrigorev/clothing-dataset-small on GitHub, commit "
        "11961516512414bf9f6c150a832cfd21b54a6b54 (CC0)",
        "materials",
    )
}


def load_dataset(name_or_path, size=64):
    """Load a labelled set of images, in three parts.

    Parameters
    ----------
    name_or_path : str or path
        `"materials"` or `"digits"`; `"clothing"`, once its folder lies in
        `cache_folder("datasets")` or in the folder that COURSE_DATA names; or a folder with a
        folder of images for each class, with or without `train`, `validation` and `test`
        folders around them.
    size : int
        Height and width of the images in pixels.

    Returns
    -------
    Splits
        `train, validation, test`, each a `Dataset` of images with shape (n, size, size, 3).

    Raises
    ------
    CourseError
        If the name is unknown (the nearest one is suggested), `size` is not a whole number
        above zero, or the folder cannot be used.
    """
    if isinstance(size, bool) or not isinstance(size, numbers.Integral) or size < 1:
        raise CourseError(f"size must be a whole number of pixels above zero, not {size!r}.")
    if isinstance(name_or_path, str) and name_or_path in SHIPPED:
        return SHIPPED[name_or_path](int(size))
    if isinstance(name_or_path, str) and name_or_path in PUBLIC:
        return load_folder(_public_folder(name_or_path), size)
    if not isinstance(name_or_path, (str, os.PathLike)):
        raise CourseError(
            f"load_dataset takes the name of a set or the path of a folder, not "
            f"{type(name_or_path).__name__}."
        )
    if not _looks_like_path(name_or_path):
        raise CourseError(_unknown(name_or_path))
    return load_folder(name_or_path, int(size))


def _public_folder(name):
    """The folder of a public set on this computer."""
    places = [cache_folder("datasets") / name]
    if os.environ.get("COURSE_DATA"):
        places.insert(0, Path(os.environ["COURSE_DATA"]).expanduser() / name)
    for place in places:
        if place.is_dir():
            return place
    source, nearest = PUBLIC[name]
    raise CourseError(
        f"The set {name!r} does not ship with the course: take it from {source} and put its "
        f"folder at {places[0]}, or use {nearest!r}, the shipped set nearest to it."
    )


def _looks_like_path(name_or_path):
    """True for a Path, for text with a separator, a dot or `~`, and for what exists."""
    if not isinstance(name_or_path, str):
        return True
    marks = {"/", "\\", os.sep}
    return (
        any(mark in name_or_path for mark in marks)
        or name_or_path.startswith((".", "~"))
        or (bool(name_or_path) and Path(name_or_path).exists())
    )


def _unknown(name):
    """The sentence for a name that is neither a set nor a folder."""
    shipped = sorted(SHIPPED)
    here = [path.name for path in Path.cwd().iterdir() if path.is_dir()]
    near = nearest(name, [*here, *shipped])
    hint = f"did you mean {near!r}?" if near else f"the sets are {' and '.join(shipped)}."
    return f"There is no set or folder named {name!r}: {hint}"
