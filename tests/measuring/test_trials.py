"""Paired trials: every arm with every seed, in pairs, and the gap between two arms."""

import numpy as np
import pytest
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.results import Result, compare
from course_utils.measuring.sweeps import read_records
from course_utils.measuring.trials import interval, run_trials, transfer_gap

# The settings of one arm are a part of the other's: they must not be taken for one another.
ARMS = {"plain": {"rate": 0.1}, "decayed": {"rate": 0.1, "decay": 0.5}, "fast": {"rate": 0.3}}
SEEDS = (3, 0, 7)


def accuracy(rate, seed, decay=0.0):
    return {"test_accuracy": rate + 10 * decay + 100 * seed, "steps": seed}


EXPECTED = {
    name: [accuracy(seed=seed, **settings)["test_accuracy"] for seed in SEEDS]
    for name, settings in ARMS.items()
}


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("jobs", [1, 2])
def test_every_arm_is_measured_with_every_seed(stored, jobs, tmp_path):
    path = tmp_path / "trials.jsonl" if stored else None
    results = run_trials(ARMS, SEEDS, accuracy, path=path, jobs=jobs)
    assert {name: result.values.tolist() for name, result in results.items()} == EXPECTED
    assert list(results) == list(ARMS)
    if stored:
        assert len(read_records(path)) == 9
        again = run_trials(ARMS, SEEDS, None, "steps", path)  # run is not asked again
        assert again["fast"].values.tolist() == list(SEEDS)


def test_trials_are_run_seed_by_seed_and_nothing_is_printed_unless_stored(tmp_path, capsys):
    asked = []

    def run(seed, rate, decay=0.0):
        asked.append((seed, rate, decay))
        return accuracy(rate, seed, decay)

    run_trials(ARMS, SEEDS, run)
    assert [seed for seed, _, _ in asked] == [seed for seed in SEEDS for _ in ARMS]
    assert len(set(asked)) == 9
    assert capsys.readouterr().out == ""
    run_trials(ARMS, SEEDS, run, path=tmp_path / "trials.jsonl")
    assert capsys.readouterr().out.count("/9 {'rate': ") == 9


def test_seeds_may_come_from_any_iterable():
    results = run_trials({"a": {"rate": 0}}, iter(range(4)), accuracy, metric="steps")
    assert results["a"].values.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("arms", "seeds", "metric", "told"),
    [
        ({}, (0, 1), "steps", "no arm to run"),
        ({"a": {"rate": 1, "seed": 2}}, (0, 1), "steps", "The arm 'a' sets the seed itself"),
        (ARMS, (0,), "steps", r"at least two seeds, each named once, not \[0\]"),
        (ARMS, (), "steps", "at least two seeds"),
        (ARMS, (0, 1, 0), "steps", "each named once"),
        (ARMS, (0, 1), "time", "do not measure 'time': they measure steps, test_accuracy"),
    ],
)
def test_trials_that_cannot_be_paired(arms, seeds, metric, told):
    with pytest.raises(CourseError, match=told):
        run_trials(arms, seeds, accuracy, metric)


@pytest.mark.parametrize("value", [float("nan"), None, "high", [0.1, 0.2]])
def test_a_metric_that_is_no_number(value):
    with pytest.raises(CourseError, match="finite"):
        run_trials({"a": {}}, (0, 1), lambda seed: {"test_accuracy": value if seed else 0.5})


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_follows_its_values(seed):
    random = np.random.default_rng(seed)
    values = random.normal(size=random.integers(2, 20))
    low, high = interval(values)
    assert (low, high) == Result(values).interval
    assert (low + high) / 2 == pytest.approx(values.mean())
    assert interval(random.permutation(values)) == pytest.approx((low, high))
    shift, scale = random.normal(), random.uniform(0.1, 9)
    moved = interval(scale * values + shift)
    assert moved == pytest.approx((scale * low + shift, scale * high + shift))
    assert interval(-values) == pytest.approx((-high, -low))


@pytest.mark.parametrize("seeds", [2, 5, 20])
def test_the_interval_holds_the_truth_19_times_in_20(seeds):
    random = np.random.default_rng(seeds)
    intervals = [interval(random.normal(0.7, 0.1, size=seeds)) for _ in range(1500)]
    held = np.mean([low <= 0.7 <= high for low, high in intervals])
    # Of 1,500 intervals that each hold it with chance 0.95, the share is within this 999 in 1,000.
    low, high = stats.binom.interval(0.999, 1500, 0.95)
    assert low / 1500 <= held <= high / 1500


@pytest.mark.parametrize(
    "values", [[0.5], [], 0.5, [[1, 2]], [0.5, float("inf")], ["a", "b"], [[1], [1, 2]], None]
)
def test_values_without_an_interval(values):
    with pytest.raises(CourseError, match="at least two seeds"):
        interval(values)


@pytest.mark.parametrize("seed", range(5))
def test_the_gap_is_paired_and_its_sign_says_whether_transfer_helps(seed):
    random = np.random.default_rng(seed)
    luck, gain = random.normal(0, 10, size=5), random.uniform(0.5, 1)
    scratch = Result(luck)
    helped = Result(luck + gain + random.normal(0, 0.01, size=5))
    gap = transfer_gap(helped, scratch)
    assert gap.values == pytest.approx(helped.values - scratch.values)
    assert compare(gap) == "above"
    assert compare(transfer_gap(scratch, helped)) == "below"
    # Wang et al. take it of the errors, with transfer minus without.
    errors = Result(1 - helped.values), Result(1 - scratch.values)
    assert transfer_gap(*errors).mean == pytest.approx(-gap.mean)


@pytest.mark.parametrize("scratch", [[0.1, 0.2, 0.3], np.zeros(3), Result([0.1, 0.2]), None])
def test_gaps_of_what_is_not_paired(scratch):
    with pytest.raises(CourseError, match="same seeds"):
        transfer_gap(Result([0.1, 0.2, 0.3]), scratch)
