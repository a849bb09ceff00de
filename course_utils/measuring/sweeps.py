"""Sweeps: many trials, each stored as it ends, so that a killed sweep goes on where it was."""

import base64
import contextlib
import json
import math
import numbers
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np

from course_utils.bases.precision import fixed_arithmetic
from course_utils.errors import CourseError
from course_utils.files import atomic_path, disk_errors_explained
from course_utils.measuring.parallel import Measured, outcomes
from course_utils.validation import require

#: The settings of one trial, by name.
Trial = dict[str, Any]
#: A finished trial: `"trial"`, its settings; `"measured"`; `"arithmetic"`; and where claims rest on
#: it `"conditions"`, the hash of each one's.
Record = dict[str, Any]

_CONDITIONS: ContextVar[Mapping[str, str] | None] = ContextVar("conditions", default=None)

#: Of every trial that is not about arithmetic.
ARITHMETIC = "float32"
#: Draw the images, and what else is random, of the trials that measure.
SEEDS = (0, 1, 2, 3, 4)
#: Draws the images on which a setting is chosen; used for nothing else.
TUNING_SEED = 100


@contextlib.contextmanager
def measured_for(hashes: Mapping[str, str]) -> Iterator[None]:
    """Write these hashes of claims' conditions into every record made inside this context."""
    token = _CONDITIONS.set(hashes)
    try:
        yield
    finally:
        _CONDITIONS.reset(token)


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
        texts, lists, and NumPy's numbers and arrays, which become ordinary ones; arrays of truth
        values, such as which pictures were named correctly, are stored as packed bits. It runs in
        float32 unless the trial has the setting `arithmetic`.
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
    wanted = _CONDITIONS.get() or {}
    others = [r for r in done.values() if wanted.items() - r.get("conditions", {}).items()]
    require(
        not others,
        f"{len(others)} records in {path} were made for other conditions than the lesson's card "
        "states now: put the card back, or move that file away to measure everything anew.",
    )
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
        run = partial(_in_arithmetic, run)
        with (
            path.open("a", encoding="utf-8", newline="\n") as file,
            contextlib.closing(outcomes(list(pending.values()), run)) as ended,
        ):
            for number, (position, measured) in enumerate(ended, start=first):
                key, trial = left[position]
                record = {"trial": trial, "measured": measured}
                record["arithmetic"] = trial.get("arithmetic", ARITHMETIC)
                if wanted:
                    record["conditions"] = dict(wanted)
                line = json.dumps(record, default=_plain)
                done[key] = json.loads(line)  # the same record, now and after it was stored
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
                print(f"{number}/{len(trials)} {trial}", flush=True)
    return [done[key] for key in keys]


def _in_arithmetic(run: Callable[..., Measured], /, **trial: Any) -> Measured:
    with fixed_arithmetic(trial.get("arithmetic", ARITHMETIC)):
        return run(**trial)


#: By the name of a setting the values beyond which there is none: (lowest, highest), or None where
#: there is always another.
Bounds = Mapping[str, tuple[float | None, float | None]]


def run_tuned(
    arms: Sequence[Trial],
    settings: Sequence[Trial] | Sequence[Sequence[Trial]],
    tuning: Trial,
    draws: Sequence[Trial],
    run: Callable[..., Measured],
    path: str | os.PathLike[str],
    bounds: Bounds | None = None,
) -> list[Record]:
    """Choose each arm's setting on validation data, then measure the arm with it.

    Parameters
    ----------
    arms : list of dict
        What all trials of one arm have in common.
    settings : list of dict, or list of list of dict
        What is tried for every arm, such as `{"learning_rate": 1e-3}`; or for each arm its own
        grid, all of one length: equal budgets. One alone is not tried.
    tuning : dict
        The rest of the trials that a setting is chosen by: `part="validation"`, as many labels as
        the claim says that the learner has (`trials.cross_fitted` judges by them), and a draw that
        is none of `draws`, so that no measurement is made with images that chose its setting.
    draws : list of dict
        The rest of the trials that measure, such as `[{"n": 20, "seed": 0}]`. They are run draw
        by draw, so that what the arms share of one draw is computed once.
    run : callable
        See `run_sweep`; it measures `validation_accuracy`, or gives which validation pictures it
        named correctly as `correct`.
    path : path of a JSON-lines file
        What is in it is not run again.
    bounds : dict of str to tuple (float or None, float or None), optional
        With it, a best setting at the edge of its grid is refused: a better one may lie outside.
        An edge at which the setting has a bound of its own, such as a penalty of zero, is none:
        `{"penalty": (0.0, None)}`. Without it (the first edition's sweeps) any edge passes.

    Returns
    -------
    list of dict
        The records: those that chose, arm by arm, then those that measure.

    Raises
    ------
    CourseError
        If the arms' grids differ in length, or a best setting lies at an edge; the trials that
        found it are stored.
    """
    given: list[Any] = list(settings)
    shared = not given or isinstance(given[0], Mapping)
    grids: list[list[Trial]] = [given] * len(arms) if shared else [list(own) for own in given]
    require(
        len(grids) == len(arms)
        and len({len(own) for own in grids}) <= 1
        and all(len({_key(each) for each in own}) == len(own) for own in grids),
        "Arms are tuned with equal budgets: give one grid for all, or one each of equal length, "
        "without repetition.",
    )
    names = {name for own in grids for each in own for name in each}
    require(
        all(each.keys() == own[0].keys() for own in grids for each in own)
        and not any(names & each.keys() for each in (*arms, tuning, *draws)),
        "A grid's settings all have the same names, and none of them is set by an arm, the tuning "
        "or a draw.",
    )
    require(
        tuning.get("part") != "test"
        and all(
            tuning[name] not in [each[name] for each in draws if name in each]
            for name in ("draw", "seed")
            if name in tuning
        ),
        "Settings are chosen on validation pictures, with a draw that is none of those measured: "
        "mend the tuning.",
    )
    tried, chosen = [], []
    if grids and len(grids[0]) > 1:
        trials = [arm | tuning | each for arm, own in zip(arms, grids, strict=True) for each in own]
        tried = run_sweep(trials, run, path)
    for position, (arm, own) in enumerate(zip(arms, grids, strict=True)):
        if len(own) == 1:
            chosen.append(own[0])
            continue
        found = tried[position * len(own) : (position + 1) * len(own)]
        best = best_on_validation(found, ties="first" if bounds is None else "middle")
        setting = {key: best["trial"][key] for key in own[0]}
        if bounds is not None:
            check_inner_optimum(own, setting, bounds, arm)
        chosen.append(setting)
    tuned = [arm | setting for arm, setting in zip(arms, chosen, strict=True)]
    return tried + run_sweep([arm | draw for draw in draws for arm in tuned], run, path)


