"""Archives, unpacked without trust: nothing outside, no links, no more than was allowed.

Python's own filter for tar members is applied as well, but not relied on: zip has none, and
limits must be counted while writing, since the sizes in an archive are only its own claims.
"""

import bz2
import contextlib
import errno
import gzip
import lzma
import re
import shutil
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from course_utils.datasets.reporting import readable
from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained

_OPEN_TAR = {
    ".tar": open,
    ".tgz": gzip.open,
    ".tar.gz": gzip.open,
    ".tar.bz2": bz2.open,
    ".tar.xz": lzma.open,
}

_DAMAGE = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, gzip.BadGzipFile),
    *(EOFError, struct.error, ValueError, LookupError, ArithmeticError, RuntimeError),
)

# Names that Windows cannot store: what unpacks on one computer shall unpack on all.
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\ud800-\udfff]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)

_BLOCK_BYTES = 1 << 16

_REPORT = "please tell the authors of the course"


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold.

    Attributes
    ----------
    members : int
        Files and folders.
    ratio, slack : int
        All bytes together: `ratio` times the archive's size, plus `slack`. Photographs hardly
        shrink in an archive; a bomb shrinks a thousandfold.
    """

    members: int = 200_000
    ratio: int = 20
    slack: int = 10_000_000

    def bytes(self, archive_bytes):
        """The most bytes that may come out of an archive of this size."""
        return self.ratio * archive_bytes + self.slack


LIMITS = Limits()


def is_archive(name):
    """Whether a file name is that of an archive that `unpack` takes."""
    return name.lower().endswith((".zip", *_OPEN_TAR))


def unpack(archive, folder):
    """Unpack a zip or tar archive into an empty folder.

    Parameters
    ----------
    archive, folder : pathlib.Path

    Raises
    ------
    CourseError
        If it is damaged or cut short, holds anything but files and folders with names that
        stay inside and suit every system, or is larger than `LIMITS` allow.
    """
    if archive.name.lower().endswith(".zip"):
        _unpack_zip(archive, folder)
        return
    ending = next(ending for ending in _OPEN_TAR if archive.name.lower().endswith(ending))
    with _OPEN_TAR[ending](archive, "rb") as stream:
        unpack_tar(stream, folder, LIMITS.bytes(archive.stat().st_size), archive.name)


def unpack_tar(stream, folder, allowed_bytes, name):
    """Unpack a tar archive that comes as a stream of bytes, to its very end.

    Parameters
    ----------
    stream : binary file
        Already decompressed.
    folder : pathlib.Path
    allowed_bytes : int
        The most bytes to take from the stream.
    name : str
        What to call the archive in complaints.
    """
    target = _Target(folder, allowed_bytes, name)
    counted = _Counted(stream, target)
    with target.faults_explained(), tarfile.open(fileobj=counted, mode="r|") as tar:
        for member in tar:
            # A sparse file is small here and can be huge on the disk.
            plain = member.isreg() and not member.issparse()
            if not (plain or member.isdir()):
                raise target.refusal(member.name, "is neither a file nor a folder")
            path = target.place(member.name, is_file=not member.isdir())
            if hasattr(tarfile, "data_filter"):  # Python 3.11.4 and later
                tarfile.data_filter(member, str(folder))
            target.write(path, None if member.isdir() else tar.extractfile(member))
        while counted.read(_BLOCK_BYTES):  # the end has a checksum of its own in gzip and xz
            pass
        if counted.tail.strip(b"\0"):
            raise EOFError("no end mark")


def _unpack_zip(archive, folder):
    allowed = LIMITS.bytes(archive.stat().st_size)
    target = _Target(folder, allowed, archive.name)
    with target.faults_explained(), zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            kind = stat.S_IFMT(member.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise target.refusal(member.filename, "is neither a file nor a folder")
            # The original name: zipfile cuts the other at a zero byte and turns backslashes.
            path = target.place(member.orig_filename, is_file=not member.is_dir())
            if member.is_dir():
                target.write(path, None)
            else:
                with packed.open(member) as stream:
                    target.write(path, _Counted(stream, target))


class _Counted:
    """A stream whose bytes count against a target's allowance."""

    def __init__(self, stream, target):
        self.stream, self.target, self.tail = stream, target, b""

    def read(self, size):
        """At most `size` bytes; CourseError when the allowance is used up."""
        block = self.stream.read(size)
        self.target.take(len(block))
        self.tail = (self.tail + block)[-tarfile.BLOCKSIZE :]
        return block


