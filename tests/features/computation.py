"""Something to store: 50 rows in 5 batches, computed when asked for."""

import numpy as np

from course_utils.features.cache import fetch_or_compute

ROWS, BATCH = 50, 10
EXPECTED = np.random.default_rng(0).normal(size=(ROWS, 2, 3)).astype(np.float32)
KEY = "0123abcd"


class Computation:
    """Gives `EXPECTED` in batches, notes where each begins, and fails when it is told to."""

    def __init__(self, fail_at=None, error=KeyboardInterrupt):
        self.begun = []
        self.fail_at = fail_at
        self.error = error

    def __call__(self):
        for start in range(0, ROWS, BATCH):
            if start == self.fail_at:
                raise self.error
            self.begun.append(start)
            yield EXPECTED[start : start + BATCH]


def fetch(computation, key=KEY):
    array = fetch_or_compute(key, ROWS, computation)
    np.testing.assert_array_equal(array, EXPECTED)
    return array
