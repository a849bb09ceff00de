"""### 3. Choose a source, or none

`gains` maps the name of each source to an array of its gaps over scratch on *validation* images, one
for each seed. Write `choose_source`. A source is shown to help if the 95 % interval of its mean gap
(Student's t over its own seeds) lies wholly above zero. Of the sources shown to help, give the name
of the one with the largest mean; of equal means, the one that comes first in `gains`. If none is
shown to help, give `"scratch"`.

Sources may have been tried with different numbers of seeds, two at least, and `gains` may be empty.
"""  # noqa: E501

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
from course_utils.teaching.exercise import Exercise, expect
from course_utils.teaching.mistake import Mistake, Recogniser, fails_only, is_right


def choose_source(gains):
    """The source that is shown to help most, or "scratch"."""
    shown = {}
    for name, gain in gains.items():
        n = len(gain)
        half_width = stats.t.ppf(0.975, n - 1) * np.std(gain, ddof=1) / np.sqrt(n)
        if np.mean(gain) - half_width > 0:
            shown[name] = np.mean(gain)
    return max(shown, key=shown.get, default="scratch")


ARGUMENTS = ("gains",)

NAMES = ("objects", "surfaces", "phantoms", "fractals", "digits")


def _expect(answer, random, *gains):
    """Ask for the choice among these gains, each under some source's name."""
    arguments = _named(random, *gains)
    expect(answer, ARGUMENTS, arguments, choose_source(*arguments))


def _named(random, *gains):
    return (dict(zip(random.permutation(NAMES).tolist(), gains, strict=False)),)


def _in_any_order(answer, random, *gains):
    for turn in range(len(gains)):
        _expect(answer, random, *gains[turn:], *gains[:turn])


def all_lose(answer, random):
    """where every source loses, the choice is "scratch" """
    for n in SEEDS:
        for size in (1, 2, 3):
            _expect(answer, random, *(drawn(random, n, -SURE * limit(n)) for _ in range(size)))


def largest_mean(answer, random):
    """where each source helps beyond noise, the choice is the name of the one with the largest
    mean, wherever it stands"""
    for n in SEEDS:
        for size in (1, 2, 3):
            # The larger a mean, the smaller its spread: the largest is the surest too.
            gains = [k / 10 + drawn(random, n, 0.0, 0.02 / k) for k in range(1, size + 1)]
            _in_any_order(answer, random, *(each.round(3) for each in gains))


def none_is_shown(answer, random):
    """a mean above zero is not enough: the whole 95 % interval has to lie there"""
    for n in SEEDS:
        for size in (1, 2):
            _expect(answer, random, *(drawn(random, n, 1.0) for _ in range(size)))


def unshown_is_passed_over(answer, random):
    """a source that is not shown to help is passed over even if its mean is the largest, and the
    others still stand"""
    for n in SEEDS:
        noisy = drawn(random, n, 1.0, spread=0.2)
        steady = drawn(random, n, SURE * limit(n), spread=0.01)
        _in_any_order(answer, random, noisy, steady)


def interval_of_the_mean(answer, random):
    """the interval is that of the mean: the standard deviation over seeds is divided by the root
    of their number"""
    for n in SEEDS:
        _expect(answer, random, drawn(random, n, 1.3 * limit(n)))


def student(answer, random):
    """the interval takes Student's t with n - 1 degrees of freedom, 2.5 % on either side, and the
    standard deviation with ddof=1"""
    for n in SEEDS:
        for errors in (too_small_for_student(n), too_small_for_n_less_one(n)):
            _expect(answer, random, drawn(random, n, errors))


def mean_decides(answer, random):
    """among sources that are shown to help the mean decides, not which of them is surest"""
    for n in SEEDS:
        # Means of 0.15 and 0.3, whose intervals begin near 0.145 and 0.1.
        steady = 0.15 + drawn(random, n, 0.0, spread=0.002)
        larger = drawn(random, n, 1.5 * limit(n), spread=0.2 / limit(n) * np.sqrt(n))
        _in_any_order(answer, random, steady.round(3), larger)


def own_seeds(answer, random):
    """each source has seeds of its own, more or fewer than another's"""
    for n, more in ((3, 4), (3, 5), (4, 5)):
        gains = [drawn(random, m, SURE * limit(m), spread=0.02) for m in (n, more)]
        _in_any_order(answer, random, *gains)


def first_of_equals(answer, random):
    """of equal means the one that comes first counts"""
    for n in SEEDS:
        gain = drawn(random, n, SURE * limit(n), spread=0.01)
        _expect(answer, random, gain, gain)
        _expect(answer, random, drawn(random, n, -1.0), gain, gain, drawn(random, n, 0.5))


def nothing_to_choose_from(answer, random):
    """where there is no source to choose from, it is "scratch" """
    expect(answer, ARGUMENTS, ({},), "scratch")


def any_gains(answer, random):
    """it agrees with the definition on any gains"""
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


def _shown(random):
    """All are shown to help, with equal numbers of seeds; the largest mean is the surest too."""
    for n in SEEDS:
        for size in (1, 2, 3):
            gains = [0.1 * k + drawn(random, n, 0.0, 0.02 / k) for k in range(1, size + 1)]
            yield _named(random, *(gains[k] for k in random.permutation(size)))


