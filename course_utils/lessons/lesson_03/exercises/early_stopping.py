"""### 5. When to stop

Write `early_stopping`: from the validation loss after each epoch, give `(best, stopped)`, the
epoch whose weights are restored and the last epoch that is run, both counted from 0. Training
stops after `patience` epochs in a row without a new lowest loss, or else with the last epoch; an
equal loss is not a new lowest one, and `nan` never is.
"""

import math
from functools import partial, wraps

import numpy as np

from course_utils.teaching.exercise import Exercise, expect
from course_utils.teaching.mistake import Mistake, fails_only, sometimes_nothing


def early_stopping(losses, patience):
    """The epoch whose weights are restored, and the last epoch that is run."""
    best, lowest = 0, math.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def _expect(answer, losses, patience, best, stopped):
    losses = [round(float(loss), 2) for loss in losses]
    expect(answer, ("losses", "patience"), (losses, patience), (best, stopped))


def _falling(random, size):
    """Losses, each lower than the one before, with room for others above and below."""
    return np.sort(random.choice(np.arange(50, 90), size, replace=False))[::-1] / 100


def _falls(random):
    """Falling losses, the last of them, its epoch and a patience; small ones first."""
    for size, patience in ((1, 1), (2, 2), (3, 1), (2, 3), (4, 2)):
        losses = _falling(random, size)
        yield losses, losses[-1], size - 1, patience


def falls_to_the_end(answer, random):
    """as long as every loss is the lowest so far, training goes on to the last epoch, whatever the
    patience
    """
    for losses, lowest, _, patience in _falls(random):
        longer = np.append(losses, lowest - np.arange(1, patience + 2) / 20)
        _expect(answer, longer, patience, len(longer) - 1, len(longer) - 1)


def lowest_is_restored(answer, random):
    """`best` is the epoch of the lowest loss, not the last one that was run"""
    for losses, lowest, best, patience in _falls(random):
        # The last epoch is worse, and the patience far from used up.
        _expect(answer, [*losses, lowest + 0.05], patience + 2, best, best + 1)


def stops_after_patience(answer, random):
    """`stopped` is exactly `patience` epochs after the last new lowest loss"""
    for losses, lowest, best, patience in _falls(random):
        worse = lowest + np.arange(1, patience + 3) / 20
        _expect(answer, [*losses, *worse], patience, best, best + patience)


def recovery_is_no_record(answer, random):
    """a loss below the one before it is no improvement unless it is the lowest so far"""
    for losses, lowest, best, patience in _falls(random):
        worse = lowest + np.arange(patience + 2, 0, -1) / 20
        _expect(answer, [*losses, *worse], patience, best, best + patience)


def counts_in_a_row(answer, random):
    """patience counts epochs in a row: a new lowest loss sets the count back to 0"""
    for rounds, patience in ((2, 2), (3, 2), (2, 3)):
        lowest = _falling(random, rounds + 1)
        # Between two records lie one epoch less than the patience allows.
        bumps = [[loss, *[loss + 0.05] * (patience - 1)] for loss in lowest[:-1]]
        losses = [*np.ravel(bumps), lowest[-1]]
        _expect(answer, losses, patience, len(losses) - 1, len(losses) - 1)


def equal_is_not_better(answer, random):
    """a loss that only equals the lowest is no improvement"""
    for losses, lowest, best, patience in _falls(random):
        level = [*losses, *[lowest] * (patience + 1)]
        _expect(answer, level, patience, best, best + patience)


def nan_is_not_better(answer, random):
    """nan is never an improvement, and any number is one on nan"""
    for losses, lowest, best, patience in _falls(random):
        failed = [*losses, *[math.nan] * (patience + 1)]
        _expect(answer, failed, patience, best, best + patience)
        # From the first epoch on: the next number is the lowest so far.
        late = [math.nan, *losses, lowest + 0.05]
        _expect(answer, late, patience + 1, best + 1, best + 2)


