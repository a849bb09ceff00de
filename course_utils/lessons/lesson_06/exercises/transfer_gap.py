"""### 1. Does it help, or does it hurt?

`transferred` and `scratch` hold test accuracies, one for each seed and the seeds in the same order.
Write `transfer_gap`: a pair of the mean gap, `transferred` less `scratch`, and a word. The word is
`"helps"` if the 95 % interval of the mean gap (Student's t over the seeds, paired) lies wholly above
zero, `"hurts"` if it lies wholly below, and `"undecided"` otherwise. There are two seeds or more.

Before you write it, a bet: transfer won with every one of five seeds. Can the word still be
`"undecided"`?
"""  # noqa: E501

from typing import Any

import numpy as np
from scipy import stats

from course_utils.lessons.lesson_05.exercises._gaps import (
    SEEDS,
    SURE,
    clear,
    drawn,
    half_interval,
    interval_mistakes,
    ladder,
    limit,
    too_small_for_n_less_one,
    too_small_for_student,
)
from course_utils.teaching.answer_values import describe, same
from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake, fails_only


def transfer_gap(transferred, scratch):
    """The mean gap over seeds, and "helps", "hurts" or "undecided"."""
    gaps = transferred - scratch
    n = len(gaps)
    half_width = stats.t.ppf(0.975, n - 1) * gaps.std(ddof=1) / np.sqrt(n)
    if gaps.mean() - half_width > 0:
        return gaps.mean(), "helps"
    if gaps.mean() + half_width < 0:
        return gaps.mean(), "hurts"
    return gaps.mean(), "undecided"


ARGUMENTS = ("transferred", "scratch")


def _accuracies(gaps, base: Any = 0.6):
    """Accuracies with these gaps between them, to three digits."""
    scratch = np.broadcast_to(base, len(gaps)).round(3)
    return (scratch + gaps).round(3), scratch


def _expect(answer, gaps, base: Any = 0.6):
    arguments = _accuracies(gaps, base)
    expect(answer, ARGUMENTS, arguments, transfer_gap(*arguments))


def mean_of_the_gaps(answer, random):
    """the first of the two things it gives is the mean over seeds of transferred less scratch, in
    accuracy: above zero where transfer gained"""
    for n in SEEDS:
        for errors in (3.0, -3.0):
            arguments = _accuracies(drawn(random, n, errors))
            given = in_words(ARGUMENTS, arguments)
            got = call(answer, arguments, given)
            try:
                gap, _ = got
            except (TypeError, ValueError) as error:
                raise Mismatch(given, "a pair, the mean gap and a word", describe(got)) from error
            expected, _ = transfer_gap(*arguments)
            if not same(expected, gap):
                raise Mismatch(given, f"a mean gap of {describe(expected)}", describe(gap))


def beyond_noise(answer, random):
    """the verdict is "helps" where all of the interval lies above zero, and "hurts" where all of
    it lies below"""
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * SURE * limit(n)))


def undecided(answer, random):
    """neither a mean on one side of zero is enough nor every seed there: where the interval holds
    zero, it is "undecided"
    """
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * 1.0))
            # A gain in every seed, but nearly all of it in one.
            one = random.permutation(np.append(np.full(n - 1, 0.01), 0.12))
            _expect(answer, sign * one)


def seed_by_seed(answer, random):
    """the two arms are compared seed by seed: what a seed does to both cancels"""
    for n in SEEDS:
        for sign in (1, -1):
            # The seeds differ far more than the two arms do.
            base = 0.6 + drawn(random, n, 0.0, spread=0.15)
            _expect(answer, drawn(random, n, sign * SURE * limit(n), spread=0.02), base)


def interval_of_the_mean(answer, random):
    """the interval is that of the mean: the standard deviation over seeds is divided by the root
    of their number"""
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * 1.3 * limit(n)))


def student(answer, random):
    """the interval leaves 2.5 % out on either side, and takes Student's t for it: 1.96 is too
    little with few seeds"""
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * too_small_for_student(n)))


def n_less_one(answer, random):
    """n seeds have n - 1 degrees of freedom, in the standard deviation (ddof=1) and in t"""
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * too_small_for_n_less_one(n)))


def equal_in_every_seed(answer, random):
    """an interval that only touches zero shows nothing: two arms that are equal in every seed are
    "undecided"
    """
    for n in SEEDS:
        _expect(answer, np.zeros(n), 0.6 + drawn(random, n, 0.0))


