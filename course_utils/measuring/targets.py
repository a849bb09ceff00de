"""The sets that sweeps measure on, by the names that records give them: `"set/domain"`."""

from functools import cache

import numpy as np

from course_utils.datasets import Splits, corrupt, domains, load_dataset, public_sets_here

IMAGE_SIZE = 64
#: Of a larger part, a random choice of this many images is used.
MOST_IMAGES = 4000


def targets_here() -> list[str]:
    """What ships, and the public sets on this computer: each domain as `"set/domain"`."""
    every = domains() | {entry.name: (entry.domain,) for entry in public_sets_here()}
    return [f"{name}/{domain}" for name, own in every.items() for domain in own]


@cache
def load_target(
    target: str,
    size: int = IMAGE_SIZE,
    severity: float = 0.0,
    most: int | None = MOST_IMAGES,
) -> Splits:
    """The splits of a target.

    Parameters
    ----------
    target : str
        `"set/domain"`, or `"set/domain/corruption"` for pictures that are all corrupted.
    size : int
        Shorter side in pixels.
    severity : float
        Of the corruption, from 0 to 1.
    most : int, optional
        Of each part, this many pictures in random order; None for all, in the set's own order.
    """
    name, domain, *corruption = target.split("/")
    splits = load_dataset(name, size=size, domain=domain)
    random = np.random.default_rng(0)
    parts = list(splits)
    if most is not None:
        parts = [part.take(random.permutation(len(part))[:most]) for part in parts]
    if corruption:
        # Each part has noise of its own: what is drawn depends on seed and position.
        parts = [corrupt(part, corruption[0], severity, k) for k, part in enumerate(parts)]
    return Splits(*parts)
