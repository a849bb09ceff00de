"""Sweeps: many trials, each stored as it ends, so that a killed sweep goes on where it was."""

import contextlib
import json
import os
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import atomic_path, disk_errors_explained
from course_utils.measuring.parallel import outcomes, parallel
from course_utils.measuring.results import Result


def read_records(path):
    """Records of a sweep: a list of dict, one for each line of a JSON-lines file.

    A last line that a kill cut short is left out: its trial is run again.

    Raises
    ------
    CourseError
        If another line is damaged.
    """
    path = Path(path)
    if not path.exists():
        return []
    records = []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        record = _parsed(line)
        if record is not None:
            records.append(record)
        elif number < len(lines):
            raise CourseError(
                f"Line {number} of {path} is damaged: delete that line and run the sweep "
                "again; only its trial is repeated."
            )
    return records


def _parsed(line):
    """The record in a line, or None if there is no whole one."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return None
    return record if isinstance(record, dict) and {"trial", "measured"} <= set(record) else None


def run_sweep(trials, run, path, jobs=1):
    """Run every trial that `path` does not hold yet.

    Only this process writes to `path`: a line for each trial as soon as it has ended, so that
    nothing that has finished is lost when a sweep is interrupted or killed.

    Parameters
    ----------
    trials : list of dict
        The settings of each trial, as JSON can hold them. Begun in this order.
    run : callable
        Takes the settings as keyword arguments; gives a dict of what was measured: numbers,
        texts, lists, and NumPy's numbers and arrays, which become ordinary ones.
    path : path of a JSON-lines file
        Each finished trial is one line: its settings and its measurements.
    jobs : int
        Processes that run trials side by side: see `parallel`, which also runs them on a cluster.
        Inside that context, or joblib's `parallel_config`, leave it at 1. What trials keep for
        one another, each process keeps for itself.

    Returns
    -------
    list of dict
        The records of `trials`, in their order, whatever order they ended in.

    Raises
    ------
    CourseError
        If the file is damaged or can't be written, or the processes can't be had.
    Exception
        That of a trial that fails, when what had finished is stored.
    """
    path = Path(path)
    done = {_key(record["trial"]): record for record in read_records(path)}
    keys = [_key(trial) for trial in trials]
    pending = {key: each for key, each in zip(keys, trials, strict=True) if key not in done}
    with disk_errors_explained(path), parallel(jobs):
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(record) + "\n" for record in done.values())
        if path.exists() and path.read_bytes() != text.encode():
            # Drops a torn last line before anything is written behind it.
            with atomic_path(path) as temporary:
                temporary.write_bytes(text.encode())
        left, first = list(pending.items()), len(trials) - len(pending) + 1
        with (
            path.open("a", encoding="utf-8", newline="\n") as file,
            contextlib.closing(outcomes(list(pending.values()), run)) as ended,
        ):
            for number, (position, measured) in enumerate(ended, start=first):
                key, trial = left[position]
                line = json.dumps({"trial": trial, "measured": measured}, default=_plain)
                done[key] = json.loads(line)  # the same record, now and after it was stored
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
                print(f"{number}/{len(trials)} {trial}", flush=True)
    return [done[key] for key in keys]


def run_tuned(arms, settings, tuning, draws, run, path):
    """Choose each arm's setting on validation data, then measure the arm with it.

    Parameters
    ----------
    arms : list of dict
        What all trials of one arm have in common.
    settings : list of dict
        What is tried for every arm, such as `{"learning_rate": 1e-3}`. One alone is not tried.
    tuning : dict
        The rest of the trials that a setting is chosen by. Its seed is none of `draws`, so that
        no measurement is made with images that chose its setting.
    draws : list of dict
        The rest of the trials that measure, such as `[{"n": 20, "seed": 0}]`. They are run draw
        by draw, so that what the arms share of one draw is computed once.
    run : callable
        See `run_sweep`; it measures `validation_accuracy`.
    path : path of a JSON-lines file
        What is in it is not run again.

    Returns
    -------
    list of dict
        The records: those that chose, arm by arm, then those that measure.
    """
    tried, chosen = [], []
    if len(settings) == 1:
        chosen = list(settings) * len(arms)
    else:
        trials = [arm | tuning | setting for arm in arms for setting in settings]
        tried = run_sweep(trials, run, path)
        for first in range(0, len(tried), len(settings)):
            best = best_on_validation(tried[first : first + len(settings)])
            chosen.append({key: best["trial"][key] for key in settings[0]})
    tuned = [arm | setting for arm, setting in zip(arms, chosen, strict=True)]
    return tried + run_sweep([arm | draw for draw in draws for arm in tuned], run, path)


def best_on_validation(records):
    """The record that does best on validation data; of equals the first."""
    return max(records, key=lambda record: record["measured"]["validation_accuracy"])


def select(records, **wanted):
    """The records whose trial has these settings (list of dict, in their order)."""
    return [record for record in records if wanted.items() <= record["trial"].items()]


def over_seeds(records, seeds, metric, **wanted):
    """One measurement of the trials with these settings, over the seeds.

    Parameters
    ----------
    records : list of dict
    seeds : sequence of int
        Of other seeds there may be records too.
    metric : str
        A key of what was measured.
    **wanted
        Settings of the trials.

    Returns
    -------
    Result
        In the order of `seeds`.

    Raises
    ------
    CourseError
        If there is not one such trial for every seed.
    """
    found = {}
    for record in select(records, **wanted):
        found.setdefault(record["trial"]["seed"], []).append(record["measured"].get(metric))
    values = [value for seed in seeds for value in found.get(seed, [])]
    if None in values or any(len(found.get(seed, [])) != 1 for seed in seeds):
        raise CourseError(
            f"The stored sweep does not hold one {metric} for each seed, {seeds}, of {wanted}."
        )
    return Result(values)


def live_and_stored(records, run, instead=None, **wanted):
    """Run the one trial that has these settings again.

    Parameters
    ----------
    records : list of dict
    run : callable
        See `run_sweep`.
    instead : dict, optional
        Settings to run it with in place of the stored ones.
    **wanted
        Settings that single the trial out.

    Returns
    -------
    live, stored : dict
        What is measured now, and what was.

    Raises
    ------
    CourseError
        If not exactly one record has these settings.
    """
    found = select(records, **wanted)
    if len(found) != 1:
        shown = ", ".join(f"{name} {value}" for name, value in wanted.items())
        raise CourseError(
            f"{len(found)} stored trials have {shown}: name settings that only one has."
        )
    return run(**found[0]["trial"] | (instead or {})), found[0]["measured"]


def _key(trial):
    return json.dumps(trial, sort_keys=True, default=_plain)


def _plain(value):
    """NumPy's numbers and arrays as JSON can hold them."""
    return value.tolist()
