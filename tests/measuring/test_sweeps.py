"""A sweep that was stopped goes on where it was, and says when its record is damaged."""

import errno
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from course_utils.bases.precision import automatic_arithmetic
from course_utils.errors import CourseError
from course_utils.measuring.sweeps import (
    best_on_validation,
    check_inner_optimum,
    grid,
    measured_for,
    one_score,
    pack,
    read_records,
    run_sweep,
    run_tuned,
    unpack,
)

TRIALS = [{"seed": seed, "arm": arm} for seed in (0, 1) for arm in ("frozen", "scratch")]


class Runner:
    """Measures something, notes what it was asked, and fails when it is told to."""

    def __init__(self, fail_at=None):
        self.asked = []
        self.fail_at = fail_at

    def __call__(self, seed, arm):
        if len(self.asked) == self.fail_at:
            raise MemoryError
        self.asked.append((seed, arm))
        return {"accuracy": seed + len(arm) / 100}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sweep.jsonl"


def test_every_trial_is_run_once_and_recorded(path):
    run = Runner()
    records = run_sweep(TRIALS, run, path)
    assert [record["trial"] for record in records] == TRIALS
    assert records[1]["measured"] == {"accuracy": 0.07}
    assert read_records(path) == records
    assert run_sweep(TRIALS, run, path) == records
    assert len(run.asked) == 4, "what is recorded is not run again"


def test_the_order_of_settings_and_trials_does_not_matter(path):
    run = Runner()
    records = run_sweep(TRIALS, run, path)
    turned = [{"arm": trial["arm"], "seed": trial["seed"]} for trial in TRIALS[::-1]]
    assert run_sweep(turned, run, path) == records[::-1]
    assert len(run.asked) == 4


def test_a_failed_trial_costs_only_itself(path):
    with pytest.raises(MemoryError):
        run_sweep(TRIALS, Runner(fail_at=2), path)
    run = Runner()
    records = run_sweep(TRIALS, run, path)
    assert run.asked == [(1, "frozen"), (1, "scratch")]
    assert [record["trial"] for record in records] == TRIALS


@pytest.mark.parametrize("torn", ['{"trial": {"seed": 1, "a', "\0\0\0\0", "{}", "\udcff"])
def test_a_torn_last_line_is_run_again(path, torn):
    run_sweep(TRIALS[:3], Runner(), path)
    whole = path.read_bytes()
    path.write_bytes(whole + torn.encode("utf-8", "surrogateescape"))
    assert len(read_records(path)) == 3
    run = Runner()
    run_sweep(TRIALS, run, path)
    assert run.asked == [(1, "scratch")]
    assert path.read_bytes().startswith(whole)
    assert len(read_records(path)) == 4


def test_a_last_line_without_its_end_counts(path):
    run_sweep(TRIALS[:2], Runner(), path)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    run = Runner()
    run_sweep(TRIALS, run, path)
    assert len(run.asked) == 2
    assert len(read_records(path)) == 4


@pytest.mark.parametrize("damage", ["{not JSON", "", "null", '{"seed": 1}'])
def test_damage_in_the_middle_is_told_in_a_sentence(path, damage):
    run_sweep(TRIALS, Runner(), path)
    lines = path.read_text().splitlines()
    lines[1] = damage
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(CourseError, match=r"^Line 2 of \S+ is damaged: delete that line and .*\.$"):
        run_sweep(TRIALS, Runner(), path)
    assert path.read_text().splitlines() == lines


def test_numpy_numbers_are_recorded_as_ordinary_ones(path):
    def run(seed):
        return {"accuracy": np.float32(0.5), "classes": np.int64(7), "curve": np.arange(2)}

    trials = [{"seed": np.int64(0)}]
    records = run_sweep(trials, run, path)
    measured = {"accuracy": 0.5, "classes": 7, "curve": [0, 1]}
    own = {"trial": {"seed": 0}, "measured": measured, "arithmetic": "float32"}
    assert records == [own]
    assert run_sweep(trials, run, path) == records == read_records(path)


