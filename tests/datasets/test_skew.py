"""Class proportions: the dial and the draws it leads to."""

import numpy as np
import pytest

from course_utils import CourseError, Dataset
from course_utils.datasets import label_drift, skewed


def dataset(*counts):
    """A set whose pictures are numbers, so that every draw can be traced."""
    labels = np.repeat(np.arange(len(counts)), counts)
    names = tuple("abcdefghij"[: len(counts)])
    return Dataset(np.arange(len(labels)), labels, names, name="toy")


def total_variation(p, q):
    return np.abs(p - q).sum() / 2


@pytest.mark.parametrize("n_classes", [2, 3, 7, 10])
def test_the_dial_moves_evenly_from_uniform_to_half_of_the_classes(n_classes):
    uniform = label_drift(n_classes, 0)
    assert np.allclose(uniform, 1 / n_classes)
    gone = n_classes // 2
    for amount in np.linspace(0, 1, 6):
        proportions = label_drift(n_classes, amount)
        assert np.isclose(proportions.sum(), 1) and (proportions >= 0).all()
        assert np.isclose(total_variation(proportions, uniform), amount * gone / n_classes)
        assert np.allclose(proportions[n_classes - gone :], (1 - amount) / n_classes)
    assert np.count_nonzero(label_drift(n_classes, 1)) == n_classes - gone


@pytest.mark.parametrize(("n_classes", "amount"), [(1, 0.5), (10, -0.1), (10, 1.1), (10, np.nan)])
def test_no_dial(n_classes, amount):
    with pytest.raises(CourseError, match=r"(n_classes|amount) must be"):
        label_drift(n_classes, amount)


@pytest.mark.parametrize("seed", range(20))
def test_counts_are_the_proportions_by_largest_remainder(seed):
    random = np.random.default_rng(seed)
    k, n = random.integers(2, 8), int(random.integers(1, 200))
    proportions = random.dirichlet(np.ones(k))
    part = dataset(*[200] * k)
    drawn = skewed(part, proportions, n, seed)
    assert len(drawn) == n == len(set(drawn.images))
    assert np.array_equal(drawn.labels, part.labels[drawn.images])
    counts, exact = np.bincount(drawn.labels, minlength=k), proportions * n
    assert (np.abs(counts - exact) < 1).all()
    up = counts > exact
    if up.any() and not up.all():  # whoever is rounded up had no smaller remainder
        assert (exact % 1)[up].min() >= (exact % 1)[~up].max()


@pytest.mark.parametrize(
    ("proportions", "n", "counts"),
    [
        ((0.29, 0.71), 100, [29, 71]),
        ((0.5, 0.5), 5, [3, 2]),
        ((1 / 3, 1 / 3, 1 / 3), 7, [3, 2, 2]),
        ((0.5, 0, 0.5), 3, [2, 0, 1]),
        ((0.1,) * 10, 23, [3, 3, 3, 2, 2, 2, 2, 2, 2, 2]),
        (label_drift(4, 1), 9, [5, 4, 0, 0]),
    ],
)
def test_counts_by_hand(proportions, n, counts):
    drawn = skewed(dataset(*[100] * len(counts)), proportions, n, seed=0)
    assert np.bincount(drawn.labels, minlength=len(counts)).tolist() == counts


def test_draws_of_one_seed_share_what_their_counts_allow():
    part = dataset(*[60] * 4)
    draws = [skewed(part, label_drift(4, amount), 80, seed=1) for amount in (0, 0.5, 1)]
    for one in draws:
        for other in draws:
            counts = [np.bincount(draw.labels, minlength=4) for draw in (one, other)]
            shared = set(one.images.tolist()) & set(other.images.tolist())
            assert len(shared) == np.minimum(*counts).sum()


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_number_named_is_the_largest_that_can_be_drawn(seed):
    random = np.random.default_rng(seed)
    k = random.integers(2, 6)
    part, proportions = dataset(*random.integers(3, 40, k)), random.dirichlet(np.ones(k))
    with pytest.raises(CourseError, match=r"ask for at most \d+ images\.") as error:
        skewed(part, proportions, 10_000, seed)
    largest = int(str(error.value).split("at most ")[1].split()[0])
    assert len(skewed(part, proportions, largest, seed)) == largest
    for n in range(largest + 1, largest + 30):
        with pytest.raises(CourseError, match=f"at most {largest} images"):
            skewed(part, proportions, n, seed)


def test_the_class_that_lacks_images_is_named():
    with pytest.raises(CourseError, match=r"'toy' has 5 images of 'b', fewer than the 50 .* most"):
        skewed(dataset(100, 5), (0.5, 0.5), 100, seed=0)
    with pytest.raises(CourseError, match=r"0 images of 'b'.* give that class the proportion 0"):
        skewed(dataset(100, 0), (0.1, 0.9), 10, seed=0)


@pytest.mark.parametrize(
    ("proportions", "n", "sentence"),
    [
        ((0.5, 0.5), 3, "one proportion for each of the 3 classes"),
        ((0.5, 0.6, -0.1), 3, "the least being -0.1"),
        ((0.5, 0.5, 0.5), 3, "sum to 1.5"),
        ((0.5, np.nan, 0.5), 3, "sum to 1"),
        ((0.5, 0.25, 0.25), 0, "n must be a whole number of at least 1, not 0"),
    ],
)
def test_mistakes(proportions, n, sentence):
    with pytest.raises(CourseError, match=sentence):
        skewed(dataset(9, 9, 9), proportions, n, seed=0)
