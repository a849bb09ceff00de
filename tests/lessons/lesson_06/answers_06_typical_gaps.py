"""Typical wrong answers to 06-transfer-gap and 06-choose-source, as learners would write them."""

import math
import statistics

import numpy as np
from scipy import stats


def _sem(gaps):
    return statistics.stdev(gaps) / math.sqrt(len(gaps))


def _interval(gaps, of=stats.t, spread=_sem):
    """Both ends of an interval of the mean."""
    degrees = () if of is stats.norm else (len(gaps) - 1,)
    return of.interval(0.95, *degrees, statistics.fmean(gaps), spread(gaps))


def _population_sem(gaps):
    return statistics.pstdev(gaps) / math.sqrt(len(gaps))


def _gap_of_lists(word, sign=1):
    """The gap with a loop over seeds, and a word that `word` makes of the gaps."""

    def transfer_gap(transferred, scratch):
        gaps = [sign * float(a - b) for a, b in zip(transferred, scratch, strict=True)]
        return statistics.fmean(gaps), word(gaps)

    return transfer_gap


def _by_interval(**interval):
    def word(gaps):
        low, high = _interval(gaps, **interval)
        return "helps" if low > 0 else "hurts" if high < 0 else "within noise"

    return word


def _by_mean(gaps):
    return "hurts" if sum(gaps) < 0 else "helps"


def _by_votes(gaps):
    won = sum(gap > 0 for gap in gaps)
    return {len(gaps): "helps", 0: "hurts"}.get(won, "within noise")


def _intervals_apart(transferred, scratch):
    """Two intervals, and whether they overlap."""

    def ends(accuracies):
        half = stats.t.ppf(0.975, len(accuracies) - 1) * stats.sem(accuracies)
        return np.mean(accuracies) - half, np.mean(accuracies) + half

    (low, high), (scratch_low, scratch_high) = ends(transferred), ends(scratch)
    word = "helps" if low > scratch_high else "hurts" if high < scratch_low else "within noise"
    return transferred.mean() - scratch.mean(), word


def _pooled(transferred, scratch):
    gap = np.mean(transferred) - np.mean(scratch)
    if stats.ttest_ind(transferred, scratch).pvalue > 0.05:
        return gap, "within noise"
    return gap, "helps" if gap > 0 else "hurts"


def _low_as_typed(quantile):
    """The lower end as many write it, with `quantile(n)` standard errors to either side."""

    def low(gain):
        return np.mean(gain) - quantile(len(gain)) * np.std(gain) / len(gain) ** 0.5

    return low


def _normal_quantile(n):
    return 1.96


def _one_tail(n):
    return stats.t.ppf(0.95, n - 1)


def _gap_as_typed(quantile):
    low = _low_as_typed(quantile)

    def transfer_gap(transferred, scratch):
        gaps = transferred - scratch
        helps, hurts = low(gaps) > 0, low(-gaps) > 0
        return gaps.mean(), "helps" if helps else "hurts" if hurts else "within noise"

    return transfer_gap


def _choice_by_loop(low=lambda gain: _interval(gain)[0], rank=statistics.fmean, least=0.0):
    """The choice with a loop that keeps the best so far."""

    def choose_source(gains):
        best, most = "scratch", least
        for name, gain in gains.items():
            gain = [float(each) for each in gain]
            if low(gain) > 0 and rank(gain) > most:
                best, most = name, rank(gain)
        return best

    return choose_source


def _at_least_as_good(gains):
    best, most = "scratch", 0.0
    for name, gain in gains.items():
        if _interval(gain.tolist())[0] > 0 and gain.mean() >= most:
            best, most = name, gain.mean()
    return best


def _best_first(gains):
    for name in sorted(gains, key=lambda name: -np.mean(gains[name])):
        return name if _interval(gains[name].tolist())[0] > 0 else "scratch"
    return "scratch"


def _seed_by_seed(gains):
    rows = list(zip(*gains.values(), strict=True))
    columns = dict(zip(gains, np.array(rows).T, strict=True)) if rows else {}
    return _choice_by_loop()(columns)


def _without_default(gains):
    shown = {k: g.mean() for k, g in gains.items() if _interval(g.tolist())[0] > 0}
    return max(shown, key=shown.get)


def _falls_off_the_end(gains):
    best = _choice_by_loop()(gains)
    if best in gains:
        return best


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("06-transfer-gap", _gap_of_lists(_by_interval(), -1), "less scratch", "arms-swapped"),
    ("06-transfer-gap", _gap_of_lists(_by_mean), "nor every seed there", "mean-alone"),
    ("06-transfer-gap", _gap_of_lists(_by_votes), "nor every seed there", "every-seed-won"),
    ("06-transfer-gap", _intervals_apart, "compared seed by seed", "unpaired"),
    ("06-transfer-gap", _pooled, "compared seed by seed", "unpaired"),
    (
        "06-transfer-gap",
        _gap_of_lists(_by_interval(spread=statistics.stdev)),
        "that of the mean",
        "spread-of-the-seeds",
    ),
    (
        "06-transfer-gap",
        _gap_of_lists(_by_interval(of=stats.norm)),
        "1.96 is too little",
        "normal-for-student",
    ),
    (
        "06-transfer-gap",
        _gap_of_lists(_by_interval(spread=_population_sem)),
        "n seeds have n - 1 degrees",
        "numpy-standard-deviation",
    ),
    (
        "06-transfer-gap",
        _gap_as_typed(_normal_quantile),
        "1.96 is too little",
        "normal-for-student",
    ),
    ("06-transfer-gap", _gap_as_typed(_one_tail), "leaves 2.5 % out", "one-tail"),
    ("06-choose-source", _best_first, "is passed over even if", "best-mean-then-tested"),
    (
        "06-choose-source",
        _choice_by_loop(low=statistics.fmean),
        "a mean above zero is not enough",
        "means-alone",
    ),
    (
        "06-choose-source",
        _choice_by_loop(rank=lambda gain: _interval(gain)[0]),
        "the mean decides",
        "surest-for-largest",
    ),
    (
        "06-choose-source",
        _choice_by_loop(low=lambda gain: _interval(gain, spread=statistics.stdev)[0]),
        "the interval is that of the mean",
        "spread-of-the-seeds",
    ),
    (
        "06-choose-source",
        _choice_by_loop(low=lambda gain: _interval(gain, of=stats.norm)[0]),
        "Student's t with n - 1",
        "normal-for-student",
    ),
    (
        "06-choose-source",
        _choice_by_loop(low=lambda gain: _interval(gain, spread=_population_sem)[0]),
        "the standard deviation with ddof=1",
        "numpy-standard-deviation",
    ),
    (
        "06-choose-source",
        _choice_by_loop(low=_low_as_typed(_normal_quantile)),
        "Student's t with n - 1",
        "normal-for-student",
    ),
    (
        "06-choose-source",
        _choice_by_loop(low=_low_as_typed(_one_tail)),
        "2.5 % on either side",
        "one-tail",
    ),
    ("06-choose-source", _seed_by_seed, "more or fewer", "one-number-of-seeds"),
    ("06-choose-source", _at_least_as_good, "the one that comes first", "last-of-equals"),
    ("06-choose-source", _without_default, "it raised ValueError", "nobody-left"),
    ("06-choose-source", _falls_off_the_end, 'the choice is "scratch"', "nobody-left"),
]
