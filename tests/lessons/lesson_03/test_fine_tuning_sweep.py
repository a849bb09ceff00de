"""The sweeps of lesson 03: what their trials do, and that what is stored is whole and honest."""

import keras
import numpy as np
import pytest

from course_utils.datasets.dataset import Dataset
from course_utils.errors import CourseError
from course_utils.lessons.lesson_03 import claims as measured
from course_utils.lessons.lesson_03 import fine_tuning as sweep
from course_utils.lessons.lesson_03.networks import Drawn, drawn, probe, watched
from course_utils.lessons.lesson_03.stopping import (
    gain_of_stopping,
    spread_of_stopping,
    stopped_accuracy,
    stopping_epoch,
)
from course_utils.lessons.lesson_03.trials import DEPTHS, WAYS, epochs_of, schedule_for
from course_utils.measuring.sweeps import best_on_validation, select


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


@pytest.mark.parametrize("target", sweep.TARGETS)
@pytest.mark.parametrize("n", sweep.NUMBERS)
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


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("patience", [1, 2, 5])
def test_stopping_is_that_of_keras(seed, patience):
    losses = np.random.default_rng(seed).normal(size=15).round(1)
    callback = keras.callbacks.EarlyStopping(patience=patience)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    assert stopping_epoch(losses, patience) == callback.best_epoch


def test_stopping_takes_many_curves_at_once():
    losses = np.random.default_rng(0).normal(size=(12, 30))
    each = [stopping_epoch(losses[:, k]) for k in range(30)]
    assert np.array_equal(stopping_epoch(losses), each)


def a_run(epochs=10, images=40, seed=0):
    random = np.random.default_rng(seed)
    fall = np.abs(np.arange(epochs) - 4)[:, None] / 4
    return {
        "validation_loss": (fall + random.random((epochs, images))).tolist(),
        "test_accuracy": (0.8 - np.abs(np.arange(epochs) - 4) / 20).tolist(),
    }


def test_a_larger_validation_set_judges_better():
    runs = [a_run(seed=seed) for seed in range(5)]
    gains = [gain_of_stopping(runs, size).mean for size in (1, 5, 40)]
    assert gains == sorted(gains)
    spreads = [spread_of_stopping(runs, size).mean for size in (1, 5, 40)]
    assert spreads == sorted(spreads)[::-1]
    assert spreads[-1] == 0  # one and the same whole set in every draw


def test_the_judge_may_be_accuracy():
    run = a_run(epochs=3, images=4)
    run["test_accuracy"] = [0.5, 0.6, 0.7]
    run["validation_correct"] = ["0011", "0111", "0001"]  # best in the middle
    run["validation_loss"] = [[1.0] * 4, [2.0] * 4, [3.0] * 4]  # best at the start
    assert set(stopped_accuracy(run, 4)) == {0.5}
    assert set(stopped_accuracy(run, 4, "accuracy")) == {0.6}


def test_a_validation_set_larger_than_there_is_is_the_whole():
    run = a_run()
    assert np.array_equal(stopped_accuracy(run, 40), stopped_accuracy(run, 10_000))


# What is stored.


def test_every_study_is_stored_with_five_seeds():
    counts = {}
    for record in sweep.stored_records():
        trial = {key: value for key, value in record["trial"].items() if key != "seed"}
        counts.setdefault(str(trial), []).append(record["trial"]["seed"])
    whole, tuning = set(sweep.SEEDS), {sweep.TUNING_SEED}
    for trial, seeds in counts.items():
        assert len(seeds) == len(set(seeds)), trial
        assert set(seeds) in (tuning, whole, tuning | whole), trial


def test_the_stored_sweep_is_the_one_that_the_code_runs(tmp_path, monkeypatch):
    path = tmp_path / "fine-tuning.jsonl"
    path.write_bytes(sweep.STORED.read_bytes())

    def none(**trial):
        raise AssertionError(f"{trial} is not stored")

    monkeypatch.setattr(sweep, "trial", none)
    records = sweep.fine_tuning(path)
    assert len(records) == len(sweep.stored_records())


def test_tuned_arms_use_the_rate_that_did_best_on_validation_images():
    for study, key in (("strategies", "way"), ("depths", "depth")):
        tuning = select(sweep.stored_records(), study=study, seed=sweep.TUNING_SEED)
        arms = {(record["trial"]["target"], record["trial"][key]) for record in tuning}
        assert arms
        for target, name in arms:
            tried = select(tuning, target=target, **{key: name})
            best = best_on_validation(tried)["trial"]["learning_rate"]
            used = {
                record["trial"]["learning_rate"]
                for record in select(sweep.stored_records(), study=study, target=target)
                if record["trial"].get(key) == name
                and record["trial"]["n"] == sweep.N
                and record["trial"]["seed"] in sweep.SEEDS
            }
            # Under noise, depths are compared at one rate for all as well.
            both = target in sweep.NOISY and name != sweep.FIRST
            assert used == ({best, sweep.DEPTH_RATE} if both else {best})


def test_a_question_that_no_record_answers_gets_a_sentence():
    with pytest.raises(CourseError, match="holds 0 trials"):
        sweep.over_seeds(study="rates", target="nothing/there")


def test_retained_accuracy_is_counted_above_guessing():
    target = "objects/photo"
    clean = measured.by_way(target, "frozen").values - 0.1
    left = measured.corrupted(target, "frozen").values - 0.1
    assert np.allclose(measured.retained(target, "frozen").values, left / clean)


def test_chance_is_one_over_the_number_of_classes():
    from course_utils.lessons.lesson_03.networks import splits_of

    for target, chance in measured.CHANCE.items():
        assert chance == pytest.approx(1 / len(splits_of(target).train.class_names))
