"""CKA against its definition with centring matrices, and what it must not change under."""

import itertools

import numpy as np
import pytest

from course_utils import CourseError
from course_utils.transferability import linear_cka

SHAPES = [(6, 2, 3), (12, 30, 4), (12, 4, 30), (20, 40, 50), (50, 7, 7), (5, 5, 5)]


def features(n, p, seed=0):
    random = np.random.default_rng([n, p, seed])
    return random.normal(size=(n, p)) @ np.diag(random.uniform(0.1, 3, p)) + random.normal(size=p)


def rotation(p, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(p, p)))[0]


def by_definition(a, b):
    """HSIC(K, L) over the root of HSIC(K, K) HSIC(L, L), with HSIC = tr(KHLH) / (n - 1)²."""
    n = len(a)
    h = np.eye(n) - np.ones((n, n)) / n

    def hsic(k, other):
        return np.trace(k @ h @ other @ h) / (n - 1) ** 2

    k, other = a @ a.T, b @ b.T
    return hsic(k, other) / np.sqrt(hsic(k, k) * hsic(other, other))


def unbiased_by_definition(a, b):
    """The same with each HSIC as the mean over all four different examples (Song 2012)."""

    def hsic(k, other):
        total, count = 0.0, 0
        for i, j, q, r in itertools.permutations(range(len(k)), 4):
            total += k[i, j] * (other[i, j] + other[q, r] - 2 * other[i, q])
            count += 1
        return total / count

    k, other = a @ a.T, b @ b.T
    return hsic(k, other) / np.sqrt(hsic(k, k) * hsic(other, other))


@pytest.mark.parametrize(("n", "p", "q"), SHAPES)
def test_the_definition(n, p, q):
    a, b = features(n, p), features(n, q, seed=1)
    assert np.isclose(linear_cka(a, b), by_definition(a, b), rtol=1e-10)


@pytest.mark.parametrize(("n", "p", "q"), [(4, 9, 9), (6, 2, 3), (7, 20, 3), (9, 4, 4)])
def test_the_unbiased_definition(n, p, q):
    a, b = features(n, p), features(n, q)
    assert np.isclose(linear_cka(a, b, unbiased=True), unbiased_by_definition(a, b), rtol=1e-8)


@pytest.mark.parametrize("unbiased", [False, True])
@pytest.mark.parametrize(("n", "p", "q"), SHAPES)
def test_turning_scaling_and_moving_change_nothing(n, p, q, unbiased):
    a, b = features(n, p), features(n, q, seed=1)
    expected = linear_cka(a, b, unbiased)
    assert np.isclose(linear_cka(b, a, unbiased), expected)
    assert np.isclose(linear_cka(-1e-6 * a @ rotation(p) + 3, b, unbiased), expected)
    assert np.isclose(linear_cka(a, 1e8 * b @ rotation(q), unbiased), expected)
    order = np.random.default_rng(0).permutation(n)
    assert np.isclose(linear_cka(a[order], b[order], unbiased), expected)
    assert np.isclose(linear_cka(a, a @ rotation(p), unbiased), 1)


def test_unrelated_features_that_outnumber_the_examples():
    """Biased upwards: the plain form calls noise alike, the other one does not."""
    random = np.random.default_rng(0)
    pairs = [(random.normal(size=(20, 200)), random.normal(size=(20, 200))) for _ in range(30)]
    assert np.mean([linear_cka(a, b) for a, b in pairs]) > 0.8
    unbiased = [linear_cka(a, b, unbiased=True) for a, b in pairs]
    assert abs(np.mean(unbiased)) < 3 * np.std(unbiased) / np.sqrt(len(unbiased)) + 0.01


@pytest.mark.parametrize("unbiased", [False, True])
@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        (features(6, 3), features(7, 3), "first has 6 rows, the second 7"),
        (features(6, 3), np.full((6, 3), 0.1), "second representation is the same"),
        (np.zeros((6, 3)), features(6, 3), "first representation is the same"),
        (features(3, 3), features(3, 3), "at least 4"),
    ],
)
def test_mistakes(a, b, sentence, unbiased):
    with pytest.raises(CourseError, match=sentence):
        linear_cka(a, b, unbiased)