def test_a_new_sweep_makes_its_folder(tmp_path):
    run_sweep(TRIALS, Runner(), tmp_path / "results" / "today" / "sweep.jsonl")


def test_no_record_yet(path):
    assert read_records(path) == []


def test_a_full_disk_keeps_what_was_recorded(path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "no space left")

    run_sweep(TRIALS[:2], Runner(), path)
    path.write_bytes(path.read_bytes() + b'{"torn')
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CourseError, match="is full"):
            run_sweep(TRIALS, Runner(), path)
    assert len(read_records(path)) == 2


# Sweeps that choose a setting first.

ARMS = [{"arm": "frozen"}, {"arm": "scratch"}]
RATES = [{"rate": rate, "steps": 10} for rate in (1e-4, 1e-3, 1e-2)]
TUNING = {"n": 20, "seed": 100}
DRAWS = [{"n": n, "seed": seed} for n in (5, 20) for seed in (0, 1)]


def tuned(path, settings=RATES, best=None, asked=None):
    """Run a tuned sweep in which each arm of `best` does best at its rate, or all do alike."""

    def run(arm, n, seed, rate, steps):
        if asked is not None:
            asked.append((arm, n, seed, rate))
        return {"validation_accuracy": float(rate == (best or {}).get(arm)), "test_accuracy": rate}

    return run_tuned(ARMS, settings, TUNING, DRAWS, run, path)


@pytest.mark.parametrize("frozen", [1e-4, 1e-3, 1e-2])
@pytest.mark.parametrize("scratch", [1e-4, 1e-3, 1e-2])
def test_each_arm_is_measured_with_the_setting_that_did_best_for_it(path, frozen, scratch):
    best = {"frozen": frozen, "scratch": scratch}
    trials = [record["trial"] for record in tuned(path, best=best)]
    assert trials[:6] == [arm | TUNING | setting for arm in ARMS for setting in RATES]
    assert trials[6:] == [
        arm | draw | {"rate": best[arm["arm"]], "steps": 10} for draw in DRAWS for arm in ARMS
    ]


def test_of_settings_that_do_alike_the_first_is_used(path):
    assert {record["trial"]["rate"] for record in tuned(path)[6:]} == {1e-4}


def test_one_setting_alone_is_not_tried(path):
    trials = [record["trial"] for record in tuned(path, RATES[1:2])]
    assert trials == [arm | draw | RATES[1] for draw in DRAWS for arm in ARMS]


def test_a_stopped_tuned_sweep_goes_on_where_it_was(path):
    records = tuned(path, best={"frozen": 1e-3, "scratch": 1e-2})
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-3]))
    asked = []
    assert tuned(path, best={"frozen": 1e-3, "scratch": 1e-2}, asked=asked) == records
    assert asked == [("scratch", 20, 0, 1e-2), ("frozen", 20, 1, 1e-3), ("scratch", 20, 1, 1e-2)]


def with_own_grids(path, grids, best, **options):
    """A tuned sweep in which each arm does best at its own rate."""

    def run(arm, n, seed, rate):
        return {"validation_accuracy": -abs(np.log10(rate / best[arm])), "test_accuracy": rate}

    return run_tuned(ARMS, grids, TUNING, DRAWS, run, path, **options)


GRIDS = [grid(rate=(1e-5, 1e-4, 1e-3)), grid(rate=(1e-3, 1e-2, 1e-1))]


def test_each_arm_may_have_its_own_grid(path):
    records = with_own_grids(path, GRIDS, {"frozen": 1e-4, "scratch": 1e-2}, bounds={})
    assert [r["trial"]["rate"] for r in records[:6]] == [1e-5, 1e-4, 1e-3, 1e-3, 1e-2, 1e-1]
    assert [r["trial"]["rate"] for r in records[6:]] == [1e-4, 1e-2] * len(DRAWS)


def test_unequal_budgets_are_refused(path):
    for grids in ([GRIDS[0], GRIDS[1][:2]], GRIDS[:1], [*GRIDS, GRIDS[0]]):
        with pytest.raises(CourseError, match="Arms are tuned with equal budgets"):
            with_own_grids(path, grids, {"frozen": 1e-4, "scratch": 1e-2})
    assert read_records(path) == []


