"""The on-disk store of extracted features: bounded, resumable, safe for several processes.

An entry is a `.npy` file named by its key. While it grows it is a `.part` file with a `.log`
beside it: a line per finished batch with the batch's checksum, written after the batch itself
is on the disk. A killed run is resumed from the last batch whose checksum still holds.
"""

import contextlib
import math
import os
import re
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple

import numpy as np
from filelock import FileLock

from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained
from course_utils.paths import cache_folder

#: Gigabytes the store may take; the environment variable COURSE_CACHE_GB says otherwise.
DEFAULT_LIMIT_GB = 5.0


class Entry(NamedTuple):
    """One line of `python -m course_utils cache`."""

    name: str
    bytes: int
    last_used: datetime
    complete: bool


def features_folder():
    """The folder of the store."""
    return cache_folder("features")


def limit_bytes():
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
        gigabytes = -1.0
    if not (gigabytes > 0 and math.isfinite(gigabytes)):
        raise CourseError(
            f"The environment variable COURSE_CACHE_GB is {text!r}: set it to a number of "
            "gigabytes above zero."
        )
    return int(gigabytes * 1e9)


def list_entries():
    """What the store holds, least recently used first (list of Entry)."""
    entries = []
    for path in features_folder().glob("*.*"):
        if path.suffix in (".npy", ".part"):
            with contextlib.suppress(FileNotFoundError):  # another process may clear it just now
                status = path.stat()
                used = datetime.fromtimestamp(status.st_mtime, tz=UTC)
                entries.append(Entry(path.name, status.st_size, used, path.suffix == ".npy"))
    return sorted(entries, key=lambda entry: entry.last_used)


def clear_cache():
    """Delete every entry that no process is writing; give the number of bytes freed."""
    return sum(_delete(entry) for entry in list_entries())


def _delete(entry):
    """Delete one entry unless it is being written; give the bytes freed."""
    path = features_folder() / entry.name
    lock = FileLock(path.with_suffix(".lock"))
    try:
        with lock.acquire(timeout=0):
            path.with_suffix(".log").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
    except OSError:  # held by a writer (filelock's Timeout is one), or open on Windows
        return 0
    # The empty lock file stays: deleting it under a waiting process would split the lock in two.
    return entry.bytes


def make_room(needed_bytes, keep):
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


def fetch_or_compute(key, n_rows, batches):
    """Open an entry, first computing what of it is missing.

    Parameters
    ----------
    key : str
        Hexadecimal name of the entry.
    n_rows : int
        Rows of the finished array.
    batches : callable
        `batches(first_row)` yields arrays of float32, shape (rows, ...), from that row on.

    Returns
    -------
    numpy.memmap of float32, shape (n_rows, ...)
        Read-only: pages of it come into memory as they are read.
    """
    folder = features_folder()
    path = folder / f"{key}.npy"
    with disk_errors_explained(path), FileLock(path.with_suffix(".lock")):
        # A second process waits here for the first and then finds the entry finished.
        array = _opened(path, n_rows)
        if array is None:
            part, log = path.with_suffix(".part"), path.with_suffix(".log")
            try:
                _complete(part, log, key, n_rows, batches)
                part.replace(path)
            finally:
                if not part.exists() or part.stat().st_size == 0:
                    part.unlink(missing_ok=True)
                    log.unlink(missing_ok=True)
            array = np.load(path, mmap_mode="r")
        os.utime(path)
        return array


def _opened(path, n_rows):
    """A finished entry; None if there is none, or if it is cut short or otherwise unreadable."""
    try:
        array = np.load(path, mmap_mode="r")
    except (FileNotFoundError, EOFError, ValueError):
        return None
    return array if array.shape[:1] == (n_rows,) else None


def _complete(part, log, key, n_rows, batches):
    """Write the batches that are still missing behind those that are there."""
    rows, end = _intact_rows(part, log)
    room_made = False
    with part.open("ab") as data, log.open("ab") as record:
        data.truncate(end)
        for batch in batches(rows) if rows < n_rows else ():
            batch = np.ascontiguousarray(batch, dtype="<f4")
            if not room_made:
                make_room(n_rows * batch[0].nbytes, keep=key)
                room_made = True
            if end == 0:
                header = _header((n_rows, *batch.shape[1:]))
                end += data.write(header)
                record.write(f"0 {end} {zlib.crc32(header)}\n".encode())
            rows += len(batch)
            end += data.write(batch.data)
            data.flush()
            os.fsync(data.fileno())
            # Only now may the record say so: it must never promise what is not on the disk.
            record.write(f"{rows} {end} {zlib.crc32(batch.data, rows)}\n".encode())
            record.flush()
            os.fsync(record.fileno())
    if rows != n_rows:
        part.unlink()
        raise RuntimeError(f"{key}: {rows} rows were computed where {n_rows} were promised")


def _intact_rows(part, log):
    """Rows and bytes of an unfinished entry up to the last batch that its record vouches for."""
    if not (part.exists() and log.exists()):
        part.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        return 0, 0
    rows = end = logged = 0
    with part.open("rb") as data:
        for line in log.read_bytes().splitlines(keepends=True):
            fields = re.fullmatch(rb"(\d{1,18}) (\d{1,18}) (\d{1,10})\n", line)
            if fields is None:
                break
            new_rows, new_end, checksum = map(int, fields.groups())
            block = data.read(max(new_end - end, 0))
            # The number of rows goes into the checksum: it too must be what it was.
            if len(block) != new_end - end or zlib.crc32(block, new_rows) != checksum:
                break
            rows, end, logged = new_rows, new_end, logged + len(line)
    os.truncate(log, logged)  # rather than written anew: a full disk must not cost what is there
    return rows, end


def _header(shape):
    """The bytes that begin a `.npy` file of float32 with this shape."""
    buffer = BytesIO()
    description = {"descr": "<f4", "fortran_order": False, "shape": tuple(map(int, shape))}
    np.lib.format.write_array_header_1_0(buffer, description)
    return buffer.getvalue()
