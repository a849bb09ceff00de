"""LEEP against its definition, its known ends, and what it must not change under."""

import numpy as np
import pytest

from course_utils.transferability import leep, nce

SHAPES = [(2, 2, 2), (9, 5, 3), (40, 3, 10), (200, 30, 7), (20, 50, 4)]


def predictions(n, sources, targets, seed=0):
    """Probabilities that go from sharp to flat, and labels that have something to do with them."""
    random = np.random.default_rng([n, sources, targets, seed])
    labels = np.r_[0, 1, random.integers(targets, size=n - 2)]
    outputs = random.normal(size=(targets, sources))[labels] + random.normal(size=(n, sources))
    return softmax(outputs * random.uniform(0, 5, size=(n, 1))), labels


def softmax(outputs):
    exponentials = np.exp(outputs)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def by_definition(probabilities, labels):
    """Equations 1 and 2 and the score of the paper, a number at a time."""
    n, sources = probabilities.shape
    joint = {}
    for i in range(n):
        for z in range(sources):
            joint[labels[i], z] = joint.get((labels[i], z), 0) + probabilities[i, z] / n
    total = 0.0
    for i in range(n):
        expected = 0.0
        for z in range(sources):
            marginal = sum(joint[y, z] for y in set(labels))
            expected += probabilities[i, z] * joint[labels[i], z] / marginal
        total += np.log(expected)
    return total / n


@pytest.mark.parametrize("shape", SHAPES)
def test_the_definition(shape):
    probabilities, labels = predictions(*shape)
    assert np.isclose(leep(probabilities, labels), by_definition(probabilities, labels), rtol=1e-12)


def test_the_authors_of_log_me_find_the_same():
    """LEEP.py of github.com/thuml/LogME (1dbc4d1), iris's measurements put through a softmax."""
    from sklearn.datasets import load_iris

    measurements, species = load_iris(return_X_y=True)
    assert np.isclose(leep(softmax(measurements), species), -0.9855696036587303, rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_certain_predictions_give_the_negative_conditional_entropy(shape):
    probabilities, labels = predictions(*shape)
    likeliest = probabilities.argmax(axis=1)
    certain = np.eye(probabilities.shape[1])[likeliest]
    assert np.isclose(leep(certain, labels), nce(likeliest, labels), atol=1e-14)


@pytest.mark.parametrize("shape", SHAPES)
def test_between_the_entropy_of_the_labels_and_none(shape):
    """Flat predictions leave the shares of the classes; those that name the class leave nothing."""
    probabilities, labels = predictions(*shape)
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    least = np.sum(shares * np.log(shares))
    flat = np.full_like(probabilities, 1 / probabilities.shape[1])
    assert np.isclose(leep(flat, labels), least)
    assert np.isclose(leep(np.eye(labels.max() + 3)[labels], labels), 0)
    assert leep(probabilities, labels) < 0


def test_sums_that_rounding_moved_make_no_score_above_the_best():
    labels = np.arange(12) % 3
    assert leep(1.0004 * np.eye(3)[labels], labels) == 0
