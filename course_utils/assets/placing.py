"""Where a fetched asset lies, and how it gets there: by one rename of a finished folder.

In `cache_folder("datasets")`, NAME is the asset. A folder `.NAME.*.part` is unfinished or on its
way out and is never read; `.NAME.old` is a whole asset that is being replaced, and counts as the
asset as long as NAME is not there.
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from course_utils.assets.manifest import Asset
from course_utils.files import atomic_path
from course_utils.paths import cache_folder
from course_utils.validation import require

RECORD = "fetched.json"


def downloaded_folder(name: str) -> Path | None:
    """Where an asset lies on this computer.

    Returns
    -------
    pathlib.Path or None
        A folder with the whole asset, either fetched (it holds `fetched.json`) or put there by
        hand; None if there is none.
    """
    folder = asset_folder(name)
    for place in (folder, _old(folder), folder):  # a swap may go on while we look
        if place.is_dir() and any(place.iterdir()):
            return place
    return None


def asset_folder(name: str) -> Path:
    """Where an asset's folder lies, or will."""
    return cache_folder("datasets") / name


def is_current(folder: Path, asset: Asset) -> bool:
    """Whether a folder holds the asset just as the manifest has it now."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record == asset.identity | {"time": record.get("time")}


def is_own(folder: Path) -> bool:
    """Whether a folder was put there by hand: it holds something, and no `fetched.json`.

    Raises
    ------
    CourseError
        If something else than a folder lies there.
    """
    if not (folder.is_symlink() or folder.exists()):
        return False
    require(
        folder.is_dir(),
        f"{folder} is in the way, where the asset's folder belongs: move it elsewhere and run this "
        "again.",
    )
    return not (folder / RECORD).exists() and any(folder.iterdir())


def is_tidy(name: str) -> bool:
    """Whether nothing lies about that a killed run left, or that a running one is using."""
    folder = asset_folder(name)
    return not (_old(folder).exists() or any(_unfinished(folder)))


def tidy(name: str) -> None:
    """Put right what a killed run left; call it with the asset's lock held."""
    folder = asset_folder(name)
    old = _old(folder)
    if old.exists():
        if downloaded_folder(name) == old:
            _remove_if_empty(folder)
            old.rename(folder)
        else:
            _discard(old)
    for left in _unfinished(folder):
        remove(left)


def staging(name: str) -> tempfile.TemporaryDirectory[str]:
    """A new folder on the disk of the finished assets, gone again at the end."""
    return tempfile.TemporaryDirectory(
        prefix=f".{name}.",
        suffix=".part",
        dir=asset_folder(name).parent,
        ignore_cleanup_errors=True,
    )


def put_in_place(finished: Path, asset: Asset) -> None:
    """Make a finished folder the asset: record, flush to the disk, one rename.

    An older version of the asset steps aside first and is removed last, so that at every moment
    one of the two is there, whole.
    """
    folder = asset_folder(asset.name)
    record = {**asset.identity, "time": datetime.now(UTC).isoformat(timespec="seconds")}
    with atomic_path(finished / RECORD) as path:
        path.write_text(json.dumps(record, indent=1), encoding="utf-8")
    _flush(finished)
    _remove_if_empty(folder)
    old = _old(folder)
    replaces = folder.is_symlink() or folder.exists()
    if replaces:
        folder.rename(old)
    finished.rename(folder)
    if replaces:
        _discard(old)


def remove(path: Path) -> None:
    """Remove a folder, a file or a link; what another program holds open stays for the next run."""
    if path.is_symlink() or path.is_file():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _unfinished(folder: Path) -> Iterator[Path]:
    return folder.parent.glob(f".{folder.name}.*.part")


def _discard(old: Path) -> None:
    """Remove an old asset under a name that nobody takes for one, even if this is killed."""
    leaving = old.with_name(f"{old.name}.{os.getpid()}.part")
    old.rename(leaving)
    remove(leaving)


def _remove_if_empty(folder: Path) -> None:
    """An empty folder gives way; rmdir itself makes sure that it is one, and empty."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def _flush(folder: Path) -> None:
    """Bring a folder's files to the disk before its new name gets there."""
    if hasattr(os, "sync"):  # one call; file by file would take minutes for 30,000 images
        os.sync()
        return
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
