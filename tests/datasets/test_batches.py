"""Batches without end: each round holds every example once, and the seed decides its order."""

import itertools

import numpy as np
import pytest

from course_utils.datasets.batches import shuffled_batches


@pytest.mark.parametrize(("n", "batch_size"), [(10, 3), (10, 10), (3, 8), (64, 64), (65, 64)])
def test_every_example_comes_once_in_each_round(n, batch_size):
    batches = shuffled_batches(n, batch_size, seed=0)
    stream = itertools.chain.from_iterable(batches)
    rounds = [[int(next(stream)) for _ in range(n)] for _ in range(6)]
    assert all(sorted(one) == list(range(n)) for one in rounds)
    assert len({tuple(one) for one in rounds}) > 1
    assert next(batches).shape == (batch_size,)


def test_the_seed_decides():
    first, again, other = (
        next(shuffled_batches(50, 40, seed)) for seed in ((0, 0), (0, 0), (0, 1))
    )
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert np.array_equal(first, np.random.default_rng((0, 0)).permutation(50)[:40])
