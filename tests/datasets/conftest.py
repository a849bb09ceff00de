"""Small folders of images to load, and a cache of their own for these tests."""

import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from course_utils.datasets import load_dataset


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """No verdict on a file outlives its test."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("COURSE_CACHE", str(folder))
    return folder


def noise(seed, height=12, width=16):
    """A picture that no other seed gives, shape (height, width, 3), uint8."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.fixture
def draw():
    """`draw(path, seed)`: write a picture of its own to `path`, folders included."""

    def write(path, seed, height=12, width=16):
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noise(seed, height, width)).save(path)
        return path

    return write


@pytest.fixture
def folder(tmp_path, draw):
    """`folder({"train/cat": 5, "test/cat": 2})`: a folder with so many pictures in each."""

    def build(counts, name="photos"):
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for where, count in counts.items():
            (root / where).mkdir(parents=True, exist_ok=True)
            for i in range(count):
                seed = zlib.crc32(f"{where}/{i}".encode())
                draw(root / where / f"{i:03}.png", seed)
        return root

    return build


@pytest.fixture
def load():
    """`load(path)`: the splits and the sentences of all warnings."""

    def quietly(path, size=8):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            splits = load_dataset(path, size=size)
        return splits, [str(warning.message) for warning in caught]

    return quietly
