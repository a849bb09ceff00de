"""What lies in a folder: its parts, its classes and their files. Nothing is opened here."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from course_utils.datasets.reporting import listed, nearest, readable
from course_utils.errors import CourseError

PARTS = ("train", "validation", "test")

# Names that people give to the three parts, in any letter case.
_PART_NAMES = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}

# Left behind by operating systems and viewers; names that start with a dot are left out too.
_LITTER = {
    "__macosx",
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "icon\r",
    "$recycle.bin",
    "system volume information",
    "@eadir",
}

_IMAGE_ENDINGS = (
    *(".jpg", ".jpeg", ".jp2", ".png", ".gif", ".bmp", ".webp", ".avif"),
    *(".heic", ".heif", ".tif", ".tiff", ".ppm", ".pgm"),
)


class ImageFile(NamedTuple):
    """A file inside a class folder.

    `name` is its path below the folder that was loaded, with forward slashes; `bytes` and
    `changed` (nanoseconds) tell whether it is still the file that was looked at before.
    """

    path: str
    name: str
    bytes: int
    changed: int


def check_folder(path):
    """The folder at `path`, or a `CourseError` that says what is there instead."""
    folder = Path(path).expanduser()
    if folder.is_dir():
        return folder
    if folder.exists():
        advice = "unpack it" if folder.suffix in {".zip", ".tar", ".gz", ".7z"} else "name a folder"
        raise CourseError(
            f"{readable(folder)} is a file, not a folder: {advice} with one folder of images for "
            "each class."
        )
    # Climb to the first missing name, whose neighbours may hold what was meant.
    missing = folder
    while missing.parent != missing and not missing.parent.is_dir():
        missing = missing.parent
    neighbours = [entry.name for entry in _entries(missing.parent) if _is_folder(entry)]
    near = nearest(missing.name, neighbours)
    advice = (
        f"did you mean {readable(missing.parent / near)}?"
        if near
        else f"{readable(missing.parent.resolve())} has no {readable(missing.name)!r} in it."
    )
    raise CourseError(f"There is no folder {readable(folder)}: {advice}")


def find_parts(root):
    """The folders of a set's parts.

    Parameters
    ----------
    root : path

    Returns
    -------
    parts : dict of str to str
        "train", "validation", "test" (those that exist) to a folder; {} where `root` holds
        class folders itself.
    others : list of str
        Names of folders that lie beside the parts and belong to none.

    Raises
    ------
    CourseError
        If a part is there twice under two names, or there is a test part and nothing to train on.
    """
    folders = {entry.name: entry.path for entry in _entries(root) if _is_folder(entry)}
    named = [name for name in folders if name.casefold() in _PART_NAMES]
    others = [name for name in folders if name not in named]
    train = [name for name in named if _PART_NAMES[name.casefold()] == "train"]
    if not named or (others and not any(has_folders(folders[name]) for name in train)):
        return {}, []  # "train" can be a class as well, beside "bus" and "car"
    parts = {}
    for name in named:
        part = _PART_NAMES[name.casefold()]
        if part in parts:
            raise CourseError(
                f"{readable(root)} has two {part} folders, {Path(parts[part]).name} and {name}: "
                "keep one of them."
            )
        parts[part] = folders[name]
    if "train" not in parts:
        raise CourseError(
            f"{readable(root)} has {listed(named)} but no train folder: name the folder with the "
            "images to learn from train."
        )
    return {part: parts[part] for part in PARTS if part in parts}, others


def find_classes(folder, fewest=2):
    """The class folders in `folder`: readable names to paths, in order of name.

    Raises
    ------
    CourseError
        If there is no folder in it, or fewer than `fewest`.
    """
    classes = folders_in(folder)
    shown = readable(folder)
    if not classes:
        if loose_images(folder):
            raise CourseError(
                f"{shown} holds images but no class folders: move them into one folder for each "
                "class."
            )
        raise CourseError(f"{shown} has no class folders: it needs one folder of images per class.")
    if len(classes) >= fewest:
        return classes
    (name, path), *_ = classes.items()
    if has_folders(path):
        raise CourseError(
            f"{shown} holds one folder only, {name}, with folders of its own: did you mean "
            f"{readable(path)}?"
        )
    raise CourseError(
        f"{shown} has one class only, {name}: a classifier needs at least two class folders."
    )


def find_files(folder, root):
    """All files below a class folder, at any depth, in order of name.

    Parameters
    ----------
    folder, root : path
        The class folder, and the folder that names are given relative to.

    Returns
    -------
    files : list of ImageFile
    problems : list of tuple of str
        (name, reason) of what could not be looked at.
    """
    files, problems, seen = [], [], set()
    waiting = [(str(folder), os.path.relpath(folder, root).replace(os.sep, "/"))]
    while waiting:
        current, below = waiting.pop()
        try:
            status = Path(current).stat()
            # A link can lead back up: every real folder is entered once.
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = _entries(current)
        except (OSError, CourseError):
            problems.append((below, "the folder cannot be opened"))
            continue
        for entry in entries:
            name = f"{below}/{entry.name}"
            try:
                status = entry.stat()
            except OSError:
                problems.append((name, "a link that leads nowhere"))
                continue
            if stat.S_ISDIR(status.st_mode):
                waiting.append((entry.path, name))
            elif stat.S_ISREG(status.st_mode):  # not a socket or a device
                files.append(ImageFile(entry.path, name, status.st_size, status.st_mtime_ns))
    return sorted(files, key=lambda file: readable(file.name)), problems


def loose_images(folder):
    """Names of images that lie in `folder` itself, told by their endings."""
    return [
        entry.name
        for entry in _entries(folder)
        if entry.name.lower().endswith(_IMAGE_ENDINGS) and not _is_folder(entry)
    ]


def has_folders(folder):
    """Whether there is any folder in `folder`."""
    return any(_is_folder(entry) for entry in _entries(folder))


def folders_in(folder):
    """The folders that lie in `folder` itself: readable names to paths, in order of name."""
    return {readable(entry.name): entry.path for entry in _entries(folder) if _is_folder(entry)}


def holds_files(folder, deeper=True):
    """Whether any file lies in `folder` itself or, where `deeper`, in a folder below it."""
    if any(not _is_folder(entry) for entry in _entries(folder)):
        return True
    return deeper and bool(find_files(folder, folder)[0])


def _entries(folder):
    """What lies in a folder, litter left out, in order of name."""
    try:
        with os.scandir(folder) as found:
            entries = [e for e in found if not _is_litter(e.name)]
    except OSError as error:
        raise CourseError(
            f"The folder {readable(folder)} cannot be opened ({error.strerror}): check that you "
            "may read it."
        ) from error
    return sorted(entries, key=lambda entry: readable(entry.name))


def _is_folder(entry):
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _is_litter(name):
    return name.startswith(".") or name.casefold() in _LITTER
