"""The expanded copy in the cache is whole or not there, whoever is killed or comes second."""

import errno
import json
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_utils.bases import course_weights, weights
from course_utils.errors import CourseError

CONTENT = b"weights " * 10_000


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "weights"


@pytest.fixture
def made(cache, monkeypatch):
    """Expansion in no time; the list grows with every copy that is made."""
    made = []

    def write(name, framework, folder):
        made.append(framework)
        (folder / "resnet50.weights.h5").write_bytes(CONTENT)

    monkeypatch.setattr(weights, "_write_expanded", write)
    return made


def test_expanded_once_for_each_framework(made, cache):
    path = Path(course_weights("resnet50"))
    assert path.read_bytes() == CONTENT
    assert course_weights() == str(path)
    assert course_weights(framework="torch") != course_weights(framework="keras")
    assert made == ["keras", "torch"]
    assert path.parent.parent == cache


def test_others_may_read_it(made):
    path = Path(course_weights())
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755
    assert stat.S_IMODE(path.stat().st_mode) & 0o044 == 0o044


@pytest.mark.parametrize("looked_at_before", [True, False])
def test_a_damaged_copy_is_made_again(made, looked_at_before, monkeypatch):
    path = Path(course_weights())
    monkeypatch.setattr(weights, "_seen_intact", {})  # as in a new process
    if looked_at_before:
        course_weights()
    path.write_bytes(CONTENT[:-1] + b"!")
    assert Path(course_weights()).read_bytes() == CONTENT
    assert made == ["keras", "keras"]


@pytest.mark.parametrize("damage", ["", "{}", "null", "[]", "[1]", '{"gone.h5": "00"}'])
def test_a_damaged_list_of_checksums_is_no_proof(made, damage):
    path = Path(course_weights())
    (path.parent / "SHA256.json").write_text(damage)
    course_weights()
    assert len(made) == 2
    assert path.read_bytes() == CONTENT


def test_an_intact_copy_is_not_read_twice_by_one_process(made, monkeypatch):
    course_weights()
    course_weights()
    monkeypatch.setattr(weights, "sha256_of", lambda path: 1 / 0)
    course_weights()
    assert made == ["keras"]


def test_a_copy_in_a_cache_that_cannot_be_written_serves(made, cache, monkeypatch):
    def denied(*arguments, **options):
        raise PermissionError(errno.EACCES, "no", str(cache / "x.lock"))

    path = course_weights()
    monkeypatch.setattr("filelock.FileLock.acquire", denied)
    assert course_weights() == path
    with pytest.raises(CourseError, match=r"cannot be written: .*COURSE_CACHE"):
        course_weights(framework="torch")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError])
def test_an_expansion_broken_off_leaves_nothing(made, cache, interruption, monkeypatch):
    def write(name, framework, folder):
        (folder / "resnet50.weights.h5").write_bytes(CONTENT[:100])
        raise interruption

    with monkeypatch.context() as patch:
        patch.setattr(weights, "_write_expanded", write)
        with pytest.raises(interruption):
            course_weights()
    assert [path.suffix for path in cache.iterdir()] in ([], [".lock"])
    assert Path(course_weights()).read_bytes() == CONTENT


def test_a_full_disk_is_told_in_a_sentence(made, cache, monkeypatch):
    def write(name, framework, folder):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(weights, "_write_expanded", write)
    with pytest.raises(CourseError, match=r"^The disk that holds \S+ is full: free some space"):
        course_weights()
    assert [path.suffix for path in cache.iterdir()] in ([], [".lock"])


OTHER_PROCESS = """
import os, sys, time
from pathlib import Path
from course_utils.bases import course_weights
from course_utils.bases import weights

def write(name, framework, folder):
    with open(sys.argv[1], "a") as log:
        log.write("made\\n")
    with open(folder / "resnet50.weights.h5", "wb") as file:
        file.write(b"weights " * 5_000)
        file.flush()
        time.sleep(float(sys.argv[2]))
        file.write(b"weights " * 5_000)

weights._write_expanded = write
print("ready", flush=True)
sys.stdin.readline()
print(len(Path(course_weights()).read_bytes()), flush=True)
"""


def start(log, seconds):
    """A process that waits for a line, then asks for the weights; writing takes `seconds`."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(log), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_killed_expansion_is_never_taken_as_whole(made, cache, tmp_path):
    process = start(tmp_path / "log", 600)
    process.stdin.write("go\n")
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in cache.glob(".resnet50-*/*.h5")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.communicate()
    path = Path(course_weights())
    assert path.read_bytes() == CONTENT
    assert made == ["keras"]
    names = {each.name for each in cache.iterdir()} - {f"{path.parent.name}.lock"}
    assert names == {path.parent.name}, "the killed process's leftovers are cleared away"


def test_two_kernels_that_start_at_once(cache, tmp_path):
    log = tmp_path / "log"
    processes = [start(log, 0.3) for _ in range(2)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert process.communicate(timeout=60)[0] == f"{len(CONTENT)}\n"
    assert log.read_text() == "made\n"
    (folder,) = (path for path in cache.iterdir() if path.is_dir())
    assert set(json.loads((folder / "SHA256.json").read_text())) == {"resnet50.weights.h5"}
    assert {path.name for path in folder.iterdir()} == {"resnet50.weights.h5", "SHA256.json"}
