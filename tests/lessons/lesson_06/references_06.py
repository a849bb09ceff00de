"""The answers of the course, and definitions written out plainly, to the exercises of lesson 06."""

import math

import numpy as np

from course_utils.measuring.results import Result, compare, transfer_gap
from course_utils.transferability import leep

WORDS = {"above": "helps", "below": "hurts"}


def own_comparison(transferred, scratch):
    gap = transfer_gap(Result(transferred), Result(scratch))
    return gap.mean, WORDS.get(compare(gap), "undecided")


def own_leep(source_probabilities, labels):
    """The course's score refuses labels that are all alike; their exercise asks for 0."""
    return leep(source_probabilities, labels) if np.ptp(labels) else 0.0


def own_verdicts(gains):
    """From the largest mean down to the first that the course's `compare` calls above."""
    results = {name: Result(gain) for name, gain in gains.items()}
    for name in sorted(results, key=lambda name: -results[name].mean):
        if compare(results[name]) == "above":
            return name
    return "scratch"


def level_and_hamilton(weights, sizes, n):
    """The shares as a common level over weights, then Hamilton's method of apportionment."""
    weights, sizes = np.array(weights, dtype=float), np.array(sizes)
    given = weights > 0
    # Sources are full in the order of the level at which they are.
    full = np.sort(sizes[given] / weights[given])
    filled = [np.minimum(level * weights, sizes).sum() for level in full]
    shares = np.minimum(np.interp(n, [0, *filled], [0, *full]) * weights, sizes)
    numbers = np.floor(shares + 1e-9).astype(int)
    ranked = sorted(range(len(weights)), key=lambda i: (round(numbers[i] - shares[i], 9), i))
    for i in ranked[: n - numbers.sum()]:
        numbers[i] += 1
    return numbers


def cao_and_others(probabilities):
    """Equation 1 of arXiv:1808.04205, image by image, and the division that follows it there."""
    weights = [math.fsum(column) / len(column) for column in zip(*probabilities, strict=True)]
    return [weight / max(weights) for weight in weights]


OWN = {
    "06-transfer-gap": own_comparison,
    "06-leep": own_leep,
    "06-choose-source": own_verdicts,
    "06-mixture": level_and_hamilton,
    "06-class-weights": cao_and_others,
}
