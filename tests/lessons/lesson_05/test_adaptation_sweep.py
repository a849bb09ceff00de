"""The sweeps of lesson 05: tasks, trials, and that what is stored is whole."""

import inspect

import numpy as np
import pytest
import torch
from PIL import Image

from course_utils.adaptation import coral_transform
from course_utils.datasets import label_drift, load_dataset
from course_utils.errors import CourseError
from course_utils.lesson_folders import lesson_folder
from course_utils.lessons.lesson_05 import adaptation as sweep
from course_utils.lessons.lesson_05 import tasks, trials
from course_utils.lessons.lesson_05.comparison import compare_methods
from course_utils.measuring import Result, records
from course_utils.measuring.sweeps import SEEDS

END_TO_END = sweep.END_TO_END[0]


@pytest.fixture
def short(monkeypatch):
    """Trainings of a few steps."""
    own = {name: options | {"steps": 8} for name, options in trials.TRAINING.items()}
    monkeypatch.setattr(trials, "TRAINING", own)


def test_a_draw_is_nested_in_its_set_and_differs_from_seed_to_seed():
    first, again, other = (tasks.adaptation_task(END_TO_END, seed) for seed in (0, 0, 1))
    assert torch.equal(first.source.inputs, again.source.inputs)
    assert not torch.equal(first.source.inputs, other.source.inputs)
    counts = np.bincount(first.source.labels)
    assert set(counts) == {tasks.DRAWN["digits-rendered"]}
    assert torch.equal(first.target, other.target)  # no labels there, so nothing to draw


def test_the_target_comes_without_its_training_labels():
    data = tasks.adaptation_task(END_TO_END, 0)
    assert isinstance(data.target, torch.Tensor)
    assert not hasattr(data, "target_labels")
    assert "labels" not in inspect.signature(trials._algorithm).parameters


@pytest.mark.parametrize("kind", sweep.AUGMENTATIONS)
def test_augmentation_adds_altered_copies_and_keeps_the_originals(kind):
    plain, more = tasks.adaptation_task(END_TO_END, 0), tasks.adaptation_task(END_TO_END, 0, kind)
    n = len(plain.source.labels)
    assert len(more.source.inputs) == len(more.source.labels) == (1 + tasks.COPIES) * n
    assert torch.equal(more.source.inputs[:n], plain.source.inputs)
    for copy in range(1, 1 + tasks.COPIES):
        altered = more.source.inputs[copy * n : (copy + 1) * n]
        assert (altered - plain.source.inputs).abs().mean() > 0.01
        assert np.array_equal(more.source.labels[copy * n : (copy + 1) * n], plain.source.labels)


@pytest.mark.parametrize("skew", sweep.SKEWS[1:])
def test_drift_changes_the_targets_proportions_and_not_its_size(skew):
    even, drifted = (tasks.adaptation_task(END_TO_END, 0, skew=amount) for amount in (0.25, skew))
    assert len(even.target) == len(drifted.target)
    counts = np.bincount(drifted.target_test.labels, minlength=10)
    wanted = label_drift(10, skew) * counts.sum()
    assert np.abs(counts - wanted).max() < 1


def test_the_dial_takes_other_photographs_of_the_source():
    shift = sweep.ON_FEATURES[0]
    splits = load_dataset("objects", size=tasks.SIZES["objects"], domain="photo")
    train, target = tasks._apart(splits, 0, "noise", 0.0)
    seen = {image.tobytes() for image in np.asarray(train.images)}
    assert not seen & {image.tobytes() for image in np.asarray(target.train.images)}
    whole = {image.tobytes() for image in np.asarray(splits.train.images)}
    assert {image.tobytes() for image in np.asarray(target.train.images)} <= whole
    assert tasks.SHIFTS[shift].source == "objects/photo"


@pytest.mark.parametrize("method", sweep.methods_of(END_TO_END))
def test_a_trial_looks_at_its_candidates_and_repeats_itself(method, short):
    first, again = (trials.trial("methods", END_TO_END, method, seed=3) for _ in range(2))
    del first["seconds"], again["seconds"]
    assert first == again
    for candidate in first["candidates"]:
        assert 0 <= candidate["test"] <= 1 and 0 <= candidate["oracle"] <= 1
        assert {"source accuracy", "negative entropy"} < set(candidate)
    assert ("discriminator" in first) == (method in ("DANN", "CDAN"))


