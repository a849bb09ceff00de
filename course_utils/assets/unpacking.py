"""Archives, unpacked without trust: nothing outside, no links, no more than was allowed."""

import errno
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained
from course_utils.validation import require

# The most that may come out of an archive: files, and bytes by its size. Photographs hardly
# shrink in an archive; a bomb shrinks a thousandfold.
MOST_MEMBERS = 200_000
MOST_RATIO = 20
SLACK_BYTES = 10_000_000

_ZIPS = (".zip", ".whl")
_TARS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")

_DAMAGE = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, gzip.BadGzipFile),
    *(EOFError, struct.error, ValueError, LookupError, ArithmeticError, RuntimeError),
)
# What a disk refuses; other errors of the system come from the archive: bz2 reports damage as one
# without a number, and names may clash or be too long.
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)


def is_archive(name: str) -> bool:
    """Whether a file name is that of an archive that `unpack` takes."""
    return name.lower().endswith((*_ZIPS, *_TARS))


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip (a wheel is one) or tar archive into a folder that exists and is empty.

    Raises
    ------
    CourseError
        If it is damaged or cut short, holds anything but files and folders with names that stay
        inside, or more than is allowed.
    """
    with disk_errors_explained(folder):
        try:
            _unpack(archive, folder)
        except (*_DAMAGE, OSError) as error:
            if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
                raise
            raise CourseError(
                f"The archive {archive.name} is damaged or cut short ({error}): it was not used; "
                "please tell the authors of the course."
            ) from error


def _unpack(archive: Path, folder: Path) -> None:
    if archive.name.lower().endswith(_ZIPS):
        with zipfile.ZipFile(archive) as packed:
            # Links would come out as files, and no file longer than it says here.
            _check(archive, [(each.filename, True, each.file_size) for each in packed.infolist()])
            packed.extractall(folder)
        return
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
        _check(archive, [(each.name, each.isreg() or each.isdir(), each.size) for each in members])
        options: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # from 3.11.4
        tar.extractall(folder, **options)


def _check(archive: Path, members: Sequence[tuple[str, bool, int]]) -> None:
    """Look through the members (name, whether a file or folder, size) before any is written."""
    allowed = MOST_RATIO * archive.stat().st_size + SLACK_BYTES
    fault = ""
    if len(members) > MOST_MEMBERS:
        fault = f"more than {MOST_MEMBERS:,} files"
    elif sum(size for _, _, size in members) > allowed:
        fault = f"more than the {allowed:,} bytes that one of its size may"
    for name, plain, _ in members:
        steps = name.replace("\\", "/").split("/")
        if not plain:
            fault = f"{name!r}, which is neither a file nor a folder"
        elif (not steps[0] and len(steps) > 1) or ".." in steps or ":" in steps[0]:
            fault = f"{name!r}, which leads out of its folder"
    require(
        not fault,
        f"The archive {archive.name} holds {fault}: it was not used; please tell the authors of "
        "the course.",
    )
