"""Sets whose parts are given by lists of file names."""

import re
from pathlib import Path

from course_utils.assets.arranging.checks import (
    check_classes,
    folder_inside,
    is_file,
    is_plain,
    mismatch,
    place_images,
    source,
)


def pets(sources, folder, class_names, *, images="images.tar.gz", annotations="annotations.tar.gz"):
    """Arrange Oxford-IIIT Pet: train (its `trainval.txt`) and test.

    A line of a list is `Abyssinian_100 1 1 1`: name, number of the class, species, breed. The
    class is the name without its last number. Only pictures in a list are taken, which leaves
    the `.mat` files among them behind. A few pictures are GIF or PNG files called `.jpg`; they
    keep that name, since images are told by their content when they are loaded.

    Source: Parkhi, Vedaldi, Zisserman and Jawahar, "Cats and dogs", CVPR 2012.

    Parameters
    ----------
    sources : dict
        Two unpacked archives.
    folder : path
    class_names : sequence of str
    images, annotations : str
        The names of the archives.

    Raises
    ------
    CourseError
        If a list is damaged, names a picture twice or one that is not there, or classes differ.
    """
    images_name, images_top = source(sources, images)
    lists_name, lists_top = source(sources, annotations)
    pictures = folder_inside(images_top, "images", images_name)
    lists = folder_inside(lists_top, "annotations", lists_name)
    numbers, parts = {}, {}
    for part, listing in {"train": "trainval.txt", "test": "test.txt"}.items():
        rows = []
        for line in _lines(lists / listing, lists_name):
            match = re.fullmatch(r"((\w+)_\d+)\s+(\d+)\s+[12]\s+\d+", line, re.ASCII)
            if not match or numbers.setdefault(match[2], match[3]) != match[3]:
                raise _bad_line(line, listing, lists_name)
            rows.append((match[2], pictures / f"{match[1]}.jpg"))
        parts[part] = (listing, rows)
    if len(set(numbers.values())) < len(numbers):
        raise mismatch(f"The lists of {lists_name} give two classes the same number")
    _place_listed(parts, folder, class_names, lists_name, images_name)


def texture_lists(sources, folder, class_names, *, root="dtd", split=1):
    """Arrange the Describable Textures Dataset: one of its ten splits in three parts.

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
    root : str
        The folder inside the archive.
    split : int
        Number of the split.

    Raises
    ------
    CourseError
        If a list is damaged, names a picture twice or one that is not there, or classes differ.
    """
    name, top = source(sources)
    pictures = folder_inside(top, f"{root}/images", name)
    lists = folder_inside(top, f"{root}/labels", name)
    parts = {}
    for part, start in {"train": "train", "validation": "val", "test": "test"}.items():
        listing = f"{start}{split}.txt"
        rows = []
        for line in _lines(lists / listing, name):
            class_name, _, file = line.partition("/")
            if not (is_plain(class_name) and is_plain(file)):
                raise _bad_line(line, listing, name)
            rows.append((class_name, pictures / class_name / file))
        parts[part] = (listing, rows)
    _place_listed(parts, folder, class_names, name, name)


def _lines(path, name):
    """The lines of a list, without comments and empty ones."""
    try:
        if not is_file(path):
            raise mismatch(f"{name} has no list {path.name}")
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise mismatch(f"The list {path.name} of {name} cannot be read as text") from error
    return [line for line in lines if line and not line.startswith("#")]


def _bad_line(line, listing, name):
    return mismatch(f"The line {line[:60]!r} in the list {listing} of {name} makes no sense")


def _place_listed(parts, folder, class_names, lists_name, images_name):
    """Check every part, given as (list, [(class, file), ...]), before a single file is moved."""
    seen = set()
    for listing, rows in parts.values():
        for _, file in rows:
            if file in seen:
                raise mismatch(f"The lists of {lists_name} name {file.name} twice, in {listing}")
            if not is_file(file) or file.parent.is_symlink():
                raise mismatch(f"{images_name} has no picture {file.name}, which {listing} names")
            seen.add(file)
        check_classes({row[0] for row in rows}, class_names, f"the list {listing} of {lists_name}")
    for part, (_, rows) in parts.items():
        place_images(rows, Path(folder) / part)
