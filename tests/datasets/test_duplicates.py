"""`find_duplicates`: copies are found however they were changed, and nothing else is."""

import io
import itertools
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from course_utils import CourseError, Dataset, Splits
from course_utils.datasets import duplicates
from course_utils.datasets.duplicates import DuplicatePair, DuplicateReport, find_duplicates

PHOTOGRAPHS = {
    "skimage": ("astronaut.png", "coffee.png", "chelsea.png", "gravel.png", "grass.png"),
    "sklearn": ("china.jpg",),
}
FOLDERS = {"skimage": "data", "sklearn": "datasets/images"}
SIZE = 64


@pytest.fixture(scope="module")
def crops():
    """Squares of photographs that share no pixel, none of them flat: (n, 64, 64, 3), uint8."""
    found = []
    for package, files in PHOTOGRAPHS.items():
        home = Path(find_spec(package).submodule_search_locations[0], FOLDERS[package])
        for file in files:
            photograph = Image.open(home / file).convert("RGB")
            for left, top in itertools.product(
                range(0, photograph.width - 99, 100), range(0, photograph.height - 99, 100)
            ):
                square = photograph.crop((left, top, left + 100, top + 100))
                pixels = np.asarray(square.resize((SIZE, SIZE), Image.Resampling.BILINEAR))
                if pixels.std(axis=(0, 1)).mean() > 15:
                    found.append(pixels)
    return np.stack(found)


def part(images):
    return Dataset(np.asarray(images), np.zeros(len(images), dtype=np.int64), ("one",))


def splits(train, test, validation=()):
    empty = np.zeros((0, *np.shape(test)[1:]), dtype=np.uint8)
    return Splits(part(train), part(validation if len(validation) else empty), part(test))


def jpeg(quality):
    def change(image):
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=quality)
        return Image.open(packed)

    return change


def crop(left, top, right, bottom):
    """Cut shares of the side off, and back to the old size."""

    def change(image):
        box = (left * SIZE, top * SIZE, SIZE - right * SIZE, SIZE - bottom * SIZE)
        return image.resize((SIZE, SIZE), Image.Resampling.BILINEAR, box=box)

    return change


def smaller(size):
    def change(image):
        small = image.resize((size, size), Image.Resampling.BILINEAR)
        return small.resize((SIZE, SIZE), Image.Resampling.BICUBIC)

    return change


def in_turn(*changes):
    def change(image):
        for one in changes:
            image = one(image)
        return image

    return change


MIRROR = Image.Transpose.FLIP_LEFT_RIGHT
CHANGES = {
    "JPEG 40": jpeg(40),
    "half the size": smaller(32),
    "crop 5 % all around": crop(0.025, 0.025, 0.025, 0.025),
    "crop 10 % all around": crop(0.05, 0.05, 0.05, 0.05),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.6),
    "lighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "less contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.6),
    "more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.4),
    "no colour": lambda image: image.convert("L").convert("RGB"),
    "mirrored": lambda image: image.transpose(MIRROR),
    "quarter turn": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "half turn": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "transposed": lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    "mirrored, crop 9 %, JPEG 60": in_turn(
        lambda image: image.transpose(MIRROR), crop(0.045, 0.045, 0.045, 0.045), jpeg(60)
    ),
    "lighter, crop 6 %, JPEG 60": in_turn(
        lambda image: ImageEnhance.Brightness(image).enhance(1.2),
        crop(0.03, 0.03, 0.03, 0.03),
        jpeg(60),
    ),
}


def changed(images, change):
    return np.stack([np.asarray(change(Image.fromarray(image))) for image in images])


@pytest.mark.parametrize("name", CHANGES)
def test_changed_copies_are_found_and_nothing_else(crops, name):
    """All but a few: a little off a plain wall, or white that is whiter yet, leaves no trace."""
    order = np.random.default_rng(0).permutation(len(crops))
    report = find_duplicates(splits(crops, changed(crops[order], CHANGES[name])))
    found = [(pair.positions[0], int(order[pair.positions[1]])) for pair in report.pairs]
    assert all(first == second for first, second in found)
    assert len(set(found)) == len(found) >= 0.95 * len(crops)
    # Without its colour, an image that had none is the same image.
    assert name == "no colour" or report.count("near") == len(found)


