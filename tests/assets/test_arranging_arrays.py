"""Sets published as arrays become `.npy` files with the same pixels, or are refused."""

import bz2
import gzip
import re
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from making_sources import (
    DIGITS,
    bomb,
    idx_bytes,
    idx_set,
    libsvm_set,
    mat_bomb,
    matlab_set,
    medmnist_arrays,
    npy_header,
    pixels,
)
from scipy import io

from course_utils import CourseError
from course_utils.assets.arranging import ARRANGEMENTS

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "finished"
    folder.mkdir()
    return folder


def check_written(target, arrays):
    """Exactly these parts lie there, mappable, in the types and with the content expected."""
    names = {f"{part}_{what}.npy" for part in arrays for what in ("images", "labels")}
    assert {p.name for p in target.iterdir()} == names
    for part, expected in arrays.items():
        for what, array, kind in zip(("images", "labels"), expected, ("u1", "i8"), strict=True):
            found = np.load(target / f"{part}_{what}.npy", mmap_mode="r", allow_pickle=False)
            assert found.dtype == np.dtype(kind) and found.flags.c_contiguous
            assert np.array_equal(found, array)


def refused(arrangement, sources, target, expected, classes=DIGITS, **options):
    with pytest.raises(CourseError, match=re.escape(expected)) as caught:
        ARRANGEMENTS[arrangement](sources, target, classes, **options)
    message = str(caught.value)
    assert message.endswith(".") and "fetch the set again" in message
    return message


def test_idx(tmp_path, target):
    sources, arrays = idx_set(tmp_path)
    before = {name: path.read_bytes() for name, path in sources.items()}
    ARRANGEMENTS["idx"](sources, target, DIGITS)
    check_written(target, arrays)
    assert {name: path.read_bytes() for name, path in sources.items()} == before


def test_idx_files_with_other_names(tmp_path, target):
    sources, arrays = idx_set(tmp_path)
    sources["pictures.gz"] = sources.pop(IMAGES)
    ARRANGEMENTS["idx"](sources, target, DIGITS, train_images="pictures.gz")
    check_written(target, arrays)


TWENTY = pixels(20, (7, 7), 0)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (IMAGES, b"no gzip file", "damaged or no gzip"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY))[:-30], "damaged or no gzip"),
        (IMAGES, gzip.compress(b"\x00\x00"), "damaged or no gzip"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY)[:-1]), "promises 980 bytes and holds only 979"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY) + b"\x00"), "promises 980 bytes and holds more"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY[:, 0])), "0x00000802"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY, code=0x0D)), "0x00000d03"),
        (IMAGES, gzip.compress(struct.pack("<4I", 0x0803, 20, 7, 7) + bytes(980)), "0x03080000"),
        (
            IMAGES,
            gzip.compress(struct.pack(">4I", 0x0803, *[2**31] * 3)),
            "more than 1,073,741,824",
        ),
        (IMAGES, gzip.compress(idx_bytes(TWENTY[:19])), "has 19 pictures and 20 labels"),
        (IMAGES, gzip.compress(idx_bytes(TWENTY[:0])), "have the shape (0, 7, 7)"),
        (LABELS, gzip.compress(idx_bytes(np.full(20, 10, "u1"))), "labels go from 10 to 10"),
        (
            LABELS,
            gzip.compress(idx_bytes(np.arange(20, dtype="u1") % 9)),
            "no picture of the class '9'",
        ),
        (IMAGES, gzip.compress(idx_bytes(pixels(20, (8, 7), 0))), "another part (8, 7)"),
    ],
)
def test_idx_files_that_are_not_as_expected(tmp_path, target, name, content, expected):
    sources, _ = idx_set(tmp_path)
    sources[name].write_bytes(content)
    assert "ubyte.gz" in refused("idx", sources, target, expected)


def test_a_missing_idx_file(tmp_path, target):
    sources, _ = idx_set(tmp_path)
    del sources[LABELS]
    refused("idx", sources, target, f"has no file {LABELS}")


def test_a_gzip_bomb_is_not_inflated(tmp_path, target):
    sources, _ = idx_set(tmp_path)
    sources[IMAGES].write_bytes(bomb(1 << 20))
    tracemalloc.start()
    try:
        refused("idx", sources, target, "promises 1,048,576 bytes and holds more")
        assert tracemalloc.get_traced_memory()[1] < 5 << 20
    finally:
        tracemalloc.stop()


def test_libsvm(tmp_path, target):
    sources, arrays = libsvm_set(tmp_path)
    ARRANGEMENTS["libsvm"](sources, target, DIGITS)
    check_written(target, arrays)


