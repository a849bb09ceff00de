"""How the zoo is pretrained: recipe, distillation, and the way from a trial to what ships."""

import json

import numpy as np
import pytest
import torch

from course_utils import CourseError
from course_utils.bases import zoo as networks
from course_utils.datasets.dataset import Dataset
from course_utils.files import sha256_of
from course_utils.lessons.lesson_06 import zoo_training
from making.zoo import zoo


def colours(n, seed=0):
    """Noisy pictures, red, green or blue: images and labels."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(n) % 3)
    images = random.integers(0, 128, size=(n, 64, 64, 3), dtype=np.uint8)
    images[np.arange(n), :, :, labels] += 100
    return images, labels


def test_colours_are_learnt():
    network = zoo_training.pretrain(*colours(48), 3, steps=25, batch_size=24)
    assert not network.training
    assert zoo_training.accuracy(network, *colours(60, seed=1)) > 0.95


def test_a_pupil_learns_what_its_teacher_answers_without_any_label():
    images, labels = colours(48)
    answers = 6 * np.eye(3, dtype=np.float32)[labels]
    network = zoo_training.pretrain(images, answers, 3, steps=25, batch_size=24)
    assert zoo_training.accuracy(network, *colours(60, seed=1)) > 0.95


def test_the_seed_alone_decides_and_the_callers_random_numbers_stay():
    before = torch.get_rng_state()
    states = [
        networks.state_of(zoo_training.pretrain(*colours(12), 3, 3, seed, batch_size=6))
        for seed in (0, 0, 1)
    ]
    assert torch.equal(torch.get_rng_state(), before)
    for name, value in states[0].items():
        assert np.array_equal(value, states[1][name]), name
    assert not np.array_equal(states[0]["classifier.1.weight"], states[2]["classifier.1.weight"])


def test_a_single_step_can_be_made():
    zoo_training.pretrain(*colours(6), 3, steps=1, batch_size=6)


def random_logits(seed, shape=(9, 7)):
    return torch.from_numpy(np.random.default_rng(seed).normal(scale=3, size=shape))


def test_the_distillation_loss_is_that_of_its_definition():
    pupil, teacher = random_logits(0), random_logits(1)
    p, q = (
        np.exp(own.numpy() / 4) / np.exp(own.numpy() / 4).sum(axis=1, keepdims=True)
        for own in (teacher, pupil)
    )
    assert zoo_training.TEMPERATURE == 4
    expected = 16 * np.mean(np.sum(p * np.log(p / q), axis=1))
    assert zoo_training._loss(pupil, teacher).item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("shift", [0.0, 5.0])
def test_the_distillation_loss_is_zero_and_flat_at_the_teachers_own_answers(shift):
    """Also with a number added to all logits, which changes no probability."""
    teacher = random_logits(0)
    pupil = (teacher + shift).requires_grad_()
    loss = zoo_training._loss(pupil, teacher)
    loss.backward()
    assert abs(loss.item()) < 1e-9 and pupil.grad.abs().max() < 1e-9
    away = teacher + torch.eye(9, 7, dtype=torch.float64)
    assert zoo_training._loss(away, teacher) > 1e-3


@pytest.mark.parametrize("steps", [1, 2, 20, 100, 800])
def test_the_rate_warms_up_then_falls_to_zero(steps):
    rates = np.array([zoo_training._rate(step, steps) for step in range(steps + 1)])
    warm = max(1, round(steps / 20))
    assert rates[warm - 1] == rates.max() == 1
    assert rates[-1] == 0 and (rates[:-1] > 0).all()
    assert np.allclose(np.diff(rates[:warm]), 1 / warm)
    assert (np.diff(rates[warm:]) < 0).all()
    assert np.allclose(np.diff(rates[warm:]), -1 / max(1, steps - warm))


def test_moved_pictures_are_shifts_with_the_edge_repeated():
    images = np.random.default_rng(0).integers(0, 256, size=(200, 16, 16, 3), dtype=np.uint8)
    moved = zoo_training._moved(images, np.random.default_rng(1))
    assert moved.shape == images.shape and moved.dtype == np.uint8
    steps, found = range(-4, 5), []
    for image, other in zip(images, moved, strict=True):
        rows, columns = (np.clip(np.arange(16)[None] + np.array(steps)[:, None], 0, 15),) * 2
        fits = [
            (y, x)
            for y in range(9)
            for x in range(9)
            if np.array_equal(image[rows[y]][:, columns[x]], other)
        ]
        assert len(fits) == 1
        found += fits
    # All moves are as likely, and pictures are moved independently of one another.
    assert {y for y, _ in found} == {x for _, x in found} == set(range(9))
    assert abs(np.corrcoef(np.array(found).T)[0, 1]) < 0.25


def test_moving_a_flat_picture_changes_nothing():
    flat = np.full((5, 64, 64, 3), 77, np.uint8)
    np.testing.assert_array_equal(zoo_training._moved(flat, np.random.default_rng(0)), flat)


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Colours in place of every source, a short budget, and a cache of the test's own."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    parts = [
        Dataset(*colours(n, seed), ("red", "green", "blue")) for seed, n in enumerate((48, 60))
    ]
    asked = []

    def source_pictures(name, clothing=None):
        asked.append((name, clothing))
        return parts

    monkeypatch.setattr(zoo, "source_pictures", source_pictures)
    monkeypatch.setattr(zoo_training, "STEPS", 25)
    monkeypatch.setattr(zoo_training, "BATCH_SIZE", 24)
    monkeypatch.setattr(zoo_training.pretrain, "__defaults__", (25, 0, 24))
    return asked


def test_from_a_trial_to_what_ships(tiny, monkeypatch, tmp_path):
    folder = tmp_path / "zoo"
    names = ["objects", f"clothing{zoo.SHUFFLED}"]
    records = [{"trial": {"source": n}, "measured": zoo.trial(n, "my-clothes")} for n in names]
    json.dumps(records)  # as sweeps store them
    assert tiny == [("objects", None), ("clothing", "my-clothes")]
    honest, shuffled = (record["measured"] for record in records)
    assert honest["source_accuracy"] > 0.95 and shuffled["source_accuracy"] < 0.6
    expected = {"images": 48, "class_names": ["red", "green", "blue"], "steps": 25}
    assert expected.items() <= honest.items()
    folder.mkdir()
    manifest = zoo.ship(records, folder)
    assert json.loads((folder / "zoo.json").read_text(encoding="utf-8")) == manifest
    assert list(manifest) == names
    assert manifest[names[1]]["file"] == "clothing-shuffled-labels.safetensors"
    for card in manifest.values():
        assert card["sha256"] == sha256_of(folder / card["file"])
    monkeypatch.setattr(networks, "ZOO_FOLDER", folder)
    accuracy = zoo_training.accuracy(networks.zoo_network("objects"), *colours(60, seed=1))
    assert accuracy == pytest.approx(honest["source_accuracy"], abs=0.04)


def test_a_distilled_networks_accuracy_is_agreement_with_its_teacher(tiny, monkeypatch):
    def always_the_brightest(images):
        return images.mean(axis=(1, 2)).astype(np.float32) / 10

    monkeypatch.setattr(zoo, "teacher_answers", always_the_brightest)
    monkeypatch.setattr(zoo, "teacher_classes", lambda: ("r", "g", "b"))
    measured = zoo.trial(zoo.DISTILLED, "my-clothes")
    assert tiny == [("clothing", "my-clothes")]
    assert measured["class_names"] == ["r", "g", "b"]
    assert measured["source_accuracy"] > 0.95


def test_weights_that_are_no_longer_in_the_cache_are_asked_for(tiny, tmp_path):
    record = {"trial": {"source": "objects"}, "measured": {}}
    with pytest.raises(CourseError, match=r"weights of 'objects' are no longer in the cache, .*"):
        zoo.ship([record], tmp_path)


@pytest.mark.parametrize("part", [0, 1])
def test_shuffled_labels_are_the_same_labels_in_another_order(tiny, part):
    shuffled = zoo._pictures_and_targets(f"objects{zoo.SHUFFLED}", None)[part]
    honest = zoo._pictures_and_targets("objects", None)[part]
    assert np.array_equal(shuffled[0], honest[0])
    assert np.array_equal(np.bincount(shuffled[1]), np.bincount(honest[1]))
    assert 0.1 < np.mean(shuffled[1] == honest[1]) < 0.6


def test_the_teacher_has_a_name_for_each_answer():
    assert len(zoo.teacher_classes()) == 200 and len(set(zoo.teacher_classes())) > 190
