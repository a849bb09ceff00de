"""Sets that come as folders of images, one for each class."""

from collections.abc import Sequence
from pathlib import Path

from course_utils.assets.readers.common import (
    Sources,
    check_classes,
    folder_inside,
    move_images,
    only_source,
)

_IMAGE_ENDINGS = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"}


def class_folders(
    sources: Sources, folder: Path, class_names: Sequence[str], *, root: str = ""
) -> None:
    """Read an archive with one folder of images for each class.

    Only images that lie in a class folder are taken: licences, lists and hidden files stay behind.

    Parameters
    ----------
    sources : dict
        One unpacked archive.
    folder : path
    class_names : sequence of str
    root : str
        The folder inside the archive that holds the class folders ("flower_photos").

    Raises
    ------
    CourseError
        If a folder is missing or empty, or there is one that is no class.
    """
    name, top = only_source(sources)
    _move_classes(folder_inside(top, root, name), folder, class_names, f"{name}/{root}")


def split_folders(sources: Sources, folder: Path, class_names: Sequence[str]) -> None:
    """Read an archive or a repository with class folders in `train`, `validation` and `test`.

    The validation part may be missing. What else lies there stays behind.

    Raises
    ------
    CourseError
        If a folder is missing or empty, or there is one that is no class.
    """
    name, top = only_source(sources)
    for part in ("train", "validation", "test"):
        if part == "validation" and not (top / part).exists():
            continue
        tree = folder_inside(top, part, name)
        _move_classes(tree, folder / part, class_names, f"{name}/{part}")


def _move_classes(tree: Path, folder: Path, class_names: Sequence[str], where: str) -> None:
    """Move the images of the class folders in `tree` to class folders in `folder`."""
    images = [
        (path.parent.name, path)
        for path in sorted(tree.glob("[!.]*/[!.]*"))
        if path.suffix.lower() in _IMAGE_ENDINGS and path.is_file()
    ]
    check_classes((name for name, _ in images), class_names, where)
    move_images(images, folder)
