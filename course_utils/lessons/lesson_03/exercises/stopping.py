"""Exercise 03-early-stopping: which epoch's weights are restored, and which epoch is the last."""

import math

import numpy as np

from course_utils.teaching.exercise import Exercise, Property, expect

ARGUMENTS = ("losses", "patience")


def _expect(answer, losses, patience, best, stopped):
    losses = [round(float(loss), 2) for loss in losses]
    expect(answer, ARGUMENTS, (losses, patience), (best, stopped))


def _falling(random, size):
    """Losses, each lower than the one before, with room for others above and below."""
    return np.sort(random.choice(np.arange(50, 90), size, replace=False))[::-1] / 100


def _cases(random):
    """Falling losses and a patience, small ones first."""
    for size, patience in ((1, 1), (2, 2), (3, 1), (2, 3), (4, 2)):
        yield _falling(random, size), patience


def falls_to_the_end(answer, random):
    for losses, patience in _cases(random):
        longer = np.append(losses, losses[-1] - np.arange(1, patience + 2) / 20)
        _expect(answer, longer, patience, len(longer) - 1, len(longer) - 1)


def lowest_is_restored(answer, random):
    for losses, patience in _cases(random):
        # The last epoch is worse, and the patience far from used up.
        longer = np.append(losses, losses[-1] + 0.05)
        _expect(answer, longer, patience + 2, len(losses) - 1, len(losses))


def stops_after_patience(answer, random):
    for losses, patience in _cases(random):
        worse = losses[-1] + np.arange(1, patience + 3) / 20
        best = len(losses) - 1
        _expect(answer, np.append(losses, worse), patience, best, best + patience)


def recovery_is_no_record(answer, random):
    for losses, patience in _cases(random):
        worse = losses[-1] + np.arange(patience + 2, 0, -1) / 20
        best = len(losses) - 1
        _expect(answer, np.append(losses, worse), patience, best, best + patience)


def counts_in_a_row(answer, random):
    for rounds, patience in ((2, 2), (3, 2), (2, 3)):
        lowest = _falling(random, rounds + 1)
        # Between two records lie one epoch less than the patience allows.
        bumps = [[loss, *[loss + 0.05] * (patience - 1)] for loss in lowest[:-1]]
        losses = [*np.ravel(bumps), lowest[-1]]
        _expect(answer, losses, patience, len(losses) - 1, len(losses) - 1)


def equal_is_not_better(answer, random):
    for losses, patience in _cases(random):
        level = np.append(losses, [losses[-1]] * (patience + 1))
        best = len(losses) - 1
        _expect(answer, level, patience, best, best + patience)


def nan_is_not_better(answer, random):
    for losses, patience in _cases(random):
        best = len(losses) - 1
        failed = np.append(losses, [math.nan] * (patience + 1))
        _expect(answer, failed, patience, best, best + patience)
        # From the first epoch on: the next number is the lowest so far.
        late = [math.nan, *losses, losses[-1] + 0.05]
        _expect(answer, late, patience + 1, best + 1, best + 2)


def never_seen(answer, random):
    for losses, patience in _cases(random):
        worse = losses[-1] + np.arange(1, patience + 1) / 20
        best = len(losses) - 1
        longer = [*losses, *worse, losses[-1] - 0.2]
        _expect(answer, longer, patience, best, best + patience)


def any_losses(answer, random):
    for size in (1, 2, *[5] * 10, *[8] * 20, 40):
        # Losses below 1, and some far above: no number is a safe one to begin with.
        losses = random.integers(1, 9, size) * random.choice([0.1, 30.0])
        losses[1:][random.random(size - 1) < 0.1] = math.nan
        patience = int(random.integers(1, 5))
        _expect(answer, losses, patience, *_early_stopping(losses, patience))


def _early_stopping(losses, patience):
    """Goodfellow, Bengio and Courville 2016, Deep Learning, algorithm 7.1."""
    best, lowest = 0, math.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


EARLY_STOPPING = Exercise(
    id="03-early-stopping",
    title="early stopping",
    function="early_stopping",
    properties=(
        Property(
            "as long as every loss is the lowest so far, training goes on to the last epoch, "
            "whatever the patience",
            falls_to_the_end,
        ),
        Property(
            "`best` is the epoch of the lowest loss, not the last one that was run",
            lowest_is_restored,
        ),
        Property(
            "`stopped` is exactly `patience` epochs after the last new lowest loss",
            stops_after_patience,
        ),
        Property(
            "a loss below the one before it is no improvement unless it is the lowest so far",
            recovery_is_no_record,
        ),
        Property(
            "patience counts epochs in a row: a new lowest loss sets the count back to 0",
            counts_in_a_row,
        ),
        Property("a loss that only equals the lowest is no improvement", equal_is_not_better),
        Property("nan is never an improvement, and any number is one on nan", nan_is_not_better),
        Property(
            "what comes after the stop was never trained, so a lower loss there does not count",
            never_seen,
        ),
        Property("it agrees with the definition on any losses", any_losses),
    ),
    hints=(
        "Go through the losses as training would, one epoch at a time, and keep two things: the "
        "lowest loss so far and the epoch that had it. With patience 2, the losses 0.9, 0.5, 0.6, "
        "0.7, 0.4 give (1, 3): the last of them is never reached.",
        "Start with math.inf as the lowest. `loss < lowest` is False for an equal loss and for "
        "nan, just as it should be; when it is True, keep the loss and its epoch.",
        "When it is False, epoch - best epochs have gone by without a new lowest: if that is "
        "patience, return best, epoch. After the loop, return best, len(losses) - 1.",
    ),
)
