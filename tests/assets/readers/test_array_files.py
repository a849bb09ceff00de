"""Sets published as arrays become `.npy` files with the same pixels, or are refused."""

import bz2
import gzip
import re

import numpy as np
import pytest
from making_sources import (
    DIGITS,
    idx_bytes,
    idx_set,
    libsvm_set,
    matlab_set,
    medmnist_set,
    pixels,
)
from scipy import io

from course_utils import CourseError
from course_utils.assets.readers import READERS

SETS = {"idx": idx_set, "libsvm": libsvm_set, "matlab": matlab_set, "medmnist": medmnist_set}
IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "finished"
    folder.mkdir()
    return folder


def refused(reader, sources, target, expected):
    with pytest.raises(CourseError, match=re.escape(expected)) as caught:
        READERS[reader](sources, target, DIGITS)
    message = str(caught.value)
    assert message.endswith(".") and "fetch it again" in message
    return message


@pytest.mark.parametrize("reader", SETS)
def test_pixels_and_labels_come_out_as_they_went_in(tmp_path, target, reader):
    """Exactly these parts lie there, mappable, in the types and with the content expected."""
    sources, arrays = SETS[reader](tmp_path)
    before = {name: path.read_bytes() for name, path in sources.items()}
    READERS[reader](sources, target, DIGITS)
    names = {f"{part}_{what}.npy" for part in arrays for what in ("images", "labels")}
    assert {path.name for path in target.iterdir()} == names
    for part, (images, labels) in arrays.items():
        for what, array, kind in (("images", images, "u1"), ("labels", labels.ravel(), "i8")):
            found = np.load(target / f"{part}_{what}.npy", mmap_mode="r", allow_pickle=False)
            assert found.dtype == np.dtype(kind) and found.flags.c_contiguous
            assert np.array_equal(found, array)
    assert {name: path.read_bytes() for name, path in sources.items()} == before


@pytest.mark.parametrize("reader", SETS)
def test_damaged_files_give_no_other_error(tmp_path, target, reader):
    """Bytes are changed or lost at random: the arrays come out, or a CourseError does."""
    sources, _ = SETS[reader](tmp_path)
    path = next(iter(sources.values()))
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    failed = 0
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[random.integers(len(whole) if random.random() < 0.5 else 200)] ^= 1 << 6
        path.write_bytes(damaged[: None if random.random() < 0.5 else random.integers(len(whole))])
        try:
            READERS[reader](sources, target, DIGITS)
        except CourseError:
            failed += 1
    assert failed > 20


@pytest.mark.parametrize("reader", SETS)
def test_a_missing_file_is_told(tmp_path, target, reader):
    sources, _ = SETS[reader](tmp_path)
    next(iter(sources.values())).unlink()
    refused(reader, sources, target, "is damaged or not as expected")


TWENTY = pixels(20, (7, 7), 0)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (IMAGES, b"no gzip file", "not as expected"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY)[:-1], mtime=0), "reshape"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY, code=0x0D), mtime=0), "no idx file of bytes"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY[:19]), mtime=0), "each of 19 examples, not 20"),
        (LABELS, gzip.compress(idx_bytes(np.full(20, 10, "u1")), mtime=0), "labels run to 10"),
        (
            LABELS,
            gzip.compress(idx_bytes(np.arange(20, dtype="u1") % 9), mtime=0),
            "of the class '9'",
        ),
    ],
)
def test_idx_files_that_are_not_as_expected(tmp_path, target, name, content, expected):
    sources, _ = idx_set(tmp_path)
    sources[name].write_bytes(content)
    assert refused("idx", sources, target, expected).startswith("train is damaged")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"1 1:0.5 257:1\n", "not as expected"),
        (b"<html>not found</html>\n", "not as expected"),
        (b"1 1:1.01\n", "values outside -1 to 1"),
        (b"1.5 1:1\n", "labels that are not whole numbers"),
        (b"0 1:1\n", "from -1"),
        (b"1 1:1\n", "no image of the class '1'"),
    ],
)
def test_libsvm_files_that_are_not_as_expected(tmp_path, target, text, expected):
    sources, _ = libsvm_set(tmp_path)
    sources["usps.bz2"].write_bytes(bz2.compress(text))
    assert "usps.bz2" in refused("libsvm", sources, target, expected)


X = pixels(20, (8, 8, 3), 0).transpose(1, 2, 3, 0)
Y = (np.arange(20) % 10 + 1.0)[:, np.newaxis]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"y": Y}, "('X')"),
        ({"X": X}, "('y')"),
        ({"X": X.astype(float), "y": Y}, "images are float64"),
        ({"X": X.transpose(3, 0, 1, 2), "y": Y}, "of shape (3, 20, 8, 8), not"),
        ({"X": X, "y": Y - 1}, "labels outside 1 to 10"),
        ({"X": X, "y": np.minimum(Y, 9)}, "of the class '0'"),
    ],
)
def test_matlab_files_that_are_not_as_expected(tmp_path, target, content, expected):
    sources, _ = matlab_set(tmp_path)
    io.savemat(sources["train_32x32.mat"], content)
    assert "_32x32.mat" in refused("matlab", sources, target, expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"val_images": None}, "val is damaged or not as expected"),
        ({"train_images": np.zeros((20, 7, 7))}, "images are float64"),
        ({"train_images": np.zeros((20, 7, 7, 4), "u1")}, "of shape (20, 7, 7, 4)"),
        ({"train_labels": np.zeros((20, 2), "u1")}, "each of 20 examples, not 40"),
        ({"train_images": np.array([{}], dtype=object)}, "pickle"),
    ],
)
def test_medmnist_files_that_are_not_as_expected(tmp_path, target, changes, expected):
    sources, _ = medmnist_set(tmp_path, **changes)
    refused("medmnist", sources, target, expected)
