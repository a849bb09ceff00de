"""`corrupt`: what holds for every corruption, and what it says of mistakes."""

import functools
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from course_utils import CourseError
from course_utils.datasets import load_dataset
from course_utils.datasets.corruptions import CORRUPTIONS, corrupt, corrupting
from course_utils.datasets.dataset import Dataset, Splits

DRAWN = ("noise", "fog", "jpeg", "colour-cast", "rotation", "occlusion")
GREY_STAYS_GREY = [name for name in CORRUPTIONS if name not in ("noise", "colour-cast")]
SEVERITIES = (0.003, 0.1, 0.2, 0.37, 0.5, 0.83, 1)

every_corruption = pytest.mark.parametrize("name", CORRUPTIONS)


def photographs(height=64, width=64):
    """Three cuts of one photograph, a flat black, a flat white and a random picture."""
    china = load_sample_image("china.jpg")
    cuts = [china[y : y + height, x : x + width] for y, x in ((100, 50), (200, 300), (20, 400))]
    flat = [np.full((height, width, 3), level, dtype=np.uint8) for level in (0, 255)]
    random = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return np.stack([*cuts, *flat, random])


@pytest.fixture(scope="module")
def images():
    images = photographs()
    images.setflags(write=False)
    return images


@every_corruption
@pytest.mark.parametrize("shape", [(64, 64), (96, 96), (61, 90), (90, 61)])
def test_0_is_the_identity_and_a_copy(name, shape):
    images = photographs(*shape)
    same = corrupt(images, name, 0)
    assert same.dtype == np.uint8
    assert np.array_equal(same, images)
    assert not np.shares_memory(same, images)


@every_corruption
@pytest.mark.parametrize("shape", [(64, 64), (96, 96), (61, 90), (90, 61), (7, 2), (1, 1)])
def test_shape_and_type_stay_and_the_input_too(name, shape):
    images = np.random.default_rng(1).integers(0, 256, (2, *shape, 3), dtype=np.uint8)
    before = images.copy()
    for severity in (1e-30, *SEVERITIES):
        with np.errstate(all="raise", under="ignore"):
            corrupted = corrupt(images, name, severity)
        assert corrupted.shape == images.shape
        assert corrupted.dtype == np.uint8
        assert not np.shares_memory(corrupted, images)
    assert np.array_equal(images, before)


@every_corruption
def test_repeatable_and_independent_of_the_other_pictures(name, images):
    for severity in SEVERITIES:
        whole = corrupt(images, name, severity, seed=5)
        assert np.array_equal(corrupt(images, name, severity, seed=5), whole)
        for count in (1, 2, 5):
            assert np.array_equal(corrupt(images[:count], name, severity, seed=5), whole[:count])
        others = images[::-1].copy()
        others[2] = images[2]
        assert np.array_equal(corrupt(others, name, severity, seed=5)[2], whole[2])


@every_corruption
@pytest.mark.parametrize("pictures_at_a_time", [1, 4])
def test_the_same_in_portions(name, pictures_at_a_time, images, monkeypatch):
    whole = corrupt(images, name, 0.7)
    monkeypatch.setattr(corrupting, "_AT_A_TIME", pictures_at_a_time * images[0].size)
    assert np.array_equal(corrupt(images, name, 0.7), whole)


@every_corruption
def test_the_seed_and_the_position_draw(name, images):
    # Eight of the same: a direction of turning may agree by chance, but not eight times.
    same = np.repeat(images[:1], 8, axis=0)
    first, second = corrupt(same, name, 0.5, seed=0), corrupt(same, name, 0.5, seed=1)
    assert np.array_equal(first, second) == (name not in DRAWN)
    assert (first == first[:1]).all() == (name not in DRAWN)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("set_name", ["digits", "materials"])
@every_corruption
def test_grey_stays_grey_but_for_noise_and_colour(name, set_name, severity):
    grey = load_once(set_name).images[:6]
    corrupted = corrupt(grey, name, severity)
    stays = (corrupted == corrupted[..., :1]).all()
    assert stays == (name in GREY_STAYS_GREY or np.array_equal(corrupted, grey))


@functools.cache
def load_once(set_name):
    return load_dataset(set_name).test


@every_corruption
def test_a_dataset_keeps_its_labels_and_gets_another_domain(name):
    dataset = load_once("materials").take(np.arange(5))
    corrupted = corrupt(dataset, name, 0.5, seed=3)
    assert isinstance(corrupted, Dataset)
    assert np.array_equal(corrupted.images, corrupt(dataset.images, name, 0.5, seed=3))
    assert np.array_equal(corrupted.labels, dataset.labels)
    assert corrupted.class_names == dataset.class_names
    assert corrupted.name == dataset.name
    assert corrupted.domain == f"material, {name} 0.5"
    assert dataset.domain == "material"


def test_images_that_lie_in_files(folder, load):
    splits, _ = load(folder({"cat": 8, "dog": 8}), size=20)
    corrupted = corrupt(splits.train, "fog", 0.4)
    decoded = np.asarray(splits.train.images)
    assert np.array_equal(corrupted.images, corrupt(decoded, "fog", 0.4))


@pytest.mark.parametrize(
    "name, said",
    [
        ("nose", "'noise'"),
        ("JPEG", "'jpeg'"),
        ("zzz", "there are noise, blur, contrast"),
        (3, "there are noise"),
    ],
)
def test_unknown_names(name, said, images):
    with pytest.raises(CourseError, match="is unknown") as caught:
        corrupt(images, name, 0.5)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("severity", "seed", "said"),
    [
        (-0.01, 0, "severity must be a number from 0 to 1"),
        (1.01, 0, "severity must"),
        (np.nan, 0, "severity must"),
        (0.5, -1, "seed must be a whole number"),
    ],
)
def test_dials_that_make_no_sense(severity, seed, said, images):
    with pytest.raises(CourseError, match=said):
        corrupt(images, "blur", severity, seed)


@pytest.mark.parametrize(
    "wrong, said",
    [
        (Splits(*[None] * 3), "one part of a set"),
        (np.zeros((8, 8, 3), dtype=np.uint8), r"is one: give images\[np.newaxis\]"),
        (np.zeros((2, 8, 8), dtype=np.uint8), r"theirs is \(2, 8, 8\)"),
        (np.zeros((2, 8, 8, 1), dtype=np.uint8), "three of them"),
        (np.zeros((2, 0, 8, 3), dtype=np.uint8), r"theirs is \(2, 0, 8, 3\)"),
        (np.zeros((2, 8, 8, 3)), "are float64"),
        ([np.zeros((8, 8, 3), np.uint8), np.zeros((9, 8, 3), np.uint8)], "differ in size"),
        (None, r"theirs is \(\)"),
    ],
)
@pytest.mark.parametrize("severity", [0, 0.5])
def test_wrong_images(wrong, said, severity):
    with pytest.raises(CourseError, match=said):
        corrupt(wrong, "blur", severity)


def test_every_corruption_has_its_line_in_the_card():
    card = Path(__file__).parents[2] / "datasets" / "cards" / "corruptions.md"
    lines = card.read_text(encoding="utf-8").splitlines()
    for name in CORRUPTIONS:
        assert sum(line.startswith(f"| {name} |") for line in lines) == 1
