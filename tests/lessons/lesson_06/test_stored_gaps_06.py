"""Lesson 06's stored trials are whole, paired and honestly tuned; gaps follow from them."""

import numpy as np
import pandas as pd
import pytest

from course_utils.bases.zoo import zoo_card, zoo_sources
from course_utils.lesson_folders import lesson_folder
from course_utils.lessons.lesson_06 import negative_transfer as sweep
from course_utils.lessons.lesson_06 import source_mixtures, stored_gaps
from course_utils.lessons.lesson_06.trials import SCRATCH, TARGETS
from course_utils.measuring import records
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED

PAIRS = [(source, target) for source in (*zoo_sources(), SCRATCH) for target in TARGETS]
TRIALS = records(sweep.NAME)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_each_pair_moves_at_the_rate_that_did_best_on_validation_data(source, target):
    mine = TRIALS.query("study == 'gaps' and source == @source and dataset == @target")
    tried, used = mine[mine["draw"] == TUNING_SEED], mine[mine["draw"] != TUNING_SEED]
    assert set(tried["learning_rate"]) == set(sweep.RATES)
    winners = tried[tried["validation_accuracy"] == tried["validation_accuracy"].max()]
    assert set(used["learning_rate"]) == {winners["learning_rate"].min()}
    assert sorted(used["draw"]) == list(SEEDS)


def test_the_stored_sweep_is_the_one_that_the_code_runs(tmp_path, monkeypatch):
    def missing(**trial):
        raise AssertionError(f"not stored: {trial}")

    monkeypatch.setattr(sweep, "trial", missing)
    path = tmp_path / "records.jsonl"
    path.write_bytes(lesson_folder("06").records(sweep.NAME).read_bytes())
    # One remedy is in two lists.
    ran = {str(sorted(one["trial"].items())) for one in sweep.run(path)}
    assert len(ran) == len(TRIALS)


@pytest.mark.parametrize(("way", "study"), [("fine-tuned", "gaps"), ("frozen", "frozen")])
def test_a_gap_is_accuracy_less_scratch_draw_by_draw(way, study):
    trials = TRIALS.query("study in ['gaps', 'frozen'] and labels_per_class == @sweep.N")
    accuracy = trials.set_index(["study", "source", "dataset", "draw"])["accuracy"].to_dict()
    for source, row in stored_gaps.gap_matrix(way).items():
        for target, gap in row.items():
            expected = [
                accuracy[study, source, target, draw] - accuracy["gaps", SCRATCH, target, draw]
                for draw in SEEDS
            ]
            np.testing.assert_allclose(gap.values, expected)


def test_the_null_knows_nothing_of_the_target():
    null = stored_gaps.scores(stored_gaps.NULL)
    for source in stored_gaps.RANKED:
        values = null.xs(source, axis=1, level="source").to_numpy()
        assert (values == zoo_card(source)["source_accuracy"]).all()


@pytest.mark.parametrize("target", TARGETS)
def test_a_score_that_knows_the_gaps_costs_nothing_and_one_that_errs_costs(target, monkeypatch):
    gains = stored_gaps.gains()

    def oracle(name):
        means = {"right": 1, "wrong": -1}[name] * gains.mean()
        return pd.DataFrame([means] * len(gains), index=gains.index)

    monkeypatch.setattr(stored_gaps, "scores", oracle)
    assert not stored_gaps.regret("right", target).values.any()
    assert stored_gaps.regret("wrong", target).mean > 0


def test_ranks_lie_between_their_limits():
    for by_target in stored_gaps.rank_correlations().values():
        assert list(by_target) == list(TARGETS)
        for own in by_target.values():
            assert -1 <= own.low < own.high <= 1
            assert -1 <= own.tau <= 1


@pytest.mark.parametrize("arm", source_mixtures.ARMS)
def test_arms_of_one_kind_learnt_from_as_many_pictures(arm):
    found = TRIALS.query("study == 'mixtures' and arm == @arm")
    assert sorted(found["draw"]) == list(SEEDS)
    few = [source for source in source_mixtures.NARROW if arm.startswith(f"{source}, ")]
    images = source_mixtures.NARROW[few[0]][1] if few else source_mixtures.IMAGES
    # A set's classes need not divide the number: no class is given more than another.
    assert found["images"].between(images * 0.97, images).all()
    assert set(found["learning_rate"]) == {sweep.MIXTURE_RATE}


@pytest.mark.parametrize("case", sweep.REMEDY_CASES, ids=" to ".join)
def test_every_remedy_is_measured_on_the_same_draws(case):
    gaps = stored_gaps.remedies(case)
    assert {"untreated", "L2-SP", "stop early", "probe first", "freeze more"} <= set(gaps)
    assert all(gap.draws == SEEDS for gap in gaps.values())
    assert (sweep.BETTER_SOURCE in gaps) == (sweep.CHOSEN[case[1]] != case[0])


@pytest.mark.parametrize("target", sweep.CHOSEN)
def test_the_better_source_is_the_one_that_the_probe_prefers(target):
    means = stored_gaps.scores("probe")[target].mean()[list(stored_gaps.RANKED)]
    assert means.drop(target, errors="ignore").idxmax() == sweep.CHOSEN[target]


def test_stopping_early_takes_the_last_of_the_looks_that_do_best_on_validation_images():
    looks = [[12, 0.4, 0.9], [24, 0.5, 0.2], [36, 0.5, 0.3], [48, 0.1, 0.8]]
    assert stored_gaps._stopped_early(looks) == 0.3


def test_a_stored_trial_comes_out_again():
    live, stored = sweep.run_again("frozen", source="digits-rendered", target="digits", n=sweep.N)
    assert abs(live["accuracy"] - stored["accuracy"]) < 0.02
