"""Exercise 06-choose-source: the source to start from, or scratch."""

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
from course_utils.teaching.exercise import Exercise, Property, expect

ARGUMENTS = ("gains",)

NAMES = ("objects", "surfaces", "phantoms", "fractals", "digits", "clothing")


def _expect(answer, random, *gains):
    """Ask for the choice among these gains, each under some source's name."""
    names = [str(name) for name in random.permutation(NAMES)]
    gains = dict(zip(names, gains, strict=False))
    expect(answer, ARGUMENTS, (gains,), _choose_source(gains))


def _in_any_order(answer, random, *gains):
    for turn in range(len(gains)):
        _expect(answer, random, *gains[turn:], *gains[:turn])


def all_lose(answer, random):
    for n in SEEDS:
        for size in (1, 2, 3):
            _expect(answer, random, *(drawn(random, n, -SURE * limit(n)) for _ in range(size)))


def largest_mean(answer, random):
    for n in SEEDS:
        for size in (1, 2, 3):
            # The larger a mean, the smaller its spread: the largest is the surest too.
            gains = [k / 10 + drawn(random, n, 0.0, 0.02 / k) for k in range(1, size + 1)]
            _in_any_order(answer, random, *(each.round(3) for each in gains))


def none_is_shown(answer, random):
    for n in SEEDS:
        for size in (1, 2):
            _expect(answer, random, *(drawn(random, n, 1.0) for _ in range(size)))


def unshown_is_passed_over(answer, random):
    for n in SEEDS:
        noisy = drawn(random, n, 1.0, spread=0.2)
        steady = drawn(random, n, SURE * limit(n), spread=0.01)
        _in_any_order(answer, random, noisy, steady)


def interval_of_the_mean(answer, random):
    for n in SEEDS:
        _expect(answer, random, drawn(random, n, 1.3 * limit(n)))


def student(answer, random):
    for n in SEEDS:
        for errors in (too_small_for_student(n), too_small_for_n_less_one(n)):
            _expect(answer, random, drawn(random, n, errors))


def mean_decides(answer, random):
    for n in SEEDS:
        # Means of 0.15 and 0.3, whose intervals begin near 0.145 and 0.1.
        steady = 0.15 + drawn(random, n, 0.0, spread=0.002)
        larger = drawn(random, n, 1.5 * limit(n), spread=0.2 / limit(n) * np.sqrt(n))
        _in_any_order(answer, random, steady.round(3), larger)


def own_seeds(answer, random):
    for n, more in ((3, 4), (3, 5), (4, 5)):
        gains = [drawn(random, m, SURE * limit(m), spread=0.02) for m in (n, more)]
        _in_any_order(answer, random, *gains)


def first_of_equals(answer, random):
    for n in SEEDS:
        gain = drawn(random, n, SURE * limit(n), spread=0.01)
        _expect(answer, random, gain, gain)
        _expect(answer, random, drawn(random, n, -1.0), gain, gain, drawn(random, n, 0.5))


def nothing_to_choose_from(answer, random):
    expect(answer, ARGUMENTS, ({},), "scratch")


def any_gains(answer, random):
    for size in (*range(1, 6), *range(1, 6), *range(2, 6)):
        gains = []
        while len(gains) < size:
            n = int(random.integers(3, 7))
            spread = random.uniform(0.01, 0.06)
            gain = drawn(random, n, random.uniform(-1, 2) * limit(n), spread)
            # Two means so near each other that rounding would decide are left out.
            apart = all(abs(gain.mean() - other.mean()) > 1e-6 for other in gains)
            if clear(gain) and apart:
                gains.append(gain)
        _expect(answer, random, *gains)


def _choose_source(gains):
    shown = {name: np.mean(g) for name, g in gains.items() if np.mean(g) > half_width(g)}
    return max(shown, key=shown.get, default="scratch")


CHOOSE_SOURCE = Exercise(
    id="06-choose-source",
    title="the choice of a source",
    function="choose_source",
    properties=(
        Property('where every source loses, the choice is "scratch"', all_lose),
        Property(
            "where each source helps beyond noise, the choice is the name of the one with the "
            "largest mean, wherever it stands",
            largest_mean,
        ),
        Property(
            "a mean above zero is not enough: the whole 95 % interval has to lie there",
            none_is_shown,
        ),
        Property(
            "a source that is not shown to help is passed over even if its mean is the largest, "
            "and the others still stand",
            unshown_is_passed_over,
        ),
        Property(
            "the interval is that of the mean: the standard deviation over seeds is divided by "
            "the root of their number",
            interval_of_the_mean,
        ),
        Property(
            "the interval takes Student's t with n - 1 degrees of freedom, 2.5 % on either side, "
            "and the standard deviation with ddof=1",
            student,
        ),
        Property(
            "among sources that are shown to help the mean decides, not which of them is surest",
            mean_decides,
        ),
        Property("each source has seeds of its own, more or fewer than another's", own_seeds),
        Property("of equal means the one that comes first counts", first_of_equals),
        Property(
            'where there is no source to choose from, it is "scratch"', nothing_to_choose_from
        ),
        Property("it agrees with the definition on any gains", any_gains),
    ),
    hints=(
        "Two questions, one after the other: which sources are shown to help? And of those, "
        "which gained most? The order of the questions matters.",
        "A source is shown to help if mean - half_width > 0, with half_width = "
        "scipy.stats.t.ppf(0.975, n - 1) * gain.std(ddof=1) / np.sqrt(n), n = len(gain). Keep "
        "its mean in a dict, under its name.",
        'If that dict is called shown: max(shown, key=shown.get, default="scratch") gives the '
        "name of the largest, the first of equals, and the default where the dict is empty.",
    ),
    example=(
        ({"objects": [0.3, -0.1, 0.25], "surfaces": [0.05, 0.06, 0.04]},),
        "surfaces",
    ),
)
