"""Each claim's verdict follows from stored records."""

import re

import pytest

from course_utils.assets import read_manifest
from course_utils.claims import registry as claims
from course_utils.claims.claim import Claim
from course_utils.datasets import domains
from course_utils.errors import CourseError
from course_utils.lessons.lesson_01 import hierarchy
from course_utils.lessons.lesson_02 import claims as claims_frozen
from course_utils.lessons.lesson_02 import frozen_variants, learning_curves
from course_utils.measuring.results import compare
from course_utils.measuring.sweeps import read_records
from course_utils.paths import PROJECT_FOLDER

LIST = PROJECT_FOLDER.parent / "shared" / "CLAIMS.md"
MEASURED = [claim for claim in claims.claims() if claim.is_measured]


def test_each_claim_stands_there_once():
    ids = [claim.id for claim in claims.claims()]
    assert len(set(ids)) == len(ids) == 28


@pytest.mark.skipif(not LIST.exists(), reason="the list of claims is not part of the repository")
def test_the_claims_are_those_of_the_list():
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| (.*?) \|.*\| ([\d, ]+) \|$", LIST.read_text("utf-8"), re.M
    )
    listed = {name: (statement, tuple(lessons.split(", "))) for name, statement, lessons in rows}
    assert listed == {claim.id: (claim.statement, claim.lessons) for claim in claims.claims()}


@pytest.mark.parametrize("claim", claims.claims(), ids=lambda claim: claim.id)
def test_a_claim_says_all_that_belongs_to_it(claim):
    assert claim.lesson in claim.lessons
    for needed in (claim.test, claim.flips, claim.data):
        assert bool(needed) == claim.is_measured
    assert set(claim.data) <= {*domains(), *read_manifest()}


def test_lessons_measure_every_claim_between_them():
    lessons = sorted({claim.lesson for claim in claims.claims()})
    found = [claim for lesson in lessons for claim in claims.of_lesson(lesson)]
    assert found == list(claims.claims())  # lesson by lesson, none twice


@pytest.mark.parametrize("claim", MEASURED, ids=lambda claim: claim.id)
def test_a_verdict_follows_from_its_conditions(claim):
    above = [compare(margin) == "above" for margin in claim.conditions().values()]
    expected = {len(above): "holds", 0: "does not hold here"}.get(sum(above), "partly")
    assert claim.verdict() == expected


def test_a_claim_without_conditions_has_no_verdict():
    claim = Claim("some-claim", "one may say so", ("08", "09"))
    with pytest.raises(CourseError, match=r"'some-claim' is not measured yet \(lesson 08, 09"):
        claim.verdict()


@pytest.mark.parametrize(
    ("wrong", "near"), [("les-data", "less-data"), ("l2", "small-lr"), (3, "")]
)
def test_an_unknown_claim_is_told_with_the_nearest_name(wrong, near):
    with pytest.raises(CourseError, match=f"no claim {wrong!r}: did you mean '"):
        claims.by_id(wrong)
    assert not near or claims.by_id(near).id == near


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

    from course_utils.finetuning.network_training import small_network
    from course_utils.measuring.costs import multiply_adds

    for size in (48, 64):
        base = keras.applications.ResNet50(
            weights=None, include_top=False, input_shape=(size, size, 3)
        )
        assert claims_frozen.FORWARD[f"ResNet50 at {size}"] == multiply_adds(base)
    assert claims_frozen.FORWARD["small at 48"] == multiply_adds(small_network((48, 48, 3), 12))


def test_multiply_adds_of_a_network_counted_by_hand():
    import keras

    from course_utils.measuring.costs import multiply_adds

    inputs = keras.Input((8, 6, 3))
    maps = keras.layers.Conv2D(5, 3, strides=2, padding="same")(inputs)  # 4 x 3 positions
    outputs = keras.layers.Dense(7)(keras.layers.Flatten()(maps))
    counted = 4 * 3 * (3 * 3 * 3 * 5) + 4 * 3 * 5 * 7
    assert multiply_adds(keras.Model(inputs, outputs)) == counted


@pytest.mark.parametrize("n_classes", [2, 12, 15])
def test_the_multiply_adds_of_the_head_are_those_of_its_layers(n_classes):
    import keras

    from course_utils.measuring.costs import HIDDEN_UNITS, multiply_adds

    base = keras.applications.ResNet50(weights=None, include_top=False, pooling="avg")
    assert base.output.shape[-1] == claims_frozen.CHANNELS
    inputs = keras.Input((claims_frozen.CHANNELS,))
    hidden = keras.layers.Dense(HIDDEN_UNITS, activation="relu")(inputs)
    head = keras.Model(inputs, keras.layers.Dense(n_classes)(hidden))
    assert claims_frozen.head_multiply_adds(n_classes) == multiply_adds(head)


@pytest.mark.parametrize("n_classes", [2, 12])
@pytest.mark.parametrize("epochs", [0, 1, 20])
def test_the_frozen_arm_pays_for_its_base_once_and_for_its_head_in_every_epoch(
    n_classes, epochs, monkeypatch
):
    monkeypatch.setattr(claims_frozen, "HEAD_EPOCHS", epochs)
    each_epoch = 3 * claims_frozen.head_multiply_adds(n_classes)  # forward, and twice that backward
    assert claims_frozen.task_operations(n_classes)["frozen"] == (
        n_classes
        * claims_frozen.WATCHED_N
        * (claims_frozen.FORWARD["ResNet50 at 48"] + epochs * each_epoch)
    )
