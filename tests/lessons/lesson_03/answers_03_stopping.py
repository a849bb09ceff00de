"""Right and wrong answers to 03-early-stopping."""

import math

import numpy as np


def early_stopping(
    losses, patience, better=lambda loss, lowest: loss < lowest, reset=True, late=0, result=None
):
    """The right answer, with a place to go wrong in each of its steps."""
    best, lowest, waited, stopped = 0, math.inf, 0, len(losses) - 1
    for epoch, loss in enumerate(losses):
        if better(loss, lowest):
            best, lowest = epoch, loss
            waited = 0 if reset else waited
        else:
            waited += 1
            if waited >= patience + late:
                stopped = epoch
                break
    return (best, stopped) if result is None else result(losses, best, stopped)


def _by_running_minimum(losses, patience):
    """Without a counter: the best epoch at each epoch, and the first that is too far from it."""
    filled = np.where(np.isnan(losses), np.inf, losses)
    best = [int(np.argmin(filled[: epoch + 1])) for epoch in range(len(filled))]
    late = [epoch for epoch in range(len(best)) if epoch - best[epoch] >= patience]
    stopped = late[0] if late else len(losses) - 1
    return np.array([best[stopped], stopped])


def _from_the_start(losses, patience):
    stopped = min(patience, len(losses) - 1)
    return int(np.argmin(losses[: stopped + 1])), stopped


def _against_the_epoch_before(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        best = epoch if losses[epoch] < losses[best] else best
        waited = 0 if losses[epoch] < losses[epoch - 1] else waited + 1
        if waited == patience:
            return best, epoch
    return best, len(losses) - 1


def _starts_at_the_first(losses, patience):
    best = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def _restores_the_lowest_of_all(losses, best, stopped):
    return int(np.nanargmin(losses)), stopped


def _argmin_and_patience(losses, patience):
    best = int(np.argmin(losses))
    return best, min(best + patience, len(losses) - 1)


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("03-early-stopping", early_stopping),
    ("03-early-stopping", _by_running_minimum),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    (
        "03-early-stopping",
        _from_the_start,
        "as long as every loss is the lowest so far, training goes on",
        "patience-from-the-start",
    ),
    (
        "03-early-stopping",
        lambda *arguments: early_stopping(
            *arguments, result=lambda losses, best, stopped: (stopped, stopped)
        ),
        "`best` is the epoch of the lowest loss, not the last",
        "last-for-best",
    ),
    (
        "03-early-stopping",
        lambda *arguments: early_stopping(*arguments)[0],
        "training goes on to the last epoch",
        "one-number",
    ),
    (
        "03-early-stopping",
        lambda *arguments: early_stopping(*arguments, late=1),
        "`stopped` is exactly `patience` epochs after",
        "one-epoch-late",
    ),
    (
        "03-early-stopping",
        lambda *arguments: early_stopping(*arguments, late=-1),
        "`stopped` is exactly `patience` epochs after",
        "one-epoch-early",
    ),
    (
        "03-early-stopping",
        _against_the_epoch_before,
        "a loss below the one before it is no improvement",
        "against-the-epoch-before",
    ),
    (
        "03-early-stopping",
        lambda *arguments: early_stopping(*arguments, reset=False),
        "a new lowest loss sets the count back to 0",
        "never-set-back",
    ),
    (
        "03-early-stopping",
        lambda *arguments: early_stopping(*arguments, better=lambda a, b: a <= b),
        "a loss that only equals the lowest is no improvement",
        "equal-is-better",
    ),
    (
        "03-early-stopping",
        lambda *arguments: early_stopping(*arguments, better=lambda a, b: not a >= b),
        "nan is never an improvement",
        "misled-by-nan",
    ),
    (
        "03-early-stopping",
        _starts_at_the_first,
        "any number is one on nan",
        "misled-by-nan",
    ),
    (
        "03-early-stopping",
        lambda *arguments: early_stopping(*arguments, result=_restores_the_lowest_of_all),
        "what comes after the stop was never trained",
        "looks-ahead",
    ),
    ("03-early-stopping", _argmin_and_patience, "nan is never an improvement", "looks-ahead"),
    (
        "03-early-stopping",
        lambda losses, patience: _argmin_and_patience(np.nan_to_num(losses, nan=9), patience),
        "what comes after the stop was never trained",
        "looks-ahead",
    ),
]
