"""Proxy A-distance: its ends, what moves it, and what must not."""

import numpy as np
import pytest

from course_utils import CourseError
from course_utils.transferability import proxy_a_distance

SIZES = [(150, 150, 5), (150, 150, 400), (200, 60, 20), (40, 300, 200)]


def pair(n, m, d, shift, seed=0):
    """Two normal clouds whose means are `shift` standard deviations apart."""
    random = np.random.default_rng([n, m, d, seed])
    source, target = random.normal(size=(n, d)), random.normal(size=(m, d))
    target[:, 0] += shift
    return source, target


@pytest.mark.parametrize(("n", "m", "d"), SIZES)
def test_one_distribution_is_no_distance(n, m, d):
    """Clipping at 0 leaves the upper half of the noise: less than a standard deviation of it."""
    found = [proxy_a_distance(*pair(n, m, d, 0, seed), seed=seed) for seed in range(12)]
    # Half-sized standard errors of the two domains' errors, made a distance.
    noise = 4 * np.hypot(0.25 / np.sqrt(n), 0.25 / np.sqrt(m))
    assert np.mean(found) < noise
    assert np.min(found) == 0


@pytest.mark.parametrize(("n", "m", "d"), SIZES)
def test_separable_domains_are_two_apart(n, m, d):
    source, target = pair(n, m, d, 0)
    assert proxy_a_distance(source, target + 8) == 2


@pytest.mark.parametrize(("n", "m", "d"), [(400, 400, 2), (900, 100, 2), (100, 900, 2)])
@pytest.mark.parametrize("shift", [1.0, 2.0, 3.0])
def test_near_the_value_of_the_best_classifier(n, m, d, shift):
    """Two normal clouds: the lowest balanced error is Phi(-shift / 2), whatever the sizes."""
    from scipy.stats import norm

    expected = 2 * (1 - 2 * norm.cdf(-shift / 2))
    found = [proxy_a_distance(*pair(n, m, d, shift, seed), seed=seed) for seed in range(6)]
    assert np.isclose(np.mean(found), expected, atol=0.12)


def test_as_many_features_as_a_resnet50_has_and_few_examples():
    """A small shift of every feature is found, although 2048 of them outnumber 400 examples."""
    random = np.random.default_rng(0)
    source, target = random.normal(size=(2, 200, 2048))
    assert proxy_a_distance(source, target) < 0.3
    assert proxy_a_distance(source, target + 0.15) > 1.5


def test_the_seed_is_all_the_chance_there_is():
    source, target = pair(60, 80, 10, 1)
    found = [proxy_a_distance(source, target, seed) for seed in (0, 0, 1, 2, 3)]
    assert found[0] == found[1]
    assert len(set(found)) > 2


def test_shifting_and_scaling_features_changes_nothing():
    source, target = pair(80, 80, 6, 1.5)
    scale = np.array([1e-3, 1, 10, 1e3, 5, 0.1])
    expected = proxy_a_distance(source, target)
    assert proxy_a_distance(source * scale + 7, target * scale + 7) == expected


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        (np.ones((20, 3)), np.ones((20, 4)), "source has 3 features and the target 4"),
        (np.ones((9, 3)), np.ones((20, 3)), r"source features must be .* at least 10 .* \(9, 3\)"),
    ],
)
def test_mistakes(source, target, sentence):
    with pytest.raises(CourseError, match=sentence):
        proxy_a_distance(source, target)
