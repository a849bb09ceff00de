"""Sweeps: many trials, each stored as it ends, so that a killed sweep goes on where it was."""

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from course_utils.files import atomic_path, disk_errors_explained
from course_utils.measuring.parallel import Measured, outcomes
from course_utils.validation import require

#: The settings of one trial, by name.
Trial = dict[str, Any]
#: A finished trial: `"trial"`, its settings, and `"measured"`.
Record = dict[str, dict[str, Any]]

#: Draw the images, and what else is random, of the trials that measure.
SEEDS = (0, 1, 2, 3, 4)
#: Draws the images on which a setting is chosen; used for nothing else.
TUNING_SEED = 100


def grid(**settings: Any) -> list[Trial]:
    """Trials with every combination of some settings; the last named changes fastest.

    Parameters
    ----------
    **settings
        A tuple holds the values of a setting that varies; anything else is alike in all trials.

    Examples
    --------
    >>> grid(arm="frozen", n=(5, 20))
    [{'arm': 'frozen', 'n': 5}, {'arm': 'frozen', 'n': 20}]
    """
    values = [each if isinstance(each, tuple) else (each,) for each in settings.values()]
    return [dict(zip(settings, chosen, strict=True)) for chosen in product(*values)]


def read_records(path: str | os.PathLike[str]) -> list[Record]:
    """Records of a sweep, one for each line of a JSON-lines file; none if there is no file.

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
        require(
            record is not None or number == len(lines),
            f"Line {number} of {path} is damaged: delete that line and run the sweep again; only "
            "its trial is repeated.",
        )
    return records


def _parsed(line: str) -> Record | None:
    """The record in a line, or None if there is no whole one."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return None
    return record if isinstance(record, dict) and {"trial", "measured"} <= set(record) else None


def run_sweep(
    trials: Sequence[Trial], run: Callable[..., Measured], path: str | os.PathLike[str]
) -> list[Record]:
    """Run every trial that `path` does not hold yet: see `parallel` for more than one at a time.

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

    Returns
    -------
    list of dict
        The records of `trials`, in their order, whatever order they ended in.

    Raises
    ------
    CourseError
        If the file is damaged or can't be written.
    Exception
        That of a trial that fails, when what had finished is stored.
    """
    path = Path(path)
    done = {_key(record["trial"]): record for record in read_records(path)}
    keys = [_key(trial) for trial in trials]
    pending = {key: each for key, each in zip(keys, trials, strict=True) if key not in done}
    with disk_errors_explained(path):
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


def run_tuned(
    arms: Sequence[Trial],
    settings: Sequence[Trial],
    tuning: Trial,
    draws: Sequence[Trial],
    run: Callable[..., Measured],
    path: str | os.PathLike[str],
) -> list[Record]:
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


def best_on_validation(records: Iterable[Record]) -> Record:
    """The record that does best on validation data; of equals the first."""
    return max(records, key=lambda record: record["measured"]["validation_accuracy"])


def _key(trial: Trial) -> str:
    return json.dumps(trial, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as JSON can hold them."""
    return value.tolist()