def check_inner_optimum(
    settings: Sequence[Trial], best: Trial, bounds: Bounds, arm: Trial | None = None
) -> None:
    """Refuse a best setting at the edge of what was tried.

    Parameters
    ----------
    settings : list of dict
        What was tried. Settings that are no numbers have no edge; a dict's own numbers have.
    best : dict
        One of them.
    bounds : dict
        See `run_tuned`.
    arm : dict, optional
        For the message.

    Raises
    ------
    CourseError
        If a number of the best is the lowest or the highest tried, and no bound of its own.
    """
    for name, value in best.items():
        if isinstance(value, dict):  # settings of one estimator, such as {"C": 0.1}
            check_inner_optimum([each[name] for each in settings], value, bounds, arm)
            continue
        tried = [each[name] for each in settings if _is_number(each[name])]
        if not _is_number(value) or min(tried) == max(tried):
            continue
        for edge, bound, word in zip(
            (min(tried), max(tried)),
            bounds.get(name, (None, None)),
            ("lowest", "highest"),
            strict=True,
        ):
            number = float(value)
            if math.isclose(number, edge) and (bound is None or not math.isclose(number, bound)):
                raise CourseError(
                    f"The best {name} of {arm or 'this arm'} is {value:g}, the {word} that was "
                    f"tried: widen its grid beyond {value:g}, or name that as its bound."
                )


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def best_on_validation(
    records: Iterable[Record], ties: Literal["first", "middle"] = "first"
) -> Record:
    """The record that does best on validation data; of equals the first, or the middlemost.

    Settings are listed in order, so that by the middlemost an edge gives way to what lies inside.
    """
    records = list(records)
    scores = [_validation_accuracy(record) for record in records]
    middle = (len(records) - 1) / 2
    equal = [k for k, score in enumerate(scores) if score == max(scores)]
    return records[equal[0] if ties == "first" else min(equal, key=lambda k: abs(k - middle))]


def _validation_accuracy(record: Record) -> float:
    measured = record["measured"]
    if "correct" in measured and record["trial"].get("part") == "validation":
        return float(np.mean(unpack(measured["correct"])))
    return one_score(measured["validation_accuracy"])


def one_score(accuracy: Any) -> float:
    """A validation accuracy to choose by: the best epoch's, of a run that was watched.

    One that is no number (a training that diverged) is worse than all others.
    """
    scores = np.atleast_1d(np.asarray(accuracy, dtype=float))
    return float(np.max(np.where(np.isnan(scores), -np.inf, scores)))


def _key(trial: Trial) -> str:
    return json.dumps(trial, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as JSON can hold them; truth values of pictures packed."""
    if isinstance(value, np.ndarray) and value.dtype == bool and value.ndim == 1:
        return pack(value)
    return value.tolist()


def pack(truths: np.ndarray) -> dict[str, Any]:
    """Truth values as JSON can hold them: eight in a byte, as base64 text.

    Parameters
    ----------
    truths : array of bool, shape (n,)
    """
    return {"bits": base64.b64encode(np.packbits(truths).tobytes()).decode(), "of": len(truths)}


def unpack(value: Any) -> Any:
    """What `pack` was given, as an array of bool; anything else as it is."""
    if not (isinstance(value, dict) and value.keys() == {"bits", "of"}):
        return value
    packed = np.frombuffer(base64.b64decode(value["bits"]), dtype=np.uint8)
    return np.unpackbits(packed, count=value["of"]).astype(bool)
