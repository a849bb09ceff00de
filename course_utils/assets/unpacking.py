"""Archives, unpacked without trust: nothing outside, no links, no more than was allowed."""

import contextlib
import errno
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained

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
    contents = _Contents(archive)
    with _faults_explained(archive, folder):
        if archive.name.lower().endswith(_ZIPS):
            with zipfile.ZipFile(archive) as packed:
                for member in packed.infolist():  # links come out as files, if there are any
                    contents.check(member.filename, True, member.file_size)
                    packed.extract(member, folder)  # never more than `file_size` bytes
            return
        options: dict[str, Any] = {"set_attrs": False}  # the system's usual permissions
        if hasattr(tarfile, "data_filter"):  # Python 3.11.4 and later
            options["filter"] = "data"
        with tarfile.open(archive) as tar:
            for member in tar:
                contents.check(member.name, member.isreg() or member.isdir(), member.size)
                tar.extract(member, folder, **options)


class _Contents:
    """What has come out of an archive so far, and whether more may."""

    def __init__(self, archive: Path) -> None:
        self.name = archive.name
        self.left = self.allowed = MOST_RATIO * archive.stat().st_size + SLACK_BYTES
        self.members = 0

    def check(self, member: str, plain: bool, size: int) -> None:
        """Raise a CourseError unless a member of this name and size may be unpacked."""
        self.members += 1
        self.left -= size
        path = member.replace("\\", "/")
        if self.members > MOST_MEMBERS:
            self._refuse(f"more than {MOST_MEMBERS:,} files")
        if self.left < 0:
            self._refuse(f"more than the {self.allowed:,} bytes that one of its size may")
        if not plain:
            self._refuse(f"{member!r}, which is neither a file nor a folder")
        if path.startswith("/") or ".." in path.split("/") or ":" in path.split("/")[0]:
            self._refuse(f"{member!r}, which leads out of its folder")

    def _refuse(self, what: str) -> None:
        raise CourseError(
            f"The archive {self.name} holds {what}: it was not used; please tell the authors of "
            "the course."
        )


@contextlib.contextmanager
def _faults_explained(archive: Path, folder: Path) -> Iterator[None]:
    """Turn what readers of archives and the disk raise into CourseErrors."""
    with disk_errors_explained(folder):
        try:
            yield
        except (*_DAMAGE, OSError) as error:
            if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
                raise
            raise CourseError(
                f"The archive {archive.name} is damaged or cut short ({error}): it was not used; "
                "please tell the authors of the course."
            ) from error
