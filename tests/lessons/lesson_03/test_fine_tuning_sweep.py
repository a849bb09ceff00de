"""What is stored of lesson 03's sweep is whole, honest, and what the code runs."""

from course_utils.lessons.lesson_03 import fine_tuning as sweep
from course_utils.measuring import records
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED, read_records

RECORDS = read_records(sweep.STORED)


def test_every_study_is_stored_with_five_seeds():
    counts = {}
    for record in RECORDS:
        trial = {key: value for key, value in record["trial"].items() if key != "seed"}
        counts.setdefault(str(trial), []).append(record["trial"]["seed"])
    whole, tuning = set(SEEDS), {TUNING_SEED}
    for trial, seeds in counts.items():
        assert len(seeds) == len(set(seeds)), trial
        assert set(seeds) in (tuning, whole, tuning | whole), trial


def test_the_stored_sweep_is_the_one_that_the_code_runs(tmp_path, monkeypatch):
    path = tmp_path / "fine-tuning.jsonl"
    path.write_bytes(sweep.STORED.read_bytes())

    def none(**trial):
        raise AssertionError(f"{trial} is not stored")

    monkeypatch.setattr(sweep, "trial", none)
    assert len(sweep.run(path)) == len(RECORDS)


def test_tuned_arms_use_the_rate_that_did_best_on_validation_images():
    stored = records(sweep.NAME).query("labels_per_class == @sweep.N")
    for study, key in (("strategies", "way"), ("depths", "depth")):
        trials = stored[stored["study"] == study]
        tuning = trials[trials["draw"] == TUNING_SEED]
        arms = tuning.groupby(["dataset", key])
        assert len(arms)
        for (target, name), tried in arms:
            best = tried.loc[tried["validation_accuracy"].idxmax(), "learning_rate"]
            arm = trials[(trials["dataset"] == target) & (trials[key] == name)]
            used = set(arm.loc[arm["draw"].isin(SEEDS), "learning_rate"])
            # Under noise, depths are compared at one rate for all as well.
            both = target in sweep.NOISY and name != sweep.FIRST
            assert used == ({best, sweep.DEPTH_RATE} if both else {best})
