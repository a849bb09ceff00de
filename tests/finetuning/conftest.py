"""A cache folder for each test, and a network whose compiled steps all tests share."""

import matplotlib
import pytest
from small_residual import Bench

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """The folder that holds a test's features."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_CACHE_GB", raising=False)
    return tmp_path / "cache" / "features"


@pytest.fixture(scope="session")
def shared_bench():
    return Bench()


@pytest.fixture
def bench(shared_bench):
    """A residual network with a head of logits, as it was at the beginning."""
    shared_bench.reset()
    return shared_bench
