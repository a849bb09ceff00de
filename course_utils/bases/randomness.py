"""Building a network draws random numbers: this keeps the caller's own sequence as it was."""

import contextlib
import random
from collections.abc import Iterator


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Restore Python's random state, from which Keras seeds every initialiser it makes.

    What is computed once and then read from disk must leave no trace: a head made after
    `keras.utils.set_random_seed(0)` would else start from other weights on the first run than
    on the second.
    """
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)
