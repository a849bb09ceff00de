"""Typical mistakes in 06-choose-source."""

import numpy as np

from course_utils.lessons.lesson_06.exercises.gaps import SEEDS, SURE, drawn, limit
from course_utils.teaching.interval_mistakes import half_width, interval_mistakes, ladder
from course_utils.teaching.mistake import Mistake, does_as, either, fails_only, is_right

NAMES = ("objects", "surfaces", "phantoms", "fractals", "digits")


def _named(random, *gains):
    names = random.permutation(NAMES).tolist()
    return (dict(zip(names, gains, strict=False)),)


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


def _equals(random):
    for n in SEEDS:
        gain = drawn(random, n, SURE * limit(n), spread=0.01)
        yield _named(random, gain, gain)
        yield _named(random, drawn(random, n, -1.0), gain, gain)


def _seeds_of_their_own(random):
    for n, more in ((3, 4), (4, 5), (3, 6)):
        yield _named(random, *(drawn(random, m, SURE * limit(m), 0.02) for m in (n, more)))


def _means_shown(gains, **interval):
    means = {name: np.mean(gain) for name, gain in gains.items()}
    return {k: mean for k, mean in means.items() if mean > half_width(gains[k], **interval)}


def _choose_source(gains, by=None, **interval):
    """The definition, with a place to go wrong in each of its steps."""
    shown = _means_shown(gains, **interval)
    return max(shown, key=by(gains) if by else shown.get, default="scratch")


def _largest_mean(gains, above=-np.inf):
    best = max(gains, key=lambda name: np.mean(gains[name]))
    return best if np.mean(gains[best]) > above else "scratch"


def _largest_mean_then_shown(gains):
    best = _largest_mean(gains)
    return best if best in _means_shown(gains) else "scratch"


def _by_lower_end(gains):
    return lambda name: np.mean(gains[name]) - half_width(gains[name])


def _by_ratio(gains):
    return lambda name: np.mean(gains[name]) / half_width(gains[name])


def _as(**wrong):
    return does_as(lambda gains: _choose_source(gains, **wrong), _cases)


def nobody_left(answer, random):
    """Right where some source is shown, and no word or an error where there is none at all."""
    if not all(is_right(answer, _choose_source, case) for case in _shown(random)):
        return False
    return _no_word(answer, {}) and all(
        _no_word(answer, *case) or is_right(answer, _choose_source, case)
        for case in _none_shown(random)
    )


def _no_word(answer, gains):
    try:
        return answer(gains) in (None, "")
    except Exception:
        return True


MISTAKES = (
    Mistake(
        name="best-mean-then-tested",
        hint="You take the source with the largest mean and then ask whether it is shown to "
        "help. If a noisy one has the largest mean, a steady one behind it is never asked. Which "
        "question comes first?",
        shown_by=does_as(_largest_mean_then_shown, _cases),
    ),
    Mistake(
        name="means-alone",
        hint="You compare means alone, and some source nearly always has a good one by luck. "
        "What else has to be above zero before a source may be chosen at all?",
        shown_by=either(
            does_as(_largest_mean, _cases),
            does_as(lambda gains: _largest_mean(gains, above=0), _cases),
        ),
    ),
    Mistake(
        name="surest-for-largest",
        hint="Among the sources that are shown to help you choose the one that is surest. Being "
        "sure was the first question and is answered; what does the second one go by?",
        shown_by=either(_as(by=_by_lower_end), _as(by=_by_ratio)),
    ),
    *interval_mistakes(_as),
    Mistake(
        name="one-number-of-seeds",
        hint="You are right while all sources have as many seeds as each other, and fail once "
        "they do not: rows of several lengths make no table. How could each source be looked at "
        "by itself?",
        shown_by=fails_only(_choose_source, where=_seeds_of_their_own, elsewhere=_cases),
    ),
    Mistake(
        name="last-of-equals",
        hint="Where two means are equal, the later source wins in yours. Look at how a new one "
        "takes the lead: is being as good enough?",
        shown_by=fails_only(_choose_source, where=_equals, elsewhere=_cases),
    ),
    Mistake(
        name="nobody-left",
        hint="Your choice is right as long as there is one. What does your code do when no "
        "source is left to choose from, or none was there to begin with?",
        shown_by=nobody_left,
    ),
)