class _Target:
    """The folder that an archive is unpacked into, and what is in it so far."""

    def __init__(self, folder, allowed_bytes, name):
        self.folder, self.name, self.allowed_bytes = folder, name, allowed_bytes
        self.left = allowed_bytes
        self.members = 0
        self.spellings = {}  # of every path, by what systems blind to case and accents make of it
        self.files = set()

    def take(self, size):
        """Count bytes that came out of the archive."""
        self.left -= size
        if self.left < 0:
            raise CourseError(
                f"The archive {self.name} holds more than the {self.allowed_bytes:,} bytes that "
                f"one of its size may: it was not used; {_REPORT}."
            )

    def write(self, path, stream):
        """Write a file, or make a folder where `stream` is None.

        Both get the system's usual permissions, whatever the archive says.
        """
        if stream is None:
            path.mkdir(parents=True, exist_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            shutil.copyfileobj(stream, file, _BLOCK_BYTES)

    def refusal(self, member, reason):
        """The CourseError about a member."""
        return CourseError(
            f"The archive {self.name} holds {readable(ascii(member))}, which {reason}: it was "
            f"not used; {_REPORT}."
        )

    @contextlib.contextmanager
    def faults_explained(self):
        """Turn what readers of archives and the disk raise into CourseErrors."""
        with disk_errors_explained(self.folder):
            try:
                yield
            except (*_DAMAGE, OSError) as error:
                # bz2 reports damage as an OSError without a number, zipfile stumbles over a
                # place before the file's beginning (EINVAL); the disk's errors have others.
                damage = isinstance(error, _DAMAGE) or error.errno in (None, errno.EINVAL)
                if not damage:
                    raise
                raise CourseError(
                    f"The archive {self.name} is damaged or cut short ({error}): it was not "
                    f"used; {_REPORT}."
                ) from error

    def place(self, name, is_file):
        """Where a member goes, if it may go there."""
        self.members += 1
        if self.members > LIMITS.members:
            raise CourseError(
                f"The archive {self.name} holds more than {LIMITS.members:,} files: it was not "
                f"used; {_REPORT}."
            )
        if name.startswith("/"):
            raise self.refusal(name, "has an absolute path")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise self.refusal(name, "leads out of its folder")
        if is_file and not parts:
            raise self.refusal(name, "has no name")
        for part in parts:
            odd = _FORBIDDEN.search(part) or _DEVICES.fullmatch(part) or part[-1] in ". "
            if odd or len(part.encode()) > 255:
                raise self.refusal(name, "has a name that some systems cannot store")
        self._check_clashes(name, parts, is_file)
        return self.folder.joinpath(*parts)

    def _check_clashes(self, name, parts, is_file):
        """No file twice, none where a folder is, no two spellings that some systems take for one.

        The names of the folders above count as well: `a/1` and `A/2` would share a folder.
        """
        for end in range(1, len(parts) + 1):
            path = "/".join(parts[:end])
            key = unicodedata.normalize("NFC", path).casefold()
            new_file = is_file and end == len(parts)
            taken = key in self.files or (new_file and key in self.spellings)
            if taken or self.spellings.setdefault(key, path) != path:
                raise self.refusal(name, "clashes with another of its names")
            if new_file:
                self.files.add(key)
