"""Right and wrong answers to 06-choose-source."""

import math
import statistics

import numpy as np
from scipy import stats


def _student(n):
    return stats.t.ppf(0.975, n - 1)


def _one_sided(n):
    return stats.t.ppf(0.95, n - 1)


def _spread(gaps):
    return np.std(gaps, ddof=1)


def _half_width(gaps, quantile=_student, spread=_spread, root=np.sqrt):
    return quantile(len(gaps)) * spread(gaps) / root(len(gaps))


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


def _sem(gaps):
    return statistics.stdev(gaps) / math.sqrt(len(gaps))


def _interval(gaps, of=stats.t, spread=_sem):
    """Both ends of an interval of the mean."""
    degrees = () if of is stats.norm else (len(gaps) - 1,)
    return of.interval(0.95, *degrees, statistics.fmean(gaps), spread(gaps))


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


# An exercise may leave open how: each of these is right.
RIGHT = [choose_source, _by_looping]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (_always_the_best, 'where every source loses, the choice is "scratch"', "means-alone"),
    (lambda gains: choose_source(gains) in gains, "where every source loses"),
    (lambda gains: None, "where every source loses"),
    (_position, "the name of the one with the largest mean"),
    (_first_shown, "the largest mean, wherever it stands"),
    (lambda gains: "scratch", "the name of the one with the largest mean"),
    (
        _choice(shown=lambda gains: {k: np.mean(g) for k, g in gains.items() if np.mean(g) > 0}),
        "a mean above zero is not enough",
        "means-alone",
    ),
    (_best_mean_then_interval, "is passed over even if its mean is", "best-mean-then-tested"),
    (
        _choice(by=lambda gain: np.mean(gain) - _half_width(gain)),
        "the mean decides, not which of them is surest",
        "surest-for-largest",
    ),
    (_stacked, "more or fewer than another's", "one-number-of-seeds"),
    (_choice(root=lambda n: 1), "the interval is that of the mean", "spread-of-the-seeds"),
    (_choice(quantile=lambda n: 1.96), "Student's t with n - 1", "normal-for-student"),
    (_choice(quantile=_one_sided), "2.5 % on either side", "one-tail"),
    (_choice(spread=np.std), "the standard deviation with ddof=1", "numpy-standard-deviation"),
    (_last_of_equals, "of equal means the one that comes first", "last-of-equals"),
    (_no_default, "where there is no source to choose from", "nobody-left"),
    (_seed_by_seed, "more or fewer", "one-number-of-seeds"),
    (_without_default, "it raised ValueError", "nobody-left"),
    (_falls_off_the_end, 'the choice is "scratch"', "nobody-left"),
]
