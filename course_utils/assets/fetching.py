"""`fetch`: a public set from the catalog, on this computer, whole or not at all.

The downloads stay in `cache_folder("downloads")`, beside the finished sets: that folder is
itself a mirror for other computers, and takes about as much of the disk as the sets do.
"""

import os
import shutil
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from course_utils.assets import placing
from course_utils.assets.entries import read_catalog
from course_utils.assets.placing import downloaded_folder
from course_utils.datasets.reporting import nearest, readable, some_of
from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained, readable_size
from course_utils.paths import cache_folder

#: Bytes to find free beyond what a set is known to take.
SPARE_BYTES = 100_000_000


def fetch(name, mirror=None, progress=True, catalog=None, keep_downloads=True):
    """Have a public set on this computer, downloading it if it is not there.

    Parameters
    ----------
    name : str
        A set of the catalog.
    mirror : path, optional
        A folder to take the files from instead of the network, by default the one that the
        environment variable COURSE_MIRROR names. It holds FILE or NAME/FILE, and for a
        repository NAME/repository or NAME.bundle; the folder `downloads` of a computer's cache
        is one.
    progress : bool
        Tell on standard error what goes on.
    catalog : dict of str to Entry, optional
        By default the course's own.
    keep_downloads : bool
        Keep the verified downloads. They take their size once more on the disk, serve as a
        mirror, and spare the download when the set has to be made again.

    Returns
    -------
    pathlib.Path
        The finished folder. A folder that was put there by hand is left alone and given as it
        is; an older version of the set is replaced.

    Raises
    ------
    CourseError
        If there is no such set, or it cannot be had: whatever happens, no half of a set takes
        its place, and a set that was there stays.
    """
    catalog = read_catalog() if catalog is None else catalog
    entry = _entry(name, catalog)
    mirror = _mirror(mirror)
    found = _found(entry, progress) if placing.is_tidy(name) else None
    if found is None:
        lock = cache_folder("downloads") / f"{name}.lock"
        with disk_errors_explained(lock), _locked(lock, name, progress):
            placing.tidy(name)
            found = _found(entry, progress)  # by now another process may have fetched it
            if found is None:
                found = _fetch(entry, mirror, progress, keep_downloads)
    return found


def how_to_get(entry):
    """One sentence for somebody who asks for a set that is not on this computer."""
    return (
        f"The set {entry.name!r} ({readable_size(entry.bytes)}, {entry.licence}) is not on this "
        f"computer: `python -m course_utils fetch {entry.name}` gets it, with `--mirror FOLDER` "
        f"from a folder; without a network, {entry.nearest!r} is the shipped set nearest to it."
    )


def _entry(name, catalog):
    """A set of the catalog by its name."""
    if name in catalog:
        return catalog[name]
    near = nearest(str(name), catalog)
    hint = f"did you mean {near!r}? " if near else ""
    raise CourseError(
        f"There is no set named {readable(name)!r} to fetch: {hint}The sets are "
        f"{some_of(catalog, most=30)}."
    )


def _mirror(mirror):
    """The mirror folder, checked; None if there is none."""
    named = mirror or os.environ.get("COURSE_MIRROR")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        by = "" if mirror else ", named by the environment variable COURSE_MIRROR,"
        raise CourseError(
            f"The mirror {readable(folder)}{by} is not a folder: name one that holds the files "
            "of the set, or leave it out to download them."
        )
    return folder


def _found(entry, progress):
    """The set's folder if nothing is left to do."""
    folder = placing.set_folder(entry.name)
    if placing.is_current(folder, entry):
        return folder
    if placing.is_own(folder):
        _say(
            f"{folder} was not fetched but put there by hand: it is used as it is. To fetch "
            f"{entry.name!r}, move that folder elsewhere first.",
            progress,
        )
        return folder
    return None


