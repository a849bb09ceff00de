"""Every mistake with a folder gets one clear sentence."""

import os
import shutil
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import CourseError
from course_utils.datasets import decoding, file_checks, load_dataset, scanning


def complaint(path):
    """The sentence of the `CourseError` that loading `path` raises."""
    with pytest.raises(CourseError) as error:
        load_dataset(path, size=8)
    sentence = str(error.value)
    assert sentence.endswith((".", "?")) and "\n" not in sentence
    return sentence


def test_a_file_instead_of_a_folder(tmp_path):
    archive = tmp_path / "photos.zip"
    archive.write_bytes(b"PK")
    assert "is a file, not a folder: unpack it" in complaint(archive)


@pytest.mark.parametrize("closed", ["photos", "secret"])
def test_folders_that_may_not_be_opened(folder, load, monkeypatch, closed):
    """The folder itself is an error; one inside a class is left out and named."""
    root, scan = folder({"a": 5, "b": 5, "b/secret": 1}), os.scandir

    def refuse(path):
        if Path(path).name == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(scanning.os, "scandir", refuse)
    if closed == "secret":
        assert "b/secret (the folder cannot be opened)" in load(root)[1][0]
    else:
        assert complaint(root) == (
            f"The folder {root} cannot be opened (Permission denied): check that you may read it."
        )


def test_no_such_folder_far_down(tmp_path):
    wrong = tmp_path / "no" / "such" / "place"
    assert complaint(str(wrong)) == f"There is no folder {wrong}: {tmp_path} has no 'no' in it."


def test_no_such_folder_given_relative(folder, monkeypatch):
    monkeypatch.chdir(folder({"a": 5, "b": 5}).parent)
    assert "did you mean photos?" in complaint("./photo")


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [
        ({}, "has no class folders"),
        ({".": 1}, "holds images but no class folders"),
        ({"train": 3, "test": 3}, "{root}/train holds images but no class folders"),
        ({"a": 5}, "has one class only, a:"),
        ({"train/a": 5, "test/a": 5}, "{root}/train has one class only, a:"),
        ({"all/a": 5, "all/b": 5}, "did you mean {root}/all?"),
        ({"a": 5, "b": 0, "c": 5}, "The class folder {root}/b has no image"),
        (
            {"a": 5, "b": 4},
            "The class 'b' has 4 different images, too few to split: give it at least 5.",
        ),
        (
            {"train/a": 1, "train/b": 2, "test/a": 1, "test/b": 1},
            "The class 'a' has 1 different image, too few to split: give it at least 2.",
        ),
        (
            {"train/a": 3, "train/b": 3, "test/a": 3, "test/c": 3},
            "The test folder of {root} has classes that train does not have (c; train has a, b)",
        ),
        ({"test/a": 3, "val/a": 3}, "has test, val but no train folder"),
        (
            {f"{part}/{name}": 2 for part in ("train", "val", "valid") for name in "ab"},
            "two validation folders, val and valid: keep one",
        ),
    ],
)
def test_layouts_that_cannot_be_loaded(folder, layout, sentence):
    root = folder(layout)
    assert sentence.format(root=root) in complaint(root)


# What can be skipped is skipped, and named.


