"""Images as their sources publish them become trees that `load_folder` takes, or are refused."""

import re
import warnings

import numpy as np
import pytest
from making_sources import draw, pet_lists, pet_pictures, tree

from course_utils import CourseError
from course_utils.assets.arranging import ARRANGEMENTS
from course_utils.datasets.decoding import decode
from course_utils.datasets.folders import load_folder

FLOWERS = ("daisy", "roses", "tulips")
CLOTHES = ("shirt", "shoes")
TEXTURES = ("banded", "woven")
PETS = {
    "trainval.txt": [
        (f"{name}_{i}", k) for k, name in enumerate(["Bengal", "pug"], 1) for i in range(6)
    ],
    "test.txt": [
        (f"{name}_{i}", k) for k, name in enumerate(["Bengal", "pug"], 1) for i in (7, 100)
    ],
}
PET_CLASSES = ("Bengal", "pug")


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "finished"
    folder.mkdir()
    return folder


def files_below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def load_quietly(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_folder(folder, 8)


# Class folders: flowers and EuroSAT.


@pytest.fixture
def flowers(tmp_path):
    """An unpacked archive as flower_photos.tgz is."""
    top = tree(tmp_path / "unpacked", {f"flower_photos/{name}": 6 for name in FLOWERS})
    (top / "flower_photos" / "LICENSE.txt").write_text("CC BY")
    return top


def arrange_flowers(top, target, classes=FLOWERS, **options):
    options = {"root": "flower_photos"} | options
    ARRANGEMENTS["class-folders"]({"flower_photos.tgz": top}, target, classes, **options)


def test_class_folders(flowers, target):
    draw(flowers / "flower_photos" / "logo.png")
    (flowers / "flower_photos" / "daisy" / "notes.txt").write_text("seen in May")
    (flowers / "flower_photos" / "daisy" / ".hidden.jpg").write_bytes(b"")
    (flowers / "flower_photos" / "lists").mkdir()
    arrange_flowers(flowers, target)
    assert files_below(target) == [f"{n}/{i:03}.jpg" for n in FLOWERS for i in range(6)]
    splits = load_quietly(target)
    assert splits.train.class_names == FLOWERS
    assert sum(map(len, splits)) == 18


def test_class_folders_without_a_root(tmp_path, target):
    top = tree(tmp_path / "unpacked", {"River": 2, "SeaLake": 2})
    ARRANGEMENTS["class-folders"]({"EuroSAT.zip": top}, target, ("River", "SeaLake"))
    assert len(files_below(target)) == 4


def test_class_folders_are_renamed(flowers, target):
    names = ("daisy", "rose", "tulip")
    arrange_flowers(flowers, target, names, rename={"roses": "rose", "tulips": "tulip"})
    assert {p.name for p in target.iterdir()} == set(names)


def remove(top, place):
    for file in (top / place).iterdir():
        file.unlink()
    (top / place).rmdir()


def link_a_folder(top):
    outside = tree(top.parent / "outside", {"x": 2})
    remove(top, "flower_photos/daisy")
    (top / "flower_photos" / "daisy").symlink_to(outside / "x")


def link_a_file(top):
    outside = draw(top.parent / "secret.jpg")
    (top / "flower_photos" / "daisy" / "003.jpg").unlink()
    (top / "flower_photos" / "daisy" / "003.jpg").symlink_to(outside)


def link_the_root(top):
    (top / "flower_photos").rename(top.parent / "elsewhere")
    (top / "flower_photos").symlink_to(top.parent / "elsewhere")


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda top: (top / "flower_photos").rename(top / "x"), "has no folder flower_photos"),
        (lambda top: remove(top, "flower_photos/roses"), "has no images of roses"),
        (lambda top: tree(top, {"flower_photos/weeds": 1}), "that the catalog lacks, weeds"),
        (link_a_folder, "has no images of daisy"),
        (link_a_file, "daisy/003.jpg is a link"),
        (link_the_root, "has no folder flower_photos"),
    ],
)
def test_class_folders_that_are_not_as_expected(flowers, target, spoil, expected):
    spoil(flowers)
    with pytest.raises(CourseError, match=re.escape(expected)) as caught:
        arrange_flowers(flowers, target)
    assert "flower_photos.tgz" in str(caught.value) and str(caught.value).count(". ") == 0


def test_an_empty_class_folder(flowers, target):
    for file in (flowers / "flower_photos" / "roses").iterdir():
        file.rename(file.with_suffix(".txt"))
    with pytest.raises(CourseError, match="no images of roses"):
        arrange_flowers(flowers, target)


def test_two_folders_of_one_class(flowers, target):
    with pytest.raises(CourseError, match="two folders hold images of roses"):
        arrange_flowers(flowers, target, rename={"daisy": "roses"})


@pytest.mark.parametrize("root", ["..", "flower_photos/..", "/flower_photos", "flower_photos/x"])
def test_roots_outside_the_archive(flowers, target, root):
    with pytest.raises(CourseError, match="has no folder"):
        arrange_flowers(flowers, target, root=root)


