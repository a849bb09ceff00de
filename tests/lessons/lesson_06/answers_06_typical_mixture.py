"""Typical wrong answers to 06-mixture, as learners would write them."""

import math

import numpy as np


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


def _follows_the_weights(weights, sizes, n):
    return _round_all([n * w / sum(weights) for w in weights], n)


def _stops_at_the_size(weights, sizes, n):
    wanted = _round_all([n * w / sum(weights) for w in weights], n)
    return np.array([min(pair) for pair in zip(wanted, sizes, strict=True)])


def _passes_on_once(weights, sizes, n):
    return _round_all(_shares(weights, sizes, n, passes=1), n)


def _passes_on_once_and_stops(weights, sizes, n):
    return np.minimum(_passes_on_once(weights, sizes, n), sizes)


def _zeroes_weights(weights, sizes, n):
    return _round_all(_shares(weights.copy(), sizes, n, write_into=weights), n)


def _integer_division(weights, sizes, n):
    return n * weights // weights.sum()


def _rounds_each(weights, sizes, n):
    return np.array([round(share) for share in _shares(weights, sizes, n)])


def _one_by_one_from_the_left(weights, sizes, n):
    numbers = np.array([int(share + 1e-9) for share in _shares(weights, sizes, n)])
    i = 0
    while numbers.sum() < n:
        numbers[i] += 1
        i += 1
    return numbers


def _rest_to_the_largest_share(weights, sizes, n):
    return _round_all(_shares(weights, sizes, n), n, order=lambda share: -share)


def _sorted_the_other_way(weights, sizes, n):
    shares = np.array(_shares(weights, sizes, n)).round(9)
    numbers = np.floor(shares).astype(int)
    largest_first = np.argsort(shares - numbers, kind="stable")[::-1]
    numbers[largest_first[: n - numbers.sum()]] += 1
    return numbers


def _weights_as_shares(weights, sizes, n):
    numbers = np.floor(n * np.asarray(weights) + 1e-9).astype(int)
    for i in np.argsort(numbers - n * np.asarray(weights), kind="stable")[: n - numbers.sum()]:
        numbers[i] += 1
    return np.minimum(numbers, sizes)


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("06-mixture", _follows_the_weights, "more images than it has", "sizes-ignored"),
    ("06-mixture", _stops_at_the_size, "is passed on to the others", "not-passed-on"),
    ("06-mixture", _passes_on_once, "its rest is passed on too", "passed-on-once"),
    ("06-mixture", _passes_on_once_and_stops, "rest is passed on too", "passed-on-once"),
    ("06-mixture", _zeroes_weights, "one of them changed in place", "weights-changed"),
    ("06-mixture", _integer_division, "they add up to n", "each-share-by-itself"),
    ("06-mixture", _rounds_each, "they add up to n", "each-share-by-itself"),
    ("06-mixture", _one_by_one_from_the_left, "largest remainders", "remainders-ignored"),
    ("06-mixture", _rest_to_the_largest_share, "largest remainders", "remainders-ignored"),
    ("06-mixture", _sorted_the_other_way, "of equal remainders", "last-of-equals"),
    ("06-mixture", _weights_as_shares, "whatever these add up to", "weights-taken-for-shares"),
]
