"""Sets that come as folders of images, one for each class."""

import os
from pathlib import Path

from course_utils.assets.arranging.checks import (
    check_classes,
    folder_inside,
    mismatch,
    place_images,
    source,
)
from course_utils.datasets.dataset import Splits
from course_utils.datasets.scanning import scan


def class_folders(sources, folder, class_names, *, root="", rename=None):
    """Arrange an archive with one folder of images for each class.

    Only images that lie in a class folder are taken: licences, lists and hidden files stay behind.

    Parameters
    ----------
    sources : dict
        One unpacked archive, or a repository.
    folder : path
    class_names : sequence of str
    root : str
        The folder inside the archive that holds the class folders ("flower_photos").
    rename : dict of str to str, optional
        Names of class folders to the classes' names, where they differ.

    Raises
    ------
    CourseError
        If a folder is missing, empty or a link, or there is one that is no class.
    """
    name, top = source(sources)
    tree = folder_inside(top, root, name)
    _place_tree(tree, folder, class_names, rename or {}, _inside(name, root))


def split_folders(sources, folder, class_names, *, root=""):
    """Arrange an archive or a repository with class folders in `train`, `validation` and `test`.

    The validation part may be missing. What else lies there stays behind.

    Parameters
    ----------
    sources : dict
        One unpacked archive, or a repository.
    folder : path
    class_names : sequence of str
    root : str
        The folder that holds the parts.

    Raises
    ------
    CourseError
        If a folder is missing, empty or a link, or there is one that is no class.
    """
    name, top = source(sources)
    tree = folder_inside(top, root, name)
    for part in Splits._fields:
        if part == "validation" and not os.path.lexists(tree / part):
            continue
        inside = f"{root}/{part}" if root else part
        part_tree = folder_inside(top, inside, name)
        _place_tree(part_tree, Path(folder) / part, class_names, {}, _inside(name, inside))


def _inside(name, root):
    """How a folder is called in a message."""
    return f"the folder {root} of {name}" if root else name


def _place_tree(tree, folder, class_names, rename, where):
    """Move the images of the class folders in `tree` to class folders in `folder`."""
    found = {}
    for entry in sorted(os.scandir(tree), key=lambda entry: entry.name):
        if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
            continue
        class_name = rename.get(entry.name, entry.name)
        if class_name in found:
            raise mismatch(f"In {where}, two folders hold images of {class_name}")
        images = [Path(entry.path, name) for name in scan(entry.path).loose_images()]
        if links := [image.name for image in images if image.is_symlink()]:
            raise mismatch(f"In {where}, {entry.name}/{links[0]} is a link, not an image")
        if images:
            found[class_name] = images
    check_classes(found, class_names, where)
    place_images([(name, image) for name in class_names for image in found[name]], folder)
