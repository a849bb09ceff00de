"""Sweeps on several processes or a Dask cluster measure what one process does and lose nothing.

Trials note in a folder that they began, and wait for one another's notes: no test relies on how
fast this computer is.
"""

import importlib.util
import logging
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import joblib
import pytest

from course_utils.errors import CourseError
from course_utils.measuring.parallel import parallel
from course_utils.measuring.sweeps import read_records, run_sweep

TRIALS = [{"seed": seed} for seed in range(6)]
#: Any free port, of this computer alone: without an address Dask wants a fixed one.
QUIET = "127.0.0.1:0"


def wait_for(happened):
    """Wait until something is so; fail if that takes five minutes."""
    deadline = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def noted(folder, seed):
    """Note that a trial began; give how often it has begun by now."""
    Path(folder, f"{seed} {os.getpid()} {time.monotonic_ns()}").touch()
    return len(begun(folder, seed))


def begun(folder, seed="*"):
    return list(Path(folder).glob(f"{seed} *"))


def measure(folder, seed):
    noted(folder, seed)
    return {"square": seed**2, "process": os.getpid()}


def square(seed):
    return {"square": seed**2}


def first_waits(path, seed):
    """Trial 0 ends only when the record of trial 1 is stored."""
    if seed == 0:
        wait_for(lambda: '"seed": 1}' in path.read_text())
    return square(seed)


def dies_once(folder, seed, times=1):
    """The process that runs trial 3 is killed, once or every time."""
    if noted(folder, seed) <= times and seed == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(seed)


def fails(folder, seed):
    """Trial 1 fails while trial 0 runs, which then ends; the others take a while."""
    noted(folder, seed)
    if seed == 0:
        wait_for(lambda: begun(folder, 1))
    if seed == 1:
        wait_for(lambda: begun(folder, 0))
        raise MemoryError("no room for trial 1")
    time.sleep(0.05)
    return square(seed)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sweep.jsonl"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    options = {"threads_per_worker": 1, "dashboard_address": QUIET, "host": "127.0.0.1"}
    with LocalCluster(n_workers=2, silence_logs=logging.CRITICAL, **options) as cluster:
        yield cluster


@pytest.fixture(params=["processes", "cluster"])
def side_by_side(request):
    """A function that gives the context in which two trials run at once."""
    if request.param == "processes":
        return lambda: parallel(jobs=2)
    cluster = request.getfixturevalue("cluster")
    return lambda: parallel(cluster=cluster.scheduler_address)


def test_two_at_once_give_what_one_gives(path, side_by_side, tmp_path, capsys):
    alone = run_sweep(TRIALS, square, tmp_path / "alone.jsonl")
    shown = capsys.readouterr().out.splitlines()
    with side_by_side():
        records = run_sweep(TRIALS, partial(first_waits, path), path)
    assert records == alone
    lines = path.read_text().splitlines()
    assert set(lines) == set((tmp_path / "alone.jsonl").read_text().splitlines())
    assert [record["trial"] for record in read_records(path)].index({"seed": 0}) > 0
    progress = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in progress] == [f"{k}/6" for k in range(1, 7)]
    assert {line.split(maxsplit=1)[1] for line in progress} == {
        line.split(maxsplit=1)[1] for line in shown
    }


def test_trials_run_elsewhere_and_what_is_stored_is_not_repeated(path, folder, side_by_side):
    run = partial(measure, folder)
    with side_by_side():
        some = run_sweep(TRIALS[1::2], run, path)
        records = run_sweep([*TRIALS, TRIALS[0]], run, path)
        assert run_sweep(TRIALS, run, path) == records[:-1]
    assert [record["trial"] for record in records] == [*TRIALS, TRIALS[0]]
    assert records[1:6:2] == some
    assert len(begun(folder)) == len(read_records(path)) == len(TRIALS)
    assert os.getpid() not in {record["measured"]["process"] for record in records}


def test_a_failing_trial_stops_the_sweep_but_not_what_runs_beside_it(path, folder, side_by_side):
    trials = [{"seed": seed} for seed in range(40)]
    with side_by_side(), pytest.raises(MemoryError, match="no room for trial 1") as failed:
        run_sweep(trials, partial(fails, folder), path)
    assert "Trial {'seed': 1} failed on a worker" in failed.value.__notes__[0]
    assert "in fails" in failed.value.__notes__[0], "where it failed"
    stored = [record["trial"]["seed"] for record in read_records(path)]
    assert 0 in stored and len(stored) == len(begun(folder)) - 1 < len(trials) - 1
    with side_by_side():
        run_sweep(trials, partial(measure, folder), path)
    assert all(len(begun(folder, seed)) == 1 + (seed == 1) for seed in range(40))


def test_joblibs_own_configuration_is_enough(path):
    with joblib.parallel_config(n_jobs=2):
        records = run_sweep(TRIALS, partial(first_waits, path), path)
    assert [record["measured"]["square"] for record in records] == [0, 1, 4, 9, 16, 25]


def test_after_the_context_trials_run_here_again(path, folder):
    with parallel(jobs=2):
        pass
    records = run_sweep(TRIALS[:2], partial(measure, folder), path)
    assert {record["measured"]["process"] for record in records} == {os.getpid()}