def test_more_archives_than_one(flowers, target):
    with pytest.raises(CourseError, match=r"consists of a\.zip, b\.zip, where one"):
        ARRANGEMENTS["class-folders"]({"a.zip": flowers, "b.zip": flowers}, target, FLOWERS)


# Split folders: the clothing repository.


@pytest.fixture
def clothing(tmp_path):
    counts = {f"{part}/{name}": 3 for part in ("train", "validation", "test") for name in CLOTHES}
    top = tree(tmp_path / "checkout", counts)
    (top / "README.md").write_text("# clothes")
    (top / "tools").mkdir()
    return top


def test_split_folders(clothing, target):
    ARRANGEMENTS["split-folders"]({"": clothing}, target, CLOTHES)
    expected = [
        f"{part}/{name}/{i:03}.jpg"
        for part in ("test", "train", "validation")
        for name in CLOTHES
        for i in range(3)
    ]
    assert files_below(target) == expected


def test_split_folders_in_a_folder_and_without_validation(clothing, tmp_path, target):
    for name in CLOTHES:
        remove(clothing, f"validation/{name}")
    (clothing / "validation").rmdir()
    clothing.rename(tmp_path / "inner")
    ARRANGEMENTS["split-folders"]({"x.zip": tmp_path}, target, CLOTHES, root="inner")
    assert sorted(p.name for p in target.iterdir()) == ["test", "train"]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda top: (top / "test").rename(top / "exam"), "The repository has no folder test"),
        (lambda top: remove(top, "validation/shoes"), "folder validation of the repository has no"),
        (lambda top: tree(top, {"test/hat": 1}), "that the catalog lacks, hat"),
    ],
)
def test_split_folders_that_are_not_as_expected(clothing, target, spoil, expected):
    spoil(clothing)
    with pytest.raises(CourseError, match=re.escape(expected)):
        ARRANGEMENTS["split-folders"]({"": clothing}, target, CLOTHES)


# Oxford-IIIT Pet.


def arrange_pets(tmp_path, target, classes=PET_CLASSES):
    sources = {
        "images.tar.gz": tmp_path / "images.tar.gz",
        "annotations.tar.gz": tmp_path / "annotations.tar.gz",
    }
    ARRANGEMENTS["pets"](sources, target, classes)


@pytest.fixture
def pet_source(tmp_path):
    """The two archives, unpacked; gives the folder with the pictures."""
    pet_lists(tmp_path / "annotations.tar.gz", PETS)
    return pet_pictures(tmp_path / "images.tar.gz", PETS) / "images"


def test_pets(pet_source, tmp_path, target):
    draw(pet_source / "pug_5.jpg", seed=1, kind="GIF")
    png = draw(pet_source / "pug_100.jpg", seed=2, kind="PNG")
    pixels = decode(png, 8)
    (pet_source / "Bengal_1.mat").write_bytes(b"MATLAB 5.0")
    draw(pet_source / "Bengal_55.jpg", seed=3)  # in no list
    listing = tmp_path / "annotations.tar.gz/annotations/test.txt"
    listing.write_text("#Image CLASS-ID SPECIES BREED\n\n" + listing.read_text())
    arrange_pets(tmp_path, target)
    expected = [
        f"{part}/{name.rpartition('_')[0]}/{name}.jpg"
        for part, rows in (("test", PETS["test.txt"]), ("train", PETS["trainval.txt"]))
        for name, _ in rows
    ]
    assert files_below(target) == sorted(expected)
    splits = load_quietly(target)
    assert len(splits.train) + len(splits.validation) == 12 and len(splits.test) == 4
    [position] = [i for i, p in enumerate(splits.test.images.paths) if "pug_100" in p]
    assert np.array_equal(splits.test.images[position], pixels)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("../Bengal_3 1 1 1", "makes no sense"),
        ("Bengal_3", "makes no sense"),
        ("Bengal_3 one 1 1", "makes no sense"),
        ("Bengal_3 1 3 1", "makes no sense"),
        ("Bengal_8 2 1 1", "'Bengal_8 2 1 1' in the list test.txt"),
        ("Bengal 1 1 1", "makes no sense"),
        ("pug_3 2 1 1", "name pug_3.jpg twice"),
        ("Bengal_999 1 1 1", "images.tar.gz has no picture Bengal_999.jpg"),
        ("Birman_1 3 1 1", "that the catalog lacks, Birman"),
        ("Birman_1 2 1 1", "two classes the same number"),
        ("é_1 2 1 1", "makes no sense"),
    ],
)
def test_bad_lines_in_the_lists_of_pets(pet_source, tmp_path, target, line, expected):
    draw(pet_source / "Birman_1.jpg", seed=9)
    draw(pet_source.parent / "Bengal_3.jpg", seed=9)
    with (tmp_path / "annotations.tar.gz/annotations/test.txt").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(CourseError, match=re.escape(expected)):
        arrange_pets(tmp_path, target)
    assert files_below(target) == [], "nothing is moved before everything is checked"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("images.tar.gz/images", "images.tar.gz has no folder images"),
        ("annotations.tar.gz/annotations", "annotations.tar.gz has no folder annotations"),
        ("annotations.tar.gz/annotations/trainval.txt", "annotations.tar.gz has no list trainval"),
    ],
)
def test_what_pets_lack(pet_source, tmp_path, target, place, expected):
    (tmp_path / place).rename(tmp_path / "gone")
    with pytest.raises(CourseError, match=re.escape(expected)):
        arrange_pets(tmp_path, target)


