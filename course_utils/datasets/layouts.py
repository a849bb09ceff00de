"""How a folder is laid out: as classes, as parts, or as domains. Nothing here looks at the disk."""

from collections.abc import Collection, Mapping

from course_utils.datasets.dataset import Splits
from course_utils.datasets.reporting import some_of
from course_utils.datasets.scanning import Folder
from course_utils.errors import CourseError
from course_utils.validation import require

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

_LAYOUT = "a folder of domains is laid out domain/class/image"
_SEPARATORS = str.maketrans("", "", " _-")


def find_parts(root: Folder) -> tuple[dict[str, Folder], list[str]]:
    """The folders of a set's parts.

    Returns
    -------
    parts : dict of str to Folder
        "train", "validation" and "test", those that exist; {} where `root` holds class folders
        itself.
    others : list of str
        Names of folders that lie beside the parts and belong to none.

    Raises
    ------
    CourseError
        If a part is there twice under two names, or there is a test part and nothing to train on.
    """
    named = [name for name in root.folders if name.casefold() in _PART_NAMES]
    others = [name for name in root.folders if name not in named]
    train = [name for name in named if _PART_NAMES[name.casefold()] == "train"]
    if not named or (others and not any(root.folders[name].folders for name in train)):
        return {}, []  # "train" can be a class as well, beside "bus" and "car"
    homes: dict[str, str] = {}
    for name in named:
        part = _PART_NAMES[name.casefold()]
        require(
            part not in homes,
            f"{root} has two {part} folders, {homes.get(part)} and {name}: keep one of them.",
        )
        homes[part] = name
    require(
        "train" in homes,
        f"{root} has {some_of(named)} but no train folder: name the folder with the images to "
        "learn from train.",
    )
    return {part: root.folders[homes[part]] for part in Splits._fields if part in homes}, others


def check_class_folders(folder: Folder, fewest: int) -> None:
    """Raise a `CourseError` unless at least so many class folders lie in `folder`."""
    if not folder.folders:
        raise CourseError(
            f"{folder} holds images but no class folders: move them into one folder for each class."
            if folder.loose_images()
            else f"{folder} has no class folders: it needs one folder of images per class."
        )
    (name, first), *_ = folder.folders.items()
    require(
        len(folder.folders) >= fewest or not first.folders,
        f"{folder} holds one folder only, {name}, with folders of its own: did you mean {first}?",
    )
    require(
        len(folder.folders) >= fewest,
        f"{folder} has one class only, {name}: a classifier needs at least two class folders.",
    )


def find_domains(root: Folder) -> dict[str, list[str]]:
    """The names of the classes of every domain, both in order of name.

    Raises
    ------
    CourseError
        If the folder is laid out in another way, a domain has no images, or the domains' classes
        do not go together.
    """
    parts = find_parts(root)[0]
    require(
        not parts,
        f"{root} holds the parts of one set ({some_of(parts)}), not domains: leave domain out, or "
        "put such parts into the folder of each domain.",
    )
    require(bool(root.folders), f"{root} has no folders in it: {_LAYOUT}.")
    require(
        any(folder.folders for folder in root.folders.values()),
        f"{root} holds class folders ({some_of(root.folders)}), not domains: leave domain out, or "
        f"put them into the folder of a domain ({_LAYOUT}).",
    )
    classes = {name: _classes_of(folder) for name, folder in root.folders.items()}
    _check_spelling(root, classes)
    alone = [domain for domain in classes if domain not in _sharing(classes)]
    if alone and len(classes) > 1:
        rest = sorted(set().union(*classes.values()) - set(classes[alone[0]]))
        raise CourseError(
            f"The domain {alone[0]} of {root} shares no class with the others (it has "
            f"{some_of(classes[alone[0]])}; they have {some_of(rest)}): give the same classes the "
            "same folder names."
        )
    return classes


def _classes_of(folder: Folder) -> list[str]:
    """The names of one domain's classes, or a sentence on what is wrong with it."""
    inside = find_parts(folder)[0].get("train", folder).folders
    filled = {name: below for name, below in inside.items() if below.holds_files()}
    require(
        bool(inside) or not folder.loose_images(),
        f"The domain folder {folder} holds images but no class folders: move them into one folder "
        "for each class.",
    )
    require(
        bool(filled),
        f"The domain folder {folder} has no images: put one folder of images per class in, or "
        "remove it.",
    )
    require(
        any(below.files for below in filled.values()),
        f"The images in {next(iter(filled.values()), None)} lie one level too deep: name the "
        f"folder that holds the domains, or move the folders up ({_LAYOUT}).",
    )
    require(
        len(filled) > 1,
        f"The domain folder {folder} has one class only, {', '.join(filled)}: a classifier needs "
        "at least two.",
    )
    return list(filled)


def _check_spelling(root: Folder, classes: Mapping[str, list[str]]) -> None:
    """One class must not count as two because two domains spell it differently."""
    homes: dict[str, dict[str, str]] = {}
    for domain, names in classes.items():
        for name in names:
            homes.setdefault(name.casefold().translate(_SEPARATORS), {}).setdefault(name, domain)
    for spellings in homes.values():
        (name, domain), *others = spellings.items()
        # A domain that has both means two classes.
        if others and not any(set(spellings) <= set(names) for names in classes.values()):
            other, elsewhere = others[0]
            raise CourseError(
                f"In {root} a class is spelled {name!r} in {domain} and {other!r} in {elsewhere}: "
                "give both folders the same name."
            )


def looks_like_domains(root: Folder) -> bool:
    """Whether the folders in `root` are domains rather than classes, though nobody said so.

    A class folder may hold folders too, which are searched; that these have equal names in
    several folders is what tells domains.
    """
    try:
        if find_parts(root)[0]:
            return False
    except CourseError:
        return False  # a part without the others; loading the folder says so
    folders = {name: folder for name, folder in root.folders.items() if folder.holds_files()}
    nested = {name: _learned_from(folder).folders for name, folder in folders.items()}
    if _one_level_too_deep(nested):
        return True  # reading the domains says what is wrong
    loose = [name for name, folder in folders.items() if folder.loose_images()]
    likely = [name for name in _sharing(nested) if len(nested[name]) > 1]
    if len(likely) < 2 or set(likely) <= set(loose):
        return False
    require(
        not loose,
        f"{root} has images at two depths, so it can be read in two ways ({some_of(likely)} hold "
        f"folders of equal names, as domains do; {some_of(loose)} "
        f"{'holds' if len(loose) == 1 else 'hold'} images, as classes do): move them all into "
        "domain/class or all into class folders.",
    )
    return True


def _sharing(nested: Mapping[str, Collection[str]]) -> list[str]:
    """The folders that share the name of something in them with another one."""
    return [
        name
        for name, inside in nested.items()
        if any(set(inside) & set(other) for key, other in nested.items() if key != name)
    ]


def _one_level_too_deep(nested: Mapping[str, Mapping[str, Folder]]) -> bool:
    """Whether every folder holds one folder of the same name, and the classes only in there."""
    names = {tuple(inside) for inside in nested.values()}
    if len(nested) < 2 or len(names) > 1 or len(next(iter(names))) != 1:
        return False
    deeper = {key: folder.folders for key, inside in nested.items() for folder in inside.values()}
    return len(_sharing(deeper)) == len(deeper)


def _learned_from(folder: Folder) -> Folder:
    """The folder that holds a domain's class folders: its train folder, or itself."""
    try:
        return find_parts(folder)[0].get("train", folder)
    except CourseError:
        return folder
