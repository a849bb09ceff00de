"""### 4. Mix several sources

You want `n` images to pretrain on, from several sources. `weights` says how much you want of each (0
or more, with any sum above 0), and `sizes` how many images each has. Write `allocate`: an array of
whole numbers, one for each source, that add up to `n`. No image is used twice.

* Begin with exact shares: in proportion to the weights, save that a source whose share is more than
  it has gives all it has. What it can't give is passed on to the other sources in proportion to
  their weights, again and again until every share fits. A source of weight 0 gives nothing.
* Round once, at the end: all shares down, and then the images still missing go one each to the
  sources with the largest remainders; of equal remainders, to the one that comes first.

You may count on it that the sources of weight above 0 have `n` images between them.
"""  # noqa: E501

from itertools import product

import numpy as np

from course_utils.teaching.answer_values import describe
from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake, Recogniser, changes_inputs, fails_only, is_right


def allocate(weights, sizes, n):
    """Whole numbers of images from each source, n in all."""
    weights = weights.astype(float)  # a copy, in which full sources get 0
    shares = np.zeros(len(weights))
    while weights.any():
        wanted = (n - shares.sum()) * weights / weights.sum()
        full = wanted > sizes
        if not full.any():
            shares += wanted
            break
        shares[full] = sizes[full]
        weights[full] = 0
    numbers = np.floor(shares).astype(int)
    largest_first = np.argsort(numbers - shares, kind="stable")
    numbers[largest_first[: n - numbers.sum()]] += 1
    return numbers


ARGUMENTS = ("weights", "sizes", "n")


def _told(answer, *arguments):
    given = in_words(ARGUMENTS, arguments)
    return call(answer, arguments, given), given


def _expect(answer, weights, sizes, n):
    arguments = np.asarray(weights), np.asarray(sizes), int(n)
    expect(answer, ARGUMENTS, arguments, allocate(*arguments))


def _shuffled(random, *columns):
    order = random.permutation(len(columns[0]))
    return [np.asarray(column)[order] for column in columns]


def adds_up(answer, random):
    """it gives a whole number for each source, and they add up to n"""
    for n in (3, 5, 7, 11):
        (weights,) = _shuffled(random, [0.5, 0.25, 0.25])
        got, given = _told(answer, weights, np.array([20, 20, 20]), n)
        numbers = np.asarray(got)
        if numbers.shape != (3,) or numbers.dtype.kind not in "iu":
            of = f" of type {numbers.dtype}" if numbers.dtype.kind == "f" else ""
            raise Mismatch(given, "three whole numbers, of type int", describe(got) + of)
        if numbers.sum() != n:
            raise Mismatch(given, f"numbers that add up to {n}", describe(got))


def none_gives_more_than_it_has(answer, random):
    """no source gives more images than it has: none is repeated"""
    for small in (1, 2, 3):
        weights, sizes = _shuffled(random, [1, 1, 2], [small, 40, 40])
        got, given = _told(answer, weights, sizes, 7 * small)
        if (np.asarray(got) > sizes).any():
            raise Mismatch(given, f"at most {describe(sizes)}", describe(got))


def in_proportion(answer, random):
    """as long as the sources are large enough, they give in proportion to their weights, whatever
    these add up to and whatever the sizes are"""
    for k in (2, 3, 4):
        weights = random.permutation(np.arange(1, k + 1))
        times = int(random.integers(1, 4))
        for scale in (1, 0.25):
            # Sizes far from the proportions of the weights, and large enough.
            _expect(answer, weights * scale, 20 + 5 * weights[::-1], times * weights.sum())


def passed_on_in_proportion(answer, random):
    """what a small source cannot give is passed on to the others, in proportion to their
    weights"""
    for small in (1, 2, 3):
        # The source of weight 3 gives less than its share; what is left divides evenly.
        weights, sizes = _shuffled(random, [3, 2, 1], [small, 50, 50])
        _expect(answer, weights, sizes, small + 3 * (small + 2))


def passed_on_until_placed(answer, random):
    """what is passed on may fill another source: then its rest is passed on too, until all is
    placed"""
    for small in (1, 2, 3):
        # Only what the smallest leaves over fills the next one up.
        larger = small + int(random.integers(2, 5))
        weights, sizes = _shuffled(random, [1, 1, 1], [small, larger, 50])
        _expect(answer, weights, sizes, 3 * larger - 1)
        weights, sizes = _shuffled(random, [1, 2, 4], [small, larger, larger + 1])
        _expect(answer, weights, sizes, sizes.sum())


