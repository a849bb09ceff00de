"""Right and wrong answers to 06-transfer-gap and 06-choose-source."""

import numpy as np
from scipy import stats


def _student(n):
    return stats.t.ppf(0.975, n - 1)


def _one_sided(n):
    return stats.t.ppf(0.95, n - 1)


def _n_degrees(n):
    return stats.t.ppf(0.975, n)


def _spread(gaps):
    return np.std(gaps, ddof=1)


def _half_width(gaps, quantile=_student, spread=_spread, root=np.sqrt):
    return quantile(len(gaps)) * spread(gaps) / root(len(gaps))


def _strict(mean, half):
    return "helps" if mean - half > 0 else "hurts" if mean + half < 0 else "within noise"


def transfer_gap(
    transferred, scratch, gaps=np.subtract, first=np.mean, word=_strict, mean=np.mean, **interval
):
    """The right answer, with a place to go wrong in each of its steps."""
    differences = gaps(transferred, scratch)
    return first(differences), word(mean(differences), _half_width(differences, **interval))


def _by_scipy(transferred, scratch):
    test = stats.ttest_rel(transferred, scratch)
    low, high = test.confidence_interval(0.95)
    return [float((transferred - scratch).mean()), _strict((low + high) / 2, (high - low) / 2)]


def _by_p_value(transferred, scratch):
    gap = np.mean(transferred) - np.mean(scratch)
    shown = stats.ttest_1samp(transferred - scratch, 0).pvalue < 0.05
    return gap, ("helps" if gap > 0 else "hurts") if shown else "within noise"


def _unpaired(transferred, scratch):
    low, high = stats.ttest_ind(transferred, scratch, equal_var=False).confidence_interval()
    return transferred.mean() - scratch.mean(), _strict((low + high) / 2, (high - low) / 2)


def _by_pooled_spread(transferred, scratch):
    half = _half_width(transferred) + _half_width(scratch)
    gap = transferred.mean() - scratch.mean()
    return gap, _strict(gap, half)


def _by_seeds_won(transferred, scratch):
    gaps = transferred - scratch
    word = "helps" if (gaps > 0).all() else "hurts" if (gaps < 0).all() else "within noise"
    return gaps.mean(), word


def _not_strict(mean, half):
    return "helps" if mean - half >= 0 else "hurts" if mean + half < 0 else "within noise"


def _in_place(transferred, scratch):
    transferred -= scratch
    return transferred.mean(), _strict(transferred.mean(), _half_width(transferred))


def _gap(**wrong):
    return lambda *arguments: transfer_gap(*arguments, **wrong)


def _shown(gains, **interval):
    return {k: np.mean(g) for k, g in gains.items() if np.mean(g) > _half_width(g, **interval)}


def choose_source(gains, shown=_shown, by=None, **interval):
    """The right answer, with a place to go wrong in each of its steps."""
    means = shown(gains, **interval)
    rank = means.get if by is None else lambda name: by(gains[name])
    return max(means, key=rank, default="scratch")


def _by_looping(gains):
    best, largest = "scratch", 0.0
    for name, gain in gains.items():
        low, _ = stats.t.interval(0.95, len(gain) - 1, np.mean(gain), stats.sem(gain))
        if low > 0 and np.mean(gain) > largest:
            best, largest = name, np.mean(gain)
    return best


def _best_mean_then_interval(gains):
    if not gains:
        return "scratch"
    best = max(gains, key=lambda name: np.mean(gains[name]))
    return best if best in _shown(gains) else "scratch"


def _always_the_best(gains):
    return max(gains, key=lambda name: np.mean(gains[name]))


def _first_shown(gains):
    return next(iter(_shown(gains)), "scratch")


def _last_of_equals(gains):
    shown = _shown(gains)
    return sorted(shown, key=shown.get)[-1] if shown else "scratch"


def _position(gains):
    return list(gains).index(choose_source(gains)) if _shown(gains) else "scratch"


def _stacked(gains):
    values = np.array(list(gains.values()))
    if not len(values):
        return "scratch"
    half = _student(values.shape[1]) * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    means = np.where(values.mean(axis=1) > half, values.mean(axis=1), 0)
    return list(gains)[means.argmax()] if means.any() else "scratch"


def _no_default(gains):
    names, means = list(gains), [np.mean(gain) for gain in gains.values()]
    best = names[int(np.argmax(means))]
    return choose_source(gains) if best else "scratch"


