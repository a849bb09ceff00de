"""The on-disk store of extracted features: bounded, and safe for several processes.

An entry is a `.npy` file named by its key. It grows as a `.part` file, which takes the entry's
place when it is whole: a run that was killed begins again.
"""

import contextlib
import math
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from filelock import FileLock

from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained
from course_utils.paths import cache_folder
from course_utils.validation import require

#: Gigabytes the store may take; the environment variable COURSE_CACHE_GB says otherwise.
DEFAULT_LIMIT_GB = 5.0


class Entry(NamedTuple):
    """One line of `python -m course_utils cache`."""

    name: str
    bytes: int
    last_used: datetime
    complete: bool


def features_folder() -> Path:
    """The folder of the store."""
    return cache_folder("features")


def limit_bytes() -> int:
    """The store's size limit in bytes.

    Raises
    ------
    CourseError
        If COURSE_CACHE_GB is set and is not a positive number.
    """
    text = os.environ.get("COURSE_CACHE_GB") or str(DEFAULT_LIMIT_GB)
    try:
        gigabytes = float(text)
    except ValueError:
        gigabytes = math.nan
    require(
        0 < gigabytes < math.inf,
        f"The environment variable COURSE_CACHE_GB is {text!r}: set it to a number of gigabytes "
        "above zero.",
    )
    return int(gigabytes * 1e9)


def list_entries() -> list[Entry]:
    """What the store holds, least recently used first."""
    entries = []
    for path in features_folder().glob("*.*"):
        if path.suffix in (".npy", ".part"):
            with contextlib.suppress(FileNotFoundError):  # another process may clear it just now
                status = path.stat()
                used = datetime.fromtimestamp(status.st_mtime, tz=UTC)
                entries.append(Entry(path.name, status.st_size, used, path.suffix == ".npy"))
    return sorted(entries, key=lambda entry: entry.last_used)


def clear_cache() -> int:
    """Delete every entry that no process is writing; give the number of bytes freed."""
    return sum(_delete(entry) for entry in list_entries())


def _delete(entry: Entry) -> int:
    """Delete one entry unless it is being written; give the bytes freed."""
    path = features_folder() / entry.name
    try:
        with FileLock(path.with_suffix(".lock"), timeout=0):
            path.unlink(missing_ok=True)
    except OSError:  # held by a writer (filelock's Timeout is one), or open on Windows
        return 0
    # The empty lock file stays: deleting it under a waiting process would split the lock in two.
    return entry.bytes


def make_room(needed_bytes: int, keep: str) -> None:
    """Delete the least recently used entries until `needed_bytes` fit under the limit.

    Parameters
    ----------
    needed_bytes : int
    keep : str
        Key of the entry that the room is for.

    Raises
    ------
    CourseError
        If it could not fit into an empty store.
    """
    limit = limit_bytes()
    if needed_bytes > limit:
        raise CourseError(
            f"These features take {needed_bytes / 1e9:.3g} GB, more than the cache's limit of "
            f"{limit / 1e9:.3g} GB: choose a later layer or pooling, or set the environment "
            "variable COURSE_CACHE_GB higher."
        )
    entries = [entry for entry in list_entries() if not entry.name.startswith(keep)]
    total = sum(entry.bytes for entry in entries)
    for entry in entries:
        if total + needed_bytes <= limit:
            break
        total -= _delete(entry)


def fetch_or_compute(
    key: str, n_rows: int, batches: Callable[[], Iterable[np.ndarray]]
) -> np.ndarray:
    """Open an entry, computed before if it is not there.

    Parameters
    ----------
    key : str
        Hexadecimal name of the entry.
    n_rows : int
        Rows of the finished array.
    batches : callable
        Gives the array in parts of float32, shape (rows, ...), one after the other.

    Returns
    -------
    numpy.memmap of float32, shape (n_rows, ...)
        Read-only: pages of it come into memory as they are read.
    """
    path = features_folder() / f"{key}.npy"
    with disk_errors_explained(path), FileLock(path.with_suffix(".lock")):
        # A second process waits here for the first and then finds the entry finished.
        array = _opened(path, n_rows)
        if array is None:
            _write(path, n_rows, batches())
            array = np.load(path, mmap_mode="r")
        os.utime(path)
        return array


def _opened(path: Path, n_rows: int) -> np.ndarray | None:
    """A finished entry; None if there is none, or if it is cut short or otherwise unreadable."""
    try:
        array = np.load(path, mmap_mode="r")
    except (FileNotFoundError, EOFError, ValueError):
        return None
    return array if array.shape[:1] == (n_rows,) else None


def _write(path: Path, n_rows: int, batches: Iterable[np.ndarray]) -> None:
    """Write an entry a batch at a time, and put it in place once it is whole and on the disk."""
    part, rows = path.with_suffix(".part"), 0
    try:
        with part.open("wb") as file:
            for batch in batches:
                batch = np.ascontiguousarray(batch, dtype="<f4")
                if not rows:
                    make_room(n_rows * batch[0].nbytes, keep=path.stem)
                    shape = (n_rows, *batch.shape[1:])
                    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
                    np.lib.format.write_array_header_1_0(file, header)
                file.write(batch.data)
                rows += len(batch)
            file.flush()
            os.fsync(file.fileno())
        if rows != n_rows:
            raise RuntimeError(f"{path}: {rows} rows were computed where {n_rows} were promised")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
