"""`Dataset.per_class` and `Dataset.take`."""

import dataclasses

import numpy as np
import pytest

from course_utils import CourseError, Dataset
from course_utils.datasets.decoding import FolderImages


@pytest.fixture
def dataset():
    labels = np.repeat(np.arange(3), [10, 20, 30])
    return Dataset(np.arange(60), labels, ("a", "b", "c"), name="toy")  # pictures are numbers


@pytest.mark.parametrize("seed", [0, 1, 17])
def test_draws_are_nested_balanced_and_without_repetition(dataset, seed):
    previous = set()
    for n in (1, 3, 7, 10):
        drawn = dataset.per_class(n, seed)
        assert np.bincount(drawn.labels).tolist() == [n, n, n]
        assert np.array_equal(drawn.labels, dataset.labels[drawn.images])
        assert len(set(drawn.images)) == 3 * n
        assert previous < set(drawn.images)
        previous = set(drawn.images)


def test_draws_depend_on_the_seed_alone(dataset):
    first, again, other = (dataset.per_class(5, seed).images for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert set(first) != set(other)


def test_too_many_asked_for(dataset):
    with pytest.raises(CourseError, match="has 10 images of 'a', fewer than the 11"):
        dataset.per_class(11, 0)


def test_taking_files_does_not_decode_them():
    images = FolderImages([f"nowhere/{i}.png" for i in range(6)], 8)
    dataset = Dataset(images, np.array([0, 0, 0, 1, 1, 1]), ("a", "b"))
    drawn = dataset.per_class(2, 0)
    assert drawn.images.shape == (4, 8, 8, 3)
    assert [int(p[8]) // 3 for p in drawn.images.paths] == drawn.labels.tolist()


def test_groups_are_carried_along(dataset):
    groups = np.array([f"patient {i // 2}" for i in range(60)])
    grouped = dataclasses.replace(dataset, groups=groups)
    for taken in (grouped.take(np.array([7, 3, 3])), grouped.per_class(4, 1), grouped.take([59])):
        assert taken.groups.tolist() == [f"patient {i // 2}" for i in taken.images]
    assert dataset.groups is None
    assert dataset.take([1, 2]).groups is None
