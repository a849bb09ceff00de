"""`fetch`: a public asset from the manifest, on this computer, whole or not at all.

The downloads stay in `cache_folder("downloads")`, beside the finished assets: that folder is
itself a mirror for other computers, and takes about as much of the disk as the assets do.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from course_utils.assets import placing
from course_utils.assets.manifest import Asset, AssetFile, read_manifest
from course_utils.files import disk_errors_explained, readable_size
from course_utils.paths import cache_folder
from course_utils.validation import one_of, require

#: Bytes to find free beyond what an asset is known to take.
SPARE_BYTES = 100_000_000


def fetch(
    name: str,
    mirror: str | os.PathLike[str] | None = None,
    manifest: Mapping[str, Asset] | None = None,
) -> Path:
    """Have a public asset on this computer, downloading it if it is not there.

    What goes on is told on standard error.

    Parameters
    ----------
    name : str
        An asset of the manifest.
    mirror : path, optional
        A folder to take the files from instead of the network, by default the one that the
        environment variable COURSE_MIRROR names. It holds FILE or NAME/FILE; the folder
        `downloads` of a computer's cache is one.
    manifest : dict of str to Asset, optional
        By default the course's own.

    Returns
    -------
    pathlib.Path
        The finished folder. A folder that was put there by hand is left alone and given as it
        is; an older version of the asset is replaced.

    Raises
    ------
    CourseError
        If there is no such asset, or it cannot be had: whatever happens, no half of an asset takes
        its place, and one that was there stays.
    """
    manifest = read_manifest() if manifest is None else manifest
    asset = manifest[one_of(name, "The asset", manifest)]
    source = _mirror(mirror)
    found = _found(asset) if placing.is_tidy(name) else None
    if found is not None:
        return found
    path = cache_folder("downloads") / f"{name}.lock"
    with disk_errors_explained(path):
        lock = FileLock(path)
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            _say(f"Another process is fetching {name!r}: waiting for it.")
            held = lock.acquire()
        with held:
            placing.tidy(name)
            # By now another process may have fetched it.
            return _found(asset) or _fetch(asset, source)


def how_to_get(asset: Asset) -> str:
    """One sentence for somebody who asks for a set that is not on this computer."""
    return (
        f"The set {asset.name!r} ({readable_size(asset.bytes)}, {asset.licence}) is not on this "
        f"computer: `python -m course_utils fetch {asset.name}` gets it, with `--mirror FOLDER` "
        f"from a folder; without a network, {asset.nearest!r} is the shipped set nearest to it."
    )


def _mirror(mirror: str | os.PathLike[str] | None) -> Path | None:
    """The mirror folder, checked; None if there is none."""
    named = mirror or os.environ.get("COURSE_MIRROR")
    if not named:
        return None
    folder = Path(named).expanduser()
    by = "" if mirror else ", named by the environment variable COURSE_MIRROR,"
    require(
        folder.is_dir(),
        f"The mirror {folder}{by} is not a folder: name one that holds the files of the asset, or "
        "leave it out to download them.",
    )
    return folder


def _found(asset: Asset) -> Path | None:
    """The asset's folder if nothing is left to do."""
    folder = placing.asset_folder(asset.name)
    if placing.is_current(folder, asset):
        return folder
    if placing.is_own(folder):
        _say(
            f"{folder} was not fetched but put there by hand: it is used as it is. To fetch "
            f"{asset.name!r}, move that folder elsewhere first.",
        )
        return folder
    return None


def _fetch(asset: Asset, mirror: Path | None) -> Path:
    """Download, unpack, read, put in place; the lock is held."""
    # Here, since the network's libraries take a third of a second that loading a set need not.
    from course_utils.assets import git_repository, transfer
    from course_utils.assets.readers import READERS

    downloads = cache_folder("downloads", asset.name)
    _tidy_downloads(asset, downloads)
    _check_space(asset, downloads)
    if placing.downloaded_folder(asset.name):
        _say(f"The manifest has another version of {asset.name!r}: fetching it.")
    verified = {}
    for file in asset.files:
        get = git_repository.obtain_repository if file.is_repository else transfer.obtain_file
        verified[file.name] = get(file, asset.name, downloads, mirror)
    target = placing.asset_folder(asset.name)
    with disk_errors_explained(target), placing.staging(asset.name) as folder:
        _say(f"Unpacking {asset.name!r} ...")
        sources = {
            file.name: _unpack(file, verified[file.name], Path(folder, "unpacked", str(number)))
            for number, file in enumerate(asset.files)
        }
        finished = Path(folder, "set")
        finished.mkdir()
        READERS[asset.reader](sources, finished, asset.classes, **asset.options)
        placing.put_in_place(finished, asset)
    _say(
        f"{asset.name!r} is ready in {target}. Its downloads ({readable_size(asset.bytes)}) stay "
        f"in {downloads}: the folder {downloads.parent} can serve as a mirror; delete them to free "
        "the space.",
    )
    return target


def _unpack(file: AssetFile, path: Path, folder: Path) -> Path:
    """What a reader works on: the folder that a file was unpacked to, or what is no archive."""
    from course_utils.assets import git_repository, unpacking

    if not (file.is_repository or unpacking.is_archive(file.name)):
        return path
    folder.mkdir(parents=True)
    if file.is_repository:
        git_repository.check_out(file, path, folder)
    else:
        unpacking.unpack(path, folder)
    return folder


def _check_space(asset: Asset, downloads: Path) -> None:
    """Refuse to begin what the disk cannot hold."""
    here = sum(path.stat().st_size for path in downloads.rglob("*") if path.is_file())
    needed = max(asset.bytes - here, 0) + 2 * asset.bytes + SPARE_BYTES
    free = shutil.disk_usage(downloads).free
    require(
        free >= needed,
        f"{asset.name!r} takes up to {readable_size(needed)} while it is fetched, and the disk "
        f"that holds {downloads} has {readable_size(free)} free: free some space, or name another "
        "disk's folder with the environment variable COURSE_CACHE.",
    )


def _tidy_downloads(asset: Asset, downloads: Path) -> None:
    """Remove what killed runs left there; anything else that somebody put there stays."""
    resumable = {file.part_name for file in asset.files}
    for path in downloads.iterdir():
        unfinished = path.name.startswith("tmp") or path.name.endswith(".part")
        if unfinished and path.name not in resumable:
            placing.remove(path)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
