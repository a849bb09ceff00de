"""General to specific, measured: what each stage of a ResNet50 is good for, and how it changes.

Linear probes on every stage, for near and for far targets, of the shipped network and of random
ones; and linear CKA between the stages of the shipped, a fine-tuned and random networks.
`python -m course_utils run hierarchy` repeats it.
"""

from pathlib import Path

import numpy as np

from course_utils.errors import CourseError
from course_utils.lessons.lesson_01.hierarchy_trials import (
    PAIRS,
    alignment_trial,
    probe,
    probe_trial,
)
from course_utils.measuring.results import Result
from course_utils.measuring.sweeps import (
    best_on_validation,
    over_seeds,
    read_records,
    run_sweep,
    run_tuned,
    select,
)
from course_utils.visualisation.stage_features import STAGES, stage_features
from making.baselines import every_set, splits_of

STORED = Path(__file__).parent / "records" / "hierarchy.jsonl"

SEEDS = (0, 1, 2, 3, 4)
TUNING_SEED = 100
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


def hierarchy(path, targets=None, pairs=PAIRS):
    """Run, or go on with, the sweep.

    Parameters
    ----------
    path : path of a JSON-lines file
        What is in it is not run again.
    targets : sequence of str, optional
        `"set/domain"`; by default those of `NEAR` and `FAR` that are on this computer.
    pairs : sequence of str
        Of `PAIRS`.

    Returns
    -------
    list of dict
        A record for each trial.

    Raises
    ------
    CourseError
        If a target that is asked for is not on this computer.
    """
    here = every_set()
    targets = [each for each in NEAR + FAR if each in here] if targets is None else targets
    for missing in [target for target in targets if target not in here]:
        raise CourseError(
            f"The sweep needs {missing}, which is not on this computer: "
            f"`python -m course_utils fetch {missing.split('/')[0]}` brings a public set here."
        )
    records = []
    for target in targets:
        for base in BASES:
            # All stages together: the features of all are computed at once, draw by draw.
            records += run_tuned(
                [{"target": target, "base": base, "stage": stage, "n": N} for stage in STAGES],
                [{"setting": setting} for setting in SETTINGS],
                {"seed": TUNING_SEED},
                [{"seed": seed} for seed in SEEDS],
                probe_trial,
                path,
            )
    settings = {PAIRS[0]: FINE_TUNING}
    trials = [
        {"pair": pair, **settings.get(pair, {}), "seed": seed} for seed in SEEDS for pair in pairs
    ]
    return records + run_sweep(trials, alignment_trial, path)


def run(path, store=False, **_):
    """The sweep as `run_study` asks for it.

    What is stored has all targets; what is only tried out, those that are on this computer.
    """
    return hierarchy(path, NEAR + FAR if store else None)


def _best(records, stage):
    """The record of one stage that does best on validation data."""
    return best_on_validation(select(records, stage=stage))


def probe_stages(network, target, n=N, seed=0, base="pretrained"):
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
    tuned = _stored(target=target, base=base, seed=TUNING_SEED)
    if not tuned:
        raise CourseError(
            f"The stored sweep holds no settings of {base!r} on {target!r}: choose one of "
            f"{', '.join(BASES)} and one of {', '.join(NEAR + FAR)}."
        )
    splits = splits_of(target)
    drawn = splits.train.per_class(n, seed)
    train, test = (stage_features(network, part.images) for part in (drawn, splits.test))
    return {
        stage: probe(
            train[stage],
            drawn.labels,
            [(test[stage], splits.test)],
            _best(tuned, stage)["trial"]["setting"],
        )[0]
        for stage in STAGES
    }


def stored_probe(target, base, stage, metric="test_accuracy"):
    """Stored accuracy of one stage's probes over the seeds, in their order (Result).

    Parameters are those of `probe_trial`; `metric` is one of its measurements.
    """
    wanted = {"target": target, "base": base, "stage": stage}
    return over_seeds(read_records(STORED), SEEDS, metric, **wanted)


def best_early_stage(target, base="pretrained"):
    """The stage before the last that does best on validation data, at the tuning seed (str)."""
    tried = _stored(target=target, base=base, seed=TUNING_SEED)
    return max(STAGES[:-1], key=lambda s: _best(tried, s)["measured"]["validation_accuracy"])


def stored_alignments(pair):
    """Stored CKA between all stages of a pair of networks: array (seeds, stages, stages)."""
    if pair not in PAIRS:
        raise CourseError(f"There is no pair {pair!r}: choose from {'; '.join(PAIRS)}.")
    found = {r["trial"]["seed"]: r["measured"]["alignment"] for r in _stored(pair=pair)}
    return np.array([found[seed] for seed in SEEDS])


def stored_alignment(pair):
    """Mean CKA between all stages of a pair of networks, and its 95 % interval.

    Parameters
    ----------
    pair : str
        One of `PAIRS`.

    Returns
    -------
    mean, half_width : arrays of float, shape (stages, stages)
        Rows are the stages of the network named first.

    Raises
    ------
    CourseError
        If there is no such pair (those there are are listed).
    """
    every = stored_alignments(pair)
    cells = [[Result(every[:, a, b]) for b in range(len(STAGES))] for a in range(len(STAGES))]
    mean = np.array([[cell.mean for cell in row] for row in cells])
    return mean, np.array([[cell.half_width for cell in row] for row in cells])


def stored_fine_tuning(metric="accuracy_after"):
    """Test accuracy of the fine-tuned networks over the seeds (Result); see `alignment_trial`."""
    return over_seeds(read_records(STORED), SEEDS, metric, pair=PAIRS[0])


def _stored(**wanted):
    """Stored records whose trials have these settings."""
    return select(read_records(STORED), **wanted)
