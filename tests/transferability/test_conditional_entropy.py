"""Negative conditional entropy against its definition, its ends, and another library."""

import numpy as np
import pytest

from course_utils.transferability import nce

SHAPES = [(2, 2, 2), (10, 3, 4), (50, 20, 3), (300, 5, 40), (30, 100, 2)]


def pairs(n, sources, targets, seed=0):
    random = np.random.default_rng([n, sources, targets, seed])
    labels = np.r_[0, 1, random.integers(targets, size=n - 2)]
    guess = random.integers(sources, size=targets)[labels]
    return np.where(random.random(n) < 0.5, guess, random.integers(sources, size=n)), labels


def entropy(labels):
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return -np.sum(shares * np.log(shares))


@pytest.mark.parametrize("shape", SHAPES)
def test_mutual_information_less_the_entropy_of_the_labels(shape):
    """scikit-learn's mutual information is the reference."""
    from sklearn.metrics import mutual_info_score

    sources, labels = pairs(*shape)
    expected = mutual_info_score(sources, labels) - entropy(labels)
    assert np.isclose(nce(sources, labels), expected, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_from_nothing_known_to_all(shape):
    sources, labels = pairs(*shape)
    assert np.isclose(nce(np.zeros_like(labels), labels), -entropy(labels))
    assert nce(labels, labels) == 0
    assert nce(np.arange(len(labels)), labels) == 0
    assert -entropy(labels) - 1e-12 <= nce(sources, labels) <= 0
