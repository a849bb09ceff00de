"""A server of our own, an empty cache, and no patience."""

import pytest
from fetch_helpers import move_as_they_are, quicken
from loopback import Loopback

from course_utils.assets import placing, transfer
from course_utils.assets.readers import READERS


@pytest.fixture
def server():
    with Loopback() as loopback:
        yield loopback


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The cache's folder; nothing goes by a proxy or to the learner's own mirror."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("COURSE_CACHE", str(folder))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.delenv("COURSE_MIRROR", raising=False)
    quicken(lambda name, value: monkeypatch.setattr(transfer, name, value))
    monkeypatch.setattr(placing, "_flush", lambda folder: None)  # minutes on a busy disk
    monkeypatch.setitem(READERS, "as-they-are", move_as_they_are)
    return folder