def test_a_pet_without_test_pictures(pet_source, tmp_path, target):
    pet_lists(tmp_path / "annotations.tar.gz", {"test.txt": [("pug_7", 2)]})
    with pytest.raises(CourseError, match=r"list test\.txt of annotations\.tar\.gz has no images"):
        arrange_pets(tmp_path, target)


def test_a_list_that_is_no_text(pet_source, tmp_path, target):
    (tmp_path / "annotations.tar.gz/annotations/test.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match=r"test\.txt .* cannot be read as text"):
        arrange_pets(tmp_path, target)


def test_a_picture_of_a_pet_that_is_a_link(pet_source, tmp_path, target):
    (pet_source / "pug_1.jpg").rename(tmp_path / "pug_1.jpg")
    (pet_source / "pug_1.jpg").symlink_to(tmp_path / "pug_1.jpg")
    with pytest.raises(CourseError, match=r"has no picture pug_1\.jpg"):
        arrange_pets(tmp_path, target)


def test_a_source_that_is_not_there(pet_source, target):
    with pytest.raises(CourseError, match=r"has no file annotations\.tar\.gz, only images"):
        ARRANGEMENTS["pets"]({"images.tar.gz": pet_source.parent}, target, PET_CLASSES)


# The Describable Textures Dataset.


@pytest.fixture
def textures(tmp_path):
    """Six pictures of a class; split 1 takes them in order, split 2 from the end."""
    top = tree(tmp_path / "unpacked", {f"dtd/images/{name}": 0 for name in TEXTURES})
    for name in TEXTURES:
        for i in range(6):
            draw(top / f"dtd/images/{name}/{name}_{i:04}.jpg", seed=100 * len(name) + i)
        (top / f"dtd/images/{name}/.directory").write_text("a viewer's settings")
    (top / "dtd/labels").mkdir()
    for split, order in ((1, range(6)), (2, range(5, -1, -1))):
        for k, part in enumerate(("train", "val", "test")):
            chosen = [*order][2 * k : 2 * k + 2]
            lines = [f"{name}/{name}_{i:04}.jpg" for name in TEXTURES for i in chosen]
            (top / f"dtd/labels/{part}{split}.txt").write_text("\n".join(lines))
    return top


@pytest.mark.parametrize(("split", "train"), [(1, [0, 1]), (2, [4, 5])])
def test_textures(textures, target, split, train):
    ARRANGEMENTS["texture-lists"]({"dtd.tar.gz": textures}, target, TEXTURES, split=split)
    names = [f"train/{name}/{name}_{i:04}.jpg" for name in TEXTURES for i in train]
    assert [name for name in files_below(target) if name.startswith("train")] == names
    assert [len(part) for part in load_quietly(target)] == [4, 4, 4]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("../labels/train1.txt", "makes no sense"),
        ("banded/../../secret.jpg", "makes no sense"),
        ("/etc/passwd", "makes no sense"),
        ("banded\\banded_0000.jpg", "makes no sense"),
        ("C:/banded_0000.jpg", "makes no sense"),
        ("banded_0000.jpg", "makes no sense"),
        ("banded/banded_0000.jpg", "name banded_0000.jpg twice"),
        ("banded/banded_0099.jpg", "dtd.tar.gz has no picture banded_0099.jpg"),
        ("zigzagged/zigzagged_0001.jpg", "that the catalog lacks, zigzagged"),
    ],
)
def test_bad_lines_in_the_lists_of_textures(textures, target, line, expected):
    draw(textures / "dtd/images/zigzagged/zigzagged_0001.jpg", seed=7)
    with (textures / "dtd/labels/test1.txt").open("a") as file:
        file.write("\n" + line)
    with pytest.raises(CourseError, match=re.escape(expected)):
        ARRANGEMENTS["texture-lists"]({"dtd.tar.gz": textures}, target, TEXTURES)
    assert files_below(target) == []


def test_a_split_that_is_not_there(textures, target):
    with pytest.raises(CourseError, match=r"dtd\.tar\.gz has no list train11\.txt"):
        ARRANGEMENTS["texture-lists"]({"dtd.tar.gz": textures}, target, TEXTURES, split=11)


def test_a_folder_of_textures_that_is_a_link(textures, tmp_path, target):
    (textures / "dtd/images/woven").rename(tmp_path / "woven")
    (textures / "dtd/images/woven").symlink_to(tmp_path / "woven")
    with pytest.raises(CourseError, match=r"has no picture woven_0000\.jpg"):
        ARRANGEMENTS["texture-lists"]({"dtd.tar.gz": textures}, target, TEXTURES)
