"""Small networks and images, and a cache folder for each test."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def store(feature_store):
    """The folder that holds a test's features."""
    return feature_store


@pytest.fixture(scope="session")
def images():
    """150 pictures of 16 x 16 pixels: two batches and a part of one."""
    return np.random.default_rng(0).integers(0, 256, (150, 16, 16, 3), dtype=np.uint8)


@pytest.fixture
def count_runs(monkeypatch):
    """Count the batches that go through a network: a list with the rows of each."""
    from course_utils.features import keras_engine, torch_engine

    counted = []
    for engine in (keras_engine.KerasEngine, torch_engine.TorchEngine):

        def prepare(self, original=engine.prepare):
            run = original(self)
            return lambda batch: counted.append(len(batch)) or run(batch)

        monkeypatch.setattr(engine, "prepare", prepare)
    return counted
