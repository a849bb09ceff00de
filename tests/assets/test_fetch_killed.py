"""A fetch that is killed: what was there stays, nothing half is taken as whole, the next one works.

Each test begins with an older version of the asset (or with none), kills a process that fetches a
newer one, looks at what a learner would load, and fetches again.
"""

import os
import shutil
import signal
import time

import numpy as np
import pytest
from fetch_helpers import asset_on, fetch, picture_files, tree
from nursery import Nursery

from course_utils.assets import downloaded_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL as POSIX has it")

KILLS = 20


@pytest.fixture(scope="module")
def nursery():
    with Nursery() as nursery:
        yield nursery


def check_next_fetch(cache, asset, files):
    """The next fetch brings the newer version, and leaves nothing lying about."""
    assert tree(fetch(asset)) == files
    assert not list((cache / "datasets").glob(".*"))
    names = sorted(path.name for path in (cache / "downloads" / asset.name).iterdir())
    assert names == [asset.files[0].name]


def test_killed_at_random_moments(server, cache, nursery):
    """Moments spread over the whole run, which a slow server and slow moves draw out."""
    older, newer = picture_files(version=0), picture_files(version=1)
    moments = np.random.default_rng(0).permutation(np.linspace(0.02, 1.2, KILLS))
    phases = set()
    for k, moment in enumerate([None, *moments]):
        if k % 2:
            fetch(asset_on(server, older))
        asset = asset_on(server, newer)
        server.pace = 0.012
        nursery.start("fetch_in_process", cache, asset, None, 0.06)
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
        check_next_fetch(cache, asset, newer)
        shutil.rmtree(cache)
    assert phases >= {"part", "unpacked", "set"}  # it was killed in every phase


def test_killed_before_every_single_change_to_the_disk(server, cache, nursery, tmp_path):
    """There is no moment left between two changes at which anything else could be found."""
    older, newer = (picture_files(version, count=1, size=100) for version in (0, 1))
    log = tmp_path / "killed.txt"
    moments, found_newer = [], []
    while True:
        fetch(asset_on(server, older))
        asset = asset_on(server, newer)
        count = len(moments) + 1
        nursery.start("fetch_until_change", cache, asset, count, log)
        if (status := nursery.wait()) == 0:
            break
        assert status == -signal.SIGKILL
        moments.append(log.read_text())
        found = tree(downloaded_folder("animals"))
        assert found in (older, newer), moments[-1]
        found_newer.append(found == newer)
        check_next_fetch(cache, asset, newer)
        shutil.rmtree(cache)
    assert len(moments) > 30
    assert found_newer == sorted(found_newer)  # older, older, ..., newer, newer
    assert len(set(found_newer)) == 2
    assert any("os.rename" in moment and "/set" in moment for moment in moments)