def test_libsvm_leaves_out_zeros_and_has_other_settings(tmp_path, target):
    for name in ("a.bz2", "b.bz2"):
        (tmp_path / name).write_bytes(bz2.compress(b"0 1:255 6:51\n1 2:102\n"))
    sources = {name: tmp_path / name for name in ("a.bz2", "b.bz2")}
    options = {"shape": [2, 3], "levels": [0, 255], "first_label": 0}
    ARRANGEMENTS["libsvm"](sources, target, ("x", "y"), train="a.bz2", test="b.bz2", **options)
    expected = np.array([[[255, 0, 0], [0, 0, 51]], [[0, 102, 0], [0, 0, 0]]])
    check_written(target, dict.fromkeys(("train", "test"), (expected, [0, 1])))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"no bzip2 file", "damaged or no bzip2"),
        (bz2.compress(b"1 1:0.5\n" * 100)[:-20], "damaged or no bzip2"),
        (bz2.compress(b"1 1:0.5 257:1\n"), "not in LIBSVM's format with 256 values"),
        (bz2.compress(b"1 0:0.5\n"), "not in LIBSVM's format"),
        (bz2.compress(b"one 1:0.5\n"), "not in LIBSVM's format"),
        (bz2.compress(b"<html>not found</html>\n"), "not in LIBSVM's format"),
        (bz2.compress(b"1 1:1.01\n"), "values outside -1 to 1"),
        (bz2.compress(b"1 1:-2\n"), "values outside -1 to 1"),
        (bz2.compress(b"1 1:nan\n"), "values outside -1 to 1"),
        (bz2.compress(b"1.5 1:1\n"), "labels that are not whole numbers"),
        (bz2.compress(b"nan 1:1\n"), "labels that are not whole numbers"),
        (bz2.compress(b"0 1:1\n"), "labels go from -1 to -1"),
        (bz2.compress(b"11 1:1\n"), "labels go from 10 to 10"),
        (bz2.compress(b"1 1:1\n"), "no picture of the class '1'"),
        (bz2.compress(b""), "usps.bz2 is "),
    ],
)
def test_libsvm_files_that_are_not_as_expected(tmp_path, target, content, expected):
    sources, _ = libsvm_set(tmp_path)
    sources["usps.bz2"].write_bytes(content)
    assert "usps.bz2" in refused("libsvm", sources, target, expected)


def test_a_bzip2_bomb_is_not_inflated(tmp_path, target, monkeypatch):
    monkeypatch.setattr("course_utils.assets.arranging.libsvm_files._MOST_TEXT", 1 << 16)
    sources, _ = libsvm_set(tmp_path)
    sources["usps.bz2"].write_bytes(bz2.compress(bytes(20 << 20)))
    tracemalloc.start()
    try:
        refused("libsvm", sources, target, "decompresses to more than 65,536 bytes")
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_many_short_lines_are_not_made_dense(tmp_path, target, monkeypatch):
    monkeypatch.setattr("course_utils.assets.arranging.libsvm_files.MOST_BYTES", 1 << 20)
    sources, _ = libsvm_set(tmp_path)
    sources["usps.bz2"].write_bytes(bz2.compress(b"1 1:1\n" * 600))
    refused("libsvm", sources, target, "has 600 lines, more than is safe")


@pytest.mark.parametrize("compressed", [True, False])
def test_matlab(tmp_path, target, compressed):
    sources, arrays = matlab_set(tmp_path, compressed=compressed)
    ARRANGEMENTS["matlab"](sources, target, DIGITS)
    check_written(target, arrays)


X = pixels(20, (8, 8, 3), 0).transpose(1, 2, 3, 0)
Y = (np.arange(20) % 10 + 1.0)[:, np.newaxis]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"y": Y}, "no X of uint8 with the shape (height, width, 3, n) (it is missing, ())"),
        ({"X": X}, "no numbers y with the shape (n, 1) (it is missing, ())"),
        ({"X": X.astype(float), "y": Y}, "no X of uint8"),
        ({"X": X[:, :, 0], "y": Y}, "no X of uint8"),
        ({"X": X.transpose(3, 0, 1, 2), "y": Y}, "no X of uint8"),
        ({"X": X, "y": Y.T}, "no numbers y"),
        ({"X": X, "y": np.array([["a"] * 20])}, "no numbers y"),
        ({"X": X, "y": Y - 1}, "not whole numbers from 1 to 10"),
        ({"X": X, "y": Y + 1}, "not whole numbers from 1 to 10"),
        ({"X": X, "y": Y + 0.5}, "not whole numbers from 1 to 10"),
        ({"X": X, "y": np.minimum(Y, 9)}, "no picture of the class '0'"),
        ({"X": X, "y": Y[:19]}, "has 20 pictures and 19 labels"),
        ({"X": X[:7], "y": Y}, "another part (7, 8, 3)"),
    ],
)
def test_matlab_files_that_are_not_as_expected(tmp_path, target, content, expected):
    sources, _ = matlab_set(tmp_path)
    io.savemat(sources["train_32x32.mat"], content)
    assert "_32x32.mat" in refused("matlab", sources, target, expected)


@pytest.mark.parametrize("keep", [0, 60, 128, 140, 1000, -1])
def test_matlab_files_cut_short(tmp_path, target, keep):
    sources, _ = matlab_set(tmp_path)
    path = sources["train_32x32.mat"]
    path.write_bytes(path.read_bytes()[:keep])
    refused("matlab", sources, target, "train_32x32.mat ")


