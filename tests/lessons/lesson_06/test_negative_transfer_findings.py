"""Lesson 06's stored trials are whole, paired and honestly tuned; findings follow from them."""

import numpy as np
import pytest

from course_utils.bases.zoo import RANDOM, zoo_card, zoo_sources
from course_utils.errors import CourseError
from course_utils.lesson_folders import lesson_folder
from course_utils.lessons.lesson_06 import findings as measured
from course_utils.lessons.lesson_06 import negative_transfer as sweep
from course_utils.lessons.lesson_06 import source_mixtures
from course_utils.lessons.lesson_06.trials import SCRATCH, TARGETS
from course_utils.measuring import stored_records
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED, select

PAIRS = [(source, target) for source in (*zoo_sources(), SCRATCH) for target in TARGETS]
WAYS = measured.WAYS


def records(**wanted):
    return select(stored_records(sweep.NAME), **wanted)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_each_pair_moves_at_the_rate_that_did_best_on_validation_data(source, target):
    mine = records(study="gaps", source=source, target=target)
    tried = [one for one in mine if one["trial"]["seed"] == TUNING_SEED]
    used = [one for one in mine if one["trial"]["seed"] in SEEDS]
    assert {one["trial"]["learning_rate"] for one in tried} == set(sweep.RATES)
    best = max(one["measured"]["validation_accuracy"] for one in tried)
    winners = {
        one["trial"]["learning_rate"]
        for one in tried
        if one["measured"]["validation_accuracy"] == best
    }
    (rate,) = {one["trial"]["learning_rate"] for one in used}
    assert rate == min(winners)
    assert sorted(one["trial"]["seed"] for one in used) == list(SEEDS)


def test_the_stored_sweep_is_the_one_that_the_code_runs(tmp_path, monkeypatch):
    def missing(**trial):
        raise AssertionError(f"not stored: {trial}")

    monkeypatch.setattr(sweep, "trial", missing)
    path = tmp_path / "records.jsonl"
    path.write_bytes(lesson_folder("06").records(sweep.NAME).read_bytes())
    # One remedy is in two lists.
    ran = {str(sorted(one["trial"].items())) for one in sweep.run(path)}
    assert len(ran) == len(records())


@pytest.mark.parametrize("way", WAYS)
def test_a_gap_is_accuracy_less_scratch_seed_by_seed(way):
    for source in zoo_sources():
        for target in TARGETS:
            study = "gaps" if way == "fine-tuned" else "frozen"
            own = records(study=study, source=source, target=target, n=sweep.N)
            rival = records(study="gaps", source=SCRATCH, target=target, n=sweep.N)
            accuracy, scratch = (
                {one["trial"]["seed"]: one["measured"]["accuracy"] for one in found}
                for found in (own, rival)
            )
            expected = [accuracy[seed] - scratch[seed] for seed in SEEDS]
            gap = measured.gap(source, target, way)
            np.testing.assert_allclose(gap.values, expected)


def test_far_sources_leave_out_near_ones_and_those_that_teach_nothing():
    for target in TARGETS:
        far = measured.far_sources(target)
        assert not set(far) & set(measured.NEAR[target])
        assert RANDOM not in far and not any("shuffled" in name for name in far)
        assert len(far) >= 4


def test_the_null_knows_nothing_of_the_target():
    for source in measured.ranked_sources():
        values = [measured.score(measured.NULL, source, target) for target in TARGETS]
        assert np.ptp(values) == 0
        assert values[0][0] == zoo_card(source)["source_accuracy"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("target", TARGETS)
def test_a_score_that_knows_the_gaps_costs_nothing_and_one_that_errs_costs(
    way, target, monkeypatch
):
    def oracle(name, source, target):
        sign = {"right": 1, "wrong": -1}[name]
        return np.full(len(SEEDS), sign * measured.gap(source, target, way).mean)

    monkeypatch.setattr(measured, "score", oracle)
    assert not measured.regret("right", target, way).values.any()
    assert measured.regret("wrong", target, way).mean > 0


@pytest.mark.parametrize("way", WAYS)
def test_ranks_lie_between_their_limits(way):
    for name, by_target in measured.rank_correlations(way).items():
        assert list(by_target) == list(TARGETS)
        assert measured.taus(name, way) == [own.tau for own in by_target.values()]
        for own in by_target.values():
            assert -1 <= own.low < own.high <= 1
            assert -1 <= own.tau <= 1


@pytest.mark.parametrize("arm", source_mixtures.ARMS)
def test_arms_of_one_kind_learnt_from_as_many_pictures(arm):
    found = records(study="mixtures", arm=arm)
    assert sorted(one["trial"]["seed"] for one in found) == list(SEEDS)
    few = [source for source in source_mixtures.NARROW if arm.startswith(f"{source}, ")]
    images = source_mixtures.NARROW[few[0]][1] if few else source_mixtures.IMAGES
    for one in found:
        # A set's classes need not divide the number: no class is given more than another.
        assert images * 0.97 <= one["measured"]["images"] <= images
        assert one["trial"]["learning_rate"] == sweep.MIXTURE_RATE


@pytest.mark.parametrize("case", sweep.REMEDY_CASES, ids=" to ".join)
def test_every_remedy_is_measured_on_the_same_draws(case):
    gaps = measured.remedies(case)
    assert {"untreated", "L2-SP", "stop early", "probe first", "freeze more"} <= set(gaps)
    assert all(len(gap.values) == len(SEEDS) for gap in gaps.values())
    assert (sweep.BETTER_SOURCE in gaps) == (sweep.CHOSEN[case[1]] != case[0])


@pytest.mark.parametrize("target", sweep.CHOSEN)
def test_the_better_source_is_the_one_that_the_probe_prefers(target):
    honest = [name for name in measured.ranked_sources() if name != target]
    best = max(honest, key=lambda name: measured.score("probe", name, target).mean())
    assert best == sweep.CHOSEN[target]


def test_stopping_early_looks_at_validation_images_alone():
    case = sweep.REMEDY_CASES[0]
    wanted = {"study": "remedies", "source": case[0], "target": case[1]}
    wanted |= sweep.treated("untreated")
    curves = [
        np.array(one["measured"]["curve"]) for seed in SEEDS for one in records(**wanted, seed=seed)
    ]
    assert len(curves) == len(SEEDS)
    stopped = measured.remedy(case, measured.STOPPED_EARLY).values
    for curve, accuracy in zip(curves, stopped, strict=True):
        best = curve[curve[:, 1] == curve[:, 1].max()]
        assert accuracy in best[:, 2]


def test_what_was_not_measured_is_said():
    with pytest.raises(CourseError, match="does not hold"):
        measured.accuracy("objects", "moon")


def test_a_stored_trial_comes_out_again():
    live, stored = sweep.run_again("frozen", source="digits-rendered", target="digits", n=sweep.N)
    assert abs(live["accuracy"] - stored["accuracy"]) < 0.02
