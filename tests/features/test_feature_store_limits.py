"""The feature store is never larger than allowed, and is listed and cleared."""

import os
import time

import numpy as np
import pytest
from computation import BATCH, EXPECTED, KEY, ROWS, Computation, fetch

from course_utils.errors import CourseError
from course_utils.features import cache
from course_utils.features.cache import clear_cache, fetch_or_compute, list_entries


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
