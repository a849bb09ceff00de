"""Early stopping, judged by validation sets of any size, from runs of which every epoch is kept."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.measuring.results import Result

PATIENCE = 5
#: Random choices of a small validation set, over which its luck is averaged.
DRAWS = 200


def stopping_epoch(losses: ArrayLike, patience: int = PATIENCE) -> np.ndarray:
    """The epoch whose weights early stopping ends with.

    Parameters
    ----------
    losses : array of float, shape (epochs,) or (epochs, ...)
        Mean validation loss after each epoch.
    patience : int
        Epochs in a row without a new lowest loss after which training stops.

    Returns
    -------
    array of int, shape (...)
    """
    losses = np.asarray(losses, dtype=float)
    best = np.zeros(losses.shape[1:], dtype=int)
    lowest, running = losses[0].copy(), np.ones(losses.shape[1:], dtype=bool)
    for epoch in range(1, len(losses)):
        better = running & (losses[epoch] < lowest)
        best = np.where(better, epoch, best)
        lowest = np.where(better, losses[epoch], lowest)
        running &= epoch - best < patience
    return best


def stopped_accuracy(run: dict[str, Any], size: int, judge: str = "loss") -> np.ndarray:
    """Test accuracy where early stopping ends, with a random validation set of `size` images.

    Parameters
    ----------
    run : dict
        What `trials.curves_trial` measured.
    size : int
    judge : {"loss", "accuracy"}
        What of the validation images has to stop improving.

    Returns
    -------
    array of float, shape (DRAWS,)
    """
    losses = np.array(run["validation_loss"])
    if judge == "accuracy":
        losses = np.array([[mark == "0" for mark in row] for row in run["validation_correct"]])
    random = np.random.default_rng(0)
    size = min(size, losses.shape[1])
    chosen = [random.choice(losses.shape[1], size, replace=False) for _ in range(DRAWS)]
    judged = np.stack([losses[:, each].mean(axis=1) for each in chosen], axis=1)
    return np.array(run["test_accuracy"])[stopping_epoch(judged)]


def gain_of_stopping(runs: Sequence[dict[str, Any]], size: int, judge: str = "loss") -> Result:
    """What early stopping gains over training to the last epoch, in test accuracy.

    Parameters
    ----------
    runs : list of dict
        One a seed.
    size : int
        Of the validation set.
    judge : {"loss", "accuracy"}
    """
    return Result(
        [stopped_accuracy(run, size, judge).mean() - run["test_accuracy"][-1] for run in runs]
    )


def spread_of_stopping(runs: Sequence[dict[str, Any]], size: int) -> Result:
    """How much test accuracy depends on which validation images one has.

    The standard deviation over random validation sets of `size` images, one value a seed.
    """
    return Result([stopped_accuracy(run, size).std() for run in runs])
