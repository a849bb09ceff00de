"""What all arrangements check, and how they say that a source is not what the catalog promises."""

from pathlib import Path

import numpy as np

from course_utils.assets.arrays import flaw
from course_utils.datasets.reporting import some_of
from course_utils.errors import CourseError

#: Bytes that one file or array may have once it is decompressed: four times the largest known.
MOST_BYTES = 1 << 30


def mismatch(what):
    """The error for a source that is not what the catalog says; `what` begins its sentence."""
    return CourseError(
        f"{what}: fetch the set again, and if this stays, report to the course that its source "
        "has changed."
    )


def source(sources, name=None):
    """The name and place of one source; without a name, of the only one there is.

    Returns
    -------
    name : str
        As it is shown: "the repository" for the one without a name.
    place : Path

    Raises
    ------
    CourseError
        If it is not there.
    """
    if name is None and len(sources) != 1:
        names = some_of(sorted(sources))
        raise mismatch(f"The set consists of {names}, where one file is expected")
    name = next(iter(sources)) if name is None else name
    if name not in sources:
        raise mismatch(f"The set has no file {name}, only {some_of(sorted(sources))}")
    return name or "the repository", Path(sources[name])


def folder_inside(top, root, name):
    """The folder `root` of an unpacked archive that is called `name`; links are not followed.

    Raises
    ------
    CourseError
        If there is no such folder, or the way there leads through a link.
    """
    place = Path(top)
    for step in root.split("/") if root else []:
        place = place / step
        if not is_plain(step) or place.is_symlink() or not place.is_dir():
            raise mismatch(f"{_capital(name)} has no folder {root}")
    return place


def is_plain(name):
    """Whether a name stays in its folder on every system: no separator, no drive, no dot first."""
    return bool(name) and not name.startswith(".") and not any(mark in name for mark in "/\\:\0")


def is_file(place):
    """Whether a real file lies there, and no link to one."""
    return place.is_file() and not place.is_symlink()


def check_classes(found, class_names, where):
    """Raise a `CourseError` unless `found` and `class_names` are the same names in any order."""
    missing = [name for name in class_names if name not in found]
    if missing:
        raise mismatch(f"{_capital(where)} has no images of {some_of(missing)}")
    unknown = sorted(set(found) - set(class_names))
    if unknown:
        raise mismatch(f"{_capital(where)} has classes that the catalog lacks, {some_of(unknown)}")


def place_images(chosen, folder):
    """Move files to `folder/<class>/<name>`.

    Parameters
    ----------
    chosen : iterable of (str, path)
        Class name and file.
    folder : path
    """
    made = set()
    for class_name, file in chosen:
        target = Path(folder) / class_name
        if class_name not in made:
            target.mkdir(parents=True)
            made.add(class_name)
        file.replace(target / file.name)


def write_arrays(parts, folder, class_names):
    """Check the arrays of all parts and write them as `.npy` files.

    Parameters
    ----------
    parts : iterable of (str, str, array, array)
        Name of the part, name of the source as it is shown, images and labels as `flaw` has them.
    folder : path
    class_names : sequence of str

    Raises
    ------
    CourseError
        If a part has a flaw, or its pictures another shape than those of the part before.
    """
    shape = None
    for part, where, images, labels in parts:
        if wrong := flaw(images, labels, class_names):
            raise mismatch(f"{where} is not as expected, {wrong}")
        if shape not in (None, images.shape[1:]):
            raise mismatch(
                f"{where} is not as expected, its pictures have the shape {images.shape[1:]} and "
                f"those of another part {shape}"
            )
        shape = images.shape[1:]
        contents = {"images": images, "labels": labels.astype(np.int64)}
        for content, array in contents.items():
            path = Path(folder) / f"{part}_{content}.npy"
            np.save(path, np.ascontiguousarray(array), allow_pickle=False)


def _capital(text):
    """`text` with its first letter large: a file's name would not do, and stays as it is."""
    return "The" + text[3:] if text.startswith("the ") else text
