"""What is stored of lesson 02's sweeps is whole and honest."""

import pytest

from course_utils.lessons.lesson_02 import frozen_variants, learning_curves
from course_utils.measuring import stored_records, studies
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED


def test_every_arm_was_measured_with_five_seeds_at_every_n():
    for dataset, arms in learning_curves.LABELS_PER_CLASS.items():
        for arm, numbers in arms.items():
            for n in numbers:
                measured = learning_curves.stored_measurements(dataset, arm, n)
                assert [m["trial"]["seed"] for m in measured] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("study", "run", "more"),
    # The rate of a whole ResNet50 from scratch was chosen once, from three.
    [("learning-curves", learning_curves.run, 3), ("frozen-variants", frozen_variants.run, 0)],
)
def test_the_stored_sweep_is_the_one_that_the_code_runs(study, run, more, tmp_path, monkeypatch):
    def none(*source, **trial):
        raise AssertionError(f"{trial} is not stored")

    monkeypatch.setattr(learning_curves, "arm_trial", none)
    monkeypatch.setattr(frozen_variants, "variant_trial", none)
    path = tmp_path / "sweep.jsonl"
    path.write_bytes(studies()[study].records(study).read_bytes())
    records = run(path, clothing="folder")
    assert len(records) + more == len(stored_records(study))
    assert {record["trial"]["seed"] for record in records} == {*SEEDS, TUNING_SEED}


def test_each_arm_uses_the_rate_that_did_best_on_validation_data():
    records = stored_records(learning_curves.NAME)
    chosen = {}
    for dataset, arms in learning_curves.LABELS_PER_CLASS.items():
        for arm in arms:
            key = (dataset, arm)
            mine = [r for r in records if (r["trial"]["dataset"], r["trial"]["arm"]) == key]
            tried = [r for r in mine if r["trial"]["seed"] == TUNING_SEED]
            chosen[key] = {r["trial"]["learning_rate"] for r in mine if r not in tried}
            if tried:
                best = max(tried, key=lambda r: r["measured"]["validation_accuracy"])
                assert chosen[key] == {best["trial"]["learning_rate"]}, key
    # Whole ResNet50s from no knowledge: chosen once, by the random start on clothing.
    once = chosen["clothing", "random"]
    assert chosen["materials", "random"] == chosen["materials", "permuted"] == once