@pytest.mark.parametrize(
    ("best", "told"),
    [(1e-5, "frozen'} is 1e-05, the lowest"), (1e-3, "frozen'} is 0.001, the highest")],
)
def test_an_optimum_at_an_edge_is_refused_and_nothing_is_lost(path, best, told):
    with pytest.raises(CourseError, match=told):
        with_own_grids(path, GRIDS, {"frozen": best, "scratch": 1e-2}, bounds={})
    assert len(read_records(path)) == 6, "the trials that found it are stored"
    assert with_own_grids(path, GRIDS, {"frozen": best, "scratch": 1e-2}), "the first edition's"


def test_a_setting_may_end_at_a_bound_of_its_own():
    tried = grid(penalty=(0.0, 0.1, 1.0), head=("a", "b"))
    check_inner_optimum(tried, {"penalty": 0.0, "head": "a"}, {"penalty": (0.0, None)})
    with pytest.raises(CourseError, match="best penalty of this arm is 1, the highest"):
        check_inner_optimum(tried, {"penalty": 1.0, "head": "b"}, {"penalty": (0.0, None)})
    with pytest.raises(CourseError, match="or name that as its bound"):
        check_inner_optimum(tried, {"penalty": 0.0, "head": "a"}, {})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"settings": grid(rate=(1.0, 1.0, 2.0))}, "without repetition"),
        ({"settings": [{"m": "a"}, {"m": "b", "C": 1.0}]}, "all have the same names"),
        ({"draws": [{"draw": 0, "rate": 3.0}]}, "none of them is set by an arm"),
        ({"tuning": {"draw": 0}}, "a draw that is none of those measured"),
        ({"tuning": {"draw": 100, "part": "test"}}, "chosen on validation pictures"),
    ],
)
def test_a_choice_that_would_not_be_kept_or_not_be_fair_is_refused(path, options, told):
    given = {
        "settings": grid(rate=(1.0, 2.0, 3.0)),
        "tuning": {"draw": 100},
        "draws": [{"draw": 0}],
    } | options
    with pytest.raises(CourseError, match=told):
        run_tuned([{"arm": "a"}], run=noted, path=path, **given)
    assert read_records(path) == []


def test_edges_of_any_kind_of_number():
    for tried in (np.arange(1, 6), np.float32([1, 2, 3]), [0.1, 0.2, 0.1 + 0.2]):
        settings = [{"k": each} for each in tried]
        with pytest.raises(CourseError, match="the highest"):
            check_inner_optimum(settings, {"k": tried[-1]}, {})
    none_too = [{"k": None}, *({"k": k} for k in (1, 10, 100))]
    with pytest.raises(CourseError, match="best k of this arm is 1, the lowest"):
        check_inner_optimum(none_too, {"k": 1}, {})
    check_inner_optimum(none_too, {"k": None}, {})
    check_inner_optimum(settings, {"k": 0.1 + 0.2}, {"k": (None, 0.3)})


def test_a_watched_run_is_judged_by_its_best_epoch_and_a_diverged_one_last():
    assert one_score([0.1, 0.95, 0.9]) == 0.95 and one_score(0.3) == 0.3
    assert one_score(float("nan")) == -np.inf and one_score([np.nan, 0.2]) == 0.2
    found = [{"trial": {}, "measured": {"validation_accuracy": v}} for v in (np.nan, 0.2, 0.4)]
    assert best_on_validation(found, ties="middle") is found[2]


def test_settings_within_settings_have_edges_too():
    tried = [{"setting": {"C": c}} for c in (0.1, 1.0, 10.0)]
    check_inner_optimum(tried, {"setting": {"C": 1.0}}, {})
    with pytest.raises(CourseError, match="best C of this arm is 10, the highest"):
        check_inner_optimum(tried, {"setting": {"C": 10.0}}, {})


