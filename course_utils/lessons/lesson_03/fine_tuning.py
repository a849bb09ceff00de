"""The sweeps behind lesson 03: rates, depths, ways of unfreezing, penalties, stopping, BatchNorm.

`python -m course_utils run fine-tuning` repeats them; the records that the lesson shows are
`stored/fine-tuning.jsonl`.
"""

from functools import cache
from pathlib import Path

import numpy as np

from course_utils.errors import CourseError
from course_utils.lessons.lesson_03.trials import WAYS, trial
from course_utils.measuring.results import Result
from course_utils.measuring.sweeps import (
    best_on_validation,
    live_and_stored,
    read_records,
    run_sweep,
    run_tuned,
    select,
)

STORED = Path(__file__).parent / "records" / "fine-tuning.jsonl"

SEEDS = (0, 1, 2, 3, 4)
#: Draws the images on which a setting is chosen where no study has tried all settings.
TUNING_SEED = 100
NEAR = ("objects/photo",)
FAR = ("surfaces/photo", "phantoms/xray")
TARGETS = NEAR + FAR
N = 20
#: The near target under noise: the same task, other pictures (a shift of the input).
NOISY = ("objects/photo/noise",)
DEPTH_TARGETS = TARGETS + NOISY
#: The first stages alone, which only the study of depths trains.
FIRST = "conv1 to conv3 only"

#: Four decades, closer together where the best are; fewer for the far targets, to save time.
RATES = {
    "objects/photo": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 1e-2, 1e-1),
    "surfaces/photo": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 1e-1),
    "phantoms/xray": (1e-5, 1e-4, 3e-4, 1e-3, 1e-1),
}
SCRATCH_RATES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
SMALL_RATES = (1e-3, 3e-3, 1e-2)
TUNED_RATES = (3e-5, 1e-4, 3e-4)
NUMBERS = (5, 20, 50)
#: Of the last stage, where penalties and early stopping are judged: above the best one, since
#: neither has anything to do while the weights hardly move.
BOLD_RATE = 3e-4
#: Of the comparison of depths: at this one everything moves; phantoms suffer from it.
DEPTH_RATE = 1e-4
#: Of the penalties' factor alpha.
STRENGTHS = {"l2": (0.001, 0.01), "l2-sp": (0.01, 0.1)}
#: Epochs of the long runs that early stopping is judged on: 80 to 105 steps.
LONG_EPOCHS = {"objects/photo": 15, "surfaces/photo": 20, "phantoms/xray": 40}


def fine_tuning(path, targets=DEPTH_TARGETS):
    """Run, or go on with, all studies.

    Parameters
    ----------
    path : path of a JSON-lines file
        What is in it is not run again.
    targets : sequence of str
        `"set/domain"` or `"set/domain/corruption"`.

    Returns
    -------
    list of dict
        A record for each trial.
    """
    records = []
    for study, own_targets in STUDIES.items():
        for target in targets:
            if target in own_targets:
                records += study(path, target)
    return records


def run(path, **_):
    """The sweep as `run_study` asks for it."""
    return fine_tuning(path)


def rates(path, target):
    """Accuracy against learning rate, by depth, from the pretrained start."""
    trials = [
        _rates_trial(target, "pretrained", depth, rate, seed)
        for depth in ("head", "conv5", "all")
        for seed in SEEDS
        for rate in RATES[target]
    ]
    return run_sweep(trials, trial, path)


def frozen(path, target):
    """The probe on the frozen base, which every depth and way has to beat."""
    trials = [
        {"study": "frozen", "target": target, "n": n, "seed": seed} | more
        for n in NUMBERS
        for more in ([{"corrupted": True}] if n == N and target in TARGETS else [{}])
        for seed in SEEDS
    ]
    return run_sweep(trials, trial, path)


def rates_from_scratch(path, target):
    """Accuracy against learning rate from random weights."""
    trials = [
        _rates_trial(target, "random", "all", rate, seed)
        for seed in SEEDS
        for rate in SCRATCH_RATES
    ]
    return run_sweep(trials, trial, path)


def small_networks(path, target):
    """A small network from scratch, on clean and on corrupted images: the stronger rival."""
    return run_tuned(
        [{"study": "small", "target": target, "n": N}],
        [{"learning_rate": rate} for rate in SMALL_RATES],
        {"seed": TUNING_SEED},
        [{"seed": seed} for seed in SEEDS],
        trial,
        path,
    )


def strategies(path, target):
    """Probe first, all at once, gradual: on clean and on corrupted test images."""
    records = []
    for way in WAYS:
        records += _tuned(path, "strategies", target, {"way": way}, {"corrupted": True})
    return records


def batch_norms(path, target):
    """BatchNorm that is unfrozen with the rest, against BatchNorm left alone."""
    rate = _best_rate(read_records(path), target, "pretrained", "all")
    trials = [_trial("batch-norm", target, rate, seed, batch_norm="trained") for seed in SEEDS]
    return run_sweep(trials, trial, path)


