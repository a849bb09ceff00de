"""The sweeps behind lesson 03: rates, depths, ways of unfreezing, penalties, stopping, BatchNorm.

`python -m course_utils run fine-tuning` repeats them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from course_utils.lesson_folders import lesson_folder
from course_utils.lessons.lesson_03.trials import WAYS, trial
from course_utils.measuring import live_and_stored, records
from course_utils.measuring.records import table_of
from course_utils.measuring.sweeps import (
    SEEDS,
    TUNING_SEED,
    Record,
    best_on_validation,
    grid,
    read_records,
    run_sweep,
    run_tuned,
)

NAME = "fine-tuning"
STORED = lesson_folder("03").records(NAME)

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


def run(path: Path, targets: Sequence[str] = DEPTH_TARGETS, **_: Any) -> list[Record]:
    """Run, or go on with, all studies.

    Parameters
    ----------
    path : path of a JSON-lines file
        What is in it is not run again.
    targets : sequence of str
        `"set/domain"` or `"set/domain/corruption"`.
    """
    records = []
    for study, own_targets in STUDIES.items():
        for target in targets:
            if target in own_targets:
                records += study(path, target)
    return records


def frozen(path: Path, target: str) -> list[Record]:
    """The probe on the frozen base, which every depth and way has to beat."""
    trials = grid(study="frozen", target=target, n=NUMBERS, seed=SEEDS)
    for each in trials:
        if each["n"] == N and target in TARGETS:
            each["corrupted"] = True
    return run_sweep(trials, trial, path)


def rates(path: Path, target: str) -> list[Record]:
    """Accuracy against learning rate, by depth, from the pretrained start."""
    arm = {"study": "rates", "target": target, "start": "pretrained", "n": N}
    depths = ("head", "conv5", "all")
    trials = grid(**arm, depth=depths, seed=SEEDS, learning_rate=RATES[target])
    return run_sweep(trials, trial, path)


def rates_from_scratch(path: Path, target: str) -> list[Record]:
    """Accuracy against learning rate from random weights."""
    arm = {"study": "rates", "target": target, "start": "random", "depth": "all", "n": N}
    return run_sweep(grid(**arm, seed=SEEDS, learning_rate=SCRATCH_RATES), trial, path)


def small_networks(path: Path, target: str) -> list[Record]:
    """A small network from scratch, on clean and on corrupted images: the stronger rival."""
    arms = [{"study": "small", "target": target, "n": N}]
    tuning = {"seed": TUNING_SEED}
    return run_tuned(arms, grid(learning_rate=SMALL_RATES), tuning, grid(seed=SEEDS), trial, path)


def strategies(path: Path, target: str) -> list[Record]:
    """Probe first, all at once, gradual: on clean and on corrupted test images."""
    arm = {"study": "strategies", "target": target, "start": "pretrained", "depth": "all", "n": N}
    return _tuned(path, grid(**arm, way=WAYS), corrupted=True)


def batch_norms(path: Path, target: str) -> list[Record]:
    """BatchNorm that is unfrozen with the rest, against BatchNorm left alone."""
    arm = {"study": "batch-norm", "target": target, "start": "pretrained", "depth": "all", "n": N}
    rate = best_rate(target, trials=table_of(read_records(path)))
    trials = grid(**arm, batch_norm="trained", learning_rate=rate, seed=SEEDS)
    return run_sweep(trials, trial, path)


def stopping(path: Path, target: str) -> list[Record]:
    """Long runs of the last stage, of which every epoch is looked at."""
    arm = {"study": "curves", "target": target, "start": "pretrained", "depth": "conv5", "n": N}
    setting = {"learning_rate": BOLD_RATE, "epochs": LONG_EPOCHS[target]}
    return run_sweep(grid(**arm, seed=SEEDS, **setting), trial, path)


def penalties(path: Path, target: str) -> list[Record]:
    """L2 and L2-SP on the last stage, each with its strength chosen on validation data."""
    arm = {"study": "penalties", "target": target, "start": "pretrained", "depth": "conv5", "n": N}
    setting = {"learning_rate": BOLD_RATE}
    trials = []
    for kind, strengths in STRENGTHS.items():
        trials += grid(**arm, penalty=kind, seed=SEEDS, strength=strengths, **setting)
    return run_sweep(trials, trial, path)


def depths(path: Path, target: str) -> list[Record]:
    """How deep to unfreeze, against the number of labelled images, at one rate for all."""
    arm = {"study": "depths", "target": target, "start": "pretrained"}
    clean = target in TARGETS
    # On clean images the study of rates has the other depths at `N`.
    tuned = _tuned(path, grid(**arm, depth=(FIRST,) if clean else (FIRST, "conv5", "all"), n=N))
    numbers = tuple(n for n in NUMBERS if not clean or n != N)
    setting = {"depth": ("conv5", "all"), "learning_rate": DEPTH_RATE}
    return tuned + run_sweep(grid(**arm, n=numbers, seed=SEEDS, **setting), trial, path)


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


def _tuned(path: Path, arms: list[dict[str, Any]], **measured: Any) -> list[Record]:
    """Choose each arm's rate with the tuning seed, then run it with the others.

    The trials that measure have the settings `measured` too.
    """
    records = []
    for arm in arms:
        tried = grid(**arm, learning_rate=TUNED_RATES, seed=TUNING_SEED)
        records += (tried := run_sweep(tried, trial, path))
        rate = best_on_validation(tried)["trial"]["learning_rate"]
        records += run_sweep(grid(**arm, **measured, learning_rate=rate, seed=SEEDS), trial, path)
    return records


def best_rate(
    target: str,
    depth: str = "all",
    start: str = "pretrained",
    trials: pd.DataFrame | None = None,
) -> float:
    """The rate of the study of rates with the best mean validation accuracy over the draws.

    Parameters
    ----------
    target, depth, start : str
        Settings of the trials.
    trials : pandas.DataFrame, optional
        By default the stored ones; see `records`.
    """
    found = records(NAME) if trials is None else trials
    columns, wanted = ["study", "dataset", "depth", "start"], ["rates", target, depth, start]
    found = found[(found[columns] == wanted).all(axis=1)]
    return float(found.groupby("learning_rate")["validation_accuracy"].mean().idxmax())


def run_again(
    study: str, seed: int = 0, instead: dict[str, Any] | None = None, **wanted: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One stored trial once more, here and now: a live slice of the sweep.

    Parameters
    ----------
    study : str
    seed : int
    instead : dict, optional
        Settings to run it with in place of the stored ones.
    **wanted
        Settings that single the trial out.

    What it gives, and when it raises: see `measuring.live_and_stored`.
    """
    wanted |= {"study": study, "seed": seed}
    return live_and_stored(NAME, trial, instead, **wanted)
