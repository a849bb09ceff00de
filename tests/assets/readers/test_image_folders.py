"""Images as their sources publish them become trees that `load_folder` takes, or are refused."""

import re
import shutil
import warnings

import pytest
from making_sources import draw, tree

from course_utils import CourseError
from course_utils.assets.readers import READERS
from course_utils.datasets.folders import load_folder

FLOWERS = ("daisy", "roses", "tulips")
CLOTHES = ("shirt", "shoes")
TEXTURES = ("banded", "polka-dotted")
PET_CLASSES = ("Bengal", "pug")
PETS = {
    "trainval.txt": [f"{name}_{i}" for name in PET_CLASSES for i in range(6)],
    "test.txt": [f"{name}_{i}" for name in PET_CLASSES for i in (7, 100)],
}


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


@pytest.fixture
def flowers(tmp_path):
    """An unpacked archive as flower_photos.tgz is."""
    top = tree(tmp_path / "unpacked", {f"flower_photos/{name}": 6 for name in FLOWERS})
    (top / "flower_photos" / "LICENSE.txt").write_text("CC BY")
    return top


def read_flowers(top, target):
    sources = {"flower_photos.tgz": top}
    READERS["class-folders"](sources, target, FLOWERS, root="flower_photos")


def test_class_folders(flowers, target):
    draw(flowers / "flower_photos" / "logo.png")
    (flowers / "flower_photos" / "daisy" / "notes.txt").write_text("seen in May")
    (flowers / "flower_photos" / "daisy" / ".hidden.jpg").write_bytes(b"")
    (flowers / "flower_photos" / "lists").mkdir()
    read_flowers(flowers, target)
    assert files_below(target) == [f"{n}/{i:03}.jpg" for n in FLOWERS for i in range(6)]
    splits = load_quietly(target)
    assert splits.train.class_names == FLOWERS
    assert sum(map(len, splits)) == 18


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda top: (top / "flower_photos").rename(top / "x"), "has no folder flower_photos"),
        (lambda top: shutil.rmtree(top / "flower_photos/roses"), "has no images of roses"),
        (lambda top: tree(top, {"flower_photos/weeds": 1}), "that are not expected, weeds"),
    ],
)
def test_class_folders_that_are_not_as_expected(flowers, target, spoil, expected):
    spoil(flowers)
    with pytest.raises(CourseError, match=re.escape(expected)) as caught:
        read_flowers(flowers, target)
    assert "flower_photos.tgz" in str(caught.value)
    assert files_below(target) == [], "nothing is moved before everything is checked"


def test_more_archives_than_one(flowers, target):
    with pytest.raises(CourseError, match=r"the files a\.zip, b\.zip, where one"):
        READERS["class-folders"]({"a.zip": flowers, "b.zip": flowers}, target, FLOWERS)


@pytest.fixture
def clothing(tmp_path):
    counts = {f"{part}/{name}": 3 for part in ("train", "validation", "test") for name in CLOTHES}
    top = tree(tmp_path / "checkout", counts)
    (top / "README.md").write_text("# clothes")
    (top / "tools").mkdir()
    return top


@pytest.mark.parametrize("parts", [("test", "train", "validation"), ("test", "train")])
def test_split_folders(clothing, target, parts):
    if "validation" not in parts:
        shutil.rmtree(clothing / "validation")
    READERS["split-folders"]({"repository": clothing}, target, CLOTHES)
    expected = [f"{part}/{n}/{i:03}.jpg" for part in parts for n in CLOTHES for i in range(3)]
    assert files_below(target) == expected


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda top: (top / "test").rename(top / "exam"), "repository has no folder test"),
        (lambda top: shutil.rmtree(top / "validation/shoes"), "repository/validation has no"),
        (lambda top: tree(top, {"test/hat": 1}), "that are not expected, hat"),
    ],
)
def test_split_folders_that_are_not_as_expected(clothing, target, spoil, expected):
    spoil(clothing)
    with pytest.raises(CourseError, match=re.escape(expected)):
        READERS["split-folders"]({"repository": clothing}, target, CLOTHES)


@pytest.fixture
def pets(tmp_path):
    """The two archives of Oxford-IIIT Pet, unpacked."""
    sources = {name: tmp_path / name for name in ("images.tar.gz", "annotations.tar.gz")}
    lists = sources["annotations.tar.gz"] / "annotations"
    lists.mkdir(parents=True)
    for listing, names in PETS.items():
        rows = [f"{name} {1 + name.startswith('pug')} 1 1" for name in names]
        (lists / listing).write_text("#Image CLASS-ID SPECIES BREED\n\n" + "\n".join(rows) + "\n")
        for name in names:
            draw(sources["images.tar.gz"] / "images" / f"{name}.jpg")
    return sources