def no_weight_no_image(answer, random):
    """a source of weight 0 gives nothing, even where others give all they have"""
    for small in (1, 2, 3):
        weights, sizes = _shuffled(random, [0, 1, 1], [30, small, 30])
        _expect(answer, weights, sizes, 4 * small)
        _expect(answer, weights, sizes, sizes[weights > 0].sum())


def largest_remainders(answer, random):
    """all shares are rounded down, and the images still missing go one each to the largest
    remainders"""
    for tens in (2, 3, 4):
        # The exact shares, in tenths of an image.
        for tenths in ([11, 12, 10 * tens + 7], [14, 18, 10 * tens + 8], [18, 9, 10 * tens + 3]):
            (weights,) = _shuffled(random, tenths)
            _expect(answer, weights, np.full(3, 60), sum(tenths) // 10)


def first_of_equals(answer, random):
    """of equal remainders the source that comes first is served first"""
    for k, over in ((2, 1), (3, 1), (3, 2), (4, 2)):
        n = k * int(random.integers(1, 4)) + over
        _expect(answer, np.ones(k), random.integers(20, 30, k), n)


def any_sources(answer, random):
    """it agrees with the definition on any sources"""
    tried = 0
    while tried < 60:
        k = int(random.integers(2, 6))
        weights, sizes = random.integers(0, 8, k), random.integers(1, 15, k)
        available = sizes[weights > 0].sum()
        if not available:
            continue
        n = int(random.integers(1, available + 1))
        if _equal_for_equal_weights(weights, sizes, n):
            _expect(answer, weights, sizes, n)
            tried += 1


def _shared_out(weights, sizes, n):
    """Exact shares, and how often something was passed on for them: (k,) and int."""
    weights, shares, times = np.array(weights, dtype=float), np.zeros(len(weights)), 0
    while weights.any():
        wanted = _in_proportion(n - shares.sum(), weights)
        full = wanted > sizes
        if not full.any():
            return shares + wanted, times
        shares[full], weights[full] = np.asarray(sizes)[full], 0.0
        times += 1
    return shares, times


def _in_proportion(rest, weights):
    return rest * weights / weights.sum()


def _equal_for_equal_weights(weights, sizes, n):
    """Whether no remainders are equal of sources whose weights are not: rounding would decide."""
    remainders = {}
    for weight, share in zip(weights, _shared_out(weights, sizes, n)[0], strict=True):
        remainders.setdefault(round(share % 1, 9) % 1, set()).add(int(weight))
    return all(len(each) == 1 for remainder, each in remainders.items() if remainder)


#: No two remainders of a case lie nearer to each other, or one to 0, 1/2 or 1.
APART = 0.03


def _is_clear(shares):
    marks = np.sort(np.append(shares % 1, [0.0, 0.5, 1.0]))
    return len(shares) > 1 and np.diff(marks).min() > APART


def _draw(random, k, wanted, smallest=1):
    """Weights, sizes and n of k sources, as wanted and clear."""
    while True:
        weights = random.integers(1, 9, k)
        sizes = random.integers(smallest, smallest + 25, k)
        n = int(random.integers(k + 1, 60))
        if n >= sizes.sum() or not _is_clear(_in_proportion(n, weights)):
            continue
        shares, times = _shared_out(weights, sizes, n)
        if _is_clear(shares[shares < sizes]) and wanted((weights, sizes, n), shares, times):
            return weights, sizes, n


def _roomy(random):
    """Every share fits; in every other case the shares rounded one by one do not add up to n."""
    for k, alone in ((2, True), *product((3, 4, 5), (True, False))):

        def wanted(arguments, shares, times, alone=alone):
            return times == 0 and (np.round(shares).sum() == arguments[2]) == alone

        yield _draw(random, k, wanted, smallest=60)


def _tight(random):
    """Some sources cannot give their shares, by more than remainders make up for; others can."""

    def wanted(arguments, shares, times):
        weights, sizes, n = arguments
        return times == 1 and np.maximum(_in_proportion(n, weights) - sizes, 0).sum() > 4

    for k in (3, 3, 4, 4):
        yield _draw(random, k, wanted)


def _tighter(random):
    """What is passed on is more than another source has room for."""

    def wanted(arguments, shares, times):
        weights, sizes, n = arguments
        first = np.minimum(_in_proportion(n, weights), sizes)
        room = weights * (first < sizes)
        over = first + _in_proportion(n - first.sum(), room) - sizes if room.any() else [0]
        return times > 1 and np.max(over) > 1

    for k in (4, 4, 5, 5):
        yield _draw(random, k, wanted)


def _up_to_one_pass(random):
    yield from _roomy(random)
    yield from _tight(random)


def _cases(random):
    yield from _up_to_one_pass(random)
    yield from _tighter(random)


def _weights_of_sum_one(random):
    for weights, sizes, n in _roomy(random):
        yield weights / weights.sum(), sizes, n


def last_of_equals(random):
    """Where remainders are equal, the later source is served first in yours. A sort that is turned
    round turns the order of equals round too: how can the largest come first without that?
    """
    # Remainders are equal, and not all of these sources get one more.
    for k in (2, 3, 4, 5):
        n = k * int(random.integers(1, 5)) + int(random.integers(1, k))
        yield np.ones(k, dtype=int), random.integers(30, 40, k), n


def sizes_ignored(weights, sizes, n):
    """Your numbers follow the weights and never ask how many images a source has. What happens to a
    source with a large weight and few images?
    """
    return allocate(weights, np.full(len(weights), n), n)


def _not_passed_on(answer, random, cases, reference):
    """Right where every share fits, and short of n where one does not."""
    fits = all(is_right(answer, reference, case) for case in _roomy(random))
    return fits and all(np.sum(answer(*case)) < case[2] for case in _tight(random))


def _rounded_by(rounding):
    """Shares that fit, in another way of rounding them."""
    return lambda weights, sizes, n: rounding(_in_proportion(n, weights))


def _missing_to(places):
    """Shares rounded down, and the images still missing to other places than they should."""

    def wrong(weights, sizes, n):
        shares = _in_proportion(n, weights)
        numbers = np.floor(shares).astype(int)
        np.add.at(numbers, places(shares, n - numbers.sum()), 1)
        return numbers

    return wrong


def each_share_by_itself(weights, sizes, n):
    """You round each share by itself, and nobody sees to it that the sum is still n. Once all of
    them are rounded down, how many images are missing, and whose remainders are the largest?
    """
    return np.floor(_in_proportion(n, weights))


def remainders_ignored(weights, sizes, n):
    """Your sum is right, but the images still missing after rounding down go by position or by
    size. Which source lost most when its share was rounded?
    """
    return _missing_to(lambda shares, missing: np.arange(missing))(weights, sizes, n)


EXERCISE = Exercise(
    reference=allocate,
    title="the mixture of sources",
    properties=[
        adds_up,
        none_gives_more_than_it_has,
        in_proportion,
        passed_on_in_proportion,
        passed_on_until_placed,
        no_weight_no_image,
        largest_remainders,
        first_of_equals,
        any_sources,
    ],
    cases=_cases,
    mistakes=[
        Mistake(sizes_ignored),
        Mistake(
            Recogniser(_not_passed_on),
            "You stop a source at what it has, and the images it could not give are given by "
            "nobody. Add up your numbers: how many are missing, and who could give them?",
            name="not-passed-on",
        ),
        Mistake(
            fails_only(where=_tighter, elsewhere=_up_to_one_pass),
            "You pass on once what a small source cannot give. That may be too much for the next "
            "one, and then there is something to pass on again: when may you stop?",
            name="passed-on-once",
        ),
        Mistake(
            changes_inputs(changed=_tight),
            "Your numbers are right, but the weights that you were given are others afterwards, "
            "and whoever called you may need them again. Where do you write into them, and what "
            "could you write into instead?",
            name="weights-changed",
        ),
        Mistake((each_share_by_itself, _rounded_by(np.round), _rounded_by(np.ceil)), cases=_roomy),
        Mistake(
            (
                remainders_ignored,
                _missing_to(lambda shares, missing: np.full(missing, -1)),
                _missing_to(lambda shares, missing: np.zeros(missing, dtype=int)),
                _missing_to(lambda shares, missing: np.argsort(-shares, kind="stable")[:missing]),
                _missing_to(lambda shares, missing: np.full(missing, np.argmax(shares))),
            ),
            cases=_roomy,
        ),
        Mistake(fails_only(last_of_equals)),
        Mistake(
            fails_only(where=_roomy, elsewhere=_weights_of_sum_one),
            "You are right as long as the weights add up to 1. They say only how much of each "
            "source is wanted compared with the others, as 2, 1, 1 does: what makes shares of "
            "them?",
            name="weights-taken-for-shares",
        ),
    ],
    hints=[
        "Leave the rounding for the end. Begin with exact shares of the rest, rest * weights / "
        "weights.sum(). Which sources cannot give theirs?",
        "Let those give all they have, set their weight to 0 in a copy, take their images off the "
        "rest, and share out anew: others may be too small now. Stop once every share fits.",
        "numbers = np.floor(shares).astype(int); np.argsort(numbers - shares, kind='stable') "
        "puts the largest remainder first and keeps the order of equals: its first "
        "n - numbers.sum() sources get one more.",
    ],
    example=(([2, 1, 1], [10, 10, 10], 7), [3, 2, 2]),
)
