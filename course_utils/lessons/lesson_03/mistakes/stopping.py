"""Typical mistakes in 03-early-stopping."""

import math

import numpy as np

from course_utils.teaching.mistake import Mistake, does_as, either, fails_only, sometimes_nothing

#: Epochs and patience. A patience of 1 would hide where counting begins.
RUNS = ((5, 2), (6, 2), (8, 2), (8, 3), (10, 2), (10, 3), (12, 2), (12, 3), (12, 4), (16, 4))


def _cases(random):
    """Losses that fall more or less, none of them twice; and some that fall to the end."""
    for size, patience in RUNS:
        for slope in (0.1, 0.4, 0.7):
            losses = random.normal(size=size) - slope * np.arange(size)
            yield _ranked(losses), patience
    yield [0.9, 0.7, 0.6, 0.5], 2


def _ranked(losses):
    return [round(0.1 + 0.05 * int(rank), 2) for rank in np.argsort(np.argsort(losses))]


def _with_equals(random):
    """The lowest loss is reached again, and training should stop all the same."""
    for size in (1, 2, 4, 6):
        patience = int(random.integers(2, 4))
        losses = _ranked(-np.arange(size))
        yield [*losses, losses[-1], *[losses[-1] + 0.05] * patience], patience


def _without_nan(random):
    yield from _cases(random)
    yield from _with_equals(random)


def _nan_later(random):
    """Losses that become nan and stay so."""
    for size in (1, 2, 4, 6):
        patience = int(random.integers(2, 4))
        yield [*_ranked(-np.arange(size)), *[math.nan] * (patience + 2)], patience


def _nan_first(random):
    for size in (2, 4, 6):
        yield [math.nan, *_ranked(-np.arange(size)), 0.9], int(random.integers(2, 4))


def _below(loss, losses, epoch, lowest):
    return loss < lowest


def _early_stopping(losses, patience, better=_below, resets=True, late=0):
    """The definition, with a place to go wrong in each of its steps."""
    best, lowest, waited = 0, math.inf, 0
    for epoch, loss in enumerate(losses):
        improved = better(loss, losses, epoch, lowest)
        waited = 0 if improved and resets else waited + (not improved)
        if loss < lowest:
            best, lowest = epoch, loss
        if waited >= patience + late:
            return best, epoch
    return best, len(losses) - 1


def _gives(result):
    """The mistake of giving `result(losses, best, stopped)`."""

    def imitation(losses, patience):
        return result(losses, *_early_stopping(losses, patience))

    return does_as(imitation, _cases)


def _as(**wrong):
    return does_as(lambda *arguments: _early_stopping(*arguments, **wrong), _cases)


def _below_the_one_before(loss, losses, epoch, lowest):
    return epoch == 0 or loss < losses[epoch - 1]


def _below_or_equal(loss, losses, epoch, lowest):
    return loss <= lowest


def _last_of_equals(losses, patience):
    best, lowest = 0, math.inf
    for epoch, loss in enumerate(losses):
        if loss <= lowest:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def _lowest_of_all(losses):
    return int(np.argmin(losses))


def _lowest_and_patience(losses, patience):
    best = _lowest_of_all(losses)
    return best, min(best + patience, len(losses) - 1)


def _budget_of_patience(losses, patience):
    stopped = min(patience, len(losses) - 1)
    return _lowest_of_all(losses[: stopped + 1]), stopped


def _never_stops(losses, patience):
    return _lowest_of_all(losses), len(losses) - 1


