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

from course_utils.errors import CourseError
from course_utils.measuring.sweeps import (
    best_on_validation,
    grid,
    live_and_stored,
    over_seeds,
    read_records,
    run_sweep,
    run_tuned,
    select,
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
    assert records == [{"trial": {"seed": 0}, "measured": measured}]
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


def test_records_are_selected_by_their_settings(path):
    records = run_sweep([*TRIALS, {"arm": "frozen", "seed": 2, "setting": {"C": 1}}], noted, path)
    assert select(records) == records
    assert select(records, arm="frozen") == [records[0], records[2], records[4]]
    assert select(records, arm="frozen", seed=1) == [records[2]]
    assert select(records, setting={"C": 1}) == [records[4]]
    assert select(records, setting=None) == [], "a setting that a trial does not have"


def stored(seeds, values, **settings):
    """Records of one arm, a value of `score` for each seed."""
    pairs = zip(seeds, values, strict=True)
    return [{"trial": settings | {"seed": s}, "measured": {"score": v}} for s, v in pairs]


def test_a_measurement_over_seeds_in_their_order():
    records = stored((2, 0, 1, 100), (0.2, 0.0, 0.1, 9.0), arm="a") + stored((0,), (5.0,), arm="b")
    assert over_seeds(records, (0, 1, 2), "score", arm="a").values.tolist() == [0.0, 0.1, 0.2]
    assert over_seeds(records, (1, 2), "score", arm="a").values.tolist() == [0.1, 0.2]


def test_a_part_of_a_measurement_over_seeds():
    records = stored((0, 1), ({"head": 0.1, "base": 0.5}, {"head": 0.2, "base": 0.6}))
    assert over_seeds(records, (0, 1), "score", "base").values.tolist() == [0.5, 0.6]
    with pytest.raises(CourseError, match="have not all measured score"):
        over_seeds(records, (0, 1), "score", "stem")


@pytest.mark.parametrize(
    ("seeds", "values", "metric", "told"),
    [
        ((0, 1), (0.1, 0.2), "score", "one trial for each seed, .* it holds 2"),
        ((0, 1, 2, 2), (0.1, 0.2, 0.3, 0.4), "score", "it holds 4"),
        ((), (), "score", "it holds 0"),
        ((0, 1, 2), (0.1, 0.2, None), "score", "of {'arm': 'a'} have not all measured score"),
        ((0, 1, 2), (0.1, 0.2, 0.3), "time", "have not all measured time"),
    ],
    ids=["one missing", "one twice", "none", "one not measured", "another metric"],
)
def test_seeds_that_are_not_all_there_once(seeds, values, metric, told):
    with pytest.raises(CourseError, match=told):
        over_seeds(stored(seeds, values, arm="a"), (0, 1, 2), metric, arm="a")


def test_a_grid_has_every_combination():
    assert grid(arm="x", n=(5, 20), seed=(0, 1)) == [
        {"arm": "x", "n": n, "seed": seed} for n in (5, 20) for seed in (0, 1)
    ]
    assert grid(curve=[1, 2]) == [{"curve": [1, 2]}]
    assert grid(n=()) == []


def test_a_stored_trial_is_run_again():
    records = stored((0, 1), (0.1, 0.2), arm="a")
    live, before = live_and_stored(records, lambda **trial: trial, {"n": 3}, seed=1)
    assert live == {"arm": "a", "seed": 1, "n": 3} and before == {"score": 0.2}
    with pytest.raises(CourseError, match=r"2 stored trials have {'arm': 'a'}: name settings"):
        live_and_stored(records, dict, arm="a")


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