def _choice(**wrong):
    return lambda gains: choose_source(gains, **wrong)


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("06-transfer-gap", transfer_gap),
    ("06-transfer-gap", _by_scipy),
    ("06-transfer-gap", _by_p_value),
    ("06-choose-source", choose_source),
    ("06-choose-source", _by_looping),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    (
        "06-transfer-gap",
        lambda *both: transfer_gap(*both[::-1]),
        "transferred less scratch",
        "arms-swapped",
    ),
    ("06-transfer-gap", lambda *both: transfer_gap(*both)[1], "a pair, the mean gap and a word"),
    ("06-transfer-gap", lambda *both: None, "a pair, the mean gap and a word, got None"),
    ("06-transfer-gap", _gap(first=np.asarray), "the mean over seeds"),
    ("06-transfer-gap", _gap(first=np.median), "the mean over seeds"),
    ("06-transfer-gap", _gap(first=lambda gaps: 100 * np.mean(gaps)), "in accuracy"),
    ("06-transfer-gap", _gap(gaps=lambda one, other: one / other - 1), "in accuracy"),
    ("06-transfer-gap", _in_place, "one of them changed in place"),
    ("06-transfer-gap", _gap(mean=lambda gaps: abs(np.mean(gaps))), 'and "hurts" where'),
    (
        "06-transfer-gap",
        _gap(word=lambda mean, half: "helped" if mean > half else "hurt"),
        'the verdict is "helps" where',
    ),
    (
        "06-transfer-gap",
        _gap(word=lambda mean, half: "helps" if mean > 0 else "hurts"),
        "neither a mean on one side of zero is enough",
        "mean-alone",
    ),
    (
        "06-transfer-gap",
        _gap(word=lambda mean, half: _strict(mean, -half)),
        "neither a mean on one side of zero is enough",
    ),
    ("06-transfer-gap", _unpaired, "compared seed by seed", "unpaired"),
    ("06-transfer-gap", _by_pooled_spread, "compared seed by seed", "unpaired"),
    (
        "06-transfer-gap",
        _gap(root=lambda n: 1),
        "the interval is that of the mean",
        "spread-of-the-seeds",
    ),
    ("06-transfer-gap", _gap(quantile=lambda n: 1.96), "1.96 is too little", "normal-for-student"),
    ("06-transfer-gap", _gap(quantile=_one_sided), "leaves 2.5 % out on either side", "one-tail"),
    (
        "06-transfer-gap",
        _gap(spread=np.std),
        "n seeds have n - 1 degrees",
        "numpy-standard-deviation",
    ),
    ("06-transfer-gap", _gap(quantile=_n_degrees), "n seeds have n - 1 degrees"),
    ("06-transfer-gap", _by_seeds_won, "nor every seed there", "every-seed-won"),
    ("06-transfer-gap", _gap(word=_not_strict), "an interval that only touches zero"),
    (
        "06-choose-source",
        _always_the_best,
        'where every source loses, the choice is "scratch"',
        "means-alone",
    ),
    ("06-choose-source", lambda gains: choose_source(gains) in gains, "where every source loses"),
    ("06-choose-source", lambda gains: None, "where every source loses"),
    ("06-choose-source", _position, "the name of the one with the largest mean"),
    ("06-choose-source", _first_shown, "the largest mean, wherever it stands"),
    ("06-choose-source", _choice(by=lambda gain: -np.mean(gain)), "the largest mean"),
    ("06-choose-source", lambda gains: "scratch", "the name of the one with the largest mean"),
    (
        "06-choose-source",
        _choice(shown=lambda gains: {k: np.mean(g) for k, g in gains.items() if np.mean(g) > 0}),
        "a mean above zero is not enough",
        "means-alone",
    ),
    (
        "06-choose-source",
        _best_mean_then_interval,
        "is passed over even if its mean is",
        "best-mean-then-tested",
    ),
    (
        "06-choose-source",
        _choice(by=lambda gain: np.mean(gain) - _half_width(gain)),
        "the mean decides, not which of them is surest",
        "surest-for-largest",
    ),
    (
        "06-choose-source",
        _choice(by=lambda gain: np.mean(gain) / _spread(gain)),
        "the mean decides, not which of them is surest",
        "surest-for-largest",
    ),
    ("06-choose-source", _stacked, "more or fewer than another's", "one-number-of-seeds"),
    (
        "06-choose-source",
        _choice(root=lambda n: 1),
        "the interval is that of the mean",
        "spread-of-the-seeds",
    ),
    (
        "06-choose-source",
        _choice(quantile=lambda n: 1.96),
        "Student's t with n - 1",
        "normal-for-student",
    ),
    ("06-choose-source", _choice(quantile=_one_sided), "2.5 % on either side", "one-tail"),
    (
        "06-choose-source",
        _choice(spread=np.std),
        "the standard deviation with ddof=1",
        "numpy-standard-deviation",
    ),
    (
        "06-choose-source",
        _last_of_equals,
        "of equal means the one that comes first",
        "last-of-equals",
    ),
    ("06-choose-source", _no_default, "where there is no source to choose from", "nobody-left"),
]