def test_exact_copies_are_found_even_if_flat(crops):
    black, grey = np.zeros((SIZE, SIZE, 3), np.uint8), np.full((SIZE, SIZE, 3), 128, np.uint8)
    # Black, nearly black and grey are like each other in everything but their pixels.
    test = [crops[3], black, grey, crops[9], black + np.uint8(1)]
    report = find_duplicates(splits([*crops[:6], black], test, validation=[grey]))
    found = {(pair.parts, pair.positions, pair.similarity, pair.kind) for pair in report.pairs}
    assert found == {
        (("train", "test"), (3, 0), 1.0, "exact"),
        (("train", "test"), (6, 1), 1.0, "exact"),
        (("validation", "test"), (0, 2), 1.0, "exact"),
    }


def test_exact_copies_do_not_hide_near_ones(crops):
    near = changed(crops[:1], CHANGES["mirrored"])
    report = find_duplicates(splits([crops[0]] * 20 + [near[0]], crops[:1]))
    assert report.count("exact") == 20
    assert [pair.positions for pair in report.pairs if pair.kind == "near"] == [(20, 0)]


@pytest.mark.parametrize("noise", [0.5, 8, 60])
def test_noise_is_like_no_other_noise(noise):
    random = np.random.default_rng(0)
    images = np.clip(128 + random.normal(0, noise, (80, SIZE, SIZE, 3)), 0, 255).astype(np.uint8)
    assert find_duplicates(splits(images[:40], images[40:])).pairs == []


@pytest.fixture(scope="module")
def mixed(crops):
    """A train and a test part with copies, exact and changed, among images of their own."""
    random = np.random.default_rng(3)
    changes = [CHANGES["JPEG 40"], CHANGES["mirrored"], CHANGES["crop 10 % all around"]]
    copies = [changed(crops[k * 10 : k * 10 + 10], change) for k, change in enumerate(changes)]
    test = np.concatenate([*copies, crops[30:35], crops[100:120]])
    return crops[:100], test[random.permutation(len(test))]


def reported(report):
    return {(pair.positions, round(pair.similarity, 3), pair.kind) for pair in report.pairs}


class Watched:
    """Images that tell how many were asked for at once."""

    dtype = np.dtype(np.uint8)

    def __init__(self, images):
        self.images, self.asked = images, []
        self.shape = images.shape

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        self.asked.append(len(range(len(self))[index]))
        return self.images[index]


def test_images_are_read_once_and_in_batches(mixed, monkeypatch):
    train, test = mixed
    monkeypatch.setattr(duplicates, "_READ", 16)
    watched = Watched(train)
    lazily = Splits(Dataset(watched, np.zeros(100, int), ("one",)), *splits(train, test)[1:])
    assert reported(find_duplicates(lazily)) == reported(find_duplicates(splits(train, test)))
    assert max(watched.asked) == 16 and sum(watched.asked) == 100


def test_the_report_is_one_line_and_the_worst_few(mixed):
    report = find_duplicates(splits(*mixed))
    lines = str(report).splitlines()
    exact, near = report.count("exact"), report.count("near")
    assert lines[0] == (
        f"5 exact pairs and {near} near pairs between the parts "
        "(train 100, validation 0, test 55; near from 0.85 on)"
    )
    assert exact == 5 and near >= 28
    assert all(line.endswith(": exact") for line in lines[1:6])
    assert lines[6:] == [f"  and {exact + near - 5} more"]
    similarities = [pair.similarity for pair in report.pairs]
    assert similarities[5:] == sorted(similarities[5:], reverse=True)


def test_the_report_says_where_a_pair_is_and_when_there_is_none():
    pair = DuplicatePair(("train", "test"), (1016, 97), 0.98765, "near")
    report = DuplicateReport([pair], {"train": 1077, "validation": 0, "test": 360}, 0.9)
    assert str(report) == (
        "0 exact pairs and 1 near pair between the parts "
        "(train 1,077, validation 0, test 360; near from 0.9 on)\n"
        "  train 1016 and test 97: near, similarity 0.988"
    )
    assert "\n" not in str(DuplicateReport([], {"train": 3, "validation": 0, "test": 2}, 0.9))


@pytest.mark.parametrize("threshold", [0, 1.01])
def test_thresholds_that_make_no_sense(crops, threshold):
    with pytest.raises(CourseError, match="threshold must be a number above 0"):
        find_duplicates(splits(crops[:2], crops[2:4]), threshold)


def test_something_else_than_splits(crops):
    with pytest.raises(CourseError, match=r"takes the three parts .* not Dataset"):
        find_duplicates(part(crops))
