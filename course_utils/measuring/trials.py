"""What a fair trial takes: labelled pictures, folds to tune on and to test by, the best epoch."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.datasets import Dataset
from course_utils.validation import require, whole_number


def draw_labelled(pool: Dataset, labels_per_class: int, draw: int) -> Dataset:
    """The labelled pictures of one draw: as many of every class, in random order.

    A draw takes at most half of a class's pictures. Draws share pictures, the more the more they
    take: what their scatter shows is the luck of drawing from this pool. How another pool would
    have done they show only where they take a small part of it, a tenth or less.

    Parameters
    ----------
    pool : Dataset
        The training part.
    labels_per_class : int
    draw : int
        Number of the draw. Smaller draws of one number are part of larger ones.

    Raises
    ------
    CourseError
        If half of some class's pictures are fewer than are asked for.
    """
    labels_per_class = whole_number(labels_per_class, "labels_per_class", at_least=1)
    counts = np.bincount(pool.labels, minlength=len(pool.class_names))
    scarce = int(counts.argmin())
    require(
        2 * labels_per_class <= counts[scarce],
        f"A draw takes at most half of a class's pictures, and {pool.name!r} has {counts[scarce]} "
        f"of {pool.class_names[scarce]!r}: ask for at most {counts[scarce] // 2} a class, not "
        f"{labels_per_class}.",
    )
    return pool.per_class(labels_per_class, draw)


def folds(
    labels: ArrayLike, n_folds: int, draw: int, groups: ArrayLike | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Stratified folds of pictures, each picture held out once.

    Parameters
    ----------
    labels : array of int, shape (n,)
    n_folds : int
    draw : int
        Shuffles them.
    groups : array, shape (n,), optional
        Pictures of one group are held out together.

    Yields
    ------
    kept, held_out : array of int
        Positions.

    Raises
    ------
    CourseError
        If a class has fewer pictures, or groups, than there are folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    labels = np.asarray(labels)
    n_folds = whole_number(n_folds, "n_folds", at_least=2)
    units = np.arange(len(labels)) if groups is None else np.asarray(groups)
    fewest = min(len(np.unique(units[labels == k])) for k in np.unique(labels))
    require(
        fewest >= n_folds,
        f"{n_folds} folds need at least {n_folds} pictures of every class (or groups, where "
        f"pictures belong together): a class has {fewest}.",
    )
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    splitter = kind(n_folds, shuffle=True, random_state=draw)
    yield from splitter.split(np.zeros((len(labels), 1)), labels, groups)


def cross_fitted(
    data: Dataset,
    draw: int,
    answers: Callable[[Dataset, Dataset], np.ndarray],
    labels_per_class: int | None = None,
    n_folds: int = 5,
) -> np.ndarray:
    """Test every picture once, by what learnt from others: the pictures are parted into folds.

    With `labels_per_class`, to measure where a fixed test part would be too small to tell anything:
    for each fold, labelled pictures are drawn from the others. Without, to tune on no more labels
    than a learner has: `data` are the labelled pictures, and all of the others are learnt from.
    Such answers are of other pictures in every draw: record their mean as `validation_accuracy`,
    not the answers as `correct`.

    Parameters
    ----------
    data : Dataset
        Its `groups`, if it has them, are kept together.
    draw : int
        Of the folds and of the labelled pictures.
    answers : callable
        Takes the labelled pictures and those to test on; gives a class for each of the latter. The
        labels of the latter are not to be looked at.
    labels_per_class : int, optional
        Drawn for each fold, at most half of a class's pictures outside it.
    n_folds : int

    Returns
    -------
    array of bool, shape (pictures,)
        Whether each picture was named correctly, in the order of `data`.

    Raises
    ------
    CourseError
        If there are too few pictures or groups, or `answers` does not give a class for each.
    """
    correct = np.zeros(len(data.labels), dtype=bool)
    for fold, (kept, held_out) in enumerate(folds(data.labels, n_folds, draw, data.groups)):
        labelled, tested = data.take(kept), data.take(held_out)
        if labels_per_class is not None:
            labelled = draw_labelled(labelled, labels_per_class, draw)
        given = np.asarray(answers(labelled, tested))
        require(
            given.shape == tested.labels.shape,
            f"Fold {fold}: answers must give a class for each of {len(held_out)} pictures; they "
            f"have the shape {given.shape}.",
        )
        correct[held_out] = given == tested.labels
    return correct


def best_epoch(validation_accuracy: Sequence[float]) -> int:
    """The epoch to keep. Epoch 0, where training started, is a candidate like every other.

    Parameters
    ----------
    validation_accuracy : sequence of float
        Before training, then after each epoch.

    Returns
    -------
    int
        Of equals the earliest: what trained less is kept.

    Raises
    ------
    CourseError
        If there is none, or one is not a number.
    """
    scores = np.asarray(validation_accuracy, dtype=float)
    require(
        scores.ndim == 1 and scores.size > 0 and bool(np.isfinite(scores).all()),
        "The best epoch is chosen from one validation accuracy before training and one after each "
        "epoch, all of them numbers.",
    )
    return int(scores.argmax())