def never_seen(answer, random):
    """what comes after the stop was never trained, so a lower loss there does not count"""
    for losses, lowest, best, patience in _falls(random):
        worse = lowest + np.arange(1, patience + 1) / 20
        _expect(answer, [*losses, *worse, lowest - 0.2], patience, best, best + patience)


def any_losses(answer, random):
    """it agrees with the definition on any losses"""
    for size in (1, 2, *[5] * 10, *[8] * 20, 40):
        # Losses below 1, and some far above: no number is a safe one to begin with.
        losses = random.integers(1, 9, size) * random.choice([0.1, 30.0])
        losses[1:][random.random(size - 1) < 0.1] = math.nan
        patience = int(random.integers(1, 5))
        _expect(answer, losses, patience, *early_stopping(losses, patience))


#: Epochs and patience. A patience of 1 would hide where counting begins.
RUNS = ((5, 2), (6, 2), (8, 2), (8, 3), (10, 2), (10, 3), (12, 2), (12, 3), (12, 4), (16, 4))


def _ranked(losses):
    return [round(0.1 + 0.05 * int(rank), 2) for rank in np.argsort(np.argsort(losses))]


def _cases(random):
    """Losses that fall more or less, none of them twice; and some that fall to the end."""
    for size, patience in RUNS:
        for slope in (0.1, 0.4, 0.7):
            losses = random.normal(size=size) - slope * np.arange(size)
            yield _ranked(losses), patience
    yield [0.9, 0.7, 0.6, 0.5], 2


def _short_falls(random):
    for size in (1, 2, 4, 6):
        yield _ranked(-np.arange(size)), int(random.integers(2, 4))


def _without_nan(random):
    """In some the lowest loss is reached again, and training should stop all the same."""
    yield from _cases(random)
    for losses, patience in _short_falls(random):
        yield [*losses, losses[-1], *[losses[-1] + 0.05] * patience], patience


def _nan_later(random):
    """Losses that become nan and stay so."""
    for losses, patience in _short_falls(random):
        yield [*losses, *[math.nan] * (patience + 2)], patience


def _nan_first(random):
    for losses, patience in _short_falls(random):
        if len(losses) > 1:
            yield [math.nan, *losses, 0.9], patience


def _gives(result):
    """Give `result(losses, best, stopped)`."""

    @wraps(result)
    def wrong(losses, patience):
        return result(losses, *early_stopping(losses, patience))

    return wrong


def _counts(losses, patience, better=lambda loss, lowest, before: loss < lowest, resets=True):
    """The definition by a count, with a place to go wrong in each of its steps."""
    best, lowest, before, waited = 0, math.inf, math.inf, 0
    for epoch, loss in enumerate(losses):
        improved = better(loss, lowest, before)
        waited = 0 if improved and resets else waited + (not improved)
        if loss < lowest:
            best, lowest = epoch, loss
        if waited >= patience:
            return best, epoch
        before = loss
    return best, len(losses) - 1


def equal_is_better(losses, patience):
    """You take a loss that only equals the lowest one for progress. A network that has stopped
    learning could go on for ever like that: when is a loss a *new* lowest one?
    """
    best, lowest = 0, math.inf
    for epoch, loss in enumerate(losses):
        if loss <= lowest:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def never_stops(losses, patience):
    """Patience plays no part in yours: every epoch is run, and the best of all is taken. What is
    saved if you stop early, and which epochs are never seen then?
    """
    return int(np.argmin(losses)), len(losses) - 1


def looks_ahead(losses, patience):
    """You look for the lowest loss in the whole list. While training runs, you do not know what
    comes later, and after the stop nothing does: how does it look from epoch to epoch?
    """
    best, last = never_stops(losses, patience)
    return best, min(best + patience, last)


@_gives
def one_number(losses, best, stopped):
    """You give back one number where two are asked for: the epoch whose weights are restored and
    the last one that was run. Often they are not the same.
    """
    return best


@_gives
def loss_for_epoch(losses, best, stopped):
    """You give back the lowest loss itself. What has to be restored is weights, and those are found
    by their epoch: when was that loss reached?
    """
    return (losses[best], stopped)


