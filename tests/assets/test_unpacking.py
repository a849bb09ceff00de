"""Archives that mean harm, or were harmed: nothing gets out, nothing grows without end."""

import errno
import io
import struct
import tarfile
import zipfile

import numpy as np
import pytest
from download_helpers import picture_files, random_bytes, tar_bytes, tree, zip_bytes

from course_utils import CourseError
from course_utils.assets import unpacking
from course_utils.assets.unpacking import Limits, is_archive, unpack

TARS = {".tar": "w", ".tgz": "w:gz", ".tar.gz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}
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
    return zip_bytes(files) if ending == ".zip" else tar_bytes(files, TARS[ending])


def member(name, kind=tarfile.REGTYPE, link=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.mark.parametrize("ending", [".zip", *TARS])
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
        *("..\\out.txt", "a\\b.txt", "con", "a/NUL.txt", "com1.png", "a.", "b /c", "a:b", "what?"),
        *("new\nline", "a" * 300),
    ],
)
def test_names_that_lead_out_or_suit_no_windows_are_refused(unpacked, ending, name):
    with pytest.raises(CourseError, match=r"set\.\S+ holds .*, which (leads|has)"):
        unpacked(packed({"good.txt": b"good", name: b"bad"}, ending), ending)


@pytest.mark.parametrize(
    "kind",
    [
        *(tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE),
        *(tarfile.GNUTYPE_SPARSE, b"Z"),
    ],
)
@pytest.mark.parametrize("link", ["good.txt", "../../../out.txt", "/etc/passwd"])
def test_links_and_devices_in_a_tar_are_refused(unpacked, kind, link):
    content = tar_bytes({"good.txt": b"good"}, members=[member("odd", kind, link)])
    with pytest.raises(CourseError, match=r"which is neither a file nor a folder|damaged"):
        unpacked(content, ".tgz")


@pytest.mark.parametrize("kind", [0o120777, 0o010644, 0o020644, 0o060644, 0o140644])
def test_links_and_devices_in_a_zip_are_refused(unpacked, kind):
    odd = zipfile.ZipInfo("odd")
    odd.external_attr = kind << 16
    with pytest.raises(CourseError, match="'odd', which is neither a file nor a folder"):
        unpacked(zip_bytes({"good.txt": b"good", odd: b"/etc/passwd"}), ".zip")


@pytest.mark.parametrize("ending", [".zip", ".tar"])
@pytest.mark.parametrize(
    "names",
    [("a", "A"), ("a/x", "A/y"), ("a", "a/b"), ("a/b", "a"), ("é", "e\u0301"), ("ß/1", "SS/2")],
)
def test_names_that_clash_are_refused(unpacked, ending, names):
    with pytest.raises(CourseError, match="clashes with another"):
        unpacked(packed(dict.fromkeys(names, b"content"), ending), ending)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("ending", [".zip", ".tar"])
def test_a_file_that_is_there_twice_is_refused(unpacked, ending):
    twice = tar_bytes({"a": b"1"}, "w", [member("a")])
    if ending == ".zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as packed:
            packed.writestr("a", b"1")
            packed.writestr("a", b"2")
        twice = buffer.getvalue()
    with pytest.raises(CourseError, match="clashes with another"):
        unpacked(twice, ending)


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_a_bomb_does_not_go_off(unpacked, ending, tmp_path, monkeypatch):
    """Counted while writing: of the 30 million bytes at most the allowed ones reach the disk."""
    monkeypatch.setattr(unpacking, "LIMITS", Limits(slack=1_000_000))
    with pytest.raises(CourseError, match=r"holds more than the [\d,]+ bytes"):
        unpacked(packed({"zeros": bytes(30_000_000)}, ending), ending)
    written = sum(path.stat().st_size for path in tmp_path.rglob("zeros"))
    assert written < 4_000_000


def test_a_zip_that_lies_about_its_sizes_is_caught(unpacked, monkeypatch):
    monkeypatch.setattr(unpacking, "LIMITS", Limits(slack=1_000_000))
    content = zip_bytes({"zeros": bytes(30_000_000)})
    lying = content.replace(struct.pack("<L", 30_000_000), struct.pack("<L", 1000))
    assert lying != content
    with pytest.raises(CourseError, match="damaged or cut short"):
        unpacked(lying, ".zip")


def test_overlapping_members_of_a_zip_count_each_time(unpacked, monkeypatch):
    """A zip can name the same bytes over and over: little in it, very much comes out."""
    monkeypatch.setattr(unpacking, "LIMITS", Limits(slack=1_000_000))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("0", bytes(500_000))
        first = packed.infolist()[0]
        for _ in range(100):
            packed.filelist.append(first)
    with pytest.raises(CourseError, match=r"clashes|holds more than|damaged"):
        unpacked(buffer.getvalue(), ".zip")


def test_an_endless_header_is_not_read_into_memory(unpacked, monkeypatch):
    monkeypatch.setattr(unpacking, "LIMITS", Limits(slack=1_000_000))
    content = tar_bytes({}, members=[tarfile.TarInfo("a")])
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        long = tarfile.TarInfo("a")
        long.pax_headers = {"comment": "x" * 30_000_000}
        tar.addfile(long)
    assert len(content) < len(buffer.getvalue()) < 100_000
    with pytest.raises(CourseError, match="holds more than"):
        unpacked(buffer.getvalue(), ".tgz")


@pytest.mark.parametrize("ending", [".zip", ".tar"])
def test_too_many_files_are_refused(unpacked, ending, monkeypatch):
    monkeypatch.setattr(unpacking, "LIMITS", Limits(members=50))
    assert len(unpacked(packed({str(k): b"" for k in range(50)}, ending), ending)) == 50
    with pytest.raises(CourseError, match="more than 50 files"):
        unpacked(packed({str(k): b"" for k in range(100, 151)}, ending), ending)


@pytest.mark.parametrize("ending", [".zip", *TARS])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7, 0.95, 0.999])
def test_an_archive_that_is_cut_short_is_told(unpacked, ending, share):
    content = packed({f"{k}.png": random_bytes(3000, k) for k in range(20)}, ending)
    # A plain tar ends in 20 blocks of padding: it is cut where it still hurts.
    whole = content.rstrip(b"\0") if ending == ".tar" else content
    with pytest.raises(CourseError, match="damaged or cut short"):
        unpacked(whole[: int(len(whole) * share)], ending)


@pytest.mark.parametrize("ending", [".tgz", ".tar.xz"])
def test_the_very_end_is_read_too(unpacked, ending):
    """Behind the last file there is a checksum of it all."""
    content = packed({"a": random_bytes(50_000)}, ending)
    with pytest.raises(CourseError, match="damaged or cut short"):
        unpacked(content[:-4] + b"????", ending)


def test_a_tar_cut_between_two_files_is_told(unpacked):
    content = tar_bytes({"a": random_bytes(512), "b": random_bytes(512, 1)}, "w")
    with pytest.raises(CourseError, match="damaged or cut short"):
        unpacked(content[:1024], ".tar")


def test_a_zip_with_a_password_is_told(unpacked):
    content = bytearray(zip_bytes({"a": b"content"}))
    content[6] |= 1  # the flag in the file's own header, and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(CourseError, match=r"damaged or cut short .*(encrypted|password)"):
        unpacked(bytes(content), ".zip")


@pytest.mark.parametrize("ending", [".zip", *TARS])
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
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpacking.shutil, "copyfileobj", full)
    with pytest.raises(CourseError, match=r"The disk that holds .* is full"):
        unpacked(packed(PICTURES, ending), ending)
