"""The store of features: resumed after any damage, never wrong, never larger than allowed."""

import errno
import os
import time

import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.features import cache
from course_utils.features.cache import clear_cache, fetch_or_compute, list_entries

ROWS, BATCH = 50, 10
EXPECTED = np.random.default_rng(0).normal(size=(ROWS, 2, 3)).astype(np.float32)
KEY = "0123abcd"


class Computation:
    """Gives `EXPECTED` in batches, notes where each begins, and fails when it is told to."""

    def __init__(self, fail_at=None, error=KeyboardInterrupt):
        self.begun = []
        self.fail_at = fail_at
        self.error = error

    def __call__(self, first_row):
        for start in range(first_row, ROWS, BATCH):
            if start == self.fail_at:
                raise self.error
            self.begun.append(start)
            yield EXPECTED[start : start + BATCH]


def fetch(computation, key=KEY):
    array = fetch_or_compute(key, ROWS, computation)
    np.testing.assert_array_equal(array, EXPECTED)
    return array


@pytest.fixture
def broken_off(store):
    """An entry of which three batches are there; gives its two files."""
    with pytest.raises(KeyboardInterrupt):
        fetch_or_compute(KEY, ROWS, Computation(fail_at=30))
    return store / f"{KEY}.part", store / f"{KEY}.log"


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


def fill(store, *keys):
    """Finished entries, used in this order, long ago; gives the bytes of one."""
    for age, key in enumerate(reversed(keys), start=1):
        fetch(Computation(), key)
        past = time.time() - 1000 * age
        os.utime(store / f"{key}.npy", (past, past))
    return (store / f"{keys[0]}.npy").stat().st_size


def keys():
    return [entry.name.partition(".")[0] for entry in list_entries()]


def test_entries_are_listed_least_recently_used_first(store):
    size = fill(store, "aa", "bb", "cc")
    assert keys() == ["aa", "bb", "cc"]
    assert [entry.bytes for entry in list_entries()] == [size] * 3
    assert all(entry.complete for entry in list_entries())
    fetch(None, "aa")
    assert keys() == ["bb", "cc", "aa"]
    assert time.time() - list_entries()[-1].last_used.timestamp() < 100


def test_an_unfinished_entry_is_listed_as_such(broken_off):
    assert [(entry.name, entry.complete) for entry in list_entries()] == [(f"{KEY}.part", False)]


def test_the_least_recently_used_makes_room(store, monkeypatch):
    size = fill(store, "aa", "bb", "cc")
    monkeypatch.setenv("COURSE_CACHE_GB", str(3.5 * size / 1e9))
    fetch(None, "aa")
    fetch(Computation(), "dd")
    assert keys() == ["cc", "aa", "dd"]
    monkeypatch.setenv("COURSE_CACHE_GB", str(1.5 * size / 1e9))
    fetch(Computation(), "ee")
    assert keys() == ["ee"]


def test_going_on_makes_room_too_but_not_twice(broken_off, store, monkeypatch):
    size = fill(store, "aa", "bb")
    monkeypatch.setenv("COURSE_CACHE_GB", str(2.1 * size / 1e9))
    fetch(Computation())
    assert keys() == ["bb", KEY]


def test_too_large_for_the_store(store, monkeypatch):
    size = fill(store, "aa")
    monkeypatch.setenv("COURSE_CACHE_GB", str(size / 2 / 1e9))
    computation = Computation()
    expected = r"take 1\.2e-06 GB, more than the cache's limit of 6\.\d+e-07 GB: .*COURSE_CACHE_GB"
    with pytest.raises(CourseError, match=expected):
        fetch_or_compute(KEY, ROWS, computation)
    assert computation.begun == [0], "told after one batch, not after hours"
    assert keys() == ["aa"], "and nothing was thrown away for it"


@pytest.mark.parametrize("text", ["much", "0", "-1", "nan", "inf", "5 GB"])
def test_a_limit_that_is_none(monkeypatch, text):
    monkeypatch.setenv("COURSE_CACHE_GB", text)
    with pytest.raises(CourseError, match=rf"COURSE_CACHE_GB is '{text}': set it to a number"):
        fetch_or_compute(KEY, ROWS, Computation())


def test_the_limit_without_a_word(monkeypatch):
    monkeypatch.setenv("COURSE_CACHE_GB", "")
    assert cache.limit_bytes() == cache.DEFAULT_LIMIT_GB * 1e9


def test_clearing(broken_off, store):
    held = 2 * fill(store, "aa", "bb") + broken_off[0].stat().st_size
    assert clear_cache() == held
    assert list_entries() == []
    assert {path.suffix for path in store.iterdir()} <= {".lock"}
    fetch(Computation())


def test_what_is_being_written_is_not_deleted(store, monkeypatch):
    size = fill(store, "aa")
    freed = []

    def batches(first_row):
        for start in range(first_row, ROWS, BATCH):
            yield EXPECTED[start : start + BATCH]
            freed.append(clear_cache())

    fetch(batches)
    assert freed == [size, 0, 0, 0, 0]


def test_features_in_use_outlive_their_deletion(store):
    array = fetch(Computation())
    assert clear_cache() > 0
    np.testing.assert_array_equal(array, EXPECTED)
