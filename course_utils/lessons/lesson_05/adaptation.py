"""The sweeps behind lesson 05: methods, augmentation, a dial on the shift, drifting proportions.

`python -m course_utils run adaptation` repeats them; the records that the lesson shows are
`records/adaptation.jsonl`.
"""

from pathlib import Path
from typing import Any

from course_utils.lessons.lesson_05.tasks import SHIFTS
from course_utils.lessons.lesson_05.trials import METHODS, trial
from course_utils.measuring import live_and_stored
from course_utils.measuring.sweeps import SEEDS, grid, run_sweep

NAME = "adaptation"
END_TO_END = tuple(shift for shift, own in SHIFTS.items() if own.trains == "all")
ON_FEATURES = tuple(shift for shift, own in SHIFTS.items() if own.trains == "head")
LAST_STAGE = tuple(shift for shift, own in SHIFTS.items() if own.trains == "last stage")
#: The last stage takes half a minute a trial: the simplest methods, at one weight each.
LAST_STAGE_METHODS = {"source only": 1.0, "deep CORAL": 1.0, "DANN": 0.1}

AUGMENTATIONS = ("matched", "mismatched", "upside down")
#: What matched augmentation is tried under, too, where the network is trained end to end.
AUGMENTED_METHODS = {"DANN": 0.3, "class confusion": 1.0}
#: The dial: other photographs of the source under these, from untouched to severest.
CORRUPTIONS = ("noise", "contrast")
SEVERITIES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
DIAL_METHODS = {"source only": 1.0, "AdaBN": 1.0, "deep CORAL": 10.0, "DANN": 0.3}
#: How far the target's class proportions drift, and for whom.
SKEWS = (0.0, 0.25, 0.5, 0.75, 1.0)
SKEW_METHODS = {"source only": 1.0, "DANN": 0.3, "class confusion": 1.0}
SKEWED = ("rendered to handwritten", "photo to sketch")


def methods_of(shift: str) -> dict[str, tuple[float, ...]]:
    """The methods that a shift is tried with, each with its weights."""
    if shift in LAST_STAGE:
        return {name: (weight,) for name, weight in LAST_STAGE_METHODS.items()}
    closed = "CORAL, closed form"  # bends features, and a network end to end has none yet
    return {name: own for name, own in METHODS.items() if name != closed or shift in ON_FEATURES}


def methods(path: Path) -> list[dict]:
    """Every method at every weight on every shift."""
    trials = [
        {"study": "methods", "shift": shift, "method": method, "seed": seed, "weight": weight}
        for shift in SHIFTS
        for seed in SEEDS
        for method, weights in methods_of(shift).items()
        for weight in weights
    ]
    return run_sweep(trials, trial, path)


def augmentations(path: Path) -> list[dict]:
    """Altered copies of the source images, made to look like the target or unlike it."""
    arms = grid(augmentation=AUGMENTATIONS)
    shifts = (*END_TO_END, *ON_FEATURES)
    alone = _over_seeds("augmentation", shifts, {"source only": 1.0}, arms, path)
    return alone + _over_seeds("augmentation", END_TO_END, AUGMENTED_METHODS, arms[:1], path)


def dial(path: Path) -> list[dict]:
    """The same gap, turned up step by step."""
    arms = grid(corruption=CORRUPTIONS, severity=SEVERITIES)
    return _over_seeds("dial", ON_FEATURES[:1], DIAL_METHODS, arms, path)


def drifts(path: Path) -> list[dict]:
    """The target's classes in other proportions than the source's."""
    return _over_seeds("drift", SKEWED, SKEW_METHODS, grid(skew=SKEWS), path)


def run(path: Path, **_: Any) -> list[dict]:
    """Run, or go on with, all studies: a record for each trial (list of dict)."""
    return methods(path) + augmentations(path) + dial(path) + drifts(path)


def _over_seeds(study, shifts, weights, arms, path):
    shared = [
        {"study": study, "shift": shift, "method": method, "weight": weight}
        for shift in shifts
        for method, weight in weights.items()
    ]
    # Seed by seed, since what one draw has extracted serves all its methods.
    trials = [own | {"seed": seed} | arm for arm in arms for seed in SEEDS for own in shared]
    return run_sweep(trials, trial, path)


def run_again(study: str, seed: int = 0, **wanted: Any) -> tuple[dict, dict]:
    """One stored trial once more, here and now: a live slice of the sweep.

    Parameters
    ----------
    study : {"methods", "augmentation", "dial", "drift"}
    seed : int
    **wanted
        Settings that single the trial out.

    What it gives, and when it raises: see `measuring.live_and_stored`.
    """
    return live_and_stored(NAME, trial, study=study, seed=seed, **wanted)