def small_medmnist(folder):
    np.savez_compressed(folder / "x.npz", **medmnist_arrays(classes=10, n=20))
    return {"x.npz": folder / "x.npz"}, None


@pytest.mark.parametrize(
    ("arrangement", "make"),
    [
        ("idx", idx_set),
        ("libsvm", lambda folder: libsvm_set(folder, 10, 10)),
        ("matlab", matlab_set),
        ("medmnist", small_medmnist),
    ],
)
def test_damaged_files_give_no_other_error(tmp_path, target, arrangement, make):
    """Bytes are changed or lost at random: the arrays come out, or a CourseError does."""
    sources, _ = make(tmp_path)
    path = next(iter(sources.values()))
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    failed = 0
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[random.integers(len(whole) if random.random() < 0.5 else 200)] ^= 1 << 6
        path.write_bytes(damaged[: None if random.random() < 0.5 else random.integers(len(whole))])
        try:
            ARRANGEMENTS[arrangement](sources, target, DIGITS)
        except CourseError:
            failed += 1
    assert failed > 20


def test_a_matlab_bomb_is_not_inflated(tmp_path, target, monkeypatch):
    sources, _ = matlab_set(tmp_path)
    mat_bomb(sources["train_32x32.mat"], 20 << 20)
    monkeypatch.setattr("course_utils.assets.arranging.matlab_files.MOST_BYTES", 1 << 20)
    tracemalloc.start()
    try:
        refused("matlab", sources, target, "decompresses to more than 1,048,576 bytes")
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("shape", [(7, 7), (7, 7, 3)])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_medmnist(tmp_path, target, shape, save):
    content = medmnist_arrays(shape)
    save(tmp_path / "pneumoniamnist.npz", **content)
    sources = {"pneumoniamnist.npz": tmp_path / "pneumoniamnist.npz"}
    ARRANGEMENTS["medmnist"](sources, target, ("normal", "pneumonia"))
    names = {"train": "train", "validation": "val", "test": "test"}
    check_written(
        target,
        {p: (content[f"{q}_images"], content[f"{q}_labels"][:, 0]) for p, q in names.items()},
    )


def test_arrays_in_fortran_order_are_written_row_by_row(tmp_path, target):
    content = medmnist_arrays()
    content["val_images"] = np.asfortranarray(content["val_images"])
    np.savez(tmp_path / "x.npz", **content)
    ARRANGEMENTS["medmnist"]({"x.npz": tmp_path / "x.npz"}, target, ("a", "b"))
    written = np.load(target / "validation_images.npy", mmap_mode="r")
    assert written.flags.c_contiguous and np.array_equal(written, content["val_images"])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"val_images": None}, "has no array val_images"),
        ({"test_labels": None}, "has no array test_labels"),
        ({"train_images": np.zeros((6, 7, 7))}, "pixels are of type float64, not uint8"),
        ({"train_images": np.zeros((6, 7, 7, 4), "u1")}, "have the shape (6, 7, 7, 4)"),
        ({"train_images": np.zeros((6, 49), "u1")}, "have the shape (6, 49)"),
        ({"train_images": np.zeros((5, 7, 7), "u1")}, "has 5 pictures and 6 labels"),
        ({"test_images": np.zeros((6, 7, 8), "u1")}, "another part (7, 7)"),
        ({"train_labels": np.zeros((6, 2), "u1")}, "labels are uint8 of shape (6, 2)"),
        ({"train_labels": np.zeros((6, 1))}, "labels are float64 of shape (6,)"),
        ({"val_labels": np.full((6, 1), 2, "u1")}, "labels go from 2 to 2, but 2 classes"),
        ({"val_labels": np.full((6, 1), -1)}, "labels go from -1 to -1"),
        ({"test_labels": np.ones((6, 1), "u1")}, "no picture of the class 'normal'"),
        ({"train_images": np.array([{}], dtype=object)}, "train_images of x.npz cannot be read"),
    ],
)
def test_medmnist_files_that_are_not_as_expected(tmp_path, target, changed, expected):
    content = {k: v for k, v in (medmnist_arrays() | changed).items() if v is not None}
    np.savez(tmp_path / "x.npz", **content)
    sources = {"x.npz": tmp_path / "x.npz"}
    message = refused("medmnist", sources, target, expected, ("normal", "pneumonia"))
    assert "x.npz" in message


def test_no_npz_file(tmp_path, target):
    (tmp_path / "x.npz").write_bytes(b"<html>")
    refused("medmnist", {"x.npz": tmp_path / "x.npz"}, target, "damaged or no .npz", ("a", "b"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (npy_header((2**20, 2**20, 3)), "promises 3,298,534,883,328 bytes"),
        (npy_header((6, 7, 7)) + bytes(10), "cannot be read"),
        (b"\x93NUMPY\x09\x09", "cannot be read"),
        (b"", "cannot be read"),
    ],
)
def test_bad_arrays_in_an_npz_file(tmp_path, target, content, expected):
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("train_images.npy", content)
    sources = {"x.npz": tmp_path / "x.npz"}
    refused("medmnist", sources, target, expected, ("a", "b"))
