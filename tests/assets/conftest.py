"""A server of our own, an empty cache, and no patience."""

import pytest
from download_helpers import QUICK, move_as_they_are
from loopback import Loopback

from course_utils.assets import fetching, network, placing


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
    monkeypatch.setattr(network, "PATIENCE", QUICK)
    monkeypatch.setattr(placing, "_flush", lambda folder: None)  # minutes on a busy disk
    monkeypatch.setattr(fetching, "_arrangement", lambda entry: move_as_they_are)
    return folder
