"""The sweeps behind lesson 06: sources and targets, scores, harm, mixtures of sources, remedies.

`python -m course_utils run negative-transfer --jobs 2` repeats them; the records that the lesson
shows are `records/negative-transfer.jsonl`.
"""

from collections.abc import Sequence
from functools import cache, partial
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
from course_utils.measuring.sweeps import (
    live_and_stored,
    read_records,
    run_sweep,
    run_tuned,
)

STORED = Path(__file__).parent / "records" / "negative-transfer.jsonl"

SEEDS = (0, 1, 2, 3, 4)
TUNING_SEED = 100
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


def gaps(path: Path, sources: Sequence[str] | None = None) -> list[dict]:
    """Every source to every target: fine-tuned at its best rate, frozen, and scratch."""
    sources = (*zoo_sources(), SCRATCH) if sources is None else sources
    arms = [
        {"study": "gaps", "source": source, "target": target}
        for target in TARGETS
        for source in sources
    ]
    settings = [{"learning_rate": rate} for rate in RATES]
    draws = [{"n": N, "seed": seed} for seed in SEEDS]
    records = run_tuned(arms, settings, {"n": N, "seed": TUNING_SEED}, draws, trial, path)
    rates = {
        (record["trial"]["source"], record["trial"]["target"]): record["trial"]["learning_rate"]
        for record in records
        if record["trial"]["seed"] != TUNING_SEED
    }
    longer = [
        {"study": "longer", "source": SCRATCH, "target": target, "n": N, "seed": seed}
        | {"learning_rate": rates[SCRATCH, target], "steps": LONGER * STEPS}
        for target in TARGETS
        for seed in SEEDS
    ]
    frozen = [
        {"study": "frozen", "source": source, "target": target, "n": N, "seed": seed}
        for target in TARGETS
        for seed in SEEDS
        for source in sources
        if source != SCRATCH
    ]
    return records + run_sweep(frozen + longer, trial, path)


def scores(path: Path, clothing: str | Path | None = None) -> list[dict]:
    """What every score says of every source."""
    trials = [
        {"study": "scores", "source": source, "target": target, "n": N, "seed": seed}
        for target in TARGETS
        for source in zoo_sources()
        for seed in SEEDS
    ]
    return run_sweep(trials, partial(trial, clothing=clothing), path)


def harm(path: Path) -> list[dict]:
    """Labels, rate and depth of fine-tuning, beside the probe on frozen features."""
    shared = [
        {"source": HARM_SOURCE, "target": target, "n": n, "seed": seed}
        for target in HARM_TARGETS
        for seed in SEEDS
        for n in HARM_N
    ]
    tuned = [
        {"study": "harm", "learning_rate": rate, "depth": depth} | own
        for own in shared
        for rate in HARM_RATES
        for depth in HARM_DEPTHS
    ]
    return run_sweep([{"study": "frozen"} | own for own in shared] + tuned, trial, path)


def mixtures(path: Path) -> list[dict]:
    """Sources of equal size, alone and mixed."""
    trials = [
        {"study": "mixtures", "arm": arm, "seed": seed, "learning_rate": MIXTURE_RATE}
        for seed in SEEDS
        for arm in source_mixtures.ARMS
    ]
    return run_sweep(trials, trial, path)


def remedies(path: Path) -> list[dict]:
    """Transfers that go wrong, treated."""
    trials = [
        {"study": "remedies", "source": source, "target": target, "n": N, "seed": seed}
        | treated(name)
        for source, target in REMEDY_CASES
        for name in REMEDIES
        for seed in SEEDS
    ]
    chosen = [
        {"study": "remedies", "source": CHOSEN[target], "target": target, "n": N, "seed": seed}
        | treated("untreated")
        for target in CHOSEN
        for seed in SEEDS
    ]
    penalised = run_tuned(
        [
            {"study": "remedies", "source": source, "target": target, "n": N}
            | {key: value for key, value in AGGRESSIVE.items() if key != "l2_sp"}
            for source, target in REMEDY_CASES
        ],
        [{"l2_sp": weight} for weight in L2_SP_WEIGHTS],
        {"seed": TUNING_SEED},
        [{"seed": seed} for seed in SEEDS],
        trial,
        path,
    )
    return run_sweep(trials + chosen, trial, path) + penalised


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


@cache
def stored_records() -> list[dict]:
    """All stored records of these sweeps (list of dict)."""
    return read_records(STORED)


def run_again(study: str, seed: int = 0, **wanted: Any) -> tuple[dict, dict]:
    """One stored trial once more, here and now: a live slice. See `sweeps.live_and_stored`."""
    return live_and_stored(stored_records(), trial, study=study, seed=seed, **wanted)
