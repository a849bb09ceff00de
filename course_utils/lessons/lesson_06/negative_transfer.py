"""The sweeps behind lesson 06: sources and targets, scores, harm, mixtures of sources, remedies.

`python -m course_utils run negative-transfer --jobs 2` repeats them; the records that the lesson
shows are `records/negative-transfer.jsonl`.
"""

from functools import partial
from pathlib import Path
from typing import Any

from course_utils.bases.zoo import zoo_sources
from course_utils.lessons.lesson_06 import source_mixtures
from course_utils.lessons.lesson_06.source_mixtures import mixture_trial
from course_utils.lessons.lesson_06.source_scores import scores_trial
from course_utils.lessons.lesson_06.trials import (
    SCRATCH,
    STEPS,
    TARGETS,
    frozen_trial,
    transfer_trial,
)
from course_utils.measuring import live_and_stored
from course_utils.measuring.sweeps import (
    SEEDS,
    TUNING_SEED,
    grid,
    run_sweep,
    run_tuned,
)

NAME = "negative-transfer"
#: Labelled images per class of a target, in the matrix of gaps.
N = 10
#: Rates that every arm chooses from on validation images.
RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
#: How much longer scratch is trained, to see whether it has caught up.
LONGER = 4

#: The study of harm: a source and targets near to it and far from it.
HARM_SOURCE = "objects"
HARM_TARGETS = ("sketch", "materials")
HARM_N = (5, 20, 60)
HARM_RATES = (1e-4, 1e-3, 3e-3, 1e-2, 3e-2)
HARM_DEPTHS = (1, 5)

#: The study of remedies: transfers that are made to go wrong, and what is done about it.
AGGRESSIVE = {"learning_rate": 3e-2, "depth": 5, "probe_first": False, "l2_sp": 0.0, "every": 12}
REMEDIES = {
    "untreated": {},
    "probe first": {"probe_first": True},
    "freeze more": {"depth": 1},
    "lower rate": {"learning_rate": 1e-3},
    "probe first, lower rate": {"probe_first": True, "learning_rate": 1e-3},
}
#: The penalty that keeps weights near their start, and the weights it chooses from.
L2_SP = "L2-SP"
L2_SP_WEIGHTS = (1e-3, 1e-2, 1e-1, 1.0)
REMEDY_CASES = (
    ("objects", "sketch"),
    ("objects, shuffled labels", "sketch"),
    ("surfaces", "materials"),
)
#: The source that the probe's score chooses for a target, on the mean of its draws.
BETTER_SOURCE = "better source"
CHOSEN = {"sketch": "objects", "materials": "distilled"}

#: What every mixture is moved with, alike for all arms: set beforehand, not tuned arm by arm.
MIXTURE_RATE = 3e-3


def gaps(path: Path) -> list[dict]:
    """Every source to every target: fine-tuned at its best rate, frozen, and scratch."""
    targets = tuple(TARGETS)
    records = run_tuned(
        grid(study="gaps", target=targets, source=(*zoo_sources(), SCRATCH)),
        grid(learning_rate=RATES),
        {"n": N, "seed": TUNING_SEED},
        grid(n=N, seed=SEEDS),
        trial,
        path,
    )
    rates = {
        (record["trial"]["source"], record["trial"]["target"]): record["trial"]["learning_rate"]
        for record in records
        if record["trial"]["seed"] != TUNING_SEED
    }
    longer = [
        each | {"learning_rate": rates[SCRATCH, each["target"]], "steps": LONGER * STEPS}
        for each in grid(study="longer", source=SCRATCH, target=targets, n=N, seed=SEEDS)
    ]
    frozen = grid(study="frozen", target=targets, n=N, seed=SEEDS, source=zoo_sources())
    return records + run_sweep(frozen + longer, trial, path)


def scores(path: Path, clothing: str | Path | None = None) -> list[dict]:
    """What every score says of every source."""
    trials = grid(study="scores", target=tuple(TARGETS), source=zoo_sources(), n=N, seed=SEEDS)
    return run_sweep(trials, partial(trial, clothing=clothing), path)


def harm(path: Path) -> list[dict]:
    """Labels, rate and depth of fine-tuning, beside the probe on frozen features."""
    shared = {"source": HARM_SOURCE, "target": HARM_TARGETS, "seed": SEEDS, "n": HARM_N}
    tuned = grid(study="harm", **shared, learning_rate=HARM_RATES, depth=HARM_DEPTHS)
    return run_sweep(grid(study="frozen", **shared) + tuned, trial, path)


def mixtures(path: Path) -> list[dict]:
    """Sources of equal size, alone and mixed."""
    arms = source_mixtures.ARMS
    trials = grid(study="mixtures", seed=SEEDS, arm=arms, learning_rate=MIXTURE_RATE)
    return run_sweep(trials, trial, path)


def remedies(path: Path) -> list[dict]:
    """Transfers that go wrong, treated."""
    arms = [(*case, name) for case in REMEDY_CASES for name in REMEDIES]
    arms += [(source, target, "untreated") for target, source in CHOSEN.items()]
    shared = {"study": "remedies", "n": N}
    trials = [
        each
        for source, target, name in arms
        for each in grid(**shared, source=source, target=target, seed=SEEDS, **treated(name))
    ]
    penalised = run_tuned(
        [
            shared
            | {"source": source, "target": target}
            | {key: value for key, value in AGGRESSIVE.items() if key != "l2_sp"}
            for source, target in REMEDY_CASES
        ],
        grid(l2_sp=L2_SP_WEIGHTS),
        {"seed": TUNING_SEED},
        grid(seed=SEEDS),
        trial,
        path,
    )
    return run_sweep(trials, trial, path) + penalised


def treated(name: str) -> dict[str, Any]:
    """The settings of an aggressive transfer under one of `REMEDIES`."""
    return AGGRESSIVE | REMEDIES[name]


def trial(study: str, clothing: str | Path | None = None, **settings: Any) -> dict[str, Any]:
    """Run one trial of one study: a dict of what was measured."""
    if study == "scores":
        return scores_trial(clothing=clothing, **settings)
    own = {"frozen": frozen_trial, "mixtures": mixture_trial}
    return own.get(study, transfer_trial)(**settings)


def run(path: Path, store: bool = False, clothing: str | Path | None = None) -> list[dict]:
    """Run, or go on with, all studies: a record for each trial (list of dict)."""
    records = gaps(path) + harm(path) + remedies(path) + mixtures(path)
    return records + scores(path, clothing)


def run_again(study: str, seed: int = 0, **wanted: Any) -> tuple[dict, dict]:
    """One stored trial once more, here and now: a live slice. See `live_and_stored`."""
    return live_and_stored(NAME, trial, study=study, seed=seed, **wanted)