def stopping(path, target):
    """Long runs of the last stage, of which every epoch is looked at."""
    shared = {"study": "curves", "target": target, "start": "pretrained", "depth": "conv5", "n": N}
    trials = [
        shared | {"seed": seed, "learning_rate": BOLD_RATE, "epochs": LONG_EPOCHS[target]}
        for seed in SEEDS
    ]
    return run_sweep(trials, trial, path)


def penalties(path, target):
    """L2 and L2-SP on the last stage, each with its strength chosen on validation data."""
    trials = [
        _trial("penalties", target, BOLD_RATE, seed, depth="conv5", penalty=kind, strength=strength)
        for kind, strengths in STRENGTHS.items()
        for seed in SEEDS
        for strength in strengths
    ]
    return run_sweep(trials, trial, path)


def depths(path, target):
    """How deep to unfreeze, against the number of labelled images, at one rate for all."""
    records = []
    for depth in (FIRST,) if target in TARGETS else (FIRST, "conv5", "all"):
        records += _tuned(path, "depths", target, {"depth": depth}, {})
    trials = [
        _trial("depths", target, DEPTH_RATE, seed, n=n, depth=depth)
        for n in NUMBERS
        if n != N or target not in TARGETS  # those of `N` are in the study of rates
        for seed in SEEDS
        for depth in ("conv5", "all")
    ]
    return records + run_sweep(trials, trial, path)


#: The studies in their order, and the targets of each.
STUDIES = {
    frozen: DEPTH_TARGETS,
    rates: TARGETS,
    strategies: TARGETS,
    rates_from_scratch: TARGETS,
    small_networks: TARGETS,
    stopping: TARGETS,
    penalties: TARGETS,
    batch_norms: TARGETS,
    depths: DEPTH_TARGETS,
}


def _rates_trial(target, start, depth, rate, seed):
    arm = {"study": "rates", "target": target, "start": start, "depth": depth, "n": N}
    return arm | {"learning_rate": rate, "seed": seed}


def _trial(study, target, rate, seed, n=N, start="pretrained", depth="all", **more):
    arm = {"study": study, "target": target, "start": start, "depth": depth, "n": n}
    return arm | more | {"learning_rate": rate, "seed": seed}


def _tuned(path, study, target, arm, measured):
    """Choose an arm's rate with the tuning seed, then run it with the others."""
    tried = [_trial(study, target, rate, TUNING_SEED, **arm) for rate in TUNED_RATES]
    tried = run_sweep(tried, trial, path)
    rate = best_on_validation(tried)["trial"]["learning_rate"]
    trials = [_trial(study, target, rate, seed, **arm, **measured) for seed in SEEDS]
    return tried + run_sweep(trials, trial, path)


def _best_rate(records, target, start, depth):
    """The rate of the study of rates with the best mean validation accuracy over the seeds."""
    found = select(records, study="rates", target=target, start=start, depth=depth)
    by_rate = {}
    for record in found:
        accuracy = record["measured"]["validation_accuracy"]
        by_rate.setdefault(record["trial"]["learning_rate"], []).append(accuracy)
    return max(by_rate, key=lambda rate: np.mean(by_rate[rate]))


@cache
def stored_records():
    """All stored records of these sweeps (list of dict)."""
    return read_records(STORED)


def best_rate(target, depth="all", start="pretrained"):
    """The stored study's learning rate for a target, chosen on validation images (float)."""
    return _best_rate(stored_records(), target, start, depth)


def over_seeds(metric="test_accuracy", part=None, **wanted):
    """One stored measurement of the trials with these settings, over the seeds (Result).

    Parameters
    ----------
    metric : str
        A key of what was measured.
    part : str, optional
        A key within it: of `drift`, a depth.
    **wanted
        Settings of the trials.

    Raises
    ------
    CourseError
        If there is not one such trial for every seed.
    """
    found = [r for r in select(stored_records(), **wanted) if r["trial"]["seed"] in SEEDS]
    by_seed = {record["trial"]["seed"]: record["measured"].get(metric) for record in found}
    if len(found) != len(SEEDS) or None in by_seed.values() or len(by_seed) != len(SEEDS):
        raise CourseError(f"The stored sweep holds {len(found)} trials with {metric} for {wanted}.")
    values = [by_seed[seed] if part is None else by_seed[seed][part] for seed in SEEDS]
    return Result(values)


def stored_curves(target):
    """The long runs of a target, one a seed (list of dict); see `curves_trial`."""
    found = select(stored_records(), study="curves", target=target)
    by_seed = {record["trial"]["seed"]: record["measured"] for record in found}
    return [by_seed[seed] for seed in SEEDS]


def run_again(study, seed=0, instead=None, **wanted):
    """One stored trial once more, here and now: a live slice of the sweep.

    Parameters
    ----------
    study : str
    seed : int
    instead : dict, optional
        Settings to run it with in place of the stored ones.
    **wanted
        Settings that single the trial out.

    What it gives, and when it raises: see `sweeps.live_and_stored`.
    """
    return live_and_stored(stored_records(), trial, instead, study=study, seed=seed, **wanted)
