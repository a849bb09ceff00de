"""Typical mistakes in 05-skew."""

import numpy as np

from course_utils.lessons.lesson_06.exercises.gaps import SEEDS, SURE, drawn, limit
from course_utils.teaching.interval_mistakes import half_width, interval_mistakes, ladder
from course_utils.teaching.mistake import Mistake, does_as, either, fails_only

#: Signs of the gains at each skew, where they are beyond all noise, and 0 where within it.
SIGNS = ((-1,), (1,), (-1, -1), (1, -1), (-1, 1), (0, -1, -1), (-1, 0, -1), (1, 0, -1), (-1, 0, 0))


def _arguments(random, gains, spread=0.001):
    """Skews, and accuracies with these gains between them; seeds differ by `spread`."""
    gains = np.array(gains)
    skews = np.cumsum(random.integers(1, 4, len(gains))) / 10
    steps = np.tile(np.linspace(-1, 1, gains.shape[1]), (len(gains), 1))
    source_only = 0.6 + spread * random.permuted(steps, axis=1)
    return skews, source_only + gains, source_only


def _plain_cases(random):
    for n in SEEDS:
        for signs in SIGNS:
            gains = [drawn(random, n, sign * SURE * limit(n) - 0.5 * (sign == 0)) for sign in signs]
            yield _arguments(random, gains)


def _cases(random):
    yield from _plain_cases(random)
    for gains in ladder(random):
        yield _arguments(random, [-gains])


def _seeds_differ(random):
    """DANN hurts in every seed by about the same, and seeds differ far more than that."""
    for n in SEEDS:
        yield _arguments(random, [drawn(random, n, -SURE * limit(n), spread=0.01)], spread=0.2)


def _harmful_skew(skews, dann, source_only, hurts=None, choose=None, **interval):
    """The definition, with a place to go wrong in each of its steps."""
    gains = dann - source_only
    halves = [half_width(row, **interval) for row in gains]
    hurts = (hurts or (lambda mean, half: mean + half < 0))(gains.mean(axis=1), np.array(halves))
    return (choose or _from_here_on)(hurts, skews)


def _from_here_on(hurts, skews):
    return next((float(skews[i]) for i in range(len(skews)) if hurts[i:].all()), None)


def _first(hurts, skews):
    return float(skews[hurts.argmax()]) if hurts.any() else None


def _position(hurts, skews):
    return next((i for i in range(len(skews)) if hurts[i:].all()), None)


def _as(**wrong):
    return does_as(lambda *arguments: _harmful_skew(*arguments, **wrong), _cases)


MISTAKES = (
    Mistake(
        name="methods-swapped",
        hint="You find harm where DANN gains, and none where it loses. Which method did you take "
        "from which?",
        shown_by=does_as(lambda skews, one, other: _harmful_skew(skews, other, one), _cases),
    ),
    Mistake(
        name="position-for-skew",
        hint="You found the right place and hand over its number. The question is which skew it "
        "is: what stands there in `skews`?",
        shown_by=_as(choose=_position),
    ),
    Mistake(
        name="first-crossing",
        hint="You stop at the first skew that hurts. Look at what comes after it: if DANN "
        "recovers at a larger skew, it does not hurt *from there on*.",
        shown_by=_as(choose=_first),
    ),
    Mistake(
        name="not-wholly-below",
        hint="You call it harm while the interval still reaches above zero, where chance alone "
        "may have made the loss. Which end of the interval has to be below zero, so that all of "
        "it is?",
        shown_by=either(
            _as(hurts=lambda mean, half: mean < 0), _as(hurts=lambda mean, half: mean - half < 0)
        ),
    ),
    Mistake(
        name="unpaired",
        hint="You seem to compare two averages, each with a noise of its own, in which the loss "
        "drowns once the seeds differ. A seed that is bad for one method tends to be bad for the "
        "other: what can you compute for each seed, in which that cancels?",
        shown_by=fails_only(_harmful_skew, where=_seeds_differ, elsewhere=_plain_cases),
    ),
    *interval_mistakes(_as),
)
