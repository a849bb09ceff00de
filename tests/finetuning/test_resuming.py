"""A run that is broken off ends, when it is called again, where an unbroken one ends."""

import errno
import json
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from forked import run_script
from keras import layers
from small_residual import (
    Bench,
    assert_same,
    interrupted,
    pooled_head,
    residual_base,
    without_seconds,
)

from course_utils import CourseError
from course_utils.finetuning import Schedule, Stage
from course_utils.finetuning import checkpoints as module
from course_utils.finetuning.steps import Steps

SCRIPT = Path(__file__).with_name("killed_runs.py")
SCHEDULE = Schedule(
    (Stage({"head": 1e-2}, 2), Stage({"head": 1e-2, "conv3": 1e-2}, 2, warm_up=0.3)),
    batch_size=16,
)
STEPS = 12  # of the whole schedule on 42 images


@pytest.fixture(scope="module")
def dropout_bench():
    """With a head that draws random numbers, and BatchNorm that counts."""
    last = layers.Dropout(0.3, seed=1), layers.BatchNormalization(), layers.Dense(4)
    return Bench(residual_base(), pooled_head(*last))


@pytest.fixture(scope="module")
def unbroken(dropout_bench, tmp_path_factory):
    history, weights = dropout_bench.run(SCHEDULE, folder=tmp_path_factory.mktemp("whole") / "run")
    return without_seconds(history), weights


@pytest.mark.skipif(sys.platform == "win32", reason="starts processes by fork")
def test_killed_at_every_moment(tmp_path):
    finished = run_script(SCRIPT, tmp_path)
    ends = json.loads(finished.stdout)
    assert ends[0] == ends[-1] == 0, finished.stderr
    assert set(ends[1:-1]) == {-signal.SIGKILL}, f"each was killed: {ends} {finished.stderr}"
    assert (tmp_path / "killed.json").read_text() == (tmp_path / "whole.json").read_text()
    with np.load(tmp_path / "killed.npz") as killed, np.load(tmp_path / "whole.npz") as whole:
        assert_same(killed.values(), whole.values())
    left = sorted(path.name for path in (tmp_path / "killed").iterdir())
    assert left == ["run.json", "start.npz", "state.npz"], "what was half written is gone"


@pytest.mark.parametrize("step", [1, 4, 6, 7, STEPS])
def test_interrupted_and_called_again(dropout_bench, unbroken, tmp_path, step):
    """With the same objects, whose weights are half trained by now."""
    with interrupted(step):
        dropout_bench.run(SCHEDULE, folder=tmp_path / "run")
    history, weights = dropout_bench.run(SCHEDULE, reset=False, folder=tmp_path / "run")
    assert without_seconds(history) == unbroken[0]
    assert_same(weights, unbroken[1])


@pytest.mark.parametrize(
    "schedule",
    [
        replace(SCHEDULE, optimizer="sgd", restore_best=False),
        replace(SCHEDULE, batch_norm="trained"),
        replace(SCHEDULE, stages=[replace(stage, patience=1) for stage in SCHEDULE.stages]),
    ],
    ids=["last weights kept", "BatchNorm trained", "patience"],
)
def test_other_schedules_interrupted(bench, tmp_path, schedule):
    history, weights = bench.run(schedule)
    for step in (5, 4):
        with interrupted(step):
            bench.run(schedule, folder=tmp_path / "run")
    again, same = bench.run(schedule, folder=tmp_path / "run")
    assert without_seconds(again) == without_seconds(history)
    assert_same(same, weights)


def test_a_finished_run_is_read(monkeypatch, bench, tmp_path):
    history, weights = bench.run(SCHEDULE, folder=tmp_path / "run")

    def unwanted(*arguments, **options):
        raise AssertionError("nothing is left to do")

    monkeypatch.setattr(Steps, "train", unwanted)
    for reset in (True, False):
        again, same = bench.run(SCHEDULE, reset, folder=tmp_path / "run", extract=unwanted)
        assert vars(again) == vars(history)
        assert_same(same, weights)


def test_a_full_disk(monkeypatch, bench, tmp_path):
    """The state before stays whole, and once there is room the run goes on from it."""
    folder, saved, save = tmp_path / "run", [], np.savez

    def savez(file, **arrays):
        saved.append(file)
        if len(saved) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(file, **arrays)

    with monkeypatch.context() as patch:
        patch.setattr(module.np, "savez", savez)
        with pytest.raises(CourseError, match=r"^The disk that holds \S+state\.npz is full"):
            bench.run(SCHEDULE, folder=folder)
    assert sorted(path.name for path in folder.iterdir()) == ["run.json", "start.npz", "state.npz"]
    history, weights = bench.run(SCHEDULE, reset=False, folder=folder)
    expected, same = bench.run(SCHEDULE)
    assert without_seconds(history) == without_seconds(expected)
    assert_same(weights, same)
