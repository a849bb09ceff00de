"""The sets that sweeps measure on, by the names that records give them: `"set/domain"`."""

from functools import cache

import numpy as np

from course_utils.datasets import Splits, domains, load_dataset, public_sets_here

IMAGE_SIZE = 64
#: Of a larger part, a random choice of this many images is used.
MOST_IMAGES = 4000


def targets_here() -> list[str]:
    """What ships, and the public sets on this computer: each domain as `"set/domain"`."""
    every = domains() | {entry.name: (entry.domain,) for entry in public_sets_here()}
    return [f"{name}/{domain}" for name, own in every.items() for domain in own]


@cache
def load_target(target: str) -> Splits:
    """The splits of `"set/domain"` at `IMAGE_SIZE` pixels, each part cut to `MOST_IMAGES`."""
    name, domain = target.split("/")
    splits = load_dataset(name, size=IMAGE_SIZE, domain=domain)
    random = np.random.default_rng(0)
    return Splits(*(part.take(random.permutation(len(part))[:MOST_IMAGES]) for part in splits))
