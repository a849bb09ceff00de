"""An entry of the feature store is resumed after any damage, and never wrong."""

import errno
import os

import numpy as np
import pytest
from computation import BATCH, EXPECTED, KEY, ROWS, Computation, fetch

from course_utils.errors import CourseError
from course_utils.features.cache import fetch_or_compute, list_entries


def test_computed_once(store):
    computation = Computation()
    array = fetch(computation)
    assert isinstance(array, np.memmap), "it comes into memory as it is read"
    assert not array.flags.writeable
    fetch(computation)
    assert computation.begun == [0, 10, 20, 30, 40]
    assert {path.suffix for path in store.iterdir()} <= {".npy", ".lock"}
    np.testing.assert_array_equal(np.load(store / f"{KEY}.npy"), EXPECTED)


def test_other_kinds_of_numbers_are_stored_as_float32():
    batches = [EXPECTED[::2].astype(np.float64), np.asfortranarray(EXPECTED[1::2])]
    array = fetch_or_compute(KEY, ROWS, lambda first_row: batches)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, np.concatenate([EXPECTED[::2], EXPECTED[1::2]]))


def test_a_run_broken_off_goes_on(broken_off):
    computation = Computation()
    fetch(computation)
    assert computation.begun == [30, 40]


def test_broken_off_before_the_first_batch(store):
    with pytest.raises(KeyboardInterrupt):
        fetch_or_compute(KEY, ROWS, Computation(fail_at=0))
    assert list_entries() == []
    fetch(Computation())


def test_broken_off_after_the_last_batch(store, monkeypatch):
    def broken(path, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(type(store), "replace", broken)
        fetch_or_compute(KEY, ROWS, Computation())
    computation = Computation()
    fetch(computation)
    assert computation.begun == []


def damage(path, position, byte=None):
    """Turn one byte over, or cut the file there."""
    content = bytearray(path.read_bytes())
    if byte is None:
        del content[position:]
    else:
        content[position] = byte if content[position] != byte else byte ^ 1
    path.write_bytes(content)


BLOCK = EXPECTED[:BATCH].nbytes  # bytes of a batch


@pytest.mark.parametrize(
    ("position", "byte", "first"),
    [
        (-1, 7, 20),
        (-BLOCK, 7, 20),
        (-BLOCK - 1, 7, 10),
        (-3 * BLOCK, 7, 0),
        (5, 7, 0),
        (-1, None, 20),
        (-BLOCK, None, 20),
        (-BLOCK - 1, None, 10),
        (-3 * BLOCK, None, 0),
        (0, None, 0),
    ],
)
def test_damaged_or_missing_data_is_computed_again(broken_off, position, byte, first):
    damage(broken_off[0], position, byte)
    computation = Computation()
    fetch(computation)
    assert computation.begun[0] == first


@pytest.mark.parametrize(
    ("position", "byte", "first"),
    [(-1, None, 20), (-1, ord("9"), 20), (-2, None, 20), (-2, ord("9"), 20), (-5, ord("x"), 20),
     (-5, 0, 20), (0, ord("9"), 0), (0, 0xFF, 0), (0, None, 0), (1, None, 0)],
)  # fmt: skip
def test_a_damaged_record_promises_nothing(broken_off, position, byte, first):
    damage(broken_off[1], position, byte)
    computation = Computation()
    fetch(computation)
    assert computation.begun[0] == first


def test_a_damaged_record_is_mended(broken_off):
    """What is computed after the damage must count when that run is broken off in its turn."""
    damage(broken_off[1], -3)
    with pytest.raises(KeyboardInterrupt):
        fetch_or_compute(KEY, ROWS, Computation(fail_at=40))
    computation = Computation()
    fetch(computation)
    assert computation.begun == [40]


def test_every_number_of_the_record_is_checked(broken_off):
    part, log = broken_off
    data, lines = part.read_bytes(), log.read_text().splitlines()
    for number in range(3):
        fields = lines[-1].split()
        fields[number] = str(int(fields[number]) + 1)
        part.write_bytes(data)
        log.write_text("\n".join([*lines[:-1], " ".join(fields)]) + "\n")
        (part.parent / f"{KEY}.npy").unlink(missing_ok=True)
        computation = Computation()
        fetch(computation)
        assert computation.begun[0] == 20


@pytest.mark.parametrize("lost", [0, 1], ids=["data", "record"])
def test_one_file_without_the_other(broken_off, lost):
    broken_off[lost].unlink()
    fetch(Computation())


def test_bytes_behind_the_record_are_dropped(broken_off):
    with broken_off[0].open("ab") as data:
        data.write(EXPECTED[30:35].tobytes())
    fetch(Computation())


@pytest.mark.parametrize("size", [0, 20, 128, -1])
def test_a_finished_entry_cut_short_is_computed_again(store, size):
    fetch(Computation())
    damage(store / f"{KEY}.npy", size)
    computation = Computation()
    fetch(computation)
    assert computation.begun[0] == 0


def test_too_many_rows_are_a_mistake_that_leaves_nothing(store):
    for _ in range(2):
        with pytest.raises(RuntimeError, match="60 rows were computed where 50 were promised"):
            fetch_or_compute(KEY, ROWS, lambda first_row: [EXPECTED, EXPECTED[:10]])
    fetch(Computation())


def test_a_full_disk_is_told_and_costs_no_finished_batch(broken_off, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        patch.setattr(type(broken_off[0]), "write_bytes", full)
        for _ in range(2):
            with pytest.raises(CourseError, match=r"^The disk that holds \S+ is full: free"):
                fetch_or_compute(KEY, ROWS, Computation())
    computation = Computation()
    fetch(computation)
    assert computation.begun == [30, 40]


def test_an_error_of_the_computation_passes_through(store, tmp_path):
    """A photograph without read permission is no matter of the cache."""
    error = PermissionError(errno.EACCES, "no", str(tmp_path / "photo.jpg"))
    with pytest.raises(PermissionError):
        fetch_or_compute(KEY, ROWS, Computation(fail_at=10, error=error))