def test_nothing_to_run_starts_no_process(path, monkeypatch):
    run_sweep(TRIALS, square, path)
    monkeypatch.setattr(joblib, "Parallel", None)
    with parallel(jobs=2):
        assert len(run_sweep(TRIALS, square, path)) == 6


def test_a_process_has_one_thread(path, monkeypatch):
    def threads(seed):
        import torch

        return {name: os.environ.get(name) for name in limits} | {"torch": torch.get_num_threads()}

    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
    for name in limits:
        monkeypatch.setenv(name, "2")
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS")
    with parallel(jobs=2):
        measured = run_sweep(TRIALS[:1], threads, path)[0]["measured"]
    assert measured == dict.fromkeys(limits, "1") | {"torch": 1}
    assert "TF_NUM_INTRAOP_THREADS" not in os.environ, "that of this process"


# Processes that are killed.

KILLED = """
import signal, sys, time
from functools import partial
import test_parallel as tests
from course_utils.measuring.parallel import parallel
from course_utils.measuring.sweeps import run_sweep

# A shell that runs the tests in the background has its children ignore the signal.
signal.signal(signal.SIGINT, signal.default_int_handler)

def slow(seed):
    time.sleep(0.1)
    return tests.measure(sys.argv[2], seed)

with parallel(jobs=2):
    run_sweep([{"seed": seed} for seed in range(100000)], slow, sys.argv[1])
"""


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_sweep_goes_on_where_it_was(path, folder, with_signal):
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED.replace("sys.argv", repr(["", str(path), str(folder)]))],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # the signal goes to its two processes too, as from a terminal
    )
    wait_for(lambda: path.exists() and path.read_bytes().count(b"\n") >= 5)
    os.killpg(process.pid, with_signal)
    told = process.communicate(timeout=300)[1]
    assert (b"KeyboardInterrupt" in told) == (with_signal == signal.SIGINT)
    stored = {record["trial"]["seed"] for record in read_records(path)}
    trials = [{"seed": seed} for seed in range(max(stored) + 3)]
    with parallel(jobs=2):
        records = run_sweep(trials, partial(measure, folder), path)
    assert [record["trial"] for record in records] == trials
    assert all(len(begun(folder, seed)) == 1 for seed in stored), "what is stored is not repeated"
    assert len(read_records(path)) == len(trials)


def test_a_killed_process_is_told_in_a_sentence_and_costs_only_its_trial(path, folder):
    run = partial(dies_once, folder)
    told = r"was killed, perhaps .* not repeated\.$"
    with parallel(jobs=2), pytest.raises(CourseError, match=told):
        run_sweep(TRIALS, run, path)
    stored = {record["trial"]["seed"] for record in read_records(path)}
    assert 3 not in stored
    with parallel(jobs=2):
        records = run_sweep(TRIALS, run, path)
    assert [record["trial"] for record in records] == TRIALS
    assert all(len(begun(folder, seed)) == 1 for seed in stored)


def test_a_killed_worker_of_a_cluster_loses_nothing(path, folder, cluster):
    trials = [{"seed": seed} for seed in range(12)]
    with parallel(cluster=cluster.scheduler_address):
        records = run_sweep(trials, partial(dies_once, folder), path)
    assert len(begun(folder, 3)) == 2, "killed once, then run elsewhere"
    assert [record["measured"]["square"] for record in records] == [k**2 for k in range(12)]
    assert sorted(record["trial"]["seed"] for record in read_records(path)) == list(range(12))


# Mistakes.


@pytest.mark.parametrize("jobs", [0, -1, 1.5, True, "2"])
def test_jobs_that_cannot_be(jobs):
    with (
        pytest.raises(CourseError, match="jobs must be a whole number of at least 1, not "),
        parallel(jobs),
    ):
        pass


def test_jobs_and_a_cluster_at_once():
    with pytest.raises(CourseError, match="name jobs or a cluster"), parallel(2, "tcp://127.0.0.1"):
        pass


def test_dask_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with (
        pytest.raises(CourseError, match=r"pip install distributed`"),
        parallel(cluster="tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:99999", 7])
def test_a_scheduler_that_does_not_answer(address, monkeypatch):
    monkeypatch.setattr("course_utils.measuring.parallel.SECONDS_TO_CONNECT", 0.3)
    with (
        pytest.raises(CourseError, match=f"^No Dask scheduler answers at {address}: "),
        parallel(cluster=address),
    ):
        pass


@pytest.mark.parametrize(
    ("workers", "threads", "installed", "told"),
    [
        (0, 1, True, "has 0 workers .* at least two workers with one thread each"),
        (1, 1, True, "has 1 workers with 1 threads"),
        (2, 2, True, "2 workers with 4 threads"),
        (2, 1, False, "or a worker of it lacks the course: install"),
    ],
)
def test_a_cluster_that_cannot_run_trials(workers, threads, installed, told, monkeypatch):
    from distributed import LocalCluster

    def find(name):
        return None if name == "course_utils" and not installed else found(name)

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", find)
    monkeypatch.setattr("course_utils.measuring.parallel.SECONDS_FOR_WORKERS", 0.3)
    options = {"processes": False, "threads_per_worker": threads, "dashboard_address": QUIET}
    with (
        LocalCluster(n_workers=workers, **options) as cluster,
        pytest.raises(CourseError, match=told),
        parallel(cluster=cluster.scheduler.address),
    ):
        pass
