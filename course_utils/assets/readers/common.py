"""What all readers check, and how they say that a source is not what the manifest promises."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from course_utils.errors import CourseError

#: What a reader gets: the name of each fetched file, and where it lies or was unpacked to.
Sources = Mapping[str, Path]


def mismatch(what: str) -> CourseError:
    """The error for a source that is not what the manifest says; `what` begins its sentence."""
    return CourseError(
        f"{what}: fetch it again, and if this stays, report to the course that its source has "
        "changed."
    )


def only_source(sources: Sources) -> tuple[str, Path]:
    """Name and place of the one file that a set consists of."""
    if len(sources) != 1:
        raise mismatch(f"There are the files {', '.join(sources)}, where one is expected")
    return next(iter(sources.items()))


def folder_inside(top: Path, root: str, name: str) -> Path:
    """The folder `root` of the unpacked archive that is called `name`."""
    place = top / root
    if not place.is_dir():
        raise mismatch(f"{name} has no folder {root}")
    return place


def check_classes(found: Iterable[str], class_names: Sequence[str], where: str) -> None:
    """Raise a `CourseError` unless `found` and `class_names` are the same names in any order."""
    found = set(found)
    if missing := [name for name in class_names if name not in found]:
        raise mismatch(f"{where} has no images of {', '.join(missing[:10])}")
    if unknown := sorted(found - set(class_names)):
        raise mismatch(f"{where} has classes that are not expected, {', '.join(unknown[:10])}")


def move_images(chosen: Iterable[tuple[str, Path]], folder: Path) -> None:
    """Move files, each given with the name of its class, to `folder/<class>/<name>`."""
    for class_name, file in chosen:
        target = folder / class_name
        target.mkdir(parents=True, exist_ok=True)
        file.replace(target / file.name)
