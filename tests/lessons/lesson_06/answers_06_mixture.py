"""Right and wrong answers to 06-mixture."""

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


def _rest_to_all_with_weight_alike(weights, sizes, n):
    """Weights for as long as there are any; then from whoever has images."""
    shares = np.minimum(_in_proportion(n, weights), sizes)
    room = (sizes - shares) * (weights > 0)
    return shares + (n - shares.sum()) * room / max(room.sum(), 1e-12)


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


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("06-mixture", allocate),
    ("06-mixture", _by_bisection),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    ("06-mixture", _with(rounded=lambda shares, n: shares), "a whole number for each source"),
    (
        "06-mixture",
        _with(rounded=lambda shares, n: np.floor(_by_remainder(shares, n) * 1.0)),
        "of type int, got",
    ),
    (
        "06-mixture",
        _with(rounded=lambda shares, n: np.round(shares).astype(int)),
        "they add up to n",
        "each-share-by-itself",
    ),
    (
        "06-mixture",
        _with(rounded=lambda shares, n: shares.astype(int)),
        "they add up to n",
        "each-share-by-itself",
    ),
    (
        "06-mixture",
        _with(rounded=lambda shares, n: np.ceil(shares).astype(int)),
        "they add up to n",
        "each-share-by-itself",
    ),
    ("06-mixture", lambda *arguments: None, "a whole number for each source"),
    ("06-mixture", _changes_weights, "one of them changed in place", "weights-changed"),
    (
        "06-mixture",
        _with(shares=_only_weights),
        "no source gives more images than it has",
        "sizes-ignored",
    ),
    ("06-mixture", _with(shares=_unscaled), "whatever these add up to", "weights-taken-for-shares"),
    ("06-mixture", _with(shares=_weights_times_sizes), "whatever the sizes are"),
    (
        "06-mixture",
        lambda weights, sizes, n: allocate(np.ones(len(weights)), sizes, n),
        "they give in proportion to their weights",
    ),
    ("06-mixture", _with(shares=_rest_in_equal_parts), "passed on to the others, in proportion"),
    (
        "06-mixture",
        _with(shares=_rest_to_all_with_weight_alike),
        "passed on to the others, in proportion",
    ),
    (
        "06-mixture",
        lambda weights, sizes, n: np.minimum(allocate(weights, sizes + n, n), sizes),
        "is passed on to the others",
        "not-passed-on",
    ),
    ("06-mixture", _with(shares=_once), "then its rest is passed on too", "passed-on-once"),
    ("06-mixture", _with(rounded=_one_of_each_at_least), "a source of weight 0 gives nothing"),
    (
        "06-mixture",
        _with(rounded=_rest_to_the_first),
        "to the largest remainders",
        "remainders-ignored",
    ),
    (
        "06-mixture",
        _with(rounded=_rest_to_the_last),
        "to the largest remainders",
        "remainders-ignored",
    ),
    (
        "06-mixture",
        _with(rounded=_rest_to_the_largest),
        "to the largest remainders",
        "remainders-ignored",
    ),
    (
        "06-mixture",
        _with(rounded=_last_of_equals),
        "of equal remainders the source that comes",
        "last-of-equals",
    ),
    ("06-mixture", _rounds_before_it_caps, "it agrees with the definition"),
]
