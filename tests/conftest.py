"""What every test runs under."""

import os

import pytest

# TensorFlow tells at every start what processor it found.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Two processes of tests, each with a thread for every core, wait for each other most of the time.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# Under `make test`, a make that a test starts is to be one of its own, not a part of that run.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Where this test's progress is kept: never the file of whoever runs the tests."""
    path = tmp_path / "own" / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


@pytest.fixture
def feature_store(tmp_path, monkeypatch):
    """A cache folder for one test: the folder in it that holds features."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_CACHE_GB", raising=False)
    return tmp_path / "cache" / "features"
