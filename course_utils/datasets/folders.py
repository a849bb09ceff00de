"""Any folder with a folder of images for each class, as a set in three parts."""

import os
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_utils.datasets.dataset import Dataset, Splits
from course_utils.datasets.decoding import FolderImages
from course_utils.datasets.file_checks import check_files
from course_utils.datasets.layouts import (
    check_class_folders,
    find_domains,
    find_parts,
    looks_like_domains,
)
from course_utils.datasets.reporting import CourseWarning, count_of, readable, some_of
from course_utils.datasets.scanning import File, Folder, scan
from course_utils.datasets.splitting import cut, same_images
from course_utils.validation import nearest, require


class _Image(NamedTuple):
    """A usable file: its path below the folder that is loaded, its class and its pixels' digest."""

    path: str
    name: str
    label: int
    digest: str


def load_folder(path: str | os.PathLike[str], size: int = 64, domain: str | None = None) -> Splits:
    """Load a folder of images, one folder for each class.

    With `train`, `validation` and `test` folders around the class folders (`val`, `valid` and
    the like are understood), these are the parts; a part that is missing is cut out of train.
    Otherwise every class is split 60 / 20 / 20, always in the same way. Images are decoded when
    they are indexed, never before; each file is tried once, which later loads remember.

    A folder of such folders is one of domains: two folders or more that hold no images themselves
    but class folders, of which some have equal names. The classes are those of all domains
    together, in order of name, so that a label means the same in each; a class that the domain
    lacks keeps its number, which no label there has.

    Parameters
    ----------
    path : str or path
    size : int
        Height and width of the images in pixels: the shorter side is resized to it
        (antialiased) and the middle is cut out.
    domain : str, optional
        One of `folder_domains(path)`; without it the first, in a folder that looks like one of
        domains.

    Returns
    -------
    Splits
        Their `images` are `FolderImages`.

    Raises
    ------
    CourseError
        If the folder is missing, is a file, cannot be opened, has fewer than two classes, a
        class without usable images, too few images to split, or parts with different classes; if
        there is no such domain, or the layout is wrong or can be read in two ways.

    Warns
    -----
    CourseWarning
        Once for each kind of trouble, with names: files that were skipped, the same image in two
        parts or under two labels, classes that a part or a domain lacks, folders and images left
        out, a layout that was guessed.
    """
    root = scan(path)
    chosen, class_names, notes = root, None, []
    if domain is not None or looks_like_domains(root):
        domain, class_names, notes = _choose_domain(root, domain)
        chosen = root.folders[domain]
    parts, own_names, more_notes = _read_parts(chosen)
    splits = _complete(parts, own_names)
    notes += more_notes + _lacking_classes(splits, own_names) + _repeated_images(splits)
    for note in notes:
        warnings.warn(note, CourseWarning, stacklevel=3)  # at the line that calls `load_dataset`
    class_names = class_names or own_names
    numbers = np.array([class_names.index(name) for name in own_names], dtype=np.int64)
    return Splits(
        *(
            Dataset(
                FolderImages([image.path for image in splits[part]], size),
                numbers[_labels(splits[part])],
                class_names,
                domain=domain or "photo",
                name=readable(Path(root.path).resolve().name),
            )
            for part in Splits._fields
        )
    )