def test_of_equals_an_edge_gives_way(path):
    flat = [{"trial": {}, "measured": {"validation_accuracy": each}} for each in (2, 2, 2, 1, 0)]
    assert best_on_validation(flat, ties="middle") is flat[2]
    assert best_on_validation(flat) is flat[0]


# What records carry.


@pytest.mark.parametrize("n", [1, 7, 8, 1001])
def test_answers_are_stored_as_packed_bits(path, n):
    answers = np.random.default_rng(n).random(n) < 0.3
    (record,) = run_sweep([{"draw": 0}], lambda draw: {"correct": answers}, path)
    np.testing.assert_array_equal(unpack(record["measured"]["correct"]), answers)
    np.testing.assert_array_equal(unpack(json.loads(json.dumps(pack(answers)))), answers)
    assert len(path.read_text()) < 130 + n / 5, "six pictures in a letter"
    assert unpack({"bits": 3}) == {"bits": 3} and unpack([True]) == [True]


def test_a_setting_can_be_chosen_by_answers(path):
    def run(part, rate):
        return {"correct": np.arange(10) < rate}

    trials = grid(part="validation", rate=(2, 7, 5))
    assert best_on_validation(run_sweep(trials, run, path))["trial"]["rate"] == 7


def test_trials_run_in_float32_unless_they_are_about_arithmetic(path):
    def run(arithmetic=None):
        return {"used": automatic_arithmetic()}

    before = automatic_arithmetic()
    records = run_sweep([{}, {"arithmetic": "bfloat16"}], run, path)
    assert [r["measured"]["used"] for r in records] == ["float32", "bfloat16"]
    assert [r["arithmetic"] for r in records] == ["float32", "bfloat16"]
    assert automatic_arithmetic() == before


def test_records_carry_the_conditions_that_held_when_they_were_made(path):
    def run(draw):
        return {}

    with measured_for({"less-data": "abc"}):
        run_sweep([{"draw": 0}], run, path)
    with measured_for({"less-data": "abc"}):
        records = run_sweep([{"draw": 0}, {"draw": 1}], run, path)
    assert [r["conditions"]["less-data"] for r in records] == ["abc", "abc"]
    assert "conditions" not in run_sweep([{"draw": 2}], run, path)[0]
    before = path.read_bytes()
    for changed in ({"less-data": "def"}, {"less-data": "abc", "faster": "abc"}):
        with measured_for(changed), pytest.raises(CourseError, match="for other conditions than"):
            run_sweep([{"draw": 3}], run, path)
    assert path.read_bytes() == before


def test_a_grid_has_every_combination():
    assert grid(arm="x", n=(5, 20), seed=(0, 1)) == [
        {"arm": "x", "n": n, "seed": seed} for n in (5, 20) for seed in (0, 1)
    ]
    assert grid(curve=[1, 2]) == [{"curve": [1, 2]}]
    assert grid(n=()) == []


def noted(**trial):
    return {"settings": len(trial)}


@pytest.mark.parametrize("seed", range(5))
def test_the_best_record_is_the_first_of_the_highest(seed):
    accuracies = np.random.default_rng(seed).integers(0, 4, 12) / 4
    records = [{"measured": {"validation_accuracy": each}} for each in accuracies]
    assert best_on_validation(records) is records[int(np.argmax(accuracies))]


# Sweeps that are killed.

KILLED = """
import sys, time
from course_utils.measuring.sweeps import run_sweep

def run(seed):
    print("begun", flush=True)
    time.sleep(0.01)
    return {"square": seed**2}

run_sweep([{"seed": seed} for seed in range(100000)], run, sys.argv[1])
"""


def test_a_killed_sweep_keeps_its_records(path):
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_bytes().count(b"\n") >= 5):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    whole = path.read_bytes().count(b"\n")
    assert whole >= process.stdout.read().count(b"begun") - 1, "stored as it ends"
    asked = []
    trials = [{"seed": seed} for seed in range(whole + 2)]
    run_sweep(trials, lambda seed: asked.append(seed) or {"square": seed**2}, path)
    assert len(asked) <= 2
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["measured"]["square"] for line in lines] == [seed**2 for seed in range(whole + 2)]
