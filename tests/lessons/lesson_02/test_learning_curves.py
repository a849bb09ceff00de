"""What is stored of lesson 02's sweeps is whole and honest."""

import pytest

from course_utils.lessons.lesson_02 import frozen_variants, learning_curves
from course_utils.measuring import records, studies
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED


def test_every_arm_was_measured_with_five_seeds_at_every_n():
    for dataset, arms in learning_curves.LABELS_PER_CLASS.items():
        for arm, numbers in arms.items():
            for n in numbers:
                assert learning_curves.curve_of(dataset, arm)[n].draws == (0, 1, 2, 3, 4)


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
    found = run(path, clothing="folder")
    assert len(found) + more == len(records(study))
    assert {record["trial"]["seed"] for record in found} == {*SEEDS, TUNING_SEED}


def test_each_arm_uses_the_rate_that_did_best_on_validation_data():
    chosen = {}
    for key, mine in records(learning_curves.NAME).groupby(["dataset", "arm"]):
        tried = mine[mine.draw == TUNING_SEED]
        chosen[key] = set(mine[mine.draw != TUNING_SEED].learning_rate)
        if len(tried):
            assert chosen[key] == {tried.loc[tried.validation_accuracy.idxmax()].learning_rate}, key
    # Whole ResNet50s from no knowledge: chosen once, by the random start on clothing.
    once = chosen["clothing", "random"]
    assert chosen["materials", "random"] == chosen["materials", "permuted"] == once
