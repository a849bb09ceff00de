"""Right and wrong answers to 03-early-stopping."""

import math
from functools import partial

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


def _by_counting(losses, patience):
    """What is right, with a counter, for answers that go wrong in what they give back."""
    best, waited = None, 0
    for epoch, loss in enumerate(losses):
        if not math.isnan(loss) and (best is None or loss < losses[best]):
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best or 0, epoch


def _falls_out_of_the_loop(losses, patience):
    best, lowest = 0, math.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best == patience:
            return best, epoch


def _lowest_loss(losses, patience):
    _, stopped = _by_counting(losses, patience)
    return min(losses[: stopped + 1]), stopped


def _stopped_first(losses, patience):
    best, stopped = _by_counting(losses, patience)
    return stopped, best


def _from_one(losses, patience):
    best, lowest, epoch = 0, math.inf, 0
    while epoch < len(losses):
        loss = losses[epoch]
        epoch += 1
        if loss < lowest:
            best, lowest = epoch, loss
        if epoch - best == patience:
            break
    return best, epoch


def _counts_the_best_too(losses, patience):
    best, lowest, waited = 0, math.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        waited += 1
        if waited == patience:
            return best, epoch
    return best, len(losses) - 1


def _lowest_is_below_one(losses, patience):
    best, lowest = 0, 1.0
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = epoch, loss
        if epoch - best == patience:
            return best, epoch
    return best, len(losses) - 1


def _ignores_patience(losses, patience):
    return losses.index(min(losses)), len(losses) - 1


def _lowest_of_the_list(losses, patience):
    best = losses.index(min(losses))
    stopped = best
    while stopped < len(losses) - 1 and stopped - best < patience:
        stopped += 1
    return best, stopped


def _progress_when_equal(losses, patience):
    """The first of equal losses is the best, but each of them sets the count back."""
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        waited = 0 if losses[epoch] <= losses[best] else waited + 1
        best = epoch if losses[epoch] < losses[best] else best
        if waited == patience:
            return best, epoch
    return best, len(losses) - 1


def _argmin_so_far(losses, patience):
    for epoch in range(len(losses)):
        best = int(np.argmin(losses[: epoch + 1]))
        if epoch - best == patience:
            break
    return best, epoch


# An exercise may leave open how: each of these is right.
RIGHT = [early_stopping, _by_running_minimum, _by_counting]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        _from_the_start,
        "as long as every loss is the lowest so far, training goes on",
        "patience-from-the-start",
    ),
    (
        partial(early_stopping, result=lambda losses, best, stopped: (stopped, stopped)),
        "`best` is the epoch of the lowest loss, not the last",
        "last-for-best",
    ),
    (
        lambda *arguments: early_stopping(*arguments)[0],
        "training goes on to the last epoch",
        "one-number",
    ),
    (
        partial(early_stopping, late=1),
        "`stopped` is exactly `patience` epochs after",
        "one-epoch-late",
    ),
    (
        partial(early_stopping, late=-1),
        "`stopped` is exactly `patience` epochs after",
        "one-epoch-early",
    ),
    (
        _against_the_epoch_before,
        "a loss below the one before it is no improvement",
        "against-the-epoch-before",
    ),
    (
        partial(early_stopping, reset=False),
        "a new lowest loss sets the count back to 0",
        "never-set-back",
    ),
    (
        partial(early_stopping, better=lambda a, b: a <= b),
        "a loss that only equals the lowest is no improvement",
        "equal-is-better",
    ),
    (
        partial(early_stopping, better=lambda a, b: not a >= b),
        "nan is never an improvement",
        "misled-by-nan",
    ),
    (_starts_at_the_first, "any number is one on nan", "misled-by-nan"),
    (
        partial(early_stopping, result=_restores_the_lowest_of_all),
        "what comes after the stop was never trained",
        "looks-ahead",
    ),
    (_argmin_and_patience, "nan is never an improvement", "looks-ahead"),
    (
        lambda losses, patience: _argmin_and_patience(np.nan_to_num(losses, nan=9), patience),
        "what comes after the stop was never trained",
        "looks-ahead",
    ),
    (_falls_out_of_the_loop, "goes on to the last epoch", "no-return-at-the-end"),
    (_lowest_loss, "goes on to the last epoch", "loss-for-epoch"),
    (_stopped_first, "not the last one that was run", "swapped"),
    (_from_one, "goes on to the last epoch", "counted-from-one"),
    (_lowest_is_below_one, "any losses"),
    (_counts_the_best_too, "goes on to the last epoch", "one-epoch-early"),
    (_ignores_patience, "exactly `patience` epochs", "never-stops"),
    (_lowest_of_the_list, "nan", "looks-ahead"),
    (_progress_when_equal, "only equals the lowest", "equal-is-better"),
    (_argmin_so_far, "nan is never", "misled-by-nan"),
]
