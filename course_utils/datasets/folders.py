"""Any folder with a folder of images for each class, as a set in three parts."""

import warnings
from dataclasses import dataclass

import numpy as np

from course_utils.datasets.checking import check_files
from course_utils.datasets.dataset import Dataset, Splits
from course_utils.datasets.decoding import FolderImages
from course_utils.datasets.reporting import CourseWarning, counted, listed, readable
from course_utils.datasets.scanning import (
    PARTS,
    check_folder,
    find_classes,
    find_files,
    find_parts,
    loose_images,
)
from course_utils.datasets.splitting import cut, same_images
from course_utils.errors import CourseError


@dataclass
class _Part:
    """The usable files of one part: n of them, with label and digest of the pixels."""

    classes: tuple[str, ...]
    files: list
    labels: np.ndarray
    digests: list

    def take(self, positions):
        return _Part(
            self.classes,
            [self.files[i] for i in positions],
            self.labels[positions],
            [self.digests[i] for i in positions],
        )


def load_folder(path, size=64):
    """Load a folder of images, one folder for each class.

    With `train`, `validation` and `test` folders around the class folders (`val`, `valid` and
    the like are understood), these are the parts; a part that is missing is cut out of train.
    Otherwise every class is split 60 / 20 / 20, always in the same way. Images are decoded when
    they are indexed, never before; each file is tried once, which later loads remember.

    Parameters
    ----------
    path : str or path
    size : int
        Height and width of the images in pixels: the shorter side is resized to it
        (antialiased) and the middle is cut out.

    Returns
    -------
    Splits
        Their `images` are `FolderImages`.

    Raises
    ------
    CourseError
        If the folder is missing, is a file, cannot be opened, has fewer than two classes, a
        class without usable images, too few images to split, or parts with different classes.

    Warns
    -----
    CourseWarning
        Once for each kind of trouble, with names: files that were skipped, the same image in two
        parts or under two labels, classes that a part lacks, folders and images left out.
    """
    root = check_folder(path).absolute()  # the images are found after a change of folder too
    parts, notes = _read_parts(root)
    splits = _complete(parts)
    notes += _lacking_classes(splits)
    notes += _repeated_images(splits)
    for note in notes:
        warnings.warn(note, CourseWarning, stacklevel=3)
    name = readable(root.resolve().name)
    return Splits(
        *(
            Dataset(
                FolderImages([file.path for file in part.files], size),
                part.labels,
                part.classes,
                name=name,
            )
            for part in splits.values()
        )
    )


def _read_parts(root):
    """Usable files of every part that is there ("train" alone if there are no parts)."""
    folders, others = find_parts(root)
    notes = []
    if others:
        notes.append(
            f"{readable(root)} has folders beside train, left out: {listed(sorted(others))}."
        )
    folders = folders or {"train": str(root)}
    found = {
        part: find_classes(folder, fewest=2 if part == "train" else 1)
        for part, folder in folders.items()
    }
    _check_classes(root, found)
    for folder in dict.fromkeys([str(root), *folders.values()]):
        if loose := loose_images(folder):
            notes.append(
                f"{readable(folder)} has images beside the class folders, which belong to no class "
                f"and were left out: {listed(loose)}."
            )
    names = tuple(found["train"])
    files, labels, owners, problems = [], [], [], []
    for part, classes in found.items():
        for name, folder in classes.items():
            inside, unseen = find_files(folder, root)
            files += inside
            labels += [names.index(name)] * len(inside)
            owners += [part] * len(inside)
            problems += unseen
    verdicts = check_files(root, files)
    problems += [(f.name, v.reason) for f, v in zip(files, verdicts, strict=True) if v.reason]
    if problems:
        shown = listed([f"{name} ({reason})" for name, reason in problems])
        notes.append(f"Skipped {counted(len(problems), 'file')} in {readable(root)}: {shown}.")
    whole = _Part(names, files, np.array(labels, dtype=np.int64), [v.digest for v in verdicts])
    parts = {
        part: whole.take([i for i, v in enumerate(verdicts) if owners[i] == part and not v.reason])
        for part in found
    }
    empty = np.flatnonzero(np.bincount(parts["train"].labels, minlength=len(names)) == 0)
    if len(empty):
        where = readable(found["train"][names[empty[0]]])
        raise CourseError(
            f"The class folder {where} has no image that can be read: put images in, or remove it."
        )
    return parts, notes


def _check_classes(root, found):
    """Every class to be judged must have been learned."""
    for part, classes in found.items():
        unknown = sorted(set(classes) - set(found["train"]))
        if unknown:
            raise CourseError(
                f"The {part} folder of {readable(root)} has classes that train does not have "
                f"({listed(unknown)}; train has {listed(found['train'])}): give both the same "
                "class folders."
            )


def _complete(parts):
    """All three parts, in order: those that are missing are cut out of train."""
    train, complete = parts["train"], dict(parts)
    missing = [part for part in ("test", "validation") if part not in parts]
    # 60 / 20 / 20 of five images is 3, 1, 1; a single cut can be made of two.
    fewest = 5 if len(missing) == 2 else 2
    # A fifth of the whole for each of two; a quarter of what is left is the same number again.
    share = 0.2 if len(missing) == 2 else 0.25
    for part in missing:
        rest, out = cut(train.labels, train.digests, train.classes, share, fewest)
        complete[part], train = train.take(out), train.take(rest)
        share, fewest = 0.25, 2
    complete["train"] = train
    return {part: complete[part] for part in PARTS}


def _lacking_classes(splits):
    notes = []
    for part in ("validation", "test"):
        names, labels = splits[part].classes, splits[part].labels
        counts = np.bincount(labels, minlength=len(names))
        if not counts.all():
            lacking = [names[k] for k in np.flatnonzero(counts == 0)]
            notes.append(
                f"The {part} part has no images of {listed(lacking)}: nothing can be said there "
                f"of {'this class' if len(lacking) == 1 else 'these classes'}."
            )
    return notes


def _repeated_images(splits):
    """Sentences on the same image in two parts or under two labels."""
    rows = [
        (part, file.name, label, digest)
        for part, content in splits.items()
        for file, label, digest in zip(content.files, content.labels, content.digests, strict=True)
    ]
    across, relabelled = [], []
    for positions in same_images([row[3] for row in rows]):
        members = [rows[i] for i in positions]
        names = " = ".join(name for _, name, _, _ in members)
        if len({part for part, *_ in members}) > 1:
            across.append(names)
        if len({label for _, _, label, _ in members}) > 1:
            relabelled.append(names)
    notes = []
    if across:
        notes.append(
            "The same image lies in more than one part, which makes results look better than they "
            f"are; remove one copy of each: {listed(across)}."
        )
    if relabelled:
        notes.append(
            "The same image lies under more than one label; keep the right copy of each: "
            f"{listed(relabelled)}."
        )
    return notes
