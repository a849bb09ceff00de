"""### 5. Where it starts to hurt

`skews` rise. `dann` and `source_only` hold accuracies on the target, a row for each skew and a column
for each seed; both methods met the same seeds. Write `harmful_skew`: the smallest skew from which on
DANN hurts, at that one and at all larger ones. It hurts where the 95 % interval of its mean gain over
source-only (Student's t over the seeds, paired) lies wholly below zero. Where there is no such skew,
give `None`.
"""  # noqa: E501

from typing import Any

import numpy as np
from scipy import stats

from course_utils.lessons.lesson_05.exercises._gaps import (
    SEEDS,
    SURE,
    drawn,
    half_interval,
    interval_mistakes,
    ladder,
    limit,
    too_small_for_n_less_one,
    too_small_for_student,
)
from course_utils.teaching.answer_values import same
from course_utils.teaching.exercise import Exercise, Mismatch, call, in_words
from course_utils.teaching.mistake import Mistake, fails_only


def harmful_skew(skews, dann, source_only):
    """The skew from which on DANN is worse than source-only beyond noise, or None."""
    gains = dann - source_only
    n = gains.shape[1]
    half_width = stats.t.ppf(0.975, n - 1) * gains.std(axis=1, ddof=1) / np.sqrt(n)
    hurts = gains.mean(axis=1) + half_width < 0
    for i, skew in enumerate(skews):
        if hurts[i:].all():
            return skew
    return None


ARGUMENTS = ("skews", "dann", "source_only")


def _skews(random, size):
    return (np.cumsum(random.integers(1, 4, size)) / 10).round(1)


def _expect(answer, random, gains, expected, base: Any = 0.6):
    """Compare what the answer gives for these gains with the skew numbered `expected`, or None.

    `base` is the accuracy of source-only: a number, or an array of the gains' shape.
    """
    gains = np.array(gains)
    source_only = np.full(gains.shape, base) if np.ndim(base) == 0 else base
    # Rounded to be read; the cases leave more room than that.
    arrays = [source_only + gains, source_only]
    arguments = _skews(random, len(gains)), *(array.round(3) for array in arrays)
    expected = None if expected is None else float(arguments[0][expected])
    given = in_words(ARGUMENTS, arguments)
    got = call(answer, arguments, given)
    if not same(expected, got):
        raise Mismatch(given, expected, got)


def helps_everywhere(answer, random):
    """it is None where DANN gains at every skew, beyond noise"""
    for n in SEEDS:
        for size in (1, 2, 3):
            helps = [drawn(random, n, SURE * limit(n)) for _ in range(size)]
            _expect(answer, random, helps, None)


def smallest_that_hurts(answer, random):
    """it is the smallest of the skews at which DANN loses beyond noise, the skew itself and not
    its position"""
    for n in SEEDS:
        for size in (1, 2, 3):
            hurts = [drawn(random, n, -SURE * limit(n)) for _ in range(size)]
            _expect(answer, random, hurts, 0)


def undecided(answer, random):
    """a mean below zero is not enough: the whole 95 % interval has to lie there"""
    for n in SEEDS:
        for size in (1, 2):
            noise = [drawn(random, n, -1.0) for _ in range(size)]
            _expect(answer, random, noise, None)


def own_spread(answer, random):
    """each skew has an interval of its own, over its own seeds"""
    for n in SEEDS:
        noisy = drawn(random, n, 0.5, spread=0.12)
        hurts = drawn(random, n, -SURE * limit(n), spread=0.02)
        _expect(answer, random, [noisy, hurts], 1)


def at_all_larger_skews(answer, random):
    """it has to hurt at every larger skew too, and a first crossing that is taken back does not
    count"""
    for n in SEEDS:
        hurts, noise = -SURE * limit(n), -0.5
        for errors, first in (
            ([hurts, noise], None),
            ([hurts, noise, hurts], 2),
            ([noise, hurts, noise], None),
        ):
            gains = [drawn(random, n, each) for each in errors]
            _expect(answer, random, gains, first)


def seed_by_seed(answer, random):
    """the two methods are compared seed by seed: what a seed does to both cancels"""
    for n in SEEDS:
        # The seeds differ far more than the two methods do.
        base = 0.6 + drawn(random, n, 0.0, spread=0.15).round(3)
        gains = drawn(random, n, -SURE * limit(n), spread=0.02)
        _expect(answer, random, [gains], 0, base=base[np.newaxis])


def interval_of_the_mean(answer, random):
    """the interval is that of the mean: the standard deviation over seeds is divided by the root
    of their number"""
    for n in SEEDS:
        _expect(answer, random, [drawn(random, n, -1.3 * limit(n))], 0)


