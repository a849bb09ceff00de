"""The trials of lesson 03's sweep: what is drawn, what a schedule unfreezes, and for how long."""

import numpy as np
import pytest

from course_utils.datasets.dataset import Dataset
from course_utils.lessons.lesson_03.fine_tuning import NUMBERS, TARGETS
from course_utils.lessons.lesson_03.networks import Drawn, drawn, probe, watched
from course_utils.lessons.lesson_03.trials import DEPTHS, WAYS, epochs_of, schedule_for


@pytest.fixture
def part():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (60, 4, 4, 3), dtype=np.uint8)
    return Dataset(images, np.arange(60) % 3, ("a", "b", "c"))


@pytest.mark.parametrize("n", [1, 5, 20])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_draw_is_that_of_the_dataset_and_knows_where_it_was_drawn(part, n, seed):
    ours, theirs = drawn(part, n, seed), part.per_class(n, seed)
    assert np.array_equal(ours.images[np.arange(3 * n)], theirs.images)
    assert np.array_equal(ours.labels, theirs.labels)
    assert np.array_equal(part.images[ours.images.positions], theirs.images)
    assert np.array_equal(ours.images[1:3], theirs.images[1:3])


def test_watched_images_are_every_third(part):
    some = watched(part)
    assert isinstance(some.images, Drawn)
    assert np.array_equal(some.images[:], part.images[::3])
    assert np.array_equal(some.labels, part.labels[::3])


def test_the_probe_is_the_setting_that_does_best_on_validation_images():
    random = np.random.default_rng(0)
    labels = np.arange(90) % 3
    centres = random.normal(size=(3, 8))
    rows = centres[labels] + 0.3 * random.normal(size=(90, 8))
    kernel, bias = probe(rows[:60], labels[:60], (rows[60:], labels[60:]))
    assert kernel.shape == (8, 3)
    assert np.mean((rows[60:] @ kernel + bias).argmax(axis=1) == labels[60:]) > 0.8


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("n", NUMBERS)
def test_every_way_takes_the_same_epochs(target, n):
    epochs = {
        way: sum(stage.epochs for stage in schedule_for(target, n, 1e-4, way=way).stages)
        for way in WAYS
    }
    assert set(epochs.values()) == {epochs_of(target, n)}


def test_gradual_unfreezing_goes_down_and_all_at_once_hurries_the_head():
    gradual = schedule_for("surfaces/photo", 20, 1e-4, way="gradual").stages
    assert [tuple(stage.rates) for stage in gradual] == [
        ("head", "conv5"),
        ("head", "conv4", "conv5"),
        ("head", "base"),
    ]
    (stage,) = schedule_for("surfaces/photo", 20, 1e-4, way="all at once").stages
    assert stage.rates["head"] > stage.rates["base"] == 1e-4
    (stage,) = schedule_for("surfaces/photo", 20, 1e-4).stages
    assert stage.rates["head"] == stage.rates["base"] == 1e-4


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_depth_unfreezes_what_it_names(depth):
    (stage,) = schedule_for("objects/photo", 20, 1e-3, depth=depth).stages
    assert tuple(stage.rates) == ("head", *DEPTHS[depth])
