"""The feature store: what is in it is whole, within its limit, listed and cleared."""

import errno
import os
import time

import numpy as np
import pytest
from computation import BATCH, EXPECTED, KEY, ROWS, Computation, fetch

from course_utils.errors import CourseError
from course_utils.features.cache import clear_cache, fetch_or_compute, list_entries


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
    array = fetch_or_compute(KEY, ROWS, lambda: batches)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, np.concatenate([EXPECTED[::2], EXPECTED[1::2]]))


@pytest.mark.parametrize("fail_at", [0, 30])
def test_a_run_broken_off_leaves_nothing_and_begins_again(fail_at):
    with pytest.raises(KeyboardInterrupt):
        fetch_or_compute(KEY, ROWS, Computation(fail_at))
    assert list_entries() == []
    fetch(Computation())


def test_a_killed_run_leaves_a_part_that_is_listed_overwritten_and_cleared(store):
    fetch(Computation())
    part = (store / f"{KEY}.npy").rename(store / f"{KEY}.part")
    assert [(entry.name, entry.complete) for entry in list_entries()] == [(part.name, False)]
    fetch(Computation())
    assert not part.exists()
    part.write_bytes(bytes(1000))
    assert clear_cache() > 1000 and list_entries() == []


@pytest.mark.parametrize("size", [0, 20, 128, -1])
def test_a_finished_entry_cut_short_is_computed_again(store, size):
    fetch(Computation())
    path = store / f"{KEY}.npy"
    path.write_bytes(path.read_bytes()[:size])
    computation = Computation()
    fetch(computation)
    assert computation.begun[0] == 0


def test_too_many_rows_are_a_mistake_that_leaves_nothing():
    with pytest.raises(RuntimeError, match="60 rows were computed where 50 were promised"):
        fetch_or_compute(KEY, ROWS, lambda: [EXPECTED, EXPECTED[:10]])
    fetch(Computation())


def test_a_full_disk_is_told(monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CourseError, match=r"^The disk that holds \S+ is full: free"):
            fetch_or_compute(KEY, ROWS, Computation())
    assert list_entries() == []


def test_an_error_of_the_computation_passes_through(tmp_path):
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


def test_the_least_recently_used_makes_room(store, monkeypatch):
    size = fill(store, "aa", "bb", "cc")
    monkeypatch.setenv("COURSE_CACHE_GB", str(3.5 * size / 1e9))
    fetch(None, "aa")
    fetch(Computation(), "dd")
    assert keys() == ["cc", "aa", "dd"]
    monkeypatch.setenv("COURSE_CACHE_GB", str(1.5 * size / 1e9))
    fetch(Computation(), "ee")
    assert keys() == ["ee"]


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


def test_clearing(store):
    held = 2 * fill(store, "aa", "bb")
    in_use = fetch(None, "aa")
    assert clear_cache() == held
    assert list_entries() == []
    assert {path.suffix for path in store.iterdir()} <= {".lock"}
    np.testing.assert_array_equal(in_use, EXPECTED)  # outlives its deletion
    fetch(Computation())


def test_what_is_being_written_is_not_deleted(store):
    size = fill(store, "aa")
    freed = []

    def batches():
        for start in range(0, ROWS, BATCH):
            yield EXPECTED[start : start + BATCH]
            freed.append(clear_cache())

    fetch(batches)
    assert freed == [size, 0, 0, 0, 0]
