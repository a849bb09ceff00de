"""Archives of small pictures: what goes in comes out, and damage is told in one sentence."""

import zipfile

import numpy as np
import pytest
from PIL import Image

from course_utils import CourseError
from course_utils.datasets import shipped

CLASSES = ("cup", "jug")
SIZE = 16


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A small set in two domains: the images of its first, and their rows."""
    monkeypatch.setattr(shipped, "SHIPPED_FOLDER", tmp_path)
    monkeypatch.setattr(shipped, "CHECKSUMS", tmp_path / "SHA256SUMS")
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (12, SIZE, SIZE, 3), dtype=np.uint8)
    parts = ["train", "train", "train", "train", "validation", "test"]
    rows = [(CLASSES[i // 6], f"group {i % 6 // 2}", parts[i % 6]) for i in range(12)]
    (tmp_path / "cups").mkdir()
    shipped.write_shipped(tmp_path / "cups" / "photo.zip", images, rows, quality=None)
    shipped.write_shipped(tmp_path / "cups" / "sketch.zip", 255 - images, rows, quality=80)
    (tmp_path / "cups" / "domains.txt").write_text("photo\nsketch\n")
    shipped.write_checksums()
    return images, rows


def test_every_pixel_label_and_group_comes_back(made):
    images, rows = made
    splits = shipped.load_shipped_set("cups", size=SIZE)
    for name, part in zip(splits._fields, splits, strict=True):
        positions = [i for i, row in enumerate(rows) if row[2] == name]
        assert np.array_equal(part.images, images[positions])
        assert [part.class_names[k] for k in part.labels] == [rows[i][0] for i in positions]
        assert part.groups.tolist() == [rows[i][1] for i in positions]
        assert (part.domain, part.name, part.class_names) == ("photo", "cups", CLASSES)


def test_lossy_pictures_come_back_alike_and_at_any_size(made):
    images, _ = made
    smooth = np.asarray(Image.fromarray(images[0]).resize((1, 1))).mean()
    sketch = shipped.load_shipped_set("cups", "sketch", size=SIZE)
    assert sketch.train.images[0].mean() == pytest.approx(255 - smooth, abs=12)
    assert shipped.load_shipped_set("cups", "sketch", size=24).test.images.shape == (2, 24, 24, 3)


def test_the_same_pictures_give_the_same_bytes(made, tmp_path):
    images, rows = made
    again = tmp_path / "again.zip"
    shipped.write_shipped(again, images, rows, quality=None)
    assert again.read_bytes() == (tmp_path / "cups" / "photo.zip").read_bytes()


def test_a_folder_per_class_is_inside_for_those_who_unpack_it(made, tmp_path):
    with zipfile.ZipFile(tmp_path / "cups" / "photo.zip") as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {*CLASSES, "index.csv"}


def test_an_unknown_domain_names_the_choices(made):
    assert shipped.shipped_names() == ["cups"]
    assert shipped.shipped_domains("cups") == ("photo", "sketch")
    with pytest.raises(CourseError, match="'cups' has no domain 'xray': choose from photo, sketch"):
        shipped.load_shipped_set("cups", "xray")


def changed(name, change):
    """Damage: one member of an archive changed, or left out where `change` gives None."""

    def rewrite(path):
        with zipfile.ZipFile(path) as archive:
            members = {each: archive.read(each) for each in archive.namelist()}
        members[name] = change(members[name])
        with zipfile.ZipFile(path, "w") as archive:
            for each, content in members.items():
                if content is not None:
                    archive.writestr(each, content)

    return rewrite


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:-200]),
        changed("cup/00000.webp", lambda content: None),
        changed("cup/00000.webp", lambda content: b"RIFF no picture"),
        changed("index.csv", lambda content: content.replace(b"group", b"herd")),
    ],
)
def test_damage_is_told_with_what_to_do(made, tmp_path, damage):
    damage(tmp_path / "cups" / "photo.zip")
    with pytest.raises(CourseError, match=r"photo\.zip is missing or damaged .*git checkout"):
        shipped.load_shipped_set("cups")
    with pytest.raises(CourseError, match=r"photo\.zip is missing or has changed"):
        shipped.verify_shipped_sets()


def test_checksums_are_of_every_archive(made, tmp_path):
    assert shipped.verify_shipped_sets() == 2
    assert [line.split()[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()] == [
        "cups/photo.zip",
        "cups/sketch.zip",
    ]
    (tmp_path / "SHA256SUMS").unlink()
    with pytest.raises(CourseError, match="SHA256SUMS is missing"):
        shipped.verify_shipped_sets()
