"""Pilots: validation pictures alone, arms that are what they say, records that a plan reads."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import torch
from PIL import Image
from transformers import ResNetConfig, ResNetModel

from course_utils import Dataset, cli
from course_utils.measuring.sweeps import read_records, unpack
from making import pilots


@pytest.fixture(autouse=True)
def small_base(monkeypatch, feature_store):
    """A small random network in place of the shipped one."""
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = ResNetModel(config).eval()
    monkeypatch.setattr(pilots, "frozen_base", lambda: network)


def coloured(n_per_class, seed, n_classes=2):
    """Noise in which each class is brighter in a colour of its own."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(n_classes), n_per_class)
    images = random.integers(60, 120, (len(labels), 64, 64, 3), dtype=np.uint8)
    for label in range(n_classes):
        images[labels == label, :, :, label] += 90
    return Dataset(images, labels, ("red", "green", "blue")[:n_classes], name="coloured")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Photographs of two classes, in class folders: 12 / 4 / 4 a class once they are split."""
    root = tmp_path_factory.mktemp("pictures") / "coloured"
    made = coloured(20, seed=0)
    for number, (image, label) in enumerate(zip(made.images, made.labels, strict=True)):
        (root / made.class_names[label]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(root / made.class_names[label] / f"{number}.png")
    return root


def run(folder, path, draws, arms=("frozen", "scratch")):
    asked = [str(folder), "--labels", "3", "--draws", str(draws), "--out", str(path)]
    return pilots.main([*asked, "--arms", *arms])


def test_every_arm_learns_from_every_draw(folder, tmp_path):
    path = tmp_path / "pilot.jsonl"
    assert run(folder, path, draws=2) == 0
    found = read_records(path)
    trials = [record["trial"] for record in found]
    assert [(t["draw"], t["arm"], t["base"]) for t in trials] == [
        (draw, arm, base)
        for draw in range(2)
        for arm, base in (("frozen", "resnet50"), ("scratch", None))
    ]
    shared = {"dataset": "coloured", "part": "validation", "labels_per_class": 3}
    assert all(shared.items() <= trial.items() for trial in trials)
    assert [t.get("C", t.get("learning_rate")) for t in trials] == [0.01, 1e-3] * 2
    for record in found:
        correct = unpack(record["measured"]["correct"])
        assert correct.shape == (8,) and correct.mean() > 0.9
        assert record["measured"]["seconds"] > 0 and record["arithmetic"] == "float32"


def test_more_draws_go_on_where_it_was(folder, tmp_path):
    path = tmp_path / "pilot.jsonl"
    run(folder, path, draws=1, arms=["frozen"])
    stored = path.read_text()
    assert run(folder, path, draws=3, arms=["frozen"]) == 0
    assert path.read_text().startswith(stored) and len(read_records(path)) == 3


def test_a_plan_reads_what_a_pilot_wrote(folder, tmp_path, capsys):
    path = tmp_path / "pilot.jsonl"
    run(folder, path, draws=3)
    compared = ["--arm", "arm == 'frozen'", "--rival", "arm == 'scratch'"]
    assert cli.main(["plan", str(path), "--pictures", "100", *compared]) == 0
    assert "pilot: 3 draws, 8 validation pictures" in capsys.readouterr().out


def test_the_test_part_is_not_touched(tmp_path):
    parts = pilots.Splits(coloured(6, 0), coloured(4, 1), None)
    (record,) = pilots.pilot(parts, ["frozen"], 3, 1, tmp_path / "pilot.jsonl")
    assert unpack(record["measured"]["correct"]).shape == (8,)


@pytest.mark.parametrize("arm", ["frozen", "scratch"])
def test_labels_of_the_validation_pictures_are_not_looked_at(arm):
    train, validation = coloured(6, 0), coloured(4, 1)
    settings = {"arm": arm, "labels_per_class": 3, "draw": 0} | pilots.ARMS[arm]
    seen = pilots.pilot_trial(train, validation, **settings)["correct"]
    swapped = replace(validation, labels=1 - validation.labels)
    assert np.array_equal(pilots.pilot_trial(train, swapped, **settings)["correct"], ~seen)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_dense_layer_answers_as_the_probe(n_classes):
    few, other = coloured(4, 0, n_classes), coloured(6, 1, n_classes)
    probe = pilots.fitted_probe(few, 0.01)
    kernel, bias = pilots.as_dense(probe)
    features = pilots.features_of(other)
    logits = features @ kernel + bias
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert np.allclose(shares, probe.predict_proba(features), atol=1e-5)


def test_what_cannot_be_done_is_said(folder, tmp_path, capsys):
    path = tmp_path / "pilot.jsonl"
    assert run(tmp_path / "nowhere", path, draws=1) == 1
    assert "nowhere" in capsys.readouterr().err
    assert run(folder, path, draws=0) == 1
    assert "--draws" in capsys.readouterr().err
    assert not path.exists()


@pytest.fixture
def small_keras_base(monkeypatch):
    """A small random network in Keras, in place of the shipped one, frozen and fine-tuned."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((64, 64, 3))
    maps = keras.layers.Conv2D(8, 3, strides=8, activation="relu")(inputs / 64)
    base = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(maps))

    def build(size):
        copy = keras.models.clone_model(base)
        copy.set_weights(base.get_weights())
        return copy

    monkeypatch.setattr(pilots, "frozen_base", lambda: base)
    monkeypatch.setattr(pilots, "resnet50_base", build)
    pilots.fine_tuner.cache_clear()
    yield
    pilots.fine_tuner.cache_clear()


def test_fine_tuning_begins_with_the_probe_and_each_draw_anew(small_keras_base):
    few, other = coloured(3, 0, 3), coloured(10, 1, 3)
    probe = pilots.fitted_probe(few, 1e-4)
    expected = probe.predict(pilots.features_of(other))
    assert np.array_equal(pilots.fine_tuned_answers(few, other, 1e-4, 1e-9, 0), expected)
    pilots.fine_tuned_answers(few, other, 1e-4, 1.0, 0)
    tuner, weights = pilots.fine_tuner(3)
    now = tuner.base.get_weights()
    assert not any(np.allclose(a, b) for a, b in zip(now, weights, strict=True))  # all of it learnt
    assert np.array_equal(pilots.fine_tuned_answers(few, other, 1e-4, 1e-9, 0), expected)


def test_the_fine_tuned_arm_learns(small_keras_base):
    settings = {"arm": "fine-tuned", "labels_per_class": 3, "draw": 0} | pilots.ARMS["fine-tuned"]
    found = pilots.pilot_trial(coloured(6, 0), coloured(4, 1), **settings)
    assert found["correct"].shape == (8,) and found["correct"].mean() > 0.9
