"""Files are never seen half-written, and a disk's refusals are told in a sentence."""

import errno
import hashlib
import stat

import pytest

from course_utils.errors import CourseError
from course_utils.files import atomic_path, disk_errors_explained, sha256_of
from course_utils.paths import cache_folder


def test_sha256_of_a_file_longer_than_a_block(tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"0123456789" * 10)
    assert sha256_of(path, block_bytes=7) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_appears_whole_and_readable_by_all(tmp_path):
    path = tmp_path / "numbers.txt"
    with atomic_path(path) as temporary:
        temporary.write_text("12")
        assert not path.exists()
        assert temporary.parent == tmp_path, "another file system could not replace it at once"
    assert path.read_text() == "12"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_an_interrupted_writer_leaves_the_old_file(tmp_path, interruption):
    path = tmp_path / "numbers.txt"
    path.write_text("old")
    with pytest.raises(interruption), atomic_path(path) as temporary:
        temporary.write_text("ne")
        raise interruption
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_may_replace_its_temporary_file(tmp_path):
    path = tmp_path / "numbers.txt"
    with atomic_path(path) as temporary:
        temporary.unlink()
        temporary.write_text("12")
    assert path.read_text() == "12"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_in_a_sentence(tmp_path, number):
    path = tmp_path / "numbers.txt"
    path.write_text("old")
    with (
        pytest.raises(
            CourseError, match=r"^The disk that holds \S+ is full: free some space .*\.$"
        ),
        atomic_path(path),
    ):
        raise OSError(number, "no space")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_missing_permission_is_told_in_a_sentence(tmp_path, number):
    path = tmp_path / "numbers.txt"
    with (
        pytest.raises(CourseError, match=r"numbers\.txt cannot be written: .*COURSE_CACHE.*\.$"),
        disk_errors_explained(path),
    ):
        raise OSError(number, "no", str(tmp_path / "numbers.lock"))


def test_a_file_elsewhere_is_not_blamed_on_the_cache(tmp_path):
    """A photograph that may not be read, met while features are written."""
    with pytest.raises(PermissionError), disk_errors_explained(tmp_path / "cache" / "entry"):
        raise PermissionError(errno.EACCES, "no", str(tmp_path / "photograph.jpg"))


def test_other_errors_pass_through(tmp_path):
    with pytest.raises(FileNotFoundError), disk_errors_explained(tmp_path):
        (tmp_path / "absent").read_text()


def test_a_cache_folder_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(CourseError, match=r"cannot be created .*: set .* COURSE_CACHE"):
        cache_folder("features")