def test_pets(pets, target):
    pictures = pets["images.tar.gz"] / "images"
    draw(pictures / "pug_5.jpg", kind="GIF")
    draw(pictures / "pug_100.jpg", kind="PNG")
    (pictures / "Bengal_1.mat").write_bytes(b"MATLAB 5.0")
    draw(pictures / "Bengal_55.jpg")  # in no list
    READERS["pets"](pets, target, PET_CLASSES)
    expected = [
        f"{part}/{name.rpartition('_')[0]}/{name}.jpg"
        for part, listing in (("test", "test.txt"), ("train", "trainval.txt"))
        for name in PETS[listing]
    ]
    assert files_below(target) == sorted(expected)
    splits = load_quietly(target)
    assert len(splits.train) + len(splits.validation) == 12 and len(splits.test) == 4


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("../Bengal_3 1 1 1", "'../Bengal_3 1 1 1' in the list trainval.txt makes no sense"),
        ("Bengal_3", "makes no sense"),
        ("Bengal_3 1 3 1", "makes no sense"),
        ("é_1 2 1 1", "makes no sense"),
        ("Bengal_999 1 1 1", "no picture Bengal_999.jpg, which trainval.txt names"),
        ("Birman_1 3 1 1", "that are not expected, Birman"),
    ],
)
def test_bad_lines_in_the_lists_of_pets(pets, target, line, expected):
    draw(pets["images.tar.gz"] / "images" / "Birman_1.jpg")
    draw(pets["images.tar.gz"] / "Bengal_3.jpg")
    listing = pets["annotations.tar.gz"] / "annotations" / "trainval.txt"
    with listing.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(CourseError, match=re.escape(expected)):
        READERS["pets"](pets, target, PET_CLASSES)
    assert files_below(target) == [], "nothing is moved before everything is checked"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("images.tar.gz/images", "images.tar.gz has no folder images"),
        ("annotations.tar.gz/annotations", "annotations.tar.gz has no folder annotations"),
        ("annotations.tar.gz/annotations/trainval.txt", "The list trainval.txt is missing"),
    ],
)
def test_what_pets_lack(pets, tmp_path, target, place, expected):
    (tmp_path / place).rename(tmp_path / "gone")
    with pytest.raises(CourseError, match=re.escape(expected)):
        READERS["pets"](pets, target, PET_CLASSES)


def test_a_list_without_a_class_or_that_is_no_text(pets, target):
    listing = pets["annotations.tar.gz"] / "annotations" / "trainval.txt"
    listing.write_text("pug_1 2 1 1\n")
    with pytest.raises(CourseError, match=r"The list trainval\.txt has no images of Bengal"):
        READERS["pets"](pets, target, PET_CLASSES)
    listing.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match=r"trainval\.txt is missing or no text"):
        READERS["pets"](pets, target, PET_CLASSES)


@pytest.fixture
def textures(tmp_path):
    """Six pictures of a class, two for each part of the first split."""
    top = tmp_path / "unpacked"
    (top / "dtd/labels").mkdir(parents=True)
    for k, part in enumerate(("train", "val", "test")):
        names = [f"{name}/{name}_{i:04}.jpg" for name in TEXTURES for i in (2 * k, 2 * k + 1)]
        for name in names:
            draw(top / "dtd/images" / name)
        (top / f"dtd/labels/{part}1.txt").write_text("\n".join(names))
    return top


def test_textures(textures, target):
    READERS["texture-lists"]({"dtd.tar.gz": textures}, target, TEXTURES)
    expected = [f"train/{name}/{name}_{i:04}.jpg" for name in TEXTURES for i in (0, 1)]
    assert [name for name in files_below(target) if name.startswith("train")] == expected
    assert [len(part) for part in load_quietly(target)] == [4, 4, 4]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("../labels/train1.txt", "makes no sense"),
        ("/etc/passwd", "makes no sense"),
        ("banded/banded_0099.jpg", "no picture banded_0099.jpg"),
        ("zigzagged/zigzagged_0001.jpg", "that are not expected, zigzagged"),
    ],
)
def test_bad_lines_in_the_lists_of_textures(textures, target, line, expected):
    draw(textures / "dtd/images/zigzagged/zigzagged_0001.jpg")
    with (textures / "dtd/labels/train1.txt").open("a") as file:
        file.write("\n" + line)
    with pytest.raises(CourseError, match=re.escape(expected)):
        READERS["texture-lists"]({"dtd.tar.gz": textures}, target, TEXTURES)
    assert files_below(target) == []