def test_a_closed_form_needs_features_and_source_only_ignores_its_weight(short):
    shift = sweep.ON_FEATURES[0]
    assert "CORAL, closed form" in sweep.methods_of(shift)
    assert "CORAL, closed form" not in sweep.methods_of(END_TO_END)
    light, heavy = (
        trials.trial("methods", END_TO_END, "source only", 0, weight=weight)["candidates"]
        for weight in (0.1, 10.0)
    )
    assert light == heavy


def test_coral_treats_every_part_of_a_domain_alike():
    data = tasks.adaptation_task(sweep.ON_FEATURES[0], 0)
    bent = trials.align_by_coral(data)
    assert trials.align_by_coral(data) is bent  # kept: it takes seconds
    home, away = (np.asarray(part, float) for part in (data.source.inputs, data.target))

    def standardised(rows, like):
        deviations = like.std(axis=0)
        return (rows - like.mean(axis=0)) / np.where(deviations > 0, deviations, 1)

    assert np.allclose(bent.target, standardised(away, away), atol=1e-3)
    test = np.asarray(data.target_test.inputs, float)
    assert np.allclose(bent.target_test.inputs, standardised(test, away), atol=1e-3)
    assert np.array_equal(data.target_test.labels, bent.target_test.labels)
    both = np.concatenate([home, np.asarray(data.source_validation.inputs)])
    expected = coral_transform(standardised(both, home), np.asarray(bent.target))
    after = np.concatenate([bent.source.inputs, bent.source_validation.inputs])
    assert np.allclose(after, expected, atol=1e-2)


def test_the_last_stage_keeps_its_batch_norm_still():
    network = tasks.last_stage_network(4, seed=0).train()
    norms = [m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    before = [norm.running_mean.clone() for norm in norms]
    network(torch.rand(2, 1024, 4, 4)).sum().backward()
    assert norms and not any(norm.training for norm in norms)
    assert all(torch.equal(b, norm.running_mean) for b, norm in zip(before, norms, strict=True))
    assert all(p.grad is not None for p in network.features.parameters())


def test_the_stored_sweep_is_the_one_that_the_code_runs(tmp_path, monkeypatch):
    def missing(**trial):
        raise AssertionError(f"not stored: {trial}")

    monkeypatch.setattr(sweep, "trial", missing)
    path = tmp_path / "adaptation.jsonl"
    path.write_bytes(lesson_folder("05").records(sweep.NAME).read_bytes())
    found = sweep.run(path)
    assert len(found) == len(records(sweep.NAME))
    assert {record["trial"]["seed"] for record in found} == set(SEEDS)


def _folder_of_domains(folder, n=30):
    """Two domains of two classes, as `domain/class/image`: bright and dark pictures."""
    random = np.random.default_rng(0)
    for domain, tint in {"day": (255, 255, 255), "night": (90, 90, 160)}.items():
        for name, rows in {"stripes": 2, "blocks": 8}.items():
            (folder / domain / name).mkdir(parents=True)
            for number in range(n):
                pattern = (np.indices((32, 32)) // rows).sum(axis=0) % 2
                picture = pattern[..., np.newaxis] * np.array(tint) * random.uniform(0.6, 1)
                path = folder / domain / name / f"{number}.png"
                Image.fromarray(picture.astype(np.uint8)).save(path)


class _Pooling(torch.nn.Module):
    """A base of few features: means of the picture's parts, and of its changes."""

    def forward(self, pixel_values):
        parts = torch.nn.functional.adaptive_avg_pool2d(pixel_values, 4).flatten(1)
        edges = (pixel_values[..., 1:] - pixel_values[..., :-1]).abs().mean(dim=(2, 3))
        return torch.cat([parts, edges], dim=1)


def test_the_whole_comparison_runs_on_a_folder_of_domains(tmp_path, short):
    _folder_of_domains(tmp_path)
    source, target = (load_dataset(tmp_path, size=32, domain=d) for d in ("day", "night"))
    found = compare_methods(source, target, _Pooling(), seeds=(0, 1))
    assert list(found) == list(sweep.methods_of(sweep.ON_FEATURES[0]))
    for row in found.values():
        assert set(row) == {"selected", "oracle"}
        assert all(isinstance(result, Result) for result in row.values())


def test_domains_of_other_classes_are_refused():
    digits, objects = (load_dataset(name, size=16) for name in ("digits", "objects"))
    with pytest.raises(CourseError, match="both domains need the same ones"):
        compare_methods(digits, objects, _Pooling())