def any_accuracies(answer, random):
    """it agrees with the definition on any accuracies"""
    for n in (*[3] * 5, *[5] * 20, 10, 20):
        spread = random.uniform(0.02, 0.08)
        gaps = drawn(random, n, random.uniform(-2, 2) * limit(n), spread)
        base = random.uniform(0.4, 0.7, n).round(3)
        transferred, scratch = _accuracies(gaps, base)
        if clear(transferred - scratch):
            _expect(answer, gaps, base)


def _plain_cases(random):
    """Gaps beyond all noise or well within it; the seeds' own accuracies are alike."""
    for n in SEEDS:
        for errors in (SURE * limit(n), -SURE * limit(n), 0.5, -0.5):
            yield _nearly_alike(drawn(random, n, errors))


def _cases(random):
    yield from _plain_cases(random)
    for gaps in ladder(random):
        yield _nearly_alike(random.choice([-1, 1]) * gaps)
    for n in SEEDS:
        # One sign in every seed, but nearly all of the gap in a single one.
        yield _nearly_alike(random.choice([-1, 1]) * np.append(np.full(n - 1, 0.01), 0.12))


def unpaired(random):
    """You seem to compare two averages, each with a noise of its own, in which the gap drowns once
    the seeds differ. What a seed does to both arms should cancel: of which numbers do you take the
    standard deviation?
    """
    # The gap is about the same in every seed, and seeds differ far more than that.
    for n in SEEDS:
        for sign in (1, -1):
            gaps = drawn(random, n, sign * SURE * limit(n), spread=0.01)
            scratch = 0.5 + 0.3 * random.permutation(np.linspace(0, 1, n))
            yield scratch + np.where(gaps == 0, 0.001, gaps), scratch


def _nearly_alike(gaps):
    """Accuracies with these gaps, of which none is 0; scratch's own differ by next to nothing."""
    scratch = 0.6 + 0.001 * np.arange(len(gaps))
    return scratch + np.where(gaps == 0, 0.001, gaps), scratch


def _word(gaps, half):
    mean = np.mean(gaps)
    return "helps" if mean > half else "hurts" if mean < -half else "undecided"


def _wrong(word=_word, first=np.mean, **interval):
    """An answer with a place to go wrong in each of its steps."""

    def wrong(transferred, scratch):
        gaps = transferred - scratch
        return first(gaps), word(gaps, half_interval(gaps, **interval))

    return wrong


def arms_swapped(transferred, scratch):
    """You seem to take transferred from scratch, and it is to be the other way round. What should
    your gap's sign be where transfer gained?
    """
    return transfer_gap(scratch, transferred)


def _by_its_sign(gaps, half):
    return "helps" if np.mean(gaps) > 0 else "hurts"


def _by_seeds_won(gaps, half):
    return "helps" if min(gaps) > 0 else "hurts" if max(gaps) < 0 else "undecided"


def mean_alone(transferred, scratch):
    """You decide by the sign of the mean, which chance alone puts on one side of zero or the other.
    What tells you how far it might have strayed?
    """
    return _wrong(word=_by_its_sign)(transferred, scratch)


def every_seed_won(transferred, scratch):
    """You seem to count seeds: all of them won, so it helps. Lucky seeds do that often where there
    are few. Did you take the bet above? The interval asks for more, the size of each gap.
    """
    return _wrong(word=_by_seeds_won)(transferred, scratch)


EXERCISE = Exercise(
    reference=transfer_gap,
    title="the transfer gap",
    properties=[
        mean_of_the_gaps,
        beyond_noise,
        undecided,
        seed_by_seed,
        interval_of_the_mean,
        student,
        n_less_one,
        equal_in_every_seed,
        any_accuracies,
    ],
    cases=_cases,
    mistakes=[
        Mistake((arms_swapped, _wrong(first=lambda gaps: -np.mean(gaps)))),
        Mistake(mean_alone),
        Mistake(every_seed_won),
        Mistake(fails_only(unpaired, elsewhere=_plain_cases)),
        *interval_mistakes(_wrong),
    ],
    hints=[
        "Make one array of the gaps first, transferred - scratch, and forget the two you came "
        "from. A mean gap can be large and still lie within the noise of three seeds.",
        "The interval is mean ± half_width, with half_width = t * gaps.std(ddof=1) / np.sqrt(n) "
        "and t = scipy.stats.t.ppf(0.975, n - 1) for n seeds.",
        'It "helps" if mean - half_width > 0 and "hurts" if mean + half_width < 0; otherwise it '
        'is "undecided". Give mean and word together: return mean, word.',
    ],
    example=(([0.8, 0.7, 0.9], [0.6, 0.6, 0.6]), (0.2, "undecided")),
)
