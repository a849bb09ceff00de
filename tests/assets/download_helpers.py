"""Sets to fetch that are made on the spot, and what runs in processes of its own."""

import functools
import hashlib
import io
import os
import shutil
import signal
import sys
import tarfile
import time
import zipfile

import numpy as np

from course_utils.assets import fetching, network, placing
from course_utils.assets.entries import Entry, RemoteFile

#: Quick to give up, since nothing here is far away; slow only where a loaded machine may be.
QUICK = network.Patience(
    connect=5, read=70, window=70, rate=1, attempts=3, gain=1 << 30, first_wait=0.01
)


def random_bytes(size, seed=0):
    return np.random.default_rng(seed).bytes(size)


def picture_files(version=0, count=4, size=3000):
    """Names and contents of a small set's files."""
    return {
        f"{name}/{k}.png": random_bytes(size, [version, k, len(name)])
        for name in ("cat", "horse")
        for k in range(count)
    }


def tar_bytes(files, mode="w:gz", members=()):
    """A tar archive of files, and then of members as they are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in members:
            tar.addfile(member)
    return buffer.getvalue()


def zip_bytes(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def remote_file(name, content, address):
    """A file of the catalog, for something that the loopback server has."""
    checksum = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return RemoteFile(name, address, len(content), checksum, "https://example.org")


def make_entry(name="animals", files=(), repository=None, arrangement="as-they-are", **options):
    """A set of the catalog."""
    return Entry(
        name=name,
        title="Animals",
        about="Cats and horses.",
        images=8,
        classes=("cat", "horse"),
        domain="photo",
        licence="CC0",
        licence_source="https://example.org/licence",
        citation="Nobody (2020)",
        homepage="https://example.org",
        nearest="materials",
        arrangement=arrangement,
        options=options,
        files=tuple(files),
        repository=repository,
    )


def entry_on(server, files, ending=".tar.gz", name="animals"):
    """A set of one archive, put on the server."""
    content = zip_bytes(files) if ending == ".zip" else tar_bytes(files)
    path = f"/{name}{ending}"
    server.files[path] = content
    return make_entry(name, [remote_file(path[1:], content, server.address + path)])


def move_as_they_are(sources, folder, class_names, pause=0.0):
    """An arrangement: moves everything that was unpacked, copies what was not."""
    for name, source in sources.items():
        if source.is_dir():
            for path in sorted(source.rglob("*")):
                if path.is_file():
                    goal = folder / path.relative_to(source)
                    goal.parent.mkdir(parents=True, exist_ok=True)
                    path.rename(goal)
                    time.sleep(pause)
        else:
            shutil.copyfile(source, folder / name)


def tree(folder):
    """All files below a folder with their contents, the record of the fetch left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "fetched.json"
    }


def use_stand_ins(pause):
    """Quick patience and the arrangement above, in a process of its own."""
    network.PATIENCE = QUICK
    placing._flush = lambda folder: None
    slowly = functools.partial(move_as_they_are, pause=pause)
    fetching._arrangement = lambda entry: slowly


def fetch_in_process(cache, entry, log=None, pause=0.0):
    """What a child process runs: one fetch, its messages in a file."""
    os.environ.update(COURSE_CACHE=str(cache), NO_PROXY="127.0.0.1")
    use_stand_ins(pause)
    if log is not None:
        sys.stderr = log.open("w", encoding="utf-8")
    fetching.fetch(entry.name, catalog={entry.name: entry}, progress=log is not None)


def fetch_until_change(cache, entry, count, log):
    """Like `fetch_in_process`, killed just before its change number `count` to the disk.

    Python tells audit hooks what it is about to do, each rename, new folder, opened file and
    removal among it. What was about to happen is written to `log`.
    """
    changes = {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.truncate", "os.link"}
    seen, before = 0, str(cache)

    def hook(event, arguments):
        nonlocal seen
        if not (event in changes or (event == "open" and _writes(arguments))):
            return
        if str(arguments[0]).startswith(before) or event in ("os.rmdir", "os.remove"):
            seen += 1
            if seen == count:
                log.write_text(f"{event} {arguments[0]}")
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    fetch_in_process(cache, entry)


def _writes(arguments):
    """Whether the audit event "open" (path, mode, flags) is for writing."""
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
