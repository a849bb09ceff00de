"""`fetch`: whole or not at all, next to what a learner has, from the network or from a mirror."""

import contextlib
import errno
import json
import multiprocessing
import os
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import loopback
import pytest
from fetch_helpers import (
    asset_file,
    asset_on,
    fetch,
    fetch_in_process,
    make_asset,
    move_as_they_are,
    picture_files,
    random_bytes,
    tar_bytes,
    tree,
)

from course_utils import CourseError
from course_utils.assets import downloaded_folder, fetching, placing
from course_utils.assets.readers import READERS

PICTURES = picture_files()


@pytest.fixture
def asset(server):
    return asset_on(server, PICTURES)


def hidden(cache):
    """Names of unfinished and replaced folders beside the sets, of temporary downloads too."""
    found = [path.name for path in (cache / "datasets").glob(".*")]
    return found + [path.name for path in (cache / "downloads").rglob("tmp*")]


def failing(error):
    def reader(sources, folder, class_names):
        move_as_they_are(sources, folder, class_names)
        raise error

    return reader


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
def test_a_set_is_fetched_once(server, cache, ending):
    asset = asset_on(server, PICTURES, ending)
    assert downloaded_folder("animals") is None
    folder = fetch(asset)
    assert folder == downloaded_folder("animals") == cache / "datasets" / "animals"
    assert tree(folder) == PICTURES
    record = json.loads((folder / "fetched.json").read_text())
    assert record["files"] == {file.name: file.checksum for file in asset.files}
    assert fetch(asset) == folder
    assert len(server.requests) == 1
    assert hidden(cache) == []


def test_several_files_and_what_is_no_archive(server, monkeypatch):
    contents = {"first.tgz": tar_bytes({"a": b"1"}), "second.npz": random_bytes(500)}
    server.files.update({f"/{name}": content for name, content in contents.items()})
    files = [asset_file(name, c, f"{server.address}/{name}") for name, c in contents.items()]
    seen = {}

    def look(sources, folder, class_names, part):
        seen.update(sources=dict(sources), classes=class_names, part=part)
        move_as_they_are(sources, folder, class_names)

    monkeypatch.setitem(READERS, "as-they-are", look)
    folder = fetch(make_asset(files=files, part="all"))
    assert tree(folder) == {"a": b"1", "second.npz": contents["second.npz"]}
    assert (seen["classes"], seen["part"]) == (("cat", "horse"), "all")
    assert list(seen["sources"]) == ["first.tgz", "second.npz"]


def test_the_downloads_are_a_mirror_for_others(asset, cache, tmp_path, monkeypatch, server):
    fetch(asset)
    for given in ("argument", "variable"):
        monkeypatch.setenv("COURSE_CACHE", str(tmp_path / given))
        if given == "variable":
            monkeypatch.setenv("COURSE_MIRROR", str(cache / "downloads"))
        mirror = cache / "downloads" if given == "argument" else None
        assert tree(fetch(asset, mirror=mirror)) == PICTURES
    assert len(server.requests) == 1


@pytest.mark.parametrize("variable", [True, False])
def test_a_mirror_that_is_not_there_is_told(asset, tmp_path, monkeypatch, variable):
    if variable:
        monkeypatch.setenv("COURSE_MIRROR", str(tmp_path / "stick"))
    with pytest.raises(CourseError, match=r"The mirror .*stick.* is not a folder") as caught:
        fetch(asset, mirror=None if variable else tmp_path / "stick")
    assert ("COURSE_MIRROR" in str(caught.value)) == variable


@pytest.mark.parametrize(
    ("name", "hint"), [("animal", "did you mean 'animals'"), ("xyz", "there are animals")]
)
def test_an_unknown_name_brings_the_nearest_and_the_list(asset, name, hint):
    with pytest.raises(CourseError, match=hint):
        fetching.fetch(name, manifest={"animals": asset})


@pytest.mark.parametrize(
    "error", [CourseError("There is no folder 'cat'."), RuntimeError("a slip"), KeyboardInterrupt()]
)
def test_a_failed_reader_leaves_nothing(asset, cache, monkeypatch, error):
    monkeypatch.setitem(READERS, "as-they-are", failing(error))
    with pytest.raises(type(error)):
        fetch(asset)
    assert downloaded_folder("animals") is None
    assert hidden(cache) == []
    monkeypatch.setitem(READERS, "as-they-are", move_as_they_are)
    assert tree(fetch(asset)) == PICTURES


def test_files_are_on_the_disk_before_the_name_is(asset, cache, monkeypatch):
    """The other way round, a power cut could leave a whole set of empty files."""
    seen = []

    def flush(folder):
        seen.append((tree(folder), (folder / "fetched.json").exists()))
        assert downloaded_folder("animals") is None

    monkeypatch.setattr(placing, "_flush", flush)
    fetch(asset)
    assert seen == [(PICTURES, True)]


@pytest.mark.parametrize("change", [{"classes": ("horse", "cat")}, {"version": "2"}])
def test_another_description_is_made_from_the_kept_downloads(asset, server, change):
    fetch(asset)
    changed = replace(asset, **change)
    record = json.loads((fetch(changed) / "fetched.json").read_text())
    assert record.items() >= changed.identity.items()
    assert len(server.requests) == 1