def _locked(path, name, progress):
    """The lock of a set; it says so when another process holds it, and waits."""
    lock = FileLock(path)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        _say(f"Another process is fetching {name!r}: waiting for it.", progress)
        return lock.acquire()


def _fetch(entry, mirror, progress, keep_downloads):
    """Download, unpack, arrange, put in place; the lock is held."""
    downloads = cache_folder("downloads", entry.name)
    _tidy_downloads(entry, downloads)
    _check_space(entry, downloads)
    if downloaded_folder(entry.name):
        _say(f"The catalog has another version of {entry.name!r}: fetching it.", progress)
    verified = _download(entry, downloads, mirror, progress)
    target = placing.set_folder(entry.name)
    with disk_errors_explained(target), placing.staging(entry.name) as folder:
        _say(f"Unpacking {entry.name!r} ...", progress)
        sources = _unpack(entry, verified, folder / "unpacked")
        finished = folder / "set"
        finished.mkdir()
        _arrangement(entry)(sources, finished, entry.classes, **entry.options)
        placing.put_in_place(finished, entry)
    _tell_where(entry, target, downloads, progress, keep_downloads)
    return target


def _download(entry, downloads, mirror, progress):
    """The verified files of a set by name; for a repository its bare copy under ""."""
    # Here, since the network's libraries take a third of a second that loading a set need not.
    from course_utils.assets import repository, transfer

    if entry.repository:
        get = repository.obtain_repository
        return {"": get(entry.repository, entry.name, downloads, mirror, progress)}
    return {
        remote.name: transfer.obtain_file(remote, entry.name, downloads, mirror, progress)
        for remote in entry.files
    }


def _unpack(entry, verified, folder):
    """What the arrangement works on: unpacked folders, and files that are no archives."""
    from course_utils.assets import repository, unpacking

    sources = {}
    for k, (name, path) in enumerate(verified.items()):
        sources[name] = path
        if entry.repository or unpacking.is_archive(name):
            sources[name] = folder / str(k)
            sources[name].mkdir(parents=True)
            if entry.repository:
                repository.check_out(entry.repository, path, sources[name])
            else:
                unpacking.unpack(path, sources[name])
    return sources


def _arrangement(entry):
    """The function that makes the finished set of what was unpacked."""
    from course_utils.assets.arranging import ARRANGEMENTS

    return ARRANGEMENTS[entry.arrangement]


def _check_space(entry, downloads):
    """Refuse to begin what the disk cannot hold."""
    here = sum(path.stat().st_size for path in downloads.rglob("*") if path.is_file())
    needed = max(entry.bytes - here, 0) + 2 * entry.bytes + SPARE_BYTES
    free = shutil.disk_usage(downloads).free
    if free < needed:
        raise CourseError(
            f"The set {entry.name!r} takes up to {readable_size(needed)} while it is fetched, and "
            f"the disk that holds {downloads} has {readable_size(free)} free: free some space, or "
            "name another disk's folder with the environment variable COURSE_CACHE."
        )


def _tidy_downloads(entry, downloads):
    """Remove what killed runs left there; anything else that somebody put there stays."""
    names = {file.name for file in entry.files}
    keep = {f"{name}{ending}" for name in names for ending in ("", ".part", ".part.json")}
    for path in downloads.iterdir():
        unfinished = path.name.startswith("tmp") or path.name.endswith((".part", ".part.json"))
        if unfinished and path.name not in keep:
            placing.remove(path)


def _tell_where(entry, target, downloads, progress, keep_downloads):
    """The last lines; without `keep_downloads` the downloads go."""
    _say(f"{entry.name!r} is ready in {target}.", progress)
    if not keep_downloads:
        placing.remove(downloads)
        return
    _say(
        f"Its downloads ({readable_size(entry.bytes)}) stay in {downloads}: the folder "
        f"{downloads.parent} can serve as a mirror; delete them to free the space.",
        progress,
    )


def _say(text, progress):
    if progress:
        print(text, file=sys.stderr, flush=True)