def test_files_that_cannot_be_used_are_skipped_and_named(folder, load, draw):
    root = folder({"a": 6, "b": 6})
    draw(root / "b" / "cut.png", 1, height=100, width=100)
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 90, 3), np.uint8)).save(
        root / "b" / "cut.jpg"
    )
    for name in ("cut.png", "cut.jpg"):
        path = root / "b" / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (root / "a" / "notes.txt").write_text("a note")
    (root / "a" / "nothing.png").touch()
    (root / "a" / "phone.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + bytes(100))
    splits, sentences = load(root)
    assert sum(map(len, splits)) == 12
    (sentence,) = sentences
    assert sentence.startswith(f"Skipped 5 files in {root}: ")
    for named in (
        "a/notes.txt (not an image)",
        "a/nothing.png (an empty file)",
        "a/phone.heic (HEIC: save it as JPEG)",
        "b/cut.jpg (cut short or damaged)",
        "b/cut.png (cut short or damaged)",
    ):
        assert named in sentence


def test_long_lists_are_cut(folder, load):
    root = folder({"a": 5, "b": 5})
    for i in range(13):
        (root / "a" / f"{i:02}.txt").write_text("a note")
    (sentence,) = load(root)[1]
    assert sentence.startswith("Skipped 13 files") and sentence.endswith(") and 3 more.")
    assert sentence.count("not an image") == 10


def test_huge_images_are_skipped_without_being_decoded(folder, load, monkeypatch):
    root = folder({"a": 5, "b": 5})
    # A real bomb: a few kilobytes that claim 40,000 by 40,000 pixels.
    bomb = root / "a" / "bomb.png"
    Image.new("1", (40_000, 10)).save(bomb)
    content = bytearray(bomb.read_bytes())
    content[20:24] = (40_000).to_bytes(4, "big")
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    bomb.write_bytes(content)
    # And one below Pillow's own limit for an error but above ours.
    Image.new("1", (10_000, 9_500)).save(root / "b" / "large.png")
    sizes = []
    convert = decoding._to_rgb
    monkeypatch.setattr(decoding, "_to_rgb", lambda im: sizes.append(im.size) or convert(im))
    (sentence,) = load(root)[1]
    assert "a/bomb.png (more than 89 million pixels)" in sentence
    assert "b/large.png (more than 89 million pixels)" in sentence
    assert max(sizes) < (100, 100)


def test_unreadable_files_are_skipped_and_tried_again(folder, load, monkeypatch):
    root = folder({"a": 5, "b": 6})
    read = file_checks.read_rgb

    def refuse(path, size):
        if Path(path).name == "005.png":
            raise PermissionError(13, "Permission denied", path)
        return read(path, size)

    monkeypatch.setattr(file_checks, "read_rgb", refuse)
    (sentence,) = load(root)[1]
    assert "b/005.png (no permission to read it)" in sentence
    monkeypatch.setattr(file_checks, "read_rgb", read)
    assert load(root)[1] == []  # permission was given; the file itself never changed


def test_names_that_are_no_text_can_be_shown(folder, load):
    root = folder({"a": 5, "b": 5})
    try:
        (root / "a" / os.fsdecode(b"caf\xe9.txt")).write_text("a note")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes text names only")
    (sentence,) = load(root)[1]
    assert "a/caf\ufffd.txt (not an image)" in sentence
    sentence.encode("utf-8")


def test_images_beside_the_class_folders_are_named(folder, load, draw):
    root = folder({"a": 5, "b": 5})
    draw(root / "stray.png", 5)
    (root / "readme.md").write_text("about")
    (sentence,) = load(root)[1]
    assert "images beside the class folders" in sentence and sentence.endswith(": stray.png.")


def test_a_class_that_test_lacks_is_named(folder, load):
    counts = {"train/a": 5, "train/b": 5, "test/a": 3, "test/b": 0, "val/a": 1, "val/b": 1}
    assert load(folder(counts))[1] == [
        "The test part has no images of b: nothing can be said there of this class."
    ]


# The same image twice.


def test_the_same_image_in_two_parts_or_under_two_labels_is_named(folder, load):
    root = folder({"train/a": 5, "train/b": 5, "test/a": 3, "test/b": 3})
    shutil.copy(root / "train" / "b" / "002.png", root / "test" / "b" / "other name.png")
    shutil.copy(root / "train" / "a" / "003.png", root / "train" / "b" / "copy.png")
    # The same pixels in another kind of file are the same image.
    Image.open(root / "train" / "a" / "001.png").save(root / "test" / "a" / "saved again.bmp")
    across, relabelled = load(root)[1]
    assert "The same image lies in more than one part" in across
    assert "train/a/001.png = test/a/saved again.bmp" in across
    assert "train/b/002.png = test/b/other name.png" in across
    assert "under more than one label" in relabelled
    assert "train/a/003.png = train/b/copy.png" in relabelled


def test_copies_stay_on_one_side_of_a_split(folder, load):
    root = folder({"a": 20, "b": 20})
    for name in "ab":
        for i in range(20):
            for copy in range(2):
                source = root / name / f"{i:03}.png"
                shutil.copy(source, root / name / f"{copy} of {i:03}.png")
    splits, sentences = load(root)
    assert sentences == []
    assert [len(part) for part in splits] == [72, 24, 24]
    pictures = [{image.tobytes() for image in part.images} for part in splits]
    assert not pictures[0] & pictures[1] | pictures[0] & pictures[2] | pictures[1] & pictures[2]
