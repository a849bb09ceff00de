"""The sweep behind lesson 06's study of label overlap: a target that lacks classes of the source.

`python -m course_utils run partial-overlap` repeats it; the records that the lesson shows are
`stored/partial-overlap.jsonl`.
"""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from course_utils.errors import CourseError
from course_utils.lessons.lesson_05.findings import HEADLINE, chosen
from course_utils.lessons.lesson_05.tasks import SHIFTS, SIZES, Part, _splits, arena
from course_utils.lessons.lesson_05.trials import measure
from course_utils.measuring.results import Result, paired_difference
from course_utils.measuring.sweeps import live_and_stored, read_records, run_sweep, select

STORED = Path(__file__).parent / "records" / "partial-overlap.jsonl"

SEEDS = (0, 1, 2, 3, 4)
#: Those of lesson 05, its rates and weights too.
OVERLAP_SHIFTS = ("photo to sketch", "photo to xray")
#: Share of the source's classes that the target has.
SHARES = (1.0, 0.7, 0.5, 0.3)
METHODS = {"source only": 1.0, "DANN": 0.3, "partial DANN": 0.3}
#: Methods that know which classes the target has, and learn from the source's images of those
#: alone: what no one can do without target labels, and the most that a remedy can hope for.
ORACLES = {"source only, classes known": "source only", "DANN, classes known": "DANN"}


def trials():
    """The settings of every trial (list of dict)."""
    weights = METHODS | {name: METHODS[method] for name, method in ORACLES.items()}
    return [
        {"shift": shift, "share": share, "method": method, "seed": seed, "weight": weight}
        for shift in OVERLAP_SHIFTS
        for seed in SEEDS
        for share in SHARES
        for method, weight in weights.items()
        if share < 1 or method in METHODS  # with all classes there, there is nothing to know
    ]


def trial(shift, share, method, seed, weight):
    """Train one method, from all classes of the source to a target that has a share of them.

    Parameters
    ----------
    shift : str
        A key of `adaptation_arenas.SHIFTS`.
    share : float
        Of the classes that the target keeps, above 0 and at most 1.
    method : str
        A key of `METHODS` or `ORACLES`.
    seed : int
        Draws the labelled source images, the classes kept and the target images; also of the
        network's start and the batches.
    weight : float
        Of the method's own term.

    Returns
    -------
    dict
        What `adaptation_trials.trial` gives, its accuracies being over the classes kept (a
        network may answer with any class of the source); and `kept`: these classes' numbers.
    """
    data, kept = partial_arena(shift, share, seed)
    if method in ORACLES:
        data = data._replace(
            source=_only(data.source, kept), source_validation=_only(data.source_validation, kept)
        )
    measured = measure(data, SHIFTS[shift].trains, ORACLES.get(method, method), seed, weight)
    return measured | {"kept": kept}


def kept_classes(n_classes, share, seed):
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
    if not 0 < share <= 1:
        raise CourseError(f"The share of the classes must be above 0 and at most 1, not {share}.")
    # A stream of its own: the seed alone draws images elsewhere.
    order = np.random.default_rng([seed, 6]).permutation(n_classes)
    return sorted(order[: max(1, round(share * n_classes))].tolist())


@lru_cache(maxsize=2)
def partial_arena(shift, share, seed):
    """The data of one trial, and the classes that its target has.

    Without labels, for training and for validation, there are as many target images at any
    share: as many as the classes of the least share, `SHARES[-1]`, have; those of the classes
    kept are drawn evenly. Tested is on all test images of the classes kept.

    Parameters
    ----------
    shift, share, seed
        As in `trial`.

    Returns
    -------
    Arena, list of int
    """
    whole = arena(shift, seed)
    source, target = SHIFTS[shift][:2]
    splits = _splits(target, SIZES[source.split("/")[0]])
    n_classes = len(splits.train.class_names)
    kept = kept_classes(n_classes, share, seed)
    fewest = len(kept_classes(n_classes, SHARES[-1], seed))
    train, validation = (
        _evenly(part.labels, kept, fewest, [seed, k]) for k, part in enumerate(splits[:2])
    )
    return whole._replace(
        target=whole.target[train],
        target_validation=_rows(whole.target_validation, validation),
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


def _only(part, kept):
    """The rows of a Part whose label is kept."""
    return _rows(part, np.flatnonzero(np.isin(part.labels, kept)))


def _rows(part, rows):
    return Part(part.inputs[rows], part.labels[rows])


def overlap(path):
    """Run, or go on with, the sweep: a record for each trial (list of dict)."""
    return run_sweep(trials(), trial, path)


def run(path, **_):
    """The sweep as `run_study` asks for it: there is only the whole of it."""
    return overlap(path)


@cache
def stored_records():
    """All stored records of this sweep (list of dict)."""
    return read_records(STORED)


def run_again(seed=0, **wanted):
    """One stored trial once more, here and now: a live slice of the sweep.

    Parameters
    ----------
    seed : int
    **wanted
        Settings that single the trial out.

    What it gives, and when it raises: see `sweeps.live_and_stored`.
    """
    return live_and_stored(stored_records(), trial, seed=seed, **wanted)


def accuracy(shift, method, share, selector=HEADLINE):
    """Target test accuracy over the classes kept, of what a selector chose (Result).

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
    return Result(
        [
            chosen(_measured(shift, method, share, seed)["candidates"], selector)["test"]
            for seed in SEEDS
        ]
    )


def gain(shift, method, share, selector=HEADLINE, over="source only"):
    """What a method gains over another, both chosen by one selector, seed by seed (Result)."""
    return paired_difference(*(accuracy(shift, name, share, selector) for name in (method, over)))


def class_weights(shift, share):
    """The mean weight that partial DANN ends with for the classes kept, and for the others.

    Returns
    -------
    kept, absent : Result
        A value for each seed, 0 to 1. At full overlap, where no class is absent, `absent` is
        None.
    """
    kept, absent = [], []
    for seed in SEEDS:
        found = _measured(shift, "partial DANN", share, seed)
        there = np.isin(np.arange(len(found["class_weights"])), found["kept"])
        weights = np.array(found["class_weights"])
        kept.append(weights[there].mean())
        absent.append(weights[~there].mean() if not there.all() else None)
    return Result(kept), None if None in absent else Result(absent)


def _measured(shift, method, share, seed):
    wanted = {"shift": shift, "method": method, "share": share, "seed": seed}
    found = select(stored_records(), **wanted)
    if len(found) != 1:
        raise CourseError(f"The stored sweep holds {len(found)} trials with {wanted}, not one.")
    return found[0]["measured"]
