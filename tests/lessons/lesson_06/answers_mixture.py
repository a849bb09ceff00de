"""Right and wrong answers to 06-mixture."""

import math

import numpy as np


def _by_remainder(shares, n):
    numbers = np.floor(shares + 1e-9).astype(int)
    order = np.argsort((numbers - shares).round(9), kind="stable")
    numbers[order[: n - numbers.sum()]] += 1
    return numbers


def _in_proportion(rest, weights):
    return rest * weights / weights.sum()


def _until_all_fit(weights, sizes, n, share=_in_proportion):
    weights, shares = weights.astype(float), np.zeros(len(weights))
    while weights.any():
        wanted = share(n - shares.sum(), weights)
        full = wanted > sizes
        if not full.any():
            return shares + wanted
        shares[full] = sizes[full]
        weights[full] = 0
    return shares


def allocate(weights, sizes, n, shares=_until_all_fit, rounded=_by_remainder):
    """The right answer, with a place to go wrong in each of its steps."""
    return rounded(shares(weights, sizes, n), n)


def _by_bisection(weights, sizes, n):
    low, high = 0.0, max(size / w for size, w in zip(sizes, weights, strict=True) if w)
    for _ in range(200):
        level = (low + high) / 2
        if np.minimum(level * weights, sizes).sum() < n:
            low = level
        else:
            high = level
    return _by_remainder(np.minimum(high * weights, sizes), n).tolist()


def _only_weights(weights, sizes, n):
    return _in_proportion(n, weights)


def _unscaled(weights, sizes, n):
    return _until_all_fit(weights, sizes, n, lambda rest, weights: rest * weights)


def _weights_times_sizes(weights, sizes, n):
    return _until_all_fit(weights * sizes, sizes, n)


def _rest_in_equal_parts(weights, sizes, n):
    shares = np.minimum(_in_proportion(n, weights), sizes).astype(float)
    while n - shares.sum() > 1e-9:
        room = shares < sizes
        shares[room] += (n - shares.sum()) / room.sum()
        shares = np.minimum(shares, sizes)
    return shares


def _once(weights, sizes, n):
    shares = np.minimum(_in_proportion(n, weights), sizes)
    room = weights * (shares < sizes)
    return shares + (n - shares.sum()) * room / room.sum() if room.any() else shares


def _one_of_each_at_least(shares, n):
    numbers = _by_remainder(shares, n)
    while (numbers == 0).any():
        numbers[numbers.argmin()] += 1
        numbers[numbers.argmax()] -= 1
    return numbers


def _rest_to_the_first(shares, n):
    numbers = np.floor(shares + 1e-9).astype(int)
    numbers[: n - numbers.sum()] += 1
    return numbers


def _rest_to_the_last(shares, n):
    numbers = np.floor(shares + 1e-9).astype(int)
    numbers[-1] += n - numbers.sum()
    return numbers


def _rest_to_the_largest(shares, n):
    numbers = np.floor(shares + 1e-9).astype(int)
    numbers[np.argsort(-shares, kind="stable")[: n - numbers.sum()]] += 1
    return numbers


def _last_of_equals(shares, n):
    return _by_remainder(shares[::-1], n)[::-1]


def _rounds_before_it_caps(weights, sizes, n):
    numbers, open_ = np.zeros(len(weights), dtype=int), weights > 0
    while (rest := n - numbers.sum()) > 0:
        numbers += _by_remainder(_in_proportion(rest, weights * open_), rest)
        numbers = np.minimum(numbers, sizes)
        open_ &= numbers < sizes
    return numbers


def _changes_weights(weights, sizes, n):
    numbers = allocate(weights, sizes, n)
    weights[:] = 0
    return numbers


def _with(**wrong):
    return lambda *arguments: allocate(*arguments, **wrong)


def _shares(weights, sizes, n, passes=100, write_into=None):
    """Shares in which full sources pass on so many times, source by source."""
    weights = [float(w) for w in weights]
    shares = [0.0] * len(weights)
    for _ in range(passes):
        rest = n - sum(shares)
        if rest < 1e-9 or not sum(weights):
            break
        parts = [rest * w / sum(weights) for w in weights]
        full = [i for i, part in enumerate(parts) if weights[i] and part > sizes[i]]
        if not full:
            return [share + part for share, part in zip(shares, parts, strict=True)]
        for i in full:
            shares[i], weights[i] = float(sizes[i]), 0.0
            if write_into is not None:
                write_into[i] = 0
    # The passes are used up: the rest goes to whoever is left, whether it fits or not.
    rest, whole = n - sum(shares), sum(weights) or 1.0
    return [share + rest * w / whole for share, w in zip(shares, weights, strict=True)]


def _round_all(shares, n, order=lambda share: (-(share % 1),)):
    numbers = [math.floor(share + 1e-9) for share in shares]
    for i in sorted(range(len(shares)), key=lambda i: order(shares[i]))[: n - sum(numbers)]:
        numbers[i] += 1
    return np.array(numbers)


def _passes_on_once(weights, sizes, n):
    return _round_all(_shares(weights, sizes, n, passes=1), n)


def _passes_on_once_and_stops(weights, sizes, n):
    return np.minimum(_passes_on_once(weights, sizes, n), sizes)


def _zeroes_weights(weights, sizes, n):
    return _round_all(_shares(weights.copy(), sizes, n, write_into=weights), n)


def _integer_division(weights, sizes, n):
    return n * weights // weights.sum()


# An exercise may leave open how: each of these is right.
RIGHT = [allocate, _by_bisection]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (_with(rounded=lambda shares, n: shares), "a whole number for each source"),
    (_with(rounded=lambda shares, n: np.floor(_by_remainder(shares, n) * 1.0)), "of type int, got"),
    (
        _with(rounded=lambda shares, n: np.round(shares).astype(int)),
        "they add up to n",
        "each-share-by-itself",
    ),
    (
        _with(rounded=lambda shares, n: shares.astype(int)),
        "they add up to n",
        "each-share-by-itself",
    ),
    (lambda *arguments: None, "a whole number for each source"),
    (_changes_weights, "one of them changed in place", "weights-changed"),
    (_with(shares=_only_weights), "no source gives more images than it has", "sizes-ignored"),
    (_with(shares=_unscaled), "whatever these add up to", "weights-taken-for-shares"),
    (_with(shares=_weights_times_sizes), "whatever the sizes are"),
    (
        lambda weights, sizes, n: allocate(np.ones(len(weights)), sizes, n),
        "they give in proportion to their weights",
    ),
    (_with(shares=_rest_in_equal_parts), "passed on to the others, in proportion"),
    (
        lambda weights, sizes, n: np.minimum(allocate(weights, sizes + n, n), sizes),
        "is passed on to the others",
        "not-passed-on",
    ),
    (_with(shares=_once), "then its rest is passed on too", "passed-on-once"),
    (_with(rounded=_one_of_each_at_least), "a source of weight 0 gives nothing"),
    (_with(rounded=_rest_to_the_first), "to the largest remainders", "remainders-ignored"),
    (_with(rounded=_rest_to_the_last), "to the largest remainders", "remainders-ignored"),
    (_with(rounded=_rest_to_the_largest), "to the largest remainders", "remainders-ignored"),
    (_with(rounded=_last_of_equals), "of equal remainders the source that comes", "last-of-equals"),
    (_rounds_before_it_caps, "it agrees with the definition"),
    (_passes_on_once_and_stops, "rest is passed on too", "passed-on-once"),
    (_zeroes_weights, "one of them changed in place", "weights-changed"),
    (_integer_division, "they add up to n", "each-share-by-itself"),
]
