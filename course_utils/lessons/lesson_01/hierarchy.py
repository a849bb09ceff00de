"""General to specific, measured: what each stage of a ResNet50 is good for, and how it changes.

Linear probes on every stage, for near and for far targets, of the shipped network and of random
ones; and linear CKA between the stages of the shipped, a fine-tuned and random networks.
`python -m course_utils run hierarchy` repeats it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_utils.lessons.lesson_01.hierarchy_trials import (
    PAIRS,
    alignment_trial,
    probe,
    probe_trial,
)
from course_utils.measuring.records import records
from course_utils.measuring.sweeps import (
    SEEDS,
    TUNING_SEED,
    Record,
    grid,
    run_sweep,
    run_tuned,
)
from course_utils.measuring.targets import load_target, targets_here
from course_utils.validation import require
from course_utils.visualisation.stage_features import STAGES, stage_features

NAME = "hierarchy"

#: The shipped network learned from photographs: these are photographs too, ...
NEAR = ("objects/photo", "clothing/photo")
#: ... and these are not.
FAR = ("phantoms/xray", "digits/digits")
BASES = ("pretrained", "random")
N = 20
#: From the 64 features of the stem to the 2048 of the last stage, the best one moves far.
SETTINGS = tuple({"C": c} for c in (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0))

#: Of the fine-tuned network: labels per class, steps of 32 images, and AdamW's rate.
FINE_TUNING = {"n": 40, "steps": 60, "learning_rate": 1e-4}


def run(path: Path, store: bool = False, pairs: Sequence[str] = PAIRS, **_: Any) -> list[Record]:
    """Run, or go on with, the sweep.

    Parameters
    ----------
    path : path of a JSON-lines file
        What is in it is not run again.
    store : bool
        What is stored has all targets; what is only tried out, those that are on this computer.
    pairs : sequence of str
        Of `PAIRS`.

    Raises
    ------
    CourseError
        If a target that is needed is not on this computer.
    """
    here = targets_here()
    targets = [target for target in NEAR + FAR if store or target in here]
    for target in targets:
        require(
            target in here,
            f"The sweep needs {target}, which is not on this computer: "
            f"`python -m course_utils fetch {target.split('/')[0]}` brings a public set here.",
        )
    found = []
    for arms in grid(target=tuple(targets), base=BASES):
        # All stages together: the features of all are computed at once, draw by draw.
        found += run_tuned(
            grid(**arms, stage=STAGES, n=N),
            grid(setting=SETTINGS),
            {"seed": TUNING_SEED},
            grid(seed=SEEDS),
            probe_trial,
            path,
        )
    settings = {PAIRS[0]: FINE_TUNING}
    trials = [{"pair": pair, **settings.get(pair, {}), "seed": k} for k in SEEDS for pair in pairs]
    return found + run_sweep(trials, alignment_trial, path)


def probe_stages(
    network: Any, target: str, n: int = N, seed: int = 0, base: str = "pretrained"
) -> dict[str, float]:
    """Probe every stage of a network on one target with one draw: the live slice of the sweep.

    Parameters
    ----------
    network : transformers.ResNetModel
    target : str
        `"set/domain"`.
    n, seed : int
        Labels per class, and the draw of them.
    base : {"pretrained", "random"}
        Whose tuned settings to use, from the stored sweep.

    Returns
    -------
    dict of str to float
        Test accuracy for each of `STAGES`.

    Raises
    ------
    CourseError
        If the stored sweep has not tuned `base` on `target`.
    """
    runs = records(NAME)
    tuned = runs[(runs.dataset == target) & (runs.base == base) & (runs.draw == TUNING_SEED)]
    require(
        not tuned.empty,
        f"The stored sweep holds no settings of {base!r} on {target!r}: choose one of "
        f"{', '.join(BASES)} and one of {', '.join(NEAR + FAR)}.",
    )
    best = tuned.loc[tuned.groupby("stage").validation_accuracy.idxmax()].set_index("stage")
    splits = load_target(target)
    drawn = splits.train.per_class(n, seed)
    train, test = (stage_features(network, part.images) for part in (drawn, splits.test))
    return {
        stage: probe(
            train[stage],
            drawn.labels,
            [(test[stage], splits.test.labels)],
            {"C": best.setting_C[stage]},
        )[0]
        for stage in STAGES
    }
