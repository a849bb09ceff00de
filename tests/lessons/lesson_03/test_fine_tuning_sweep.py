"""What is stored of lesson 03's sweep is whole, honest, and what the code runs."""

import pytest

from course_utils.errors import CourseError
from course_utils.lessons.lesson_03 import fine_tuning as sweep
from course_utils.measuring import stored_records
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED, best_on_validation, select

RECORDS = stored_records(sweep.NAME)


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
    records = sweep.run(path)
    assert len(records) == len(RECORDS)


def test_tuned_arms_use_the_rate_that_did_best_on_validation_images():
    for study, key in (("strategies", "way"), ("depths", "depth")):
        tuning = select(RECORDS, study=study, seed=TUNING_SEED)
        arms = {(record["trial"]["target"], record["trial"][key]) for record in tuning}
        assert arms
        for target, name in arms:
            tried = select(tuning, target=target, **{key: name})
            best = best_on_validation(tried)["trial"]["learning_rate"]
            used = {
                record["trial"]["learning_rate"]
                for record in select(RECORDS, study=study, target=target)
                if record["trial"].get(key) == name
                and record["trial"]["n"] == sweep.N
                and record["trial"]["seed"] in SEEDS
            }
            # Under noise, depths are compared at one rate for all as well.
            both = target in sweep.NOISY and name != sweep.FIRST
            assert used == ({best, sweep.DEPTH_RATE} if both else {best})


def test_a_question_that_no_record_answers_gets_a_sentence():
    with pytest.raises(CourseError, match="it holds 0"):
        sweep.stored_result(study="rates", target="nothing/there")