MISTAKES = (
    Mistake(
        name="no-return-at-the-end",
        hint="You are right whenever patience runs out, and give None when it does not: then the "
        "losses end first, and your loop with them. What should be given back after the loop?",
        shown_by=sometimes_nothing(_early_stopping, _cases),
    ),
    Mistake(
        name="one-number",
        hint="You give back one number where two are asked for: the epoch whose weights are "
        "restored and the last one that was run. Often they are not the same.",
        shown_by=either(
            _gives(lambda losses, best, stopped: best),
            _gives(lambda losses, best, stopped: stopped),
        ),
    ),
    Mistake(
        name="loss-for-epoch",
        hint="You give back the lowest loss itself. What has to be restored is weights, and those "
        "are found by their epoch: when was that loss reached?",
        shown_by=_gives(lambda losses, best, stopped: (losses[best], stopped)),
    ),
    Mistake(
        name="swapped",
        hint="You found both epochs and give them back in the other order. Which comes first: the "
        "epoch whose weights are restored, or the last one?",
        shown_by=_gives(lambda losses, best, stopped: (stopped, best)),
    ),
    Mistake(
        name="last-for-best",
        hint="You stop in the right epoch and restore its weights. But by then they have had "
        "`patience` epochs to become worse: which epoch's were the best?",
        shown_by=_gives(lambda losses, best, stopped: (stopped, stopped)),
    ),
    Mistake(
        name="counted-from-one",
        hint="Your epochs are right for someone who counts from 1. Here the first is epoch 0, as "
        "with enumerate, or with the index of a list.",
        shown_by=_gives(lambda losses, best, stopped: (best + 1, stopped + 1)),
    ),
    Mistake(
        name="one-epoch-late",
        hint="You stop one epoch late. Count with patience 2: one epoch without a new lowest loss, "
        "a second one; is there to be a third?",
        shown_by=_as(late=1),
    ),
    Mistake(
        name="one-epoch-early",
        hint="You lose patience one epoch early. Count with patience 2: the best epoch, one worse, "
        "another one worse. After which of them does training stop?",
        shown_by=_as(late=-1),
    ),
    Mistake(
        name="against-the-epoch-before",
        hint="You seem to compare each loss with the one before it. Losses that zigzag upwards "
        "would then never run out of patience: with which loss should a new one be compared?",
        shown_by=_as(better=_below_the_one_before),
    ),
    Mistake(
        name="never-set-back",
        hint="You seem to count all epochs without a new lowest loss, wherever they are. Patience "
        "is for such epochs in a row: what should a new lowest loss do to your count?",
        shown_by=_as(resets=False),
    ),
    Mistake(
        name="patience-from-the-start",
        hint="You stop after `patience` epochs, whatever the losses do. Patience begins anew with "
        "each new lowest loss: as long as they keep coming, training goes on.",
        shown_by=does_as(_budget_of_patience, _cases),
    ),
    Mistake(
        name="never-stops",
        hint="Patience plays no part in yours: every epoch is run, and the best of all is taken. "
        "What is saved if you stop early, and which epochs are never seen then?",
        shown_by=does_as(_never_stops, _cases),
    ),
    Mistake(
        name="looks-ahead",
        hint="You look for the lowest loss in the whole list. While training runs, you do not know "
        "what comes later, and after the stop nothing does: how does it look from epoch to epoch?",
        shown_by=either(
            does_as(_lowest_and_patience, _cases),
            _gives(lambda losses, best, stopped: (_lowest_of_all(losses), stopped)),
        ),
    ),
    Mistake(
        name="equal-is-better",
        hint="You take a loss that only equals the lowest one for progress. A network that has "
        "stopped learning could go on for ever like that: when is a loss a *new* lowest one?",
        shown_by=either(
            does_as(_last_of_equals, _without_nan),
            does_as(
                lambda *arguments: _early_stopping(*arguments, better=_below_or_equal),
                _without_nan,
            ),
        ),
    ),
    Mistake(
        name="misled-by-nan",
        hint="You are right until a loss is nan. With nan, <, > and == are all False, and min and "
        "argmin go astray: what does your condition say of nan, and of the first number after "
        "it?",
        shown_by=either(
            fails_only(_early_stopping, where=_nan_later, elsewhere=_without_nan),
            fails_only(_early_stopping, where=_nan_first, elsewhere=_without_nan),
        ),
    ),
)
