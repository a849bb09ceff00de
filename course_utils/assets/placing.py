"""Where a fetched set lies, and how it gets there: by one rename of a finished folder.

In `cache_folder("datasets")`, NAME is the set. A folder `.NAME.*.part` is unfinished or on its
way out and is never read; `.NAME.old` is a whole set that is being replaced, and counts as the
set as long as NAME is not there.
"""

import contextlib
import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import atomic_path
from course_utils.paths import cache_folder

RECORD = "fetched.json"


def downloaded_folder(name):
    """Where a set lies on this computer.

    Parameters
    ----------
    name : str

    Returns
    -------
    pathlib.Path or None
        A folder with the whole set, either fetched (it holds `fetched.json`) or put there by
        hand; None if there is none.
    """
    folder = set_folder(name)
    for place in (folder, _old(folder), folder):  # a swap may go on while we look
        if place.is_dir() and any(place.iterdir()):
            return place
    return None


def set_folder(name):
    """Where a set's folder lies, or will."""
    return cache_folder("datasets") / name


def record_of(folder):
    """What `fetched.json` says (dict); None if there is none, {} if it cannot be read."""
    path = folder / RECORD
    if not path.exists():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def is_current(folder, entry):
    """Whether a folder holds the set just as the catalog has it now."""
    record = record_of(folder) if folder.is_dir() else None
    return bool(record) and {k: v for k, v in record.items() if k != "time"} == entry.identity


def is_own(folder):
    """Whether a folder was put there by hand: it holds something, and no `fetched.json`."""
    if folder.is_symlink() or folder.exists():
        if not folder.is_dir():
            raise CourseError(
                f"{folder} is in the way, where the set's folder belongs: move it elsewhere and "
                "run this again."
            )
        return record_of(folder) is None and any(folder.iterdir())
    return False


def is_tidy(name):
    """Whether nothing lies about that a killed run left, or that a running one is using."""
    folder = set_folder(name)
    return not (_old(folder).exists() or any(_unfinished(folder)))


def tidy(name):
    """Put right what a killed run left; call it with the set's lock held."""
    folder = set_folder(name)
    old = _old(folder)
    if old.exists():
        if downloaded_folder(name) == old:
            _remove_if_empty(folder)
            old.rename(folder)
        else:
            _discard(old)
    for left in _unfinished(folder):
        remove(left)


@contextlib.contextmanager
def staging(name):
    """A new folder on the disk of the finished sets, gone again at the end."""
    parent = set_folder(name).parent
    folder = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=".part", dir=parent))
    try:
        yield folder
    finally:
        remove(folder)


def put_in_place(finished, entry):
    """Make a finished folder the set: record, flush to the disk, one rename.

    An older version of the set steps aside first and is removed last, so that at every moment
    one of the two is there, whole.
    """
    folder = set_folder(entry.name)
    record = {**entry.identity, "time": datetime.now(UTC).isoformat(timespec="seconds")}
    with atomic_path(finished / RECORD) as path:
        path.write_text(json.dumps(record, indent=1), encoding="utf-8")
    _flush(finished)
    _remove_if_empty(folder)
    old = _old(folder)
    if folder.is_symlink() or folder.exists():
        folder.rename(old)
    try:
        finished.rename(folder)
    except OSError:
        if old.is_symlink() or old.exists():
            old.rename(folder)
        raise
    _flush_folder(folder.parent)
    if old.is_symlink() or old.exists():
        _discard(old)


def remove(path):
    """Remove a folder, a file or a link; what another program holds open stays for the next run."""
    if path.is_symlink() or path.is_file():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _old(folder):
    return folder.with_name(f".{folder.name}.old")


def _unfinished(folder):
    return folder.parent.glob(f".{folder.name}.*.part")


def _discard(old):
    """Remove an old set under a name that nobody takes for a set, even if this is killed."""
    leaving = old.with_name(f"{old.name}.{os.getpid()}.part")
    old.rename(leaving)
    remove(leaving)


def _remove_if_empty(folder):
    """An empty folder gives way; rmdir itself makes sure that it is empty."""
    if not folder.is_symlink():
        with contextlib.suppress(OSError):
            folder.rmdir()


def _flush(folder):
    """Bring a folder's files to the disk before its new name gets there."""
    if hasattr(os, "sync"):  # one call; file by file would take minutes for 30,000 images
        os.sync()
        return
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _flush_folder(folder):
    """Bring a rename to the disk, where the system can open folders (Windows cannot)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
