"""A cache folder for each test, and a network whose compiled steps all tests share."""

import matplotlib
import pytest
from small_residual import Bench

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def store(feature_store):
    """The folder that holds a test's features."""
    return feature_store


@pytest.fixture(scope="session")
def shared_bench():
    return Bench()


@pytest.fixture
def bench(shared_bench):
    """A residual network with a head of logits, as it was at the beginning."""
    shared_bench.reset()
    return shared_bench
