"""Exercise 05-skew: the label skew from which on adversarial adaptation hurts."""

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, Property, call, in_words, same

ARGUMENTS = ("skews", "dann", "source_only")

#: Seeds with which the cases are drawn: few, as in an experiment.
SEEDS = (3, 4, 5)

#: Standard deviation of the gains over seeds, in accuracy.
SPREAD = 0.04

#: Times the least effect that is told from none: beyond noise, whatever else is left out.
SURE = 2.5


def _quantile(share, degrees=np.inf):
    """Quantile of Student's t, which is the normal's for endless degrees of freedom."""
    from scipy import stats

    return stats.t.ppf(share, degrees)


def _limit(n):
    """Standard errors by which a mean of `n` must lie below zero to be called so."""
    return _quantile(0.975, n - 1)


def _gains(random, n, errors, spread=SPREAD):
    """Gains of `n` seeds whose mean is `errors` standard errors."""
    noise = random.normal(size=n)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    return spread * (noise + errors / np.sqrt(n))


def _skews(random, size):
    return (np.cumsum(random.integers(1, 4, size)) / 10).round(1)


def _expect(answer, random, gains, expected, base=0.6):
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
    for n in SEEDS:
        for size in (1, 2, 3):
            helps = [_gains(random, n, SURE * _limit(n)) for _ in range(size)]
            _expect(answer, random, helps, None)


def smallest_that_hurts(answer, random):
    for n in SEEDS:
        for size in (1, 2, 3):
            hurts = [_gains(random, n, -SURE * _limit(n)) for _ in range(size)]
            _expect(answer, random, hurts, 0)


def within_noise(answer, random):
    for n in SEEDS:
        for size in (1, 2):
            noise = [_gains(random, n, -1.0) for _ in range(size)]
            _expect(answer, random, noise, None)


def own_spread(answer, random):
    for n in SEEDS:
        noisy = _gains(random, n, 0.5, spread=0.12)
        hurts = _gains(random, n, -SURE * _limit(n), spread=0.02)
        _expect(answer, random, [noisy, hurts], 1)


def at_all_larger_skews(answer, random):
    for n in SEEDS:
        hurts, noise = -SURE * _limit(n), -0.5
        for errors, first in (
            ([hurts, noise], None),
            ([hurts, noise, hurts], 2),
            ([noise, hurts, noise], None),
        ):
            gains = [_gains(random, n, each) for each in errors]
            _expect(answer, random, gains, first)


def seed_by_seed(answer, random):
    for n in SEEDS:
        # The seeds differ far more than the two methods do.
        base = 0.6 + _gains(random, n, 0.0, spread=0.15).round(3)
        gains = _gains(random, n, -SURE * _limit(n), spread=0.02)
        _expect(answer, random, [gains], 0, base=base[np.newaxis])


def interval_of_the_mean(answer, random):
    for n in SEEDS:
        _expect(answer, random, [_gains(random, n, -1.3 * _limit(n))], 0)


def student(answer, random):
    for n in SEEDS:
        # Beyond 1.96 and the one-sided quantile, but not beyond the two-sided one.
        lowest = max(_quantile(0.975), _quantile(0.95, n - 1))
        errors = -(lowest + min(_divided_by_n(n), _with_n_degrees(n))) / 2
        _expect(answer, random, [_gains(random, n, errors)], None)


def n_less_one(answer, random):
    for n in SEEDS:
        errors = -(max(_divided_by_n(n), _with_n_degrees(n)) + _limit(n)) / 2
        _expect(answer, random, [_gains(random, n, errors)], None)


def any_accuracies(answer, random):
    for n in (*[3] * 5, *[5] * 10, 10):
        size = int(random.integers(1, 6))
        errors = np.sort(random.uniform(-3, 1, size))[::-1] * _limit(n)
        # None so near the limit that rounding would decide.
        errors = np.where(np.abs(errors / _limit(n) + 1) < 0.05, -0.9 * _limit(n), errors)
        below = errors < -_limit(n)
        first = next((i for i in range(size) if below[i:].all()), None)
        gains = [_gains(random, n, each, random.uniform(0.02, 0.08)) for each in errors]
        base = random.uniform(0.4, 0.7, (size, n)).round(3)
        _expect(answer, random, gains, first, base)


def _divided_by_n(n):
    """The limit of one whose standard deviation divides by n, in right standard errors."""
    return _limit(n) * np.sqrt((n - 1) / n)


def _with_n_degrees(n):
    """The limit of one whose Student's t has n degrees of freedom."""
    return _quantile(0.975, n)


SKEW = Exercise(
    id="05-skew",
    title="the skew at which DANN starts to hurt",
    function="harmful_skew",
    properties=(
        Property("it is None where DANN gains at every skew, beyond noise", helps_everywhere),
        Property(
            "it is the smallest of the skews at which DANN loses beyond noise, the skew itself "
            "and not its position",
            smallest_that_hurts,
        ),
        Property(
            "a mean below zero is not enough: the whole 95 % interval has to lie there",
            within_noise,
        ),
        Property("each skew has an interval of its own, over its own seeds", own_spread),
        Property(
            "it has to hurt at every larger skew too, and a first crossing that is taken back "
            "does not count",
            at_all_larger_skews,
        ),
        Property(
            "the two methods are compared seed by seed: what a seed does to both cancels",
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
        Property("it agrees with the definition on any accuracies", any_accuracies),
    ),
    hints=(
        "First the differences, dann - source_only: a row for each skew, a column for each seed. "
        "Then the upper end of each row's interval; where that is below zero, DANN hurts.",
        "The upper end is mean + t * spread / sqrt(n), with spread = std(axis=1, ddof=1) and "
        "t = scipy.stats.t.ppf(0.975, n - 1) for n seeds. What if it is below zero at one skew, "
        "and not at the next?",
        "For each position i from the first on, look at the rest: if (high[i:] < 0).all(), return "
        "skews[i]. If the loop comes to its end, return None.",
    ),
)
