"""Assets to fetch that are made on the spot, and what runs in processes of its own."""

import contextlib
import hashlib
import io
import os
import shutil
import tarfile
import zipfile

import numpy as np

from course_utils.assets import fetching, placing, transfer
from course_utils.assets.manifest import Asset, AssetFile
from course_utils.assets.readers import READERS


def quicken(change):
    """Quick to give up, since nothing here is far away; slow only where a machine may be busy."""
    change("ATTEMPTS", 3)
    change("FIRST_WAIT", 0.01)
    change("SECONDS", (5, 70))
    change("ENOUGH_BYTES", 1 << 30)


#: How tarfile writes an archive of this ending.
MODES = {".tar": "w", ".tgz": "w:gz", ".tar.gz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}


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


def asset_file(name, content, *sources):
    """A file of the manifest with the checksum of some content."""
    checksum = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return AssetFile(name, checksum, len(content), sources)


def make_asset(files, name="animals", reader="as-they-are", **options):
    """A labelled set of images of the manifest."""
    return Asset(
        name=name,
        version="1",
        title="Animals",
        about="Cats and horses.",
        licence="CC0",
        licence_source="https://example.org/licence",
        citation="Nobody (2020)",
        homepage="https://example.org",
        files=tuple(files),
        reader=reader,
        options=options,
        images=8,
        classes=("cat", "horse"),
        domain="photo",
        nearest="materials",
    )


def asset_on(server, files, ending=".tar.gz", place=""):
    """An asset of one archive, put on the server."""
    content = zip_bytes(files) if ending == ".zip" else tar_bytes(files, MODES[ending])
    name = f"animals{ending}"
    server.files[f"{place}/{name}"] = content
    return make_asset([asset_file(name, content, f"{server.address}{place}/{name}")])


def fetch(asset, **options):
    return fetching.fetch(asset.name, manifest={asset.name: asset}, **options)


def move_as_they_are(sources, folder, class_names, **options):
    """A reader: moves everything that was unpacked, copies what was not."""
    for name, source in sources.items():
        if source.is_dir():
            for path in sorted(source.rglob("*")):
                if path.is_file():
                    goal = folder / path.relative_to(source)
                    goal.parent.mkdir(parents=True, exist_ok=True)
                    path.rename(goal)
        else:
            shutil.copyfile(source, folder / name)


def tree(folder):
    """All files below a folder with their contents, the record of the fetch left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "fetched.json"
    }


def fetch_in_process(cache, asset, log):
    """What a child process runs: one fetch, its messages in a file."""
    os.environ.update(COURSE_CACHE=str(cache), NO_PROXY="127.0.0.1")
    quicken(lambda name, value: setattr(transfer, name, value))
    placing._flush = lambda folder: None
    READERS["as-they-are"] = move_as_they_are
    with log.open("w", encoding="utf-8") as said, contextlib.redirect_stderr(said):
        fetch(asset)
