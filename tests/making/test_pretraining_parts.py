"""The parts of the pretraining script: its schedule, its batches, its optimiser, its clock."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.datasets import Dataset
from making.pretraining import batches as pretraining_batches
from making.pretraining import pretraining
from making.pretraining.recipe import Recipe

RECIPE = Recipe(steps=8, batch_size=12, precision="float32")


def test_time_adds_up_over_interruptions(monkeypatch):
    """With a budget of minutes the schedule follows the time spent, breaks left out."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(pretraining, "time", SimpleNamespace(monotonic=lambda: clock.now))
    recipe = replace(RECIPE, steps=None, minutes=6)

    class OneMinuteSteps:
        step, seconds = 0, 0.0
        recipe = replace(RECIPE, steps=None, minutes=6)

        def progress(self):
            return recipe.progress(self.step, self.seconds)

        def take_step(self, images, labels):
            clock.now += 60
            self.step += 1
            return 1.0

    part = Dataset(np.zeros((20, 8, 8, 3), np.uint8), np.zeros(20, np.int64), ("a", "b"))
    training, saved = OneMinuteSteps(), []

    def save():
        saved.append(training.step)

    def stop(step, loss):
        if step == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretraining.train(training, part, save, 120, stop)
    assert saved == [2, 4]
    clock.now += 10_000
    pretraining.train(training, part, save, 120, None)
    assert (training.step, training.seconds, saved) == (6, 360, [2, 4, 6])


def test_rate_warms_up_and_decays_and_pictures_grow():
    recipe = Recipe(minutes=10)
    progress = [recipe.progress(0, 60 * minute) for minute in (0, 0.2, 0.4, 5.2, 10)]
    assert [recipe.rate_at(p) for p in progress] == pytest.approx([1e-5, 0.075, 0.15, 0.075, 1e-5])
    assert [recipe.size_at(p) for p in (0, 0.49, 0.5, 1)] == [48, 48, 64, 64]


def test_every_pass_sees_every_picture_once():
    recipe = replace(RECIPE, batch_size=5)
    passes = [
        np.concatenate([pretraining_batches.batch_positions(20, recipe, s) for s in steps])
        for steps in (range(4), range(4, 8))
    ]
    assert all(sorted(order) == list(range(20)) for order in passes)
    assert list(passes[0]) != list(passes[1])


def test_augmentation_crops_a_mirrored_border():
    plain = replace(RECIPE, contrast=0.0, brightness=0.0)
    images = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), np.uint8)
    augmented = pretraining_batches.augment(images, plain, np.random.default_rng(1))
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    for image, border in zip(augmented, padded, strict=True):
        crops = (border[y : y + 16, x : x + 16] for y in range(5) for x in range(5))
        either = [pretraining_batches.centred(c) for crop in crops for c in (crop, crop[:, ::-1])]
        assert sum(np.array_equal(image, crop) for crop in either) == 1
    assert augmented.dtype == np.float32


def test_kernels_alone_decay_and_blocks_start_as_the_identity():
    from making.pretraining.network import Training

    training = Training(RECIPE, 3)
    kernels, others = training.optimiser.param_groups
    assert kernels["weight_decay"] == 5e-5 and others["weight_decay"] == 0
    assert {p.ndim for p in kernels["params"]} == {2, 4} and {p.ndim for p in others["params"]} == {
        1
    }
    last = training.network.resnet.encoder.stages[3].layers[2].layer[-1].normalization
    assert not last.weight.any()