def folder_domains(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """The domains in a folder of domains, in order of name.

    Raises
    ------
    CourseError
        If the folder is missing or laid out in another way.
    """
    return tuple(find_domains(scan(path)))


def _choose_domain(root: Folder, domain: str | None) -> tuple[str, tuple[str, ...], list[str]]:
    """The domain to load, the classes of all domains together, and what is to be told."""
    classes, notes = find_domains(root), []
    if domain is None:
        domain = next(iter(classes))
        notes.append(
            f"{root} was taken for a folder of domains ({some_of(classes)}), and the first of them "
            f"was loaded: name one, as in domain={domain!r}."
        )
    elif isinstance(domain, str):
        domain = readable(domain)
    require(domain in list(classes), f"{root} has no domain {domain!r}: {nearest(domain, classes)}")
    class_names = tuple(sorted(set().union(*classes.values())))
    if lacking := [name for name in class_names if name not in classes[domain]]:
        notes.append(
            f"The domain {domain} of {root} lacks classes that others have, and nothing can be "
            f"said of them there: {some_of(lacking)}."
        )
    if loose := root.loose_images():
        notes.append(f"{root} has images beside the domain folders, left out: {some_of(loose)}.")
    return domain, class_names, notes


def _read_parts(root: Folder) -> tuple[dict[str, list[_Image]], tuple[str, ...], list[str]]:
    """Usable images of every part that is there, the classes, and what is to be told.

    Without folders for the parts there is "train" alone.
    """
    folders, others = find_parts(root)
    notes = []
    if others:
        notes.append(f"{root} has folders beside train, left out: {some_of(sorted(others))}.")
    folders = folders or {"train": root}
    class_names = tuple(folders["train"].folders)
    for part, folder in folders.items():
        check_class_folders(folder, fewest=2 if part == "train" else 1)
        unknown = sorted(set(folder.folders) - set(class_names))
        require(
            not unknown,  # every class to be judged must have been learned
            f"The {part} folder of {root} has classes that train does not have "
            f"({some_of(unknown)}; train has {some_of(class_names)}): give both the same class "
            "folders.",
        )
    for folder in dict.fromkeys([root, *folders.values()]):
        if loose := folder.loose_images():
            notes.append(
                f"{folder} has images beside the class folders, which belong to no class and were "
                f"left out: {some_of(loose)}."
            )
    places, files, problems = [], [], []
    for part, folder in folders.items():
        for name, class_folder in folder.folders.items():
            inside = _files_below(class_folder, root)
            files += inside.values()
            places += [(part, below, class_names.index(name)) for below in inside]
            problems += [
                (_below(path, root), reason)
                for each in class_folder.walk()
                for path, reason in each.problems
            ]
    verdicts = check_files(root.path, files)
    parts: dict[str, list[_Image]] = {part: [] for part in folders}
    for file, (part, name, label), verdict in zip(files, places, verdicts, strict=True):
        if verdict.reason:
            problems.append((name, verdict.reason))
        else:
            parts[part].append(_Image(file.path, name, label, verdict.digest))
    if problems:
        shown = some_of([f"{name} ({reason})" for name, reason in problems])
        notes.append(f"Skipped {count_of(len(problems), 'file')} in {root}: {shown}.")
    seen = {image.label for image in parts["train"]}
    for label, folder in enumerate(folders["train"].folders.values()):
        require(
            label in seen,
            f"The class folder {folder} has no image that can be read: put images in, or remove "
            "it.",
        )
    return parts, class_names, notes


def _files_below(folder: Folder, root: Folder) -> dict[str, File]:
    """All files below a class folder, in order of their names below `root`."""
    found = {_below(file.path, root): file for each in folder.walk() for file in each.files}
    return dict(sorted(found.items(), key=lambda item: readable(item[0])))


def _below(path: str, root: Folder) -> str:
    return os.path.relpath(path, root.path).replace(os.sep, "/")


def _labels(images: list[_Image]) -> np.ndarray:
    return np.array([image.label for image in images], dtype=np.int64)


def _complete(
    parts: dict[str, list[_Image]], class_names: tuple[str, ...]
) -> dict[str, list[_Image]]:
    """All three parts, in order: those that are missing are cut out of train."""
    train, complete = parts["train"], dict(parts)
    missing = [part for part in ("test", "validation") if part not in parts]
    # 60 / 20 / 20 of five images is 3, 1, 1; a single cut can be made of two.
    fewest = 5 if len(missing) == 2 else 2
    # A fifth of the whole for each of two; a quarter of what is left is the same number again.
    share = 0.2 if len(missing) == 2 else 0.25
    for part in missing:
        digests = [image.digest for image in train]
        rest, out = cut(_labels(train), digests, class_names, share, fewest)
        complete[part], train = [train[i] for i in out], [train[i] for i in rest]
        share, fewest = 0.25, 2
    complete["train"] = train
    return {part: complete[part] for part in Splits._fields}


def _lacking_classes(splits: dict[str, list[_Image]], class_names: tuple[str, ...]) -> list[str]:
    """Sentences on classes of which validation or test has no image."""
    notes = []
    for part in ("validation", "test"):
        held = {image.label for image in splits[part]}
        if lacking := [name for k, name in enumerate(class_names) if k not in held]:
            notes.append(
                f"The {part} part has no images of {some_of(lacking)}: nothing can be said there "
                f"of {'this class' if len(lacking) == 1 else 'these classes'}."
            )
    return notes


def _repeated_images(splits: dict[str, list[_Image]]) -> list[str]:
    """Sentences on the same image in two parts or under two labels."""
    rows = [(part, image) for part, images in splits.items() for image in images]
    across, relabelled = [], []
    for positions in same_images([image.digest for _, image in rows]):
        members = [rows[i] for i in positions]
        names = " = ".join(image.name for _, image in members)
        if len({part for part, _ in members}) > 1:
            across.append(names)
        if len({image.label for _, image in members}) > 1:
            relabelled.append(names)
    notes = []
    if across:
        notes.append(
            "The same image lies in more than one part, which makes results look better than they "
            f"are; remove one copy of each: {some_of(across)}."
        )
    if relabelled:
        notes.append(
            "The same image lies under more than one label; keep the right copy of each: "
            f"{some_of(relabelled)}."
        )
    return notes