def _none_shown(random):
    for n in SEEDS:
        yield _named(random, drawn(random, n, -SURE * limit(n)), drawn(random, n, -1.0))
        yield _named(random, drawn(random, n, -3.0))


def _cases(random):
    """Sources surely shown, and others: noisy with a larger mean, and shown less surely."""
    yield from _shown(random)
    for n in SEEDS:
        noisy = drawn(random, n, 1.0, spread=0.4)
        steady = drawn(random, n, SURE * limit(n), spread=0.01)
        larger = drawn(random, n, 1.5 * limit(n), spread=0.1)
        surer = 0.8 * larger.mean() + drawn(random, n, 0.0, spread=0.001)
        for pair in ((noisy, steady), (larger, surer)):
            yield _named(random, *pair)
            yield _named(random, *pair[::-1])
        lost = drawn(random, n, -SURE * limit(n))
        yield _named(random, lost, drawn(random, n, -0.5))
        yield _named(random, lost, drawn(random, n, 0.5))
    for gains in ladder(random):
        yield _named(random, gains)


def last_of_equals(random):
    """Where two means are equal, the later source wins in yours. Look at how a new one takes the
    lead: is being as good enough?
    """
    for n in SEEDS:
        gain = drawn(random, n, SURE * limit(n), spread=0.01)
        yield _named(random, gain, gain)
        yield _named(random, drawn(random, n, -1.0), gain, gain)


def one_number_of_seeds(random):
    """You are right while all sources have as many seeds as each other, and fail once they do not:
    rows of several lengths make no table. How could each source be looked at by itself?
    """
    for n, more in ((3, 4), (4, 5), (3, 6)):
        yield _named(random, *(drawn(random, m, SURE * limit(m), 0.02) for m in (n, more)))


def _wrong(by=lambda mean, half: mean, **interval):
    """An answer that prefers by something else, or whose interval is another one."""

    def wrong(gains):
        shown = {}
        for name, gain in gains.items():
            mean, half = np.mean(gain), half_interval(gain, **interval)
            if mean > half:
                shown[name] = by(mean, half)
        return max(shown, key=shown.get, default="scratch")

    return wrong


def means_alone(gains, above=-np.inf):
    """You compare means alone, and some source nearly always has a good one by luck. What else has
    to be above zero before a source may be chosen at all?
    """
    best = max(gains, key=lambda name: np.mean(gains[name]))
    return best if np.mean(gains[best]) > above else "scratch"


def best_mean_then_tested(gains):
    """You take the source with the largest mean and then ask whether it is shown to help. If a
    noisy one has the largest mean, a steady one behind it is never asked. Which question comes
    first?
    """
    best = means_alone(gains)
    return best if np.mean(gains[best]) > half_interval(gains[best]) else "scratch"


def _nobody_left(answer, random, cases, reference):
    """Right where some source is shown, and no word or an error where there is none at all."""
    if not all(is_right(answer, reference, case) for case in _shown(random)):
        return False
    return _no_word(answer, {}) and all(
        _no_word(answer, *case) or is_right(answer, reference, case) for case in _none_shown(random)
    )


def _no_word(answer, gains):
    try:
        return answer(gains) in (None, "")
    except Exception:
        return True


def surest_for_largest(gains):
    """Among the sources that are shown to help you choose the one that is surest. Being sure was
    the first question and is answered; what does the second one go by?
    """
    return _wrong(by=lambda mean, half: mean - half)(gains)


EXERCISE = Exercise(
    reference=choose_source,
    title="the choice of a source",
    properties=[
        all_lose,
        largest_mean,
        none_is_shown,
        unshown_is_passed_over,
        interval_of_the_mean,
        student,
        mean_decides,
        own_seeds,
        first_of_equals,
        nothing_to_choose_from,
        any_gains,
    ],
    cases=_cases,
    mistakes=[
        Mistake(best_mean_then_tested),
        Mistake((means_alone, lambda gains: means_alone(gains, above=0))),
        Mistake((surest_for_largest, _wrong(by=lambda mean, half: mean / half))),
        *interval_mistakes(_wrong),
        Mistake(fails_only(one_number_of_seeds)),
        Mistake(fails_only(last_of_equals)),
        Mistake(
            Recogniser(_nobody_left),
            "Your choice is right as long as there is one. What does your code do when no source "
            "is left to choose from, or none was there to begin with?",
            name="nobody-left",
        ),
    ],
    hints=[
        "Two questions, one after the other: which sources are shown to help? And of those, "
        "which gained most? The order of the questions matters.",
        "A source is shown to help if mean - half_width > 0, with half_width = "
        "scipy.stats.t.ppf(0.975, n - 1) * gain.std(ddof=1) / np.sqrt(n), n = len(gain). Keep "
        "its mean in a dict, under its name.",
        'If that dict is called shown: max(shown, key=shown.get, default="scratch") gives the '
        "name of the largest, the first of equals, and the default where the dict is empty.",
    ],
    example=(
        ({"objects": [0.3, -0.1, 0.25], "surfaces": [0.05, 0.06, 0.04]},),
        "surfaces",
    ),
)
