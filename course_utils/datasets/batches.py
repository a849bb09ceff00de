"""Batches drawn from a set without end: the order that a network sees examples in."""

from collections.abc import Iterator, Sequence

import numpy as np


def shuffled_batches(
    n: int, batch_size: int, seed: int | Sequence[int] | np.random.Generator
) -> Iterator[np.ndarray]:
    """Positions of the examples in each batch, for ever: one shuffle after another.

    No example comes again before all others came, save within the batch where one shuffle ends
    and the next begins.

    Parameters
    ----------
    n : int
        How many examples there are.
    batch_size : int
    seed : int, sequence of int, or numpy.random.Generator
        As `numpy.random.default_rng` takes it.

    Yields
    ------
    array of int, shape (batch_size,)
    """
    random = np.random.default_rng(seed)
    waiting = np.empty(0, dtype=np.int64)
    while True:
        while len(waiting) < batch_size:
            waiting = np.concatenate([waiting, random.permutation(n)])
        yield waiting[:batch_size].copy()
        waiting = waiting[batch_size:]