def student(answer, random):
    """the interval leaves 2.5 % out on either side, and takes Student's t for it: 1.96 is too
    little with few seeds"""
    for n in SEEDS:
        _expect(answer, random, [drawn(random, n, -too_small_for_student(n))], None)


def n_less_one(answer, random):
    """n seeds have n - 1 degrees of freedom, in the standard deviation (ddof=1) and in t"""
    for n in SEEDS:
        _expect(answer, random, [drawn(random, n, -too_small_for_n_less_one(n))], None)


def any_accuracies(answer, random):
    """it agrees with the definition on any accuracies"""
    for n in (*[3] * 5, *[5] * 10, 10):
        size = int(random.integers(1, 6))
        errors = np.sort(random.uniform(-3, 1, size))[::-1] * limit(n)
        # None so near the limit that rounding would decide.
        errors = np.where(np.abs(errors / limit(n) + 1) < 0.05, -0.9 * limit(n), errors)
        below = errors < -limit(n)
        first = next((i for i in range(size) if below[i:].all()), None)
        gains = [drawn(random, n, each, random.uniform(0.02, 0.08)) for each in errors]
        base = random.uniform(0.4, 0.7, (size, n)).round(3)
        _expect(answer, random, gains, first, base)


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
    for gaps in ladder(random):
        yield _arguments(random, [-gaps])


def unpaired(random):
    """You seem to compare two averages, each with a noise of its own, in which the loss drowns once
    the seeds differ. A seed that is bad for one method tends to be bad for the other: what can you
    compute for each seed, in which that cancels?
    """
    # DANN hurts in every seed by about the same, and seeds differ far more than that.
    for n in SEEDS:
        yield _arguments(random, [drawn(random, n, -SURE * limit(n), spread=0.01)], spread=0.2)


def _from_here_on(hurts, skews):
    return next((float(skews[i]) for i in range(len(skews)) if hurts[i:].all()), None)


def _wrong(hurts=lambda mean, half: mean + half < 0, choose=_from_here_on, **interval):
    """An answer with a place to go wrong in each of its steps."""

    def wrong(skews, dann, source_only):
        gains = dann - source_only
        halves = np.array([half_interval(row, **interval) for row in gains])
        return choose(hurts(gains.mean(axis=1), halves), skews)

    return wrong


def _first(hurts, skews):
    return float(skews[hurts.argmax()]) if hurts.any() else None


def _position(hurts, skews):
    return next((i for i in range(len(skews)) if hurts[i:].all()), None)


def methods_swapped(skews, dann, source_only):
    """You find harm where DANN gains, and none where it loses. Which method did you take from
    which?
    """
    return harmful_skew(skews, source_only, dann)


def position_for_skew(skews, dann, source_only):
    """You found the right place and hand over its number. The question is which skew it is: what
    stands there in `skews`?
    """
    return _wrong(choose=_position)(skews, dann, source_only)


def first_crossing(skews, dann, source_only):
    """You stop at the first skew that hurts. Look at what comes after it: if DANN recovers at a
    larger skew, it does not hurt *from there on*.
    """
    return _wrong(choose=_first)(skews, dann, source_only)


def not_wholly_below(skews, dann, source_only):
    """You call it harm while the interval still reaches above zero, where chance alone may have
    made the loss. Which end of the interval has to be below zero, so that all of it is?
    """
    return _wrong(hurts=lambda mean, half: mean < 0)(skews, dann, source_only)


EXERCISE = Exercise(
    reference=harmful_skew,
    title="the skew at which DANN starts to hurt",
    properties=[
        helps_everywhere,
        smallest_that_hurts,
        undecided,
        own_spread,
        at_all_larger_skews,
        seed_by_seed,
        interval_of_the_mean,
        student,
        n_less_one,
        any_accuracies,
    ],
    cases=_cases,
    mistakes=[
        Mistake(methods_swapped),
        Mistake(position_for_skew),
        Mistake(first_crossing),
        Mistake((not_wholly_below, _wrong(hurts=lambda mean, half: mean - half < 0))),
        Mistake(fails_only(unpaired, elsewhere=_plain_cases)),
        *interval_mistakes(_wrong),
    ],
    hints=[
        "First the differences, dann - source_only: a row for each skew, a column for each seed. "
        "Then the upper end of each row's interval; where that is below zero, DANN hurts.",
        "The upper end is mean + t * spread / sqrt(n), with spread = std(axis=1, ddof=1) and "
        "t = scipy.stats.t.ppf(0.975, n - 1) for n seeds. What if it is below zero at one skew, "
        "and not at the next?",
        "For each position i from the first on, look at the rest: if (high[i:] < 0).all(), return "
        "skews[i]. If the loop comes to its end, return None.",
    ],
)
