"""Archives that mean harm, or were harmed: nothing gets out, nothing grows without end."""

import errno
import struct
import tarfile
import zipfile

import numpy as np
import pytest
from fetch_helpers import MODES, picture_files, random_bytes, tar_bytes, tree, zip_bytes

from course_utils import CourseError
from course_utils.assets import unpacking
from course_utils.assets.unpacking import is_archive, unpack

ALL = [".zip", ".whl", *MODES]
PICTURES = picture_files()


@pytest.fixture
def unpacked(tmp_path):
    """Unpack bytes; give what lies in the folder, after looking around it."""

    def unpacked(content, ending):
        archive, folder = tmp_path / f"set{ending}", tmp_path / "deep" / "inside" / "unpacked"
        archive.write_bytes(content)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            unpack(archive, folder)
        finally:
            inside = {path for path in tmp_path.rglob("*") if folder in path.parents}
            expected = {archive, folder, folder.parent, folder.parent.parent}
            assert set(tmp_path.rglob("*")) - inside == expected
            assert not any(path.is_symlink() for path in inside)
        return tree(folder)

    return unpacked


def packed(files, ending):
    return tar_bytes(files, MODES[ending]) if ending in MODES else zip_bytes(files)


def member(name, kind=tarfile.REGTYPE, link=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.mark.parametrize("ending", ALL)
def test_files_come_out_as_they_went_in(unpacked, ending):
    assert is_archive(f"Set{ending.upper()}")
    assert unpacked(packed(PICTURES, ending), ending) == PICTURES


@pytest.mark.parametrize("name", ["train.npz", "digits.gz", "a.mat", "usps.bz2", "zip", "tar"])
def test_other_files_are_no_archives(name):
    assert not is_archive(name)


def test_folders_and_dots_are_understood(unpacked):
    folders = [member("./", tarfile.DIRTYPE), member("./a/", tarfile.DIRTYPE)]
    content = tar_bytes({}, members=[*folders, member("./a/x"), *folders])
    assert unpacked(content, ".tgz") == {"a/x": b""}


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
@pytest.mark.parametrize(
    "name",
    [
        *("../out.txt", "a/../../out.txt", "a/..", "/tmp/out.txt", "//out.txt", "C:/out.txt"),
        *("..\\out.txt", "a\\..\\..\\out.txt"),
    ],
)
def test_names_that_lead_out_are_refused(unpacked, ending, name):
    with pytest.raises(CourseError, match=r"set\.\S+ holds .*, which leads out of its folder"):
        unpacked(packed({"good.txt": b"good", name: b"bad"}, ending), ending)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
)
@pytest.mark.parametrize("link", ["good.txt", "../../../out.txt", "/etc/passwd"])
def test_links_and_devices_in_a_tar_are_refused(unpacked, kind, link):
    content = tar_bytes({"good.txt": b"good"}, members=[member("odd", kind, link)])
    with pytest.raises(CourseError, match="'odd', which is neither a file nor a folder"):
        unpacked(content, ".tgz")


def test_a_link_in_a_zip_comes_out_as_a_file(unpacked):
    odd = zipfile.ZipInfo("odd")
    odd.external_attr = 0o120777 << 16
    assert unpacked(zip_bytes({odd: b"/etc/passwd"}), ".zip") == {"odd": b"/etc/passwd"}


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_a_bomb_does_not_go_off(unpacked, ending, tmp_path, monkeypatch):
    """Of the 30 million bytes none reaches the disk."""
    monkeypatch.setattr(unpacking, "SLACK_BYTES", 1_000_000)
    with pytest.raises(CourseError, match=r"holds more than the [\d,]+ bytes"):
        unpacked(packed({"zeros": bytes(30_000_000)}, ending), ending)
    assert not list(tmp_path.rglob("zeros"))


def test_a_zip_that_lies_about_its_sizes_is_caught(unpacked, monkeypatch, tmp_path):
    content = zip_bytes({"zeros": bytes(30_000_000)})
    lying = content.replace(struct.pack("<L", 30_000_000), struct.pack("<L", 1000))
    assert lying != content
    with pytest.raises(CourseError, match="damaged or cut short"):
        unpacked(lying, ".zip")
    assert sum(path.stat().st_size for path in tmp_path.rglob("zeros")) <= 1000


@pytest.mark.parametrize("ending", [".zip", ".tar"])
def test_too_many_files_are_refused(unpacked, ending, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_MEMBERS", 50)
    assert len(unpacked(packed({str(k): b"" for k in range(50)}, ending), ending)) == 50
    with pytest.raises(CourseError, match="more than 50 files"):
        unpacked(packed({str(k): b"" for k in range(100, 151)}, ending), ending)


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".tar.xz"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_an_archive_that_is_cut_short_is_told(unpacked, ending, share):
    content = packed({f"{k}.png": random_bytes(3000, k) for k in range(20)}, ending)
    with pytest.raises(CourseError, match="damaged or cut short"):
        unpacked(content[: int(len(content) * share)], ending)


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_random_damage_never_shows_a_traceback(unpacked, ending, tmp_path):
    """Flipped bytes: the files come out, or a sentence does."""
    content = packed(picture_files(count=2, size=300), ending)
    random = np.random.default_rng(0)
    told = 0
    for _ in range(60):
        damaged = bytearray(content)
        for place in random.integers(0, len(content), random.integers(1, 4)):
            damaged[place] = random.integers(256)
        try:
            unpacked(bytes(damaged), ending)
        except CourseError:
            told += 1
        for path in sorted((tmp_path / "deep").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    assert told > 5


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
def test_a_full_disk_is_told(unpacked, ending, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "extractall", full)
    monkeypatch.setattr(tarfile.TarFile, "extractall", full)
    with pytest.raises(CourseError, match=r"The disk that holds .* is full"):
        unpacked(packed(PICTURES, ending), ending)
