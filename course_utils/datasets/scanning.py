"""What lies in a folder, looked at once: folders and files with their sizes. No file is opened."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from course_utils.datasets.reporting import readable
from course_utils.errors import CourseError
from course_utils.validation import closest

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


class File(NamedTuple):
    """A file; `size` (bytes) and `changed` (nanoseconds) tell whether it is still the same."""

    path: str
    size: int
    changed: int


@dataclass(frozen=True, eq=False)
class Folder:
    """A folder and all that lies below it, in order of name and without litter.

    Attributes
    ----------
    path : str
    folders : dict of str to Folder
        Those that lie in it, by readable names.
    files : list of File
    problems : list of tuple of str
        (path, reason) of what in it could not be looked at.
    """

    path: str
    folders: dict[str, "Folder"]
    files: list[File]
    problems: list[tuple[str, str]]

    def __str__(self) -> str:
        return readable(self.path)

    def walk(self) -> Iterator["Folder"]:
        """The folder itself and every folder below it."""
        yield self
        for folder in self.folders.values():
            yield from folder.walk()

    def holds_files(self) -> bool:
        """Whether there is a file in it, at any depth."""
        return any(folder.files for folder in self.walk())

    def loose_images(self) -> list[str]:
        """Names of images that lie in the folder itself, told by their endings."""
        names = [Path(file.path).name for file in self.files]
        return [name for name in names if name.lower().endswith(_IMAGE_ENDINGS)]


def scan(path: str | os.PathLike[str]) -> Folder:
    """Look at a folder and at everything below it.

    Raises
    ------
    CourseError
        If there is no such folder (the nearest name is suggested), or it cannot be opened.
    """
    try:
        return _scan(str(_existing(Path(path).expanduser()).absolute()), frozenset())
    except OSError as error:
        raise CourseError(
            f"The folder {readable(error.filename)} cannot be opened ({error.strerror}): check "
            "that you may read it."
        ) from error


def _scan(path: str, above: frozenset[tuple[int, int]]) -> Folder:
    """One folder; `above` are the identities of those it lies in, since a link can lead back up."""
    status = Path(path).stat()
    above |= {(status.st_dev, status.st_ino)}
    folder = Folder(path, {}, [], [])
    with os.scandir(path) as found:
        entries = sorted(found, key=lambda entry: readable(entry.name))
    for entry in entries:
        if entry.name.startswith(".") or entry.name.casefold() in _LITTER:
            continue
        try:
            status = Path(entry.path).stat()
        except OSError:
            folder.problems.append((entry.path, "a link that leads nowhere"))
            continue
        if stat.S_ISREG(status.st_mode):  # not a socket or a device
            folder.files.append(File(entry.path, status.st_size, status.st_mtime_ns))
        elif stat.S_ISDIR(status.st_mode) and (status.st_dev, status.st_ino) not in above:
            try:
                inside = _scan(entry.path, above)
            except OSError:
                problem = (entry.path, "the folder cannot be opened")
                inside = Folder(entry.path, {}, [], [problem])
            folder.folders[readable(entry.name)] = inside
    return folder


def _existing(folder: Path) -> Path:
    """The folder, or a `CourseError` that says what is there instead."""
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
    neighbours = [path.name for path in missing.parent.iterdir() if path.is_dir()]
    near = closest(missing.name, neighbours, cutoff=0.6)
    advice = (
        f"did you mean {readable(missing.parent / near)}?"
        if near
        else f"{readable(missing.parent.resolve())} has no {readable(missing.name)!r} in it."
    )
    raise CourseError(f"There is no folder {readable(folder)}: {advice}")
