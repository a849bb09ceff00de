"""Typical wrong answers to 03-early-stopping, as a learner might write them."""

import math

import numpy as np


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


def _best_epoch(losses, patience):
    best, _ = _by_counting(losses, patience)
    return best


def _last_epoch(losses, patience):
    _, stopped = _by_counting(losses, patience)
    return stopped


def _lowest_loss(losses, patience):
    _, stopped = _by_counting(losses, patience)
    return min(losses[: stopped + 1]), stopped


def _stopped_first(losses, patience):
    best, stopped = _by_counting(losses, patience)
    return stopped, best


def _last_weights(losses, patience):
    waited, lowest = 0, float("inf")
    for epoch, loss in enumerate(losses):
        waited = 0 if loss < lowest else waited + 1
        lowest = min(lowest, loss)
        if waited == patience:
            return epoch, epoch
    return len(losses) - 1, len(losses) - 1


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


def _more_than_patience(losses, patience):
    best, lowest = 0, math.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best > patience:
            return best, epoch
    return best, len(losses) - 1


def _counts_the_best_too(losses, patience):
    best, lowest, waited = 0, math.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest, waited = epoch, loss, 0
        waited += 1
        if waited == patience:
            return best, epoch
    return best, len(losses) - 1


def _rises_in_a_row(losses, patience):
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] >= losses[epoch - 1] else 0
        if rises >= patience:
            return int(np.argmin(losses[: epoch + 1])), epoch
    return int(np.argmin(losses)), len(losses) - 1


def _lowest_is_below_one(losses, patience):
    best, lowest = 0, 1.0
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = epoch, loss
        if epoch - best == patience:
            return best, epoch
    return best, len(losses) - 1


def _all_that_are_worse(losses, patience):
    worse = 0
    for epoch in range(len(losses)):
        worse += epoch > 0 and losses[epoch] >= min(losses[:epoch])
        if worse == patience:
            break
    return losses.index(min(losses[: epoch + 1])), epoch


def _runs_patience_epochs(losses, patience):
    seen = losses[: patience + 1]
    return seen.index(min(seen)), len(seen) - 1


def _ignores_patience(losses, patience):
    return losses.index(min(losses)), len(losses) - 1


def _lowest_of_the_list(losses, patience):
    best = losses.index(min(losses))
    stopped = best
    while stopped < len(losses) - 1 and stopped - best < patience:
        stopped += 1
    return best, stopped


def _lowest_or_equal(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        if epoch - best == patience:
            return best, epoch
    return best, len(losses) - 1


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


def _list_of_losses_so_far(losses, patience):
    for epoch in range(len(losses)):
        seen = losses[: epoch + 1]
        if epoch - seen.index(min(seen)) >= patience:
            break
    return seen.index(min(seen)), epoch


RIGHT = [("03-early-stopping", _by_counting)]

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("03-early-stopping", answer, reason, mistake)
    for answer, reason, mistake in (
        (_falls_out_of_the_loop, "goes on to the last epoch", "no-return-at-the-end"),
        (_best_epoch, "goes on to the last epoch", "one-number"),
        (_last_epoch, "goes on to the last epoch", "one-number"),
        (_lowest_loss, "goes on to the last epoch", "loss-for-epoch"),
        (_stopped_first, "not the last one that was run", "swapped"),
        (_last_weights, "not the last one that was run", "last-for-best"),
        (_from_one, "goes on to the last epoch", "counted-from-one"),
        (_lowest_is_below_one, "any losses", None),
        (_more_than_patience, "exactly `patience` epochs", "one-epoch-late"),
        (_counts_the_best_too, "goes on to the last epoch", "one-epoch-early"),
        (_rises_in_a_row, "no improvement unless", "against-the-epoch-before"),
        (_all_that_are_worse, "back to 0", "never-set-back"),
        (_runs_patience_epochs, "goes on to the last epoch", "patience-from-the-start"),
        (_ignores_patience, "exactly `patience` epochs", "never-stops"),
        (_lowest_of_the_list, "nan", "looks-ahead"),
        (_lowest_or_equal, "only equals the lowest", "equal-is-better"),
        (_progress_when_equal, "only equals the lowest", "equal-is-better"),
        (_argmin_so_far, "nan is never", "misled-by-nan"),
        (_list_of_losses_so_far, "nan is never", "misled-by-nan"),
    )
]
