"""Each claim's verdict follows from stored records, and the README says what they say."""

import sys

import pytest

from course_utils.experiments import claims, frozen_variants, hierarchy, learning_curves
from course_utils.experiments.results import compare
from course_utils.experiments.sweeps import read_records
from course_utils.paths import PROJECT_FOLDER

#: The rows of the course's list of claims that each lesson has to measure.
LESSON_01 = {"general-to-specific"}
LESSON_02 = {
    "less-data",
    "dozens-suffice",
    "faster",
    "cheaper-90",
    "higher-accuracy",
    "frozen-prevents-overfit",
    "simple-heads-suffice",
    "augmentation-prevents-overfit",
    "scratch-weeks",
}


LESSON_03 = {
    "finetune-beats-frozen",
    "small-lr",
    "big-lr-destroys",
    "depth-follows-data",
    "gradual-unfreezing",
    "early-stopping",
    "regulariser",
    "robust-to-shift",
}
LESSON_05 = {"augmentation-bridges", "adversarial-bridges", "gap-size"}
IDS = {"01": LESSON_01, "02": LESSON_02, "03": LESSON_03, "05": LESSON_05}


@pytest.mark.parametrize(("lesson", "ids"), IDS.items())
def test_every_claim_of_a_lesson_is_measured_once(lesson, ids):
    assert sorted(claim.id for claim in claims.of_lesson(lesson)) == sorted(ids)


def test_every_claim_belongs_to_a_lesson():
    assert sorted(claim.id for claim in claims.CLAIMS) == sorted(set().union(*IDS.values()))


@pytest.mark.parametrize("claim", claims.CLAIMS, ids=lambda claim: claim.id)
def test_a_verdict_follows_from_its_conditions(claim):
    above = [compare(margin) == "above" for margin in claim.conditions().values()]
    expected = {len(above): "holds", 0: "does not hold here"}.get(sum(above), "partly")
    assert claim.verdict() == expected


def test_every_arm_was_measured_with_five_seeds_at_every_n():
    for dataset, arms in learning_curves.LABELS_PER_CLASS.items():
        for arm, numbers in arms.items():
            for n in numbers:
                measured = learning_curves.stored_measurements(dataset, arm, n)
                assert [m["trial"]["seed"] for m in measured] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("module", [learning_curves, frozen_variants, hierarchy])
def test_no_measurement_was_made_with_a_seed_used_for_tuning(module):
    assert module.TUNING_SEED not in module.SEEDS
    seeds = {record["trial"]["seed"] for record in read_records(module.STORED)}
    assert seeds == {*module.SEEDS, module.TUNING_SEED}


def test_each_arm_uses_the_rate_that_did_best_on_validation_data():
    records = read_records(learning_curves.STORED)
    chosen = {}
    for dataset, arms in learning_curves.LABELS_PER_CLASS.items():
        for arm in arms:
            key = (dataset, arm)
            mine = [r for r in records if (r["trial"]["dataset"], r["trial"]["arm"]) == key]
            tried = [r for r in mine if r["trial"]["seed"] == learning_curves.TUNING_SEED]
            chosen[key] = {r["trial"]["learning_rate"] for r in mine if r not in tried}
            if tried:
                best = max(tried, key=lambda r: r["measured"]["validation_accuracy"])
                assert chosen[key] == {best["trial"]["learning_rate"]}, key
    # Whole ResNet50s from no knowledge: chosen once, by the random start on clothing.
    once = chosen["clothing", "random"]
    assert chosen["materials", "random"] == chosen["materials", "permuted"] == once


def test_the_counted_operations_are_those_of_the_networks():
    import keras

    from course_utils.experiments.costs import multiply_adds
    from course_utils.experiments.training import small_network

    for size in (48, 64):
        base = keras.applications.ResNet50(
            weights=None, include_top=False, input_shape=(size, size, 3)
        )
        assert claims.FORWARD[f"ResNet50 at {size}"] == multiply_adds(base)
    assert claims.FORWARD["small at 48"] == multiply_adds(small_network((48, 48, 3), 12))


def test_multiply_adds_of_a_network_counted_by_hand():
    import keras

    from course_utils.experiments.costs import multiply_adds

    inputs = keras.Input((8, 6, 3))
    maps = keras.layers.Conv2D(5, 3, strides=2, padding="same")(inputs)  # 4 x 3 positions
    outputs = keras.layers.Dense(7)(keras.layers.Flatten()(maps))
    counted = 4 * 3 * (3 * 3 * 3 * 5) + 4 * 3 * 5 * 7
    assert multiply_adds(keras.Model(inputs, outputs)) == counted


@pytest.mark.parametrize("n_classes", [2, 12, 15])
def test_the_multiply_adds_of_the_head_are_those_of_its_layers(n_classes):
    import keras

    from course_utils.experiments.costs import HIDDEN_UNITS, multiply_adds

    base = keras.applications.ResNet50(weights=None, include_top=False, pooling="avg")
    assert base.output.shape[-1] == claims.CHANNELS
    inputs = keras.Input((claims.CHANNELS,))
    hidden = keras.layers.Dense(HIDDEN_UNITS, activation="relu")(inputs)
    head = keras.Model(inputs, keras.layers.Dense(n_classes)(hidden))
    assert claims.head_multiply_adds(n_classes) == multiply_adds(head)


@pytest.mark.parametrize("n_classes", [2, 12])
@pytest.mark.parametrize("epochs", [0, 1, 20])
def test_the_frozen_arm_pays_for_its_base_once_and_for_its_head_in_every_epoch(
    n_classes, epochs, monkeypatch
):
    monkeypatch.setattr(claims, "HEAD_EPOCHS", epochs)
    each_epoch = 3 * claims.head_multiply_adds(n_classes)  # forward, and twice that backward
    assert claims.task_operations(n_classes)["frozen"] == (
        n_classes * claims.WATCHED_N * (claims.FORWARD["ResNet50 at 48"] + epochs * each_epoch)
    )


def test_the_readme_shows_the_claims_as_they_were_measured(monkeypatch):
    monkeypatch.syspath_prepend(str(PROJECT_FOLDER / "notebooks" / "authoring"))
    import readme

    text = readme.README.read_text(encoding="utf-8")
    try:
        assert readme.with_claims(text) == text, "run python notebooks/authoring/readme.py"
        changed = text.replace(claims.table(), "another table")
        assert readme.with_claims(changed) == text != changed
    finally:
        sys.modules.pop("readme", None)
