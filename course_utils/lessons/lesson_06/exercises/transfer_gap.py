"""Exercise 06-transfer-gap: what a source gained over scratch, and whether that is shown."""

import numpy as np

from course_utils.lessons.lesson_06.exercises.gaps import (
    SEEDS,
    SURE,
    clear,
    drawn,
    half_width,
    limit,
    too_small_for_n_less_one,
    too_small_for_student,
)
from course_utils.teaching.exercise import (
    Exercise,
    Mismatch,
    Property,
    brief,
    call,
    expect,
    in_words,
    same,
)

ARGUMENTS = ("transferred", "scratch")


def _accuracies(gaps, base=0.6):
    """Accuracies with these gaps between them, to three digits."""
    scratch = np.broadcast_to(base, len(gaps)).round(3)
    return (scratch + gaps).round(3), scratch


def _expect(answer, gaps, base=0.6):
    arguments = _accuracies(gaps, base)
    expect(answer, ARGUMENTS, arguments, _transfer_gap(*arguments))


def mean_of_the_gaps(answer, random):
    for n in SEEDS:
        for errors in (3.0, -3.0):
            arguments = _accuracies(drawn(random, n, errors))
            given = in_words(ARGUMENTS, arguments)
            got = call(answer, arguments, given)
            try:
                gap, _ = got
            except (TypeError, ValueError) as error:
                raise Mismatch(given, "a pair, the mean gap and a word", brief(got)) from error
            expected, _ = _transfer_gap(*arguments)
            if not same(expected, gap):
                raise Mismatch(given, f"a mean gap of {brief(expected)}", brief(gap))


def beyond_noise(answer, random):
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * SURE * limit(n)))


def within_noise(answer, random):
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * 1.0))
            # A gain in every seed, but nearly all of it in one.
            one = random.permutation(np.append(np.full(n - 1, 0.01), 0.12))
            _expect(answer, sign * one)


def seed_by_seed(answer, random):
    for n in SEEDS:
        for sign in (1, -1):
            # The seeds differ far more than the two arms do.
            base = 0.6 + drawn(random, n, 0.0, spread=0.15)
            _expect(answer, drawn(random, n, sign * SURE * limit(n), spread=0.02), base)


def interval_of_the_mean(answer, random):
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * 1.3 * limit(n)))


def student(answer, random):
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * too_small_for_student(n)))


def n_less_one(answer, random):
    for n in SEEDS:
        for sign in (1, -1):
            _expect(answer, drawn(random, n, sign * too_small_for_n_less_one(n)))


def equal_in_every_seed(answer, random):
    for n in SEEDS:
        _expect(answer, np.zeros(n), 0.6 + drawn(random, n, 0.0))


def any_accuracies(answer, random):
    for n in (*[3] * 5, *[5] * 20, 10, 20):
        spread = random.uniform(0.02, 0.08)
        gaps = drawn(random, n, random.uniform(-2, 2) * limit(n), spread)
        base = random.uniform(0.4, 0.7, n).round(3)
        transferred, scratch = _accuracies(gaps, base)
        if clear(transferred - scratch):
            _expect(answer, gaps, base)


def _transfer_gap(transferred, scratch):
    gaps = np.asarray(transferred) - np.asarray(scratch)
    mean, half = float(gaps.mean()), half_width(gaps)
    verdict = "helps" if mean > half else "hurts" if mean < -half else "within noise"
    return mean, verdict


TRANSFER_GAP = Exercise(
    id="06-transfer-gap",
    title="the transfer gap",
    function="transfer_gap",
    properties=(
        Property(
            "the first of the two things it gives is the mean over seeds of transferred less "
            "scratch, in accuracy: above zero where transfer gained",
            mean_of_the_gaps,
        ),
        Property(
            'the verdict is "helps" where all of the interval lies above zero, and "hurts" where '
            "all of it lies below",
            beyond_noise,
        ),
        Property(
            "neither a mean on one side of zero is enough nor every seed there: where the "
            'interval holds zero, it is "within noise"',
            within_noise,
        ),
        Property(
            "the two arms are compared seed by seed: what a seed does to both cancels",
            seed_by_seed,
        ),
        Property(
            "the interval is that of the mean: the standard deviation over seeds is divided by "
            "the root of their number",
            interval_of_the_mean,
        ),
        Property(
            "the interval leaves 2.5 % out on either side, and takes Student's t for it: 1.96 is "
            "too little with few seeds",
            student,
        ),
        Property(
            "n seeds have n - 1 degrees of freedom, in the standard deviation (ddof=1) and in t",
            n_less_one,
        ),
        Property(
            "an interval that only touches zero shows nothing: two arms that are equal in every "
            'seed are "within noise"',
            equal_in_every_seed,
        ),
        Property("it agrees with the definition on any accuracies", any_accuracies),
    ),
    hints=(
        "Make one array of the gaps first, transferred - scratch, and forget the two you came "
        "from. A mean gap can be large and still lie within the noise of three seeds.",
        "The interval is mean ± half_width, with half_width = t * gaps.std(ddof=1) / np.sqrt(n) "
        "and t = scipy.stats.t.ppf(0.975, n - 1) for n seeds.",
        'It "helps" if mean - half_width > 0 and "hurts" if mean + half_width < 0; otherwise it '
        'is "within noise". Give mean and word together: return mean, word.',
    ),
    example=(([0.8, 0.7, 0.9], [0.6, 0.6, 0.6]), (0.2, "within noise")),
)
