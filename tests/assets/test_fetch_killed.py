"""A fetch that is killed: what was there stays, nothing half is taken as whole, the next one works.

Each test begins with an older version of the set (or with none), kills a process that fetches a
newer one, looks at what a learner would load, and fetches again.
"""

import os
import shutil
import signal
import socket
import time

import numpy as np
import pytest
from download_helpers import entry_on, make_entry, picture_files, tree
from git_server import commit_files
from nursery import Nursery

from course_utils.assets import downloaded_folder, fetching
from course_utils.assets.entries import Repository

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL as POSIX has it")

KILLS = 20


@pytest.fixture(scope="module")
def nursery():
    with Nursery() as nursery:
        yield nursery


def fetch(entry, mirror=None):
    catalog = {entry.name: entry}
    return fetching.fetch(entry.name, catalog=catalog, progress=False, mirror=mirror)


def check_next_fetch(cache, entry, files):
    """The next fetch brings the newer version, and leaves nothing lying about."""
    assert tree(fetch(entry)) == files
    assert not list((cache / "datasets").glob(".*"))
    names = sorted(path.name for path in (cache / "downloads" / entry.name).iterdir())
    assert names == [entry.files[0].name]


def test_killed_at_random_moments(server, cache, nursery):
    """Moments spread over the whole run, which a slow server and slow moves draw out."""
    older, newer = picture_files(version=0), picture_files(version=1)
    moments = np.random.default_rng(0).permutation(np.linspace(0.02, 1.2, KILLS))
    phases = set()
    for k, moment in enumerate([None, *moments]):
        if k % 2:
            fetch(entry_on(server, older))
        entry = entry_on(server, newer)
        server.pace = 0.012
        nursery.start("fetch_in_process", cache, entry, None, 0.06)
        began = time.monotonic()
        if moment is None:
            assert nursery.wait() == 0
            duration = time.monotonic() - began
        else:
            time.sleep(moment * duration)
            nursery.kill()
            nursery.wait()
        server.pace = 0.0
        phases |= {path.name.rpartition(".")[2] for path in cache.rglob("*.part")}
        phases |= {path.name for path in cache.glob("datasets/.*/*")}
        found = downloaded_folder("animals")
        if found is not None:
            assert tree(found) in ([older, newer] if k % 2 else [newer])
        else:
            assert k % 2 == 0  # the good one that was there stays
        check_next_fetch(cache, entry, newer)
        shutil.rmtree(cache)
    assert phases >= {"part", "unpacked", "set"}  # it was killed in every phase


def test_killed_before_every_single_change_to_the_disk(server, cache, nursery, tmp_path):
    """There is no moment left between two changes at which anything else could be found."""
    older, newer = (picture_files(version, count=1, size=100) for version in (0, 1))
    log = tmp_path / "killed.txt"
    moments, found_newer = [], []
    while True:
        fetch(entry_on(server, older))
        entry = entry_on(server, newer)
        count = len(moments) + 1
        nursery.start("fetch_until_change", cache, entry, count, log)
        if (status := nursery.wait()) == 0:
            break
        assert status == -signal.SIGKILL
        moments.append(log.read_text())
        found = tree(downloaded_folder("animals"))
        assert found in (older, newer), moments[-1]
        found_newer.append(found == newer)
        check_next_fetch(cache, entry, newer)
        shutil.rmtree(cache)
    assert len(moments) > 30
    assert found_newer == sorted(found_newer)  # older, older, ..., newer, newer
    assert len(set(found_newer)) == 2
    assert any("os.rename" in moment and "/set" in moment for moment in moments)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_killed_while_git_is_fetching(cache, nursery, tmp_path):
    """git outlives the process that started it, and does no harm to the next one."""
    files = picture_files()
    commit = commit_files(tmp_path / "mirror" / "animals", files)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/animals"
        entry = make_entry(repository=Repository(address, commit, 100_000))
        nursery.start("fetch_in_process", cache, entry)
        silent.settimeout(60)
        connection, _ = silent.accept()
        nursery.kill()
        nursery.wait()
        assert list(cache.glob("downloads/animals/repository.*.part"))
        assert tree(fetch(entry, mirror=tmp_path / "mirror")) == files
        connection.close()
    assert not list(cache.glob("downloads/animals/*.part"))
