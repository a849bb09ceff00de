"""Cases that tell typical mistakes in 06-mixture apart, and what is right on them."""

import numpy as np

#: No two remainders of a case lie nearer to each other, or one to 0, 1/2 or 1.
APART = 0.03


def allocation(weights, sizes, n):
    """The definition in floats, for cases in which rounding decides nothing."""
    shares, _ = exact_shares(weights, sizes, n)
    return by_remainder(shares, n)


def by_remainder(shares, n):
    """Shares rounded down, save the largest remainders, so that they add up to n."""
    numbers = np.floor(shares + 1e-9).astype(int)
    numbers[np.argsort(numbers - shares, kind="stable")[: n - numbers.sum()]] += 1
    return numbers


def exact_shares(weights, sizes, n):
    """Exact shares, and how often something was passed on for them: (k,) and int."""
    weights, shares, times = np.array(weights, dtype=float), np.zeros(len(weights)), 0
    wanted = _in_proportion(n, weights)
    while (full := wanted > sizes).any():
        shares[full], weights[full] = np.asarray(sizes)[full], 0.0
        wanted = _in_proportion(n - shares.sum(), weights)
        times += 1
    return shares + wanted, times


def _in_proportion(rest, weights):
    return rest * weights / weights.sum()


def roomy(random):
    """Every share fits; in every other case the shares rounded one by one do not add up to n."""
    for k in (2, 3, 4, 5):
        for alone in (True, False) if k > 2 else (True,):
            yield _drawn(
                random,
                k,
                lambda arguments, shares, times, alone=alone: (
                    times == 0 and (np.round(shares).sum() == arguments[2]) == alone
                ),
                smallest=60,
            )


def tight(random):
    """Some sources cannot give their shares, by more than remainders make up for; others can."""
    for k in (3, 3, 4, 4):
        yield _drawn(random, k, lambda arguments, _, times: times == 1 and _over(*arguments) > 4)


def tighter(random):
    """What is passed on is more than another source has room for."""
    for k in (4, 4, 5, 5):
        yield _drawn(
            random, k, lambda arguments, _, times: times > 1 and _over_the_next(*arguments) > 1
        )


def equals(random):
    """Remainders are equal, and not all of these sources get one more."""
    for k in (2, 3, 4, 5):
        n = k * int(random.integers(1, 5)) + int(random.integers(1, k))
        yield np.ones(k, dtype=int), random.integers(30, 40, k), n


def _drawn(random, k, wanted, smallest=1):
    """Weights, sizes and n of k sources, as wanted and clear."""
    while True:
        weights = random.integers(1, 9, k)
        sizes = random.integers(smallest, smallest + 25, k)
        n = int(random.integers(k + 1, 60))
        if n >= sizes.sum() or not _is_clear(_in_proportion(n, weights)):
            continue
        shares, times = exact_shares(weights, sizes, n)
        if _is_clear(shares[shares < sizes]) and wanted((weights, sizes, n), shares, times):
            return weights, sizes, n


def _is_clear(shares):
    remainders = shares % 1
    marks = np.sort(np.append(remainders, [0.0, 0.5, 1.0]))
    return len(shares) > 1 and np.diff(marks).min() > APART


def _over(weights, sizes, n):
    """Images that sources too small for their shares cannot give."""
    return np.maximum(_in_proportion(n, weights) - sizes, 0).sum()


def _over_the_next(weights, sizes, n):
    """Images that some source has too many of, once what was over has been passed on."""
    shares = np.minimum(_in_proportion(n, weights), sizes)
    room = weights * (shares < sizes)
    return np.max(shares + _in_proportion(n - shares.sum(), room) - sizes)
