"""The sweep behind lesson 06's study of label overlap: a target that lacks classes of the source.

`python -m course_utils run partial-overlap` repeats it; the records that the lesson shows are
`records/partial-overlap.jsonl`.
"""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.lessons.lesson_05.selection import HEADLINE, chosen
from course_utils.lessons.lesson_05.tasks import (
    SHIFTS,
    AdaptationTask,
    Part,
    adaptation_task,
    domain_splits,
)
from course_utils.lessons.lesson_05.trials import measure
from course_utils.measuring import Result, paired_difference, records, result_of
from course_utils.measuring.sweeps import SEEDS, run_sweep
from course_utils.validation import require

NAME = "partial-overlap"

#: Those of lesson 05, its rates and weights too.
OVERLAP_SHIFTS = ("photo to sketch", "photo to xray")
#: Share of the source's classes that the target has.
SHARES = (1.0, 0.7, 0.5, 0.3)
METHODS = {"source only": 1.0, "DANN": 0.3, "partial DANN": 0.3}
#: Methods that know which classes the target has, and learn from the source's images of those
#: alone: what no one can do without target labels, and the most that a remedy can hope for.
ORACLES = {"source only, classes known": "source only", "DANN, classes known": "DANN"}


def trials() -> list[dict[str, Any]]:
    """The settings of every trial."""
    weights = METHODS | {name: METHODS[method] for name, method in ORACLES.items()}
    return [
        {"shift": shift, "share": share, "method": method, "seed": seed, "weight": weight}
        for shift in OVERLAP_SHIFTS
        for seed in SEEDS
        for share in SHARES
        for method, weight in weights.items()
        if share < 1 or method in METHODS  # with all classes there, there is nothing to know
    ]


def trial(shift: str, share: float, method: str, seed: int, weight: float) -> dict[str, Any]:
    """Train one method, from all classes of the source to a target that has a share of them.

    Parameters
    ----------
    shift : str
        A key of `tasks.SHIFTS` of lesson 05.
    share : float
        Part of the classes that the target keeps, above 0 and at most 1.
    method : str
        A key of `METHODS` or `ORACLES`.
    seed : int
        Draws the labelled source images, the classes kept and the target images; also of the
        network's start and the batches.
    weight : float
        What the method's own term is multiplied by.

    Returns
    -------
    dict
        What `trials.trial` of lesson 05 gives, its accuracies being over the classes kept (a
        network may answer with any class of the source); and `kept`: these classes' numbers.
    """
    task, kept = partial_task(shift, share, seed)
    if method in ORACLES:
        known = _only(task.source, kept), _only(task.source_validation, kept)
        task = replace(task, source=known[0], source_validation=known[1])
    measured = measure(task, SHIFTS[shift].trains, ORACLES.get(method, method), seed, weight)
    return measured | {"kept": kept}


def kept_classes(n_classes: int, share: float, seed: int) -> list[int]:
    """Which classes a target keeps: nested, so that a smaller share takes from a larger one's.

    Parameters
    ----------
    n_classes : int
    share : float
        Above 0 and at most 1; the number of classes is rounded, and at least 1.
    seed : int

    Returns
    -------
    list of int
        In ascending order.

    Raises
    ------
    CourseError
        If the share is not above 0 and at most 1.
    """
    require(0 < share <= 1, f"The share of the classes must be above 0 and at most 1, not {share}.")
    # A stream of its own: the seed alone draws images elsewhere.
    order = np.random.default_rng([seed, 6]).permutation(n_classes)
    return sorted(order[: max(1, round(share * n_classes))].tolist())


@lru_cache(maxsize=2)
def partial_task(shift: str, share: float, seed: int) -> tuple[AdaptationTask, list[int]]:
    """The data of one trial, and the classes that its target has.

    Without labels, for training and for validation, there are as many target images at any
    share: as many as the classes of the least share, `SHARES[-1]`, have; those of the classes
    kept are drawn evenly. Tested is on all test images of the classes kept.

    Parameters
    ----------
    shift, share, seed
        As in `trial`.

    """
    whole = adaptation_task(shift, seed)
    splits = domain_splits(SHIFTS[shift].target)
    n_classes = len(splits.train.class_names)
    kept = kept_classes(n_classes, share, seed)
    fewest = len(kept_classes(n_classes, SHARES[-1], seed))
    train, validation = (
        _evenly(part.labels, kept, fewest, [seed, k]) for k, part in enumerate(splits[:2])
    )
    return replace(
        whole,
        target=whole.target[train],
        target_validation=whole.target_validation.rows(validation),
        target_test=_only(whole.target_test, kept),
    ), kept


def _evenly(labels, kept, fewest, seed):
    """Rows of the classes `kept`, as many in all as `fewest` classes have: shape (n,).

    Every class is drawn in one order per seed, whichever others are kept.
    """
    random = np.random.default_rng(seed)
    orders = [random.permutation(np.flatnonzero(labels == k)) for k in range(labels.max() + 1)]
    n = fewest * min(len(order) for order in orders)
    each, more = divmod(n, len(kept))
    drawn = [orders[label][: each + (place < more)] for place, label in enumerate(kept)]
    return np.sort(np.concatenate(drawn))


def _only(part: Part, kept: list[int]) -> Part:
    """The rows whose label is kept."""
    return part.rows(np.flatnonzero(np.isin(part.labels, kept)))


def run(path: Path, **_: Any) -> list[dict]:
    """Run, or go on with, the sweep: a record for each trial."""
    return run_sweep(trials(), trial, path)


def accuracy(shift: str, method: str, share: float, selector: str = HEADLINE) -> Result:
    """Target test accuracy over the classes kept, of what a selector chose, over the seeds.

    Parameters
    ----------
    shift, method, share
        As in `trial`.
    selector : str
        A key of `course_utils.adaptation.SELECTORS`, or `"oracle"`.

    Raises
    ------
    CourseError
        If the stored sweep has no such trials.
    """
    rows = records(NAME).query("shift == @shift and method == @method and share == @share")
    tested = [chosen(candidates, selector)["test"] for candidates in rows["candidates"]]
    return result_of(rows.assign(tested=tested), "tested")


def gain(
    shift: str, method: str, share: float, selector: str = HEADLINE, over: str = "source only"
) -> Result:
    """What a method gains over another, both chosen by one selector, seed by seed."""
    return paired_difference(*(accuracy(shift, name, share, selector) for name in (method, over)))
