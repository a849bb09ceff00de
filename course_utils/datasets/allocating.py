"""Bundles that must stay whole, shared out so that every part gets the classes it was promised."""

import math

import numpy as np

_MOST_STARTS = 32  # random allocations to begin from as well; the best outcome is kept
_STARTING_WORK = 400_000  # swaps times classes; what is larger begins from fewer
_MOST_SWAPS = 4_000_000  # numbers held to look at every swap at once; above, only moves are tried
_GAIN = 1e-9  # a smaller one is rounding


def allocate(counts, wanted, least, random):
    """Give every bundle to a part, as near as its size allows to what each part wants.

    Greedy and then local search: bundles go, large ones first and those of like size in random
    order, to where they lower the loss most; then single bundles are moved, or two are swapped,
    while that lowers it further. Few bundles are tried from random allocations too. The loss is
    the chi-squared distance between the images that the parts have and want, plus the number of
    images for each image that a part lacks of `least`. `StratifiedGroupKFold` of scikit-learn is
    the same greedy idea, for parts of equal size.

    Parameters
    ----------
    counts : array of int, shape (b, k)
        Images of each of k classes in each of b bundles.
    wanted : array of int, shape (p, k)
        Images of each class for each of p parts; above 0, and each column sums to that of
        `counts`.
    least : array of int, shape (p, k)
        Images of each class that a part should have before anything else counts.
    random : numpy.random.Generator

    Returns
    -------
    array of int, shape (b,)
        The part of each bundle.
    """
    task = _Task(counts, wanted, least)
    work = counts.shape[1] * len(counts) ** 2
    best, lowest = None, np.inf
    for start in range(1 + min(_MOST_STARTS, _STARTING_WORK // work)):
        parts = random.integers(len(wanted), size=len(counts)) if start else _fill(task, random)
        _improve(task, parts)
        loss = task.loss(np.arange(len(wanted)), task.have(parts)).sum()
        if loss < lowest - _GAIN:
            best, lowest = parts, loss
        if lowest < _GAIN:
            break
    return best


def apportion(total, sizes):
    """Whole numbers of images for train and for each of `sizes`, by largest remainder.

    Parameters
    ----------
    total : int
        Images to share out.
    sizes : iterable of float or int
        A share of `total` (float), which becomes 1 image at least, or a number of images (int),
        which stays as it is.

    Returns
    -------
    list of int
        First what is left for train; below 1 if nothing is left.
    """
    exact = [size if isinstance(size, int) else size * total for size in sizes]
    exact = [total - sum(exact), *exact]
    # What is whole but for rounding must not lose one: 0.29 * 100 is a little below 29.
    whole = [max(1, math.floor(size + 1e-9)) for size in exact]
    shares = [0] + [i for i, size in enumerate(sizes, start=1) if isinstance(size, float)]
    while sum(whole) < total:
        whole[max(shares, key=lambda i: exact[i] - whole[i])] += 1
    whole[0] -= sum(whole) - total  # shares that became 1 take it from train
    return whole


class _Task:
    """What is to be allocated, and the loss."""

    def __init__(self, counts, wanted, least):
        self.counts, self.wanted, self.least = counts, wanted, least
        self.sizes = counts.sum(axis=1)
        self.total = int(counts.sum())

    def have(self, parts):
        """Images of each class in each part: shape (p, k)."""
        have = np.zeros(self.wanted.shape, dtype=np.int64)
        np.add.at(have, parts, self.counts)
        return have

    def loss(self, part, have):
        """The loss of `part` with the images `have` (..., k), one number for each (...)."""
        wanted = self.wanted[part]
        distance = ((have - wanted) ** 2 / wanted).sum(axis=-1)
        return distance + self.total * np.maximum(0, self.least[part] - have).sum(axis=-1)


def _fill(task, random):
    """A first allocation: shape (b,)."""
    parts = np.zeros(len(task.counts), dtype=np.int64)
    order = random.permutation(len(parts))
    missing = task.wanted.astype(float)
    # Within a factor of two in size the order stays random, so that seeds differ.
    scale = np.frexp(task.sizes.astype(float))[1]
    several = order[task.sizes[order] > 1]
    for bundle in several[np.argsort(-scale[several], kind="stable")]:
        count = task.counts[bundle]
        # What the chi-squared distance of each part changes by when it takes the bundle.
        change = (count * (count - 2 * missing) / task.wanted).sum(axis=1)
        parts[bundle] = change.argmin()
        missing[parts[bundle]] -= count
    single = order[task.sizes[order] == 1]
    classes = task.counts[single].argmax(axis=1) if len(single) else single
    for k in range(task.counts.shape[1]):
        # Later parts take from the ends, in turn, so that asking one for more takes nothing away.
        rest = single[classes == k]
        for part in range(len(task.wanted) - 1, 0, -1):
            taken = min(len(rest), max(0, int(missing[part, k])))
            parts[rest[:taken]] = part
            rest = rest[taken:][::-1]
        parts[rest] = 0
    return parts


def _improve(task, parts):
    """Change `parts` in place by moves and swaps until none lowers the loss."""
    while change := _best_change(task, parts):
        for bundle, part in change:
            parts[bundle] = part


def _best_change(task, parts):
    """The best move, or if none helps the best swap, as (bundle, part) pairs; () if none helps."""
    every = np.arange(len(task.wanted))
    have = task.have(parts)
    now = task.loss(every, have)
    if now.sum() < _GAIN:
        return ()
    # Bundles with the same images in the same part are as good as each other.
    kinds = np.column_stack([parts, task.counts])
    _, examples = np.unique(kinds, axis=0, return_index=True)
    home, count = parts[examples], task.counts[examples]
    left = task.loss(home, have[home] - count) - now[home]
    joined = task.loss(every, have + count[:, np.newaxis]) - now
    joined[np.arange(len(home)), home] = np.inf
    change = left[:, np.newaxis] + joined
    kind, part = np.unravel_index(change.argmin(), change.shape)
    if change[kind, part] < -_GAIN:
        return ((examples[kind], part),)
    if len(examples) ** 2 * count.shape[1] > _MOST_SWAPS:
        return ()
    given = count[np.newaxis] - count[:, np.newaxis]  # what the first of two gets more
    mine = task.loss(home[:, np.newaxis], have[home][:, np.newaxis] + given) - now[home][:, None]
    change = np.where(home[:, np.newaxis] == home, np.inf, mine + mine.T)
    one, other = np.unravel_index(change.argmin(), change.shape)
    if change[one, other] < -_GAIN:
        return ((examples[one], home[other]), (examples[other], home[one]))
    return ()
