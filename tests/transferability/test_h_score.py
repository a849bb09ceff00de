"""H-score against its definition, published values, and what it must not change under."""

import numpy as np
import pytest

from course_utils.transferability import h_score
from course_utils.transferability.h_score import _ledoit_wolf_intensity

# Of examples, features and classes.
SHAPES = [(30, 4, 3), (100, 20, 10), (20, 60, 4), (25, 25, 2), (12, 1, 3)]


def example(n, d, classes, signal=1.0, seed=0):
    random = np.random.default_rng([n, d, classes, seed])
    labels = np.r_[np.arange(classes), random.integers(classes, size=n - classes)]
    means = signal * random.normal(size=(classes, d))
    return (means[labels] + random.normal(size=(n, d))) * random.uniform(0.2, 2, d) + 5, labels


def covariance(rows):
    """Of sums divided by n, a product at a time."""
    mean = sum(rows) / len(rows)
    return sum(np.outer(row - mean, row - mean) for row in rows) / len(rows)


def by_definition(features, labels, shrinkage):
    from sklearn.covariance import ledoit_wolf

    class_means = {y: features[labels == y].mean(axis=0) for y in set(labels)}
    between = covariance([class_means[y] for y in labels])
    if not shrinkage:
        return np.trace(np.linalg.pinv(covariance(list(features)), rcond=1e-11) @ between)
    shrunk, intensity = ledoit_wolf(features)
    return np.trace(np.linalg.inv(shrunk) @ ((1 - intensity) * between))


@pytest.mark.parametrize("shrinkage", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_definition(shape, shrinkage):
    features, labels = example(*shape)
    expected = by_definition(features, labels, shrinkage)
    assert np.isclose(h_score(features, labels, shrinkage), expected, rtol=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_intensity_of_scikit_learn(shape):
    from sklearn.covariance import ledoit_wolf_shrinkage

    for signal in (0, 1, 30):
        features = example(*shape, signal)[0]
        features = features - features.mean(axis=0)
        strengths = np.linalg.svd(features, compute_uv=False) ** 2
        expected = ledoit_wolf_shrinkage(features)
        assert np.isclose(_ledoit_wolf_intensity(features, strengths), expected, atol=1e-12)


def test_published_values():
    """Of iris: the value github.com/flairNLP/transformer-ranker tests its shrunk score by, and
    Pillai's trace, which is the score without shrinkage, as R's `manova` prints it.

    The former divides the covariance of the class means alone by n - 1.
    """
    from sklearn.datasets import load_iris

    iris = load_iris(return_X_y=True)
    assert np.isclose(h_score(*iris) * 150 / 149, 1.177842480406727, rtol=1e-6)
    assert round(h_score(*iris, shrinkage=False), 4) == 1.1919


def test_features_that_name_the_class_have_it_all():
    labels = np.arange(40) % 5
    assert np.isclose(h_score(np.eye(5)[labels], labels, shrinkage=False), 4)


def test_features_of_one_variance_are_not_shrunk():
    """Corners of a square: nothing to shrink, and no division by zero."""
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 3, dtype=float)
    assert np.isclose(h_score(corners, corners[:, 0].astype(int)), 1)
