"""Tell a folder of domains from folders of classes and of parts, and read its classes."""

from course_utils.datasets.reporting import listed, readable
from course_utils.datasets.scanning import (
    find_parts,
    folders_in,
    has_folders,
    holds_files,
    loose_images,
)
from course_utils.errors import CourseError

_LAYOUT = "a folder of domains is laid out domain/class/image"
_SEPARATORS = str.maketrans("", "", " _-")


def read_domains(root):
    """The names of the classes of every domain: dict of str to list of str, in order of name."""
    shown, folders = readable(root), folders_in(root)
    if parts := find_parts(root)[0]:
        raise CourseError(
            f"{shown} holds the parts of one set ({listed(parts)}), not domains: leave domain out, "
            "or put such parts into the folder of each domain."
        )
    if not folders:
        raise CourseError(f"{shown} has no folders in it: {_LAYOUT}.")
    if not any(has_folders(path) for path in folders.values()):
        raise CourseError(
            f"{shown} holds class folders ({listed(folders)}), not domains: leave domain out, or "
            f"put them into the folder of a domain ({_LAYOUT})."
        )
    classes = {name: _read_classes(path) for name, path in folders.items()}
    _check_spelling(shown, classes)
    _check_overlap(shown, classes)
    return classes


def _read_classes(folder):
    """The names of one domain's classes (list of str), or a sentence on what is wrong with it."""
    shown = readable(folder)
    inside = folders_in(find_parts(folder)[0].get("train", folder))
    if not inside and loose_images(folder):
        raise CourseError(
            f"The domain folder {shown} holds images but no class folders: move them into one "
            "folder for each class."
        )
    filled = [name for name, path in inside.items() if holds_files(path)]
    if not filled:
        raise CourseError(
            f"The domain folder {shown} has no images: put one folder of images per class in, or "
            "remove it."
        )
    if not any(holds_files(inside[name], deeper=False) for name in filled):
        raise CourseError(
            f"The images in {readable(inside[filled[0]])} lie one level too deep: name the folder "
            f"that holds the domains, or move the folders up ({_LAYOUT})."
        )
    if len(filled) < 2:
        raise CourseError(
            f"The domain folder {shown} has one class only, {filled[0]}: a classifier needs at "
            "least two."
        )
    return filled


def _check_spelling(shown, classes):
    """One class must not count as two because two domains spell it differently."""
    homes = {}
    for domain, names in classes.items():
        for name in names:
            homes.setdefault(name.casefold().translate(_SEPARATORS), {}).setdefault(name, domain)
    for spellings in homes.values():
        (name, domain), *others = spellings.items()
        # A domain that has both means two classes.
        if others and not any(set(spellings) <= set(names) for names in classes.values()):
            other, elsewhere = others[0]
            raise CourseError(
                f"In {shown} a class is spelled {name!r} in {domain} and {other!r} in {elsewhere}: "
                "give both folders the same name."
            )


def _check_overlap(shown, classes):
    """Domains may lack some classes; one that has none of the others' is no domain of this set."""
    alone = [domain for domain in classes if domain not in _alike(classes)]
    if alone and len(classes) > 1:
        rest = sorted(set().union(*classes.values()) - set(classes[alone[0]]))
        raise CourseError(
            f"The domain {alone[0]} of {shown} shares no class with the others (it has "
            f"{listed(classes[alone[0]])}; they have {listed(rest)}): give the same classes the "
            "same folder names."
        )


def looks_like_domains(root):
    """Whether the folders in `root` are domains rather than classes, though nobody said so.

    A class folder may hold folders too, which are searched; that these have equal names in
    several folders is what tells domains.
    """
    try:
        if find_parts(root)[0]:
            return False
    except CourseError:
        return False  # a part without the others; loading the folder says so
    folders = {name: path for name, path in folders_in(root).items() if holds_files(path)}
    loose = [name for name, path in folders.items() if loose_images(path)]
    nested = {name: list(folders_in(_training_part(folders[name]))) for name in folders}
    if _too_deep(nested, folders):
        return True  # reading the domains says what is wrong
    likely = [name for name in _alike(nested) if len(nested[name]) > 1]
    if not any(name not in loose for name in likely) or len(likely) < 2:
        return False
    if loose:
        raise CourseError(
            f"{readable(root)} has images at two depths, so it can be read in two ways "
            f"({listed(likely)} hold folders of equal names, as domains do; {listed(loose)} "
            f"{'holds' if len(loose) == 1 else 'hold'} images, as classes do): move them all into "
            "domain/class or all into class folders."
        )
    return True


def _alike(nested):
    """The folders that share the name of a folder in them with another one."""
    return [
        name
        for name, inside in nested.items()
        if any(set(inside) & set(other) for key, other in nested.items() if key != name)
    ]


def _too_deep(nested, folders):
    """Whether every folder holds one folder of the same name, and the classes only in there."""
    inner = {tuple(inside) for inside in nested.values()}
    if len(folders) < 2 or len(inner) > 1 or len(next(iter(inner))) != 1:
        return False
    (name,) = next(iter(inner))
    deeper = {key: list(folders_in(folders_in(path)[name])) for key, path in folders.items()}
    return len(_alike(deeper)) == len(deeper)


def _training_part(folder):
    """The folder that holds a domain's class folders: its train folder, or itself."""
    try:
        return find_parts(folder)[0].get("train", folder)
    except CourseError:
        return folder
