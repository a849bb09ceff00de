"""Alignment with the labels against its definition, its ends, and what it must not change under."""

import numpy as np
import pytest

from course_utils.transferability import label_alignment

SHAPES = [(6, 2, 2), (30, 5, 3), (40, 100, 4), (12, 12, 6)]


def example(n, d, classes, signal=1.0, seed=0):
    random = np.random.default_rng([n, d, classes, seed])
    labels = np.arange(n) % classes
    return signal * random.normal(size=(classes, d))[labels] + random.normal(size=(n, d)), labels


def kernels(features, labels):
    n = len(labels)
    alike = np.array([[float(labels[i] == labels[j]) for j in range(n)] for i in range(n)])
    return features @ features.T, alike


def centred(kernel):
    n = len(kernel)
    rows, columns, mean = kernel.mean(axis=0), kernel.mean(axis=1), kernel.mean()
    return np.array(
        [[kernel[i, j] - columns[i] - rows[j] + mean for j in range(n)] for i in range(n)]
    )


def cosine(a, b):
    return np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_definition(shape):
    """The cosine between the two centred kernels: alike in features, and of the same class."""
    features, labels = example(*shape)
    expected = cosine(*map(centred, kernels(features, labels)))
    assert np.isclose(label_alignment(features, labels, unbiased=False), expected)


@pytest.mark.parametrize("unbiased", [True, False])
def test_features_that_name_the_class_are_wholly_aligned(unbiased):
    labels = np.arange(20) % 4
    assert np.isclose(label_alignment(np.eye(4)[labels], labels, unbiased), 1)


def test_labels_of_chance_score_nothing_unless_biased():
    pairs = [example(30, 300, 3, signal=0, seed=seed) for seed in range(20)]
    unbiased = [label_alignment(*pair) for pair in pairs]
    assert abs(np.mean(unbiased)) < 3 * np.std(unbiased) / np.sqrt(len(unbiased)) + 0.01
    assert min(label_alignment(*pair, unbiased=False) for pair in pairs) > 0.1