def test_a_newer_version_that_fails_leaves_the_older(asset, server, cache, monkeypatch):
    fetch(asset)
    newer = asset_on(server, picture_files(version=1))
    server.plan("/animals.tar.gz", loopback.status(404))
    with pytest.raises(CourseError, match="404"):
        fetch(newer)
    monkeypatch.setitem(READERS, "as-they-are", failing(RuntimeError("a slip")))
    with pytest.raises(RuntimeError):
        fetch(newer)
    assert tree(downloaded_folder("animals")) == PICTURES
    assert hidden(cache) == []


def test_a_folder_put_there_by_hand_is_used_as_it_is(asset, server, cache, capsys):
    own = cache / "datasets" / "animals"
    (own / "cat").mkdir(parents=True)
    (own / "cat" / "mine.png").write_bytes(b"mine")
    assert fetching.fetch("animals", manifest={"animals": asset}) == own
    assert "put there by hand" in capsys.readouterr().err
    assert tree(own) == {"cat/mine.png": b"mine"}
    assert server.requests == []


def test_a_file_in_the_way_is_told_and_stays(asset, cache):
    way = cache / "datasets" / "animals"
    way.parent.mkdir(parents=True)
    way.write_text("mine")
    with pytest.raises(CourseError, match="is in the way"):
        fetch(asset)
    assert way.read_text() == "mine"


def test_a_linked_set_is_replaced_without_touching_where_it_leads(asset, server, cache, tmp_path):
    fetch(asset)
    place, elsewhere = cache / "datasets" / "animals", tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    fetch(asset_on(server, picture_files(version=1)))
    assert tree(place) == picture_files(version=1)
    assert tree(elsewhere) == PICTURES


def test_a_record_that_cannot_be_read_means_fetching_again(asset):
    folder = fetch(asset)
    (folder / "fetched.json").write_text("{")
    (folder / "cat" / "0.png").unlink()
    assert tree(fetch(asset)) == PICTURES


@pytest.mark.parametrize("phase", ["arranging", "recording", "renaming"])
def test_a_full_disk_leaves_what_was_there(asset, server, cache, monkeypatch, phase):
    fetch(asset)
    newer = asset_on(server, picture_files(version=1))
    full = OSError(errno.ENOSPC, "No space left on device")

    def no_space(*_, **__):
        raise full

    with monkeypatch.context() as patch:
        if phase == "arranging":
            patch.setitem(READERS, "as-they-are", failing(full))
        elif phase == "recording":
            patch.setattr(Path, "write_text", no_space)
        else:
            rename = Path.rename
            patch.setattr(
                Path, "rename", lambda a, b: no_space() if a.name == "set" else rename(a, b)
            )
        with pytest.raises(CourseError, match=r"The disk that holds .* is full"):
            fetch(newer)
    assert tree(downloaded_folder("animals")) == PICTURES
    assert hidden(cache) == ([".animals.old"] if phase == "renaming" else [])
    assert tree(fetch(newer)) == picture_files(version=1)
    assert hidden(cache) == []


def test_too_little_room_is_told_before_anything_is_fetched(asset, server, monkeypatch):
    free = shutil._ntuple_diskusage(10**9, 10**9 - 50_000_000, 50_000_000)
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda path: free)
    with pytest.raises(CourseError, match=r"takes up to 100 MB .* has 50\.0 MB free"):
        fetch(asset)
    assert server.requests == []


@contextlib.contextmanager
def as_nobody():
    """Without the rights of an administrator, if these tests have them."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
@pytest.mark.parametrize("closed", ["", "downloads", "datasets"])
def test_a_folder_that_cannot_be_written_is_told(asset, monkeypatch, closed):
    with tempfile.TemporaryDirectory() as root:  # where others may look, unlike tmp_path
        cache = Path(root, "cache")
        monkeypatch.setenv("COURSE_CACHE", str(cache))
        for folder in (Path(root), cache, cache / "downloads", cache / "datasets"):
            if folder.name in ("downloads", "datasets") and not closed:
                break
            folder.mkdir(exist_ok=True)
            folder.chmod(0o777)
        (cache / closed).chmod(0o555)
        with as_nobody(), pytest.raises(CourseError, match=r"cannot be (written|created)"):
            fetch(asset)
        (cache / closed).chmod(0o755)
        assert tree(fetch(asset)) == PICTURES


def test_two_processes_at_once_fetch_once(server, cache, tmp_path):
    """The second says that it waits, and then finds the set."""
    asset = asset_on(server, PICTURES)
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    logs = [tmp_path / f"{k}.txt" for k in range(2)]

    def once_the_other_waits(handler, body):
        latest = time.monotonic() + 60
        while time.monotonic() < latest:
            if any(log.exists() and "waiting for it" in log.read_text() for log in logs):
                break
            time.sleep(0.02)
        handler.send(body)

    server.plan("/animals.tar.gz", once_the_other_waits)
    runs = [context.Process(target=fetch_in_process, args=(cache, asset, log)) for log in logs]
    for run in runs:
        run.start()
    for run in runs:
        run.join(90)
    assert [run.exitcode for run in runs] == [0, 0]
    assert len(server.requests) == 1
    said = [log.read_text() for log in logs]
    assert sorted("waiting for it" in text for text in said) == [False, True]
    assert sorted("Unpacking" in text for text in said) == [False, True]
    assert tree(downloaded_folder("animals")) == PICTURES