@_gives
def swapped(losses, best, stopped):
    """You found both epochs and give them back in the other order. Which comes first: the epoch
    whose weights are restored, or the last one?
    """
    return (stopped, best)


@_gives
def last_for_best(losses, best, stopped):
    """You stop in the right epoch and restore its weights. But by then they have had `patience`
    epochs to become worse: which epoch's were the best?
    """
    return (stopped, stopped)


@_gives
def counted_from_one(losses, best, stopped):
    """Your epochs are right for someone who counts from 1. Here the first is epoch 0, as with
    enumerate, or with the index of a list.
    """
    return (best + 1, stopped + 1)


def one_epoch_late(losses, patience):
    """You stop one epoch late. Count with patience 2: one epoch without a new lowest loss, a second
    one; is there to be a third?
    """
    return early_stopping(losses, patience + 1)


def one_epoch_early(losses, patience):
    """You lose patience one epoch early. Count with patience 2: the best epoch, one worse, another
    one worse. After which of them does training stop?
    """
    return early_stopping(losses, patience - 1)


def patience_from_the_start(losses, patience):
    """You stop after `patience` epochs, whatever the losses do. Patience begins anew with each new
    lowest loss: as long as they keep coming, training goes on.
    """
    return never_stops(losses[: patience + 1], patience)


def against_the_epoch_before(losses, patience):
    """You seem to compare each loss with the one before it. Losses that zigzag upwards would then
    never run out of patience: with which loss should a new one be compared?
    """
    return _counts(losses, patience, better=lambda loss, lowest, before: loss < before)


def never_set_back(losses, patience):
    """You seem to count all epochs without a new lowest loss, wherever they are. Patience is for
    such epochs in a row: what should a new lowest loss do to your count?
    """
    return _counts(losses, patience, resets=False)


EXERCISE = Exercise(
    reference=early_stopping,
    title="early stopping",
    properties=[
        falls_to_the_end,
        lowest_is_restored,
        stops_after_patience,
        recovery_is_no_record,
        counts_in_a_row,
        equal_is_not_better,
        nan_is_not_better,
        never_seen,
        any_losses,
    ],
    cases=_cases,
    mistakes=[
        Mistake(
            sometimes_nothing,
            "You are right whenever patience runs out, and give None when it does not: then the "
            "losses end first, and your loop with them. What should be given back after the loop?",
            name="no-return-at-the-end",
        ),
        Mistake((one_number, _gives(lambda losses, best, stopped: stopped))),
        Mistake(loss_for_epoch),
        Mistake(swapped),
        Mistake(last_for_best),
        Mistake(counted_from_one),
        Mistake(one_epoch_late),
        Mistake(one_epoch_early),
        Mistake(against_the_epoch_before),
        Mistake(never_set_back),
        Mistake(patience_from_the_start),
        Mistake(never_stops),
        Mistake(
            (looks_ahead, _gives(lambda losses, _, stopped: (int(np.argmin(losses)), stopped)))
        ),
        Mistake(
            (equal_is_better, partial(_counts, better=lambda loss, lowest, before: loss <= lowest)),
            cases=_without_nan,
        ),
        Mistake(
            tuple(fails_only(where, elsewhere=_without_nan) for where in (_nan_later, _nan_first)),
            "You are right until a loss is nan. With nan, <, > and == are all False, and min and "
            "argmin go astray: what does your condition say of nan, and of the first number after "
            "it?",
            name="misled-by-nan",
        ),
    ],
    hints=[
        "Go through the losses as training would, one epoch at a time, and keep two things: the "
        "lowest loss so far and the epoch that had it. With patience 2, the losses 0.9, 0.5, 0.6, "
        "0.7, 0.4 give (1, 3): the last of them is never reached.",
        "Start with math.inf as the lowest. `loss < lowest` is False for an equal loss and for "
        "nan, just as it should be; when it is True, keep the loss and its epoch.",
        "When it is False, epoch - best epochs have gone by without a new lowest: if that is "
        "patience, return best, epoch. After the loop, return best, len(losses) - 1.",
    ],
)
