"""Right and wrong answers to 06-transfer-gap."""

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
    return "helps" if mean - half > 0 else "hurts" if mean + half < 0 else "undecided"


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
    return gap, ("helps" if gap > 0 else "hurts") if shown else "undecided"


def _unpaired(transferred, scratch):
    low, high = stats.ttest_ind(transferred, scratch, equal_var=False).confidence_interval()
    return transferred.mean() - scratch.mean(), _strict((low + high) / 2, (high - low) / 2)


def _by_seeds_won(transferred, scratch):
    gaps = transferred - scratch
    word = "helps" if (gaps > 0).all() else "hurts" if (gaps < 0).all() else "undecided"
    return gaps.mean(), word


def _not_strict(mean, half):
    return "helps" if mean - half >= 0 else "hurts" if mean + half < 0 else "undecided"


def _in_place(transferred, scratch):
    transferred -= scratch
    return transferred.mean(), _strict(transferred.mean(), _half_width(transferred))


def _gap(**wrong):
    return lambda *arguments: transfer_gap(*arguments, **wrong)


# An exercise may leave open how: each of these is right.
RIGHT = [transfer_gap, _by_scipy, _by_p_value]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (lambda *both: transfer_gap(*both[::-1]), "transferred less scratch", "arms-swapped"),
    (lambda *both: transfer_gap(*both)[1], "a pair, the mean gap and a word"),
    (lambda *both: None, "a pair, the mean gap and a word, got None"),
    (_gap(first=np.asarray), "the mean over seeds"),
    (_gap(first=np.median), "the mean over seeds"),
    (_gap(first=lambda gaps: 100 * np.mean(gaps)), "in accuracy"),
    (_gap(gaps=lambda one, other: one / other - 1), "in accuracy"),
    (_in_place, "one of them changed in place"),
    (_gap(mean=lambda gaps: abs(np.mean(gaps))), 'and "hurts" where'),
    (
        _gap(word=lambda mean, half: "helped" if mean > half else "hurt"),
        'the verdict is "helps" where',
    ),
    (
        _gap(word=lambda mean, half: "helps" if mean > 0 else "hurts"),
        "neither a mean on one side of zero is enough",
        "mean-alone",
    ),
    (
        _gap(word=lambda mean, half: _strict(mean, -half)),
        "neither a mean on one side of zero is enough",
    ),
    (_unpaired, "compared seed by seed", "unpaired"),
    (_gap(root=lambda n: 1), "the interval is that of the mean", "spread-of-the-seeds"),
    (_gap(quantile=lambda n: 1.96), "1.96 is too little", "normal-for-student"),
    (_gap(quantile=_one_sided), "leaves 2.5 % out on either side", "one-tail"),
    (_gap(spread=np.std), "n seeds have n - 1 degrees", "numpy-standard-deviation"),
    (_gap(quantile=_n_degrees), "n seeds have n - 1 degrees"),
    (_by_seeds_won, "nor every seed there", "every-seed-won"),
    (_gap(word=_not_strict), "an interval that only touches zero"),
]
