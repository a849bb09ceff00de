"""Sets whose parts are given by lists of file names."""

import re
from collections.abc import Sequence
from pathlib import Path

from course_utils.assets.readers.common import (
    Sources,
    check_classes,
    folder_inside,
    mismatch,
    move_images,
    only_source,
)


def pets(sources: Sources, folder: Path, class_names: Sequence[str]) -> None:
    """Read Oxford-IIIT Pet: train (its `trainval.txt`) and test.

    A line of a list is `Abyssinian_100 1 1 1`: name, number of the class, species, breed. The
    class is the name without its last number. Only pictures in a list are taken, which leaves
    the `.mat` files among them behind. A few pictures are GIF or PNG files called `.jpg`; they
    keep that name, since images are told by their content when they are loaded.

    Source: Parkhi, Vedaldi, Zisserman and Jawahar, "Cats and dogs", CVPR 2012.

    Parameters
    ----------
    sources : dict
        Two unpacked archives, `images.tar.gz` and `annotations.tar.gz`.
    folder : path
    class_names : sequence of str

    Raises
    ------
    CourseError
        If a list is damaged or names a picture that is not there, or classes differ.
    """
    pictures = folder_inside(sources["images.tar.gz"], "images", "images.tar.gz")
    lists = folder_inside(sources["annotations.tar.gz"], "annotations", "annotations.tar.gz")
    for part, listing in {"train": "trainval.txt", "test": "test.txt"}.items():
        rows = [
            (match[2], pictures / f"{match[1]}.jpg")
            for match in _lines(lists / listing, r"((\w+)_\d+) \d+ [12] \d+")
        ]
        _move_listed(rows, folder / part, class_names, listing)


def texture_lists(sources: Sources, folder: Path, class_names: Sequence[str]) -> None:
    """Read the Describable Textures Dataset: the first of its ten splits, in three parts.

    A line of `labels/train1.txt`, `val1.txt` or `test1.txt` is `banded/banded_0002.jpg`: class
    and file, in the folder `images`.

    Source: Cimpoi, Maji, Kokkinos, Mohamed and Vedaldi, "Describing textures in the wild",
    CVPR 2014.

    Parameters
    ----------
    sources : dict
        One unpacked archive.
    folder : path
    class_names : sequence of str

    Raises
    ------
    CourseError
        If a list is damaged or names a picture that is not there, or classes differ.
    """
    name, top = only_source(sources)
    pictures = folder_inside(top, "dtd/images", name)
    lists = folder_inside(top, "dtd/labels", name)
    for part, start in {"train": "train", "validation": "val", "test": "test"}.items():
        listing = f"{start}1.txt"
        rows = [
            (match[1], pictures / match[1] / match[2])
            for match in _lines(lists / listing, r"([\w-]+)/([\w-]+\.jpg)")
        ]
        _move_listed(rows, folder / part, class_names, listing)


def _lines(path: Path, pattern: str) -> list[re.Match[str]]:
    """The lines of a list, each a match of the pattern, without comments and empty ones."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise mismatch(f"The list {path.name} is missing or no text") from error
    matches = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            match = re.fullmatch(pattern, line.strip(), re.ASCII)
            if match is None:
                raise mismatch(f"The line {line[:60]!r} in the list {path.name} makes no sense")
            matches.append(match)
    return matches


def _move_listed(
    rows: Sequence[tuple[str, Path]], folder: Path, class_names: Sequence[str], listing: str
) -> None:
    """Check one part, and move its images."""
    if missing := [file.name for _, file in rows if not file.is_file()]:
        raise mismatch(f"There is no picture {missing[0]}, which {listing} names")
    check_classes((name for name, _ in rows), class_names, f"The list {listing}")
    move_images(rows, folder)
