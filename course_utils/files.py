"""Files that are never seen half-written, whatever interrupts the writer."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from course_utils.errors import CourseError


def sha256_of(path: str | os.PathLike, block_bytes: int = 1 << 20) -> str:
    """SHA-256 of a file's bytes, as hexadecimal text; reads `block_bytes` at a time."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(block_bytes):
            digest.update(block)
    return digest.hexdigest()


def readable_size(size: float) -> str:
    """Bytes as text for people, in millions or thousands of millions: "229 MB", "1.2 GB"."""
    for unit, bytes_in_unit in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= 0.9995 * bytes_in_unit:
            amount = size / bytes_in_unit
            return f"{amount:.{0 if amount >= 99.5 else 1}f} {unit}"
    return f"{size} bytes"


@contextlib.contextmanager
def disk_errors_explained(path: str | os.PathLike) -> Iterator[None]:
    """Turn "disk full" and "no permission" into a `CourseError`.

    A missing permission is explained only in the folder of `path`: for a file elsewhere, which
    the same code happens to read, the explanation would be wrong.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CourseError(
                f"The disk that holds {path} is full: free some space (`python -m course_utils "
                "cache --clear` empties the course's own cache) and run this again."
            ) from error
        denied = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        if denied and _is_in_folder_of(path, error.filename):
            raise CourseError(
                f"{path} cannot be written: choose a folder you can write to (the environment "
                "variable COURSE_CACHE names that of the cache, COURSE_PROGRESS your progress, "
                "COURSE_LESSONS your copies of the lessons)."
            ) from error
        raise


def _is_in_folder_of(path: str | os.PathLike, other: object) -> bool:
    """Whether `other`, an error's file name, is below the folder of `path`; True if unknown."""
    if not isinstance(other, (str, os.PathLike)):
        return True
    return Path(path).absolute().parent in Path(other).absolute().parents


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike) -> Iterator[Path]:
    """Give a temporary path to write to; put it in place of `path` only if all went well.

    The file is on the disk (`fsync`) before its name is, so that a kill or a power cut leaves
    either the old file or the new one, whole.
    """
    path = Path(path)
    with disk_errors_explained(path):
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(0o644)  # mkstemp's files are for their owner alone
        try:
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
