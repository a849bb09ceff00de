"""Typical mistakes in 06-transfer-gap."""

import numpy as np

from course_utils.lessons.lesson_06.exercises.gaps import SEEDS, SURE, drawn, limit
from course_utils.teaching.interval_mistakes import half_width, interval_mistakes, ladder
from course_utils.teaching.mistake import Mistake, does_as, either, fails_only


def _plain_cases(random):
    """Gaps beyond all noise or well within it; the seeds' own accuracies are alike."""
    for n in SEEDS:
        for errors in (SURE * limit(n), -SURE * limit(n), 0.5, -0.5):
            yield _accuracies(drawn(random, n, errors))


def _cases(random):
    yield from _plain_cases(random)
    for gaps in ladder(random):
        sign = random.choice([-1, 1])
        yield _accuracies(sign * gaps)
    for n in SEEDS:
        # One sign in every seed, but nearly all of the gap in a single one.
        yield _accuracies(random.choice([-1, 1]) * np.append(np.full(n - 1, 0.01), 0.12))


def _seeds_differ(random):
    """The gap is about the same in every seed, and seeds differ far more than that."""
    for n in SEEDS:
        for sign in (1, -1):
            gaps = drawn(random, n, sign * SURE * limit(n), spread=0.01)
            yield _accuracies(gaps, 0.5 + 0.3 * random.permutation(np.linspace(0, 1, n)))


def _accuracies(gaps, base=None):
    """Accuracies with these gaps, of which none is 0; scratch's own nearly alike by default."""
    scratch = 0.6 + 0.001 * np.arange(len(gaps)) if base is None else base
    return scratch + np.where(gaps == 0, 0.001, gaps), scratch


def _transfer_gap(transferred, scratch, word=None, first=np.mean, **interval):
    """The definition, with a place to go wrong in each of its steps."""
    gaps = transferred - scratch
    word = word or _word
    return first(gaps), word(gaps, half_width(gaps, **interval))


def _word(gaps, half):
    mean = np.mean(gaps)
    return "helps" if mean > half else "hurts" if mean < -half else "within noise"


def _by_its_sign(gaps, half):
    return "helps" if np.mean(gaps) > 0 else "hurts"


def _by_seeds_won(gaps, half):
    return "helps" if min(gaps) > 0 else "hurts" if max(gaps) < 0 else "within noise"


def _as(**wrong):
    return does_as(lambda *arguments: _transfer_gap(*arguments, **wrong), _cases)


MISTAKES = (
    Mistake(
        name="arms-swapped",
        hint="You seem to take transferred from scratch, and it is to be the other way round. "
        "What should your gap's sign be where transfer gained?",
        shown_by=either(
            does_as(lambda one, other: _transfer_gap(other, one), _cases),
            _as(first=lambda gaps: -np.mean(gaps)),
        ),
    ),
    Mistake(
        name="mean-alone",
        hint="You decide by the sign of the mean, which chance alone puts on one side of zero or "
        "the other. What tells you how far it might have strayed?",
        shown_by=_as(word=_by_its_sign),
    ),
    Mistake(
        name="every-seed-won",
        hint="You seem to count seeds: all of them won, so it helps. Lucky seeds do that often "
        "where there are few. Did you take the bet above? The interval asks for more, the size of "
        "each gap.",
        shown_by=_as(word=_by_seeds_won),
    ),
    Mistake(
        name="unpaired",
        hint="You seem to compare two averages, each with a noise of its own, in which the gap "
        "drowns once the seeds differ. What a seed does to both arms should cancel: of which "
        "numbers do you take the standard deviation?",
        shown_by=fails_only(_transfer_gap, where=_seeds_differ, elsewhere=_plain_cases),
    ),
    *interval_mistakes(_as),
)
