"""Exercise 06-mixture: how many images each of several sources gives to a training pool."""

import math
from fractions import Fraction

import numpy as np

from course_utils.teaching.exercise import (
    Exercise,
    Mismatch,
    Property,
    brief,
    call,
    expect,
    in_words,
)

ARGUMENTS = ("weights", "sizes", "n")


def _told(answer, *arguments):
    given = in_words(ARGUMENTS, arguments)
    return call(answer, arguments, given), given


def _expect(answer, weights, sizes, n):
    arguments = np.asarray(weights), np.asarray(sizes), int(n)
    expect(answer, ARGUMENTS, arguments, _allocate(*arguments))


def _shuffled(random, *columns):
    order = random.permutation(len(columns[0]))
    return [np.asarray(column)[order] for column in columns]


def adds_up(answer, random):
    for n in (3, 5, 7, 11):
        (weights,) = _shuffled(random, [0.5, 0.25, 0.25])
        got, given = _told(answer, weights, np.array([20, 20, 20]), n)
        numbers = np.asarray(got)
        if numbers.shape != (3,) or numbers.dtype.kind not in "iu":
            of = f" of type {numbers.dtype}" if numbers.dtype.kind == "f" else ""
            raise Mismatch(given, "three whole numbers, of type int", brief(got) + of)
        if numbers.sum() != n:
            raise Mismatch(given, f"numbers that add up to {n}", brief(got))


def none_gives_more_than_it_has(answer, random):
    for small in (1, 2, 3):
        weights, sizes = _shuffled(random, [1, 1, 2], [small, 40, 40])
        got, given = _told(answer, weights, sizes, 7 * small)
        if (np.asarray(got) > sizes).any():
            raise Mismatch(given, f"at most {brief(sizes)}", brief(got))


def in_proportion(answer, random):
    for k in (2, 3, 4):
        weights = random.permutation(np.arange(1, k + 1))
        times = int(random.integers(1, 4))
        for scale in (1, 0.25):
            # Sizes far from the proportions of the weights, and large enough.
            _expect(answer, weights * scale, 20 + 5 * weights[::-1], times * weights.sum())


def passed_on_in_proportion(answer, random):
    for small in (1, 2, 3):
        # The source of weight 3 gives less than its share; what is left divides evenly.
        weights, sizes = _shuffled(random, [3, 2, 1], [small, 50, 50])
        _expect(answer, weights, sizes, small + 3 * (small + 2))


def passed_on_until_placed(answer, random):
    for small in (1, 2, 3):
        # Only what the smallest leaves over fills the next one up.
        larger = small + int(random.integers(2, 5))
        weights, sizes = _shuffled(random, [1, 1, 1], [small, larger, 50])
        _expect(answer, weights, sizes, 3 * larger - 1)
        weights, sizes = _shuffled(random, [1, 2, 4], [small, larger, larger + 1])
        _expect(answer, weights, sizes, sizes.sum())


def no_weight_no_image(answer, random):
    for small in (1, 2, 3):
        weights, sizes = _shuffled(random, [0, 1, 1], [30, small, 30])
        _expect(answer, weights, sizes, 4 * small)
        _expect(answer, weights, sizes, sizes[weights > 0].sum())


def largest_remainders(answer, random):
    for tens in (2, 3, 4):
        # The exact shares, in tenths of an image.
        for tenths in ([11, 12, 10 * tens + 7], [14, 18, 10 * tens + 8], [18, 9, 10 * tens + 3]):
            (weights,) = _shuffled(random, tenths)
            _expect(answer, weights, np.full(3, 60), sum(tenths) // 10)


def first_of_equals(answer, random):
    for k, over in ((2, 1), (3, 1), (3, 2), (4, 2)):
        n = k * int(random.integers(1, 4)) + over
        _expect(answer, np.ones(k), random.integers(20, 30, k), n)


def any_sources(answer, random):
    tried = 0
    while tried < 60:
        k = int(random.integers(2, 6))
        weights, sizes = random.integers(0, 8, k), random.integers(1, 15, k)
        available = sizes[weights > 0].sum()
        if not available:
            continue
        n = int(random.integers(1, available + 1))
        if _is_clear(weights, sizes, n):
            _expect(answer, weights, sizes, n)
            tried += 1


def _shares(weights, sizes, n):
    """Exact shares: in proportion to the weights, but for sources that give all they have."""
    weights = [Fraction(float(weight)) for weight in weights]
    shares = [Fraction(0)] * len(weights)
    sharing = [i for i, weight in enumerate(weights) if weight]
    rest = Fraction(int(n))
    while sharing:
        total = sum(weights[i] for i in sharing)
        full = [i for i in sharing if rest * weights[i] / total >= int(sizes[i])]
        for i in full or sharing:
            shares[i] = Fraction(int(sizes[i])) if full else rest * weights[i] / total
        rest -= sum(shares[i] for i in full)
        sharing = [i for i in sharing if i not in full] if full else []
    return shares


def _allocate(weights, sizes, n):
    shares = _shares(weights, sizes, n)
    numbers = [math.floor(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: numbers[i] - shares[i])
    for i in by_remainder[: int(n) - sum(numbers)]:
        numbers[i] += 1
    return numbers


def _is_clear(weights, sizes, n):
    """Whether no remainders are equal of sources whose weights are not: rounding would decide."""
    remainders = {}
    for weight, share in zip(weights, _shares(weights, sizes, n), strict=True):
        if share % 1:
            remainders.setdefault(share % 1, set()).add(int(weight))
    return all(len(each) == 1 for each in remainders.values())


MIXTURE = Exercise(
    id="06-mixture",
    title="the mixture of sources",
    function="allocate",
    properties=(
        Property("it gives a whole number for each source, and they add up to n", adds_up),
        Property(
            "no source gives more images than it has: none is repeated",
            none_gives_more_than_it_has,
        ),
        Property(
            "as long as the sources are large enough, they give in proportion to their weights, "
            "whatever these add up to and whatever the sizes are",
            in_proportion,
        ),
        Property(
            "what a small source cannot give is passed on to the others, in proportion to their "
            "weights",
            passed_on_in_proportion,
        ),
        Property(
            "what is passed on may fill another source: then its rest is passed on too, until "
            "all is placed",
            passed_on_until_placed,
        ),
        Property(
            "a source of weight 0 gives nothing, even where others give all they have",
            no_weight_no_image,
        ),
        Property(
            "all shares are rounded down, and the images still missing go one each to the "
            "largest remainders",
            largest_remainders,
        ),
        Property(
            "of equal remainders the source that comes first is served first", first_of_equals
        ),
        Property("it agrees with the definition on any sources", any_sources),
    ),
    hints=(
        "Leave the rounding for the end. Begin with exact shares of the rest, rest * weights / "
        "weights.sum(). Which sources cannot give theirs?",
        "Let those give all they have, set their weight to 0 in a copy, take their images off the "
        "rest, and share out anew: others may be too small now. Stop once every share fits.",
        "numbers = np.floor(shares).astype(int); np.argsort(numbers - shares, kind='stable') "
        "puts the largest remainder first and keeps the order of equals: its first "
        "n - numbers.sum() sources get one more.",
    ),
    example=(([2, 1, 1], [10, 10, 10], 7), [3, 2, 2]),
)
