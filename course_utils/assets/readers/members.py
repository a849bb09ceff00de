"""Assets that are some files of an archive, taken out as they are."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from course_utils.assets.readers.common import Sources, folder_inside, mismatch, only_source
from course_utils.assets.unpacking import unpack
from course_utils.files import sha256_of


def members(
    sources: Sources,
    folder: Path,
    class_names: Sequence[str],
    *,
    patterns: Sequence[str],
    root: str = "",
    inner: str = "",
    sha256: Mapping[str, str] | None = None,
) -> None:
    """Take the named files out of an archive, such as that of a Python package.

    Parameters
    ----------
    sources : dict
        One unpacked archive.
    folder : path
        Keeps the files with the paths that they have below `root`.
    class_names : sequence of str
        Not used: such an asset is no labelled set yet.
    patterns : sequence of str
        Names of the files below `root`, with `*` as in the shell.
    root : str
        A folder of the archive.
    inner : str
        An archive inside the archive, in which `root` and the files are.
    sha256 : dict of str to str, optional
        Checksums of single files, as their own publisher has them.

    Raises
    ------
    CourseError
        If a file is missing or its checksum differs.
    """
    name, top = only_source(sources)
    if inner:
        if not (top / inner).is_file():
            raise mismatch(f"{name} has no file {inner}")
        name, packed, top = inner, top / inner, top / "unpacked-inside"
        top.mkdir()
        unpack(packed, top)
    start = folder_inside(top, root, name)
    for pattern in patterns:
        found = [path for path in start.glob(pattern) if path.is_file()]
        if not found:
            raise mismatch(f"{name} has no file {pattern}")
        for path in found:
            target = folder / path.relative_to(start)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    for file, checksum in (sha256 or {}).items():
        if sha256_of(folder / file) != checksum:
            raise mismatch(f"The SHA-256 of {file} in {name} differs from the manifest's")
