"""`load_dataset`: one call for the shipped sets, for public ones, and for folders of your own."""

import os
from pathlib import Path
from typing import Any, overload

from course_utils.datasets.dataset import Splits
from course_utils.datasets.digits import load_digits
from course_utils.datasets.fetched import load_public, public_sets
from course_utils.datasets.folders import folder_domains, load_folder
from course_utils.datasets.materials import load_materials
from course_utils.datasets.shipped import load_shipped_set, shipped_domains, shipped_names
from course_utils.errors import CourseError
from course_utils.validation import closest, whole_number

#: Sets that are made on every call, from pictures inside scikit-learn and scikit-image.
MADE = {"digits": (load_digits, "digits"), "materials": (load_materials, "material")}


def load_dataset(
    name_or_path: str | os.PathLike[str], size: int = 64, domain: str | None = None
) -> Splits:
    """Load a labelled set of images, in three parts.

    Parameters
    ----------
    name_or_path : str or path
        The name of a set that ships with the course (`domains()` lists them); the name of a
        public one, once `python -m course_utils fetch NAME` has fetched it or its folder lies
        in the folder that COURSE_DATA names; or a folder with a folder of images for each
        class, with or without `train`, `validation` and `test` folders around them; or a
        folder of such folders, one for each domain (`domain/class/image`).
    size : int
        Height and width of the images in pixels.
    domain : str, optional
        The kind of picture, for a set that comes in several: `domains(name_or_path)` lists
        them, and the first is the default. In a folder of domains the classes are those of all
        its domains together, so that a label means the same in each; a class that a domain
        lacks keeps its number and has no images there.

    Returns
    -------
    Splits
        `train, validation, test`, each a `Dataset` of images with shape (n, size, size, 3).

    Raises
    ------
    CourseError
        If the name is unknown (the nearest one is suggested), the set has no such domain,
        `size` is not a whole number above zero, or the folder cannot be used.

    Warns
    -----
    CourseWarning
        With names, on what was left out or looks wrong in a folder, on classes that a domain
        lacks, and when a folder is taken for a folder of domains though none was named.
    """
    size = whole_number(size, "size", at_least=1)
    if not isinstance(name_or_path, (str, os.PathLike)):
        raise CourseError(
            f"load_dataset takes the name of a set or the path of a folder, not "
            f"{type(name_or_path).__name__}."
        )
    name = name_or_path if isinstance(name_or_path, str) else ""
    if name in shipped_names():
        return load_shipped_set(name, domain, size)
    if name in MADE:
        load, own_domain = MADE[name]
        _check_domain(name, domain, own_domain)
        return load(size)
    public = public_sets()
    if name in public:
        asset = public[name]
        _check_domain(name, domain, asset.domain)
        return load_public(asset, size)
    if not _looks_like_path(name_or_path):
        raise CourseError(_unknown(name_or_path, public))
    return load_folder(name_or_path, size, domain)


@overload
def domains(name: None = None) -> dict[str, tuple[str, ...]]: ...


@overload
def domains(name: str | os.PathLike[str]) -> tuple[str, ...]: ...


def domains(name: Any = None) -> Any:
    """The domains of the sets that ship with the course, or of a folder of domains.

    Parameters
    ----------
    name : str or path, optional
        The name of a set, or a folder laid out `domain/class/image`.

    Returns
    -------
    tuple of str, or dict of str to tuple of str
        Those of the set or folder `name`, the default first (in a folder: in order of name);
        without a name, those of every set that ships.

    Raises
    ------
    CourseError
        If no set of this name ships with the course, or the folder is laid out in another way.
    """
    every = {made: (own_domain,) for made, (_, own_domain) in MADE.items()}
    every |= {shipped: shipped_domains(shipped) for shipped in shipped_names()}
    if name is None:
        return dict(sorted(every.items()))
    if isinstance(name, str) and name in every:
        return every[name]
    if not isinstance(name, (str, os.PathLike)) or not _looks_like_path(name):
        raise CourseError(f"No set named {name!r} ships: choose from {', '.join(sorted(every))}.")
    return folder_domains(name)


def _check_domain(name, domain, own_domain):
    if domain not in (None, own_domain):
        raise CourseError(f"The set {name!r} has no domain {domain!r}, only {own_domain!r}.")


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


def _unknown(name, public):
    """The sentence for a name that is neither a set nor a folder."""
    shipped = list(domains())
    here = [path.name for path in Path.cwd().iterdir() if path.is_dir()]
    near = closest(name, [*here, *public, *shipped], cutoff=0.6)
    hint = (
        f"did you mean {near!r}?"
        if near
        else f"the sets that ship are {', '.join(shipped)}; "
        "`python -m course_utils fetch --list` lists the public ones."
    )
    return f"There is no set or folder named {name!r}: {hint}"
