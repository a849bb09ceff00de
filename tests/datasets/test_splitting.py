"""`split`: the sizes asked for, nothing on both sides that would give the test away."""

import dataclasses
import itertools
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

from course_utils import CourseError, Dataset
from course_utils.datasets.reporting import CourseWarning
from course_utils.datasets.splitting import apportion, cut, pixel_digests, same_images, split

NAMES = ("a", "b", "c")


def numbered(sizes, groups=None):
    """Images of one pixel, each different, `sizes` of each class, in mixed order."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    order = np.random.default_rng(5).permutation(len(labels))
    images = np.arange(len(labels)).reshape(-1, 1, 1)
    return Dataset(images, labels[order], NAMES[: len(sizes)], name="toy", groups=groups)


def numbers_in(parts):
    return [part.images.ravel().tolist() for part in parts]


def counts(parts):
    return [np.bincount(part.labels, minlength=len(part.class_names)).tolist() for part in parts]


@pytest.mark.parametrize(
    ("validation", "test", "expected"),
    [
        (0.2, 0.2, [[30, 60, 9], [10, 20, 3], [10, 20, 3]]),
        (0.1, 0.3, [[30, 60, 9], [5, 10, 2], [15, 30, 4]]),
        (0.01, 0.01, [[48, 98, 13], [1, 1, 1], [1, 1, 1]]),
    ],
)
def test_every_class_is_split_as_asked(validation, test, expected):
    assert counts(split(numbered([50, 100, 15]), validation, test)) == expected


@pytest.mark.parametrize("seed", [0, 1, 99])
def test_parts_share_nothing_lose_nothing_and_keep_the_order(seed):
    whole = numbered([20, 30])
    parts = numbers_in(split(whole, seed=seed))
    assert sorted(itertools.chain(*parts)) == list(range(50))
    assert all(part == sorted(part) for part in parts)


def test_splits_depend_on_the_seed_alone():
    whole = numbered([20, 30])
    assert numbers_in(split(whole)) == numbers_in(split(whole))
    assert numbers_in(split(whole, seed=1)) != numbers_in(split(whole, seed=2))


def test_splits_without_groups_are_nested():
    whole, before = numbered([40, 60]), None
    for share in (0.02, 0.1, 0.2, 0.35):
        parts = [set(part) for part in numbers_in(split(whole, share, share, seed=3))]
        if before:
            assert before[1] < parts[1] and before[2] < parts[2] and before[0] > parts[0]
        before = parts


def random_groups(random, several_classes):
    """A set with 12 to 60 groups of one to nine images, of one class each or of several."""
    sizes = random.integers(1, 10, random.integers(12, 61))
    groups = np.repeat([f"group {i}" for i in range(len(sizes))], sizes)
    if several_classes:
        labels = random.integers(0, 3, len(groups))
    else:
        labels = np.repeat(np.arange(len(sizes)) % 3, sizes)
    order = random.permutation(len(groups))
    images = np.arange(len(groups)).reshape(-1, 1, 1)
    return Dataset(images, labels[order], NAMES, groups=groups[order])


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("several_classes", [False, True])
def test_no_group_is_on_both_sides_and_the_shares_are_near(seed, several_classes):
    whole = random_groups(np.random.default_rng(seed), several_classes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CourseWarning)
        parts = split(whole, seed=seed)
    for first, second in itertools.combinations(parts, 2):
        assert not set(first.groups) & set(second.groups)
    total = np.bincount(whole.labels)
    largest = np.unique(whole.groups, return_counts=True)[1].max()
    for found, share in zip(counts(parts), (0.6, 0.2, 0.2), strict=True):
        assert min(found) > 0
        assert np.abs(found - share * total).max() <= largest
    assert sorted(itertools.chain(*numbers_in(parts))) == list(range(len(whole)))


def test_groups_that_fit_are_split_exactly():
    """Fonts: each of twenty groups has two images of every class."""
    groups = np.tile([f"font {i}" for i in range(20)], 6)
    whole = Dataset(np.arange(120).reshape(-1, 1, 1), np.repeat([0, 1, 2], 40), NAMES)
    parts = split(dataclasses.replace(whole, groups=groups))
    assert counts(parts) == [[24] * 3, [8] * 3, [8] * 3]
    assert [len(set(part.groups)) for part in parts] == [12, 4, 4]
    assert set(split(dataclasses.replace(whole, groups=groups), seed=1).test.groups) != set(
        parts.test.groups
    )


def test_what_came_out_far_from_what_was_asked_is_told():
    groups = np.repeat([f"patient {i}" for i in range(4)], 9)
    whole = Dataset(np.arange(36).reshape(-1, 1, 1), np.tile([0, 1, 2], 12), NAMES, groups=groups)
    told = r"test has 3 of a, 3 of b, 3 of c instead of a share of 0\.05 of each class"
    with pytest.warns(CourseWarning, match=told) as caught:
        split(whole, 0.3, 0.05)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("with_groups", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_equal_images_land_on_one_side(with_groups, seed):
    """Copies link their groups: those of both go to one side."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 60, 100)  # of sixty pictures, many are there more than once
    groups = np.array([f"group {i // 2}" for i in range(100)]) if with_groups else None
    labels = pixels % 2
    whole = Dataset(pixels.reshape(-1, 1, 1), labels, ("a", "b"), groups=groups)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CourseWarning)
        try:
            parts = split(whole, seed=seed)
        except CourseError as error:  # everything may be linked with everything
            assert with_groups and "group" in str(error)
            return
    for first, second in itertools.combinations(parts, 2):
        assert not set(first.images.ravel()) & set(second.images.ravel())
        if with_groups:
            assert not set(first.groups) & set(second.groups)
    assert sum(map(len, parts)) == 100
    if not with_groups:
        assert counts(parts)[2] == [apportion(n, (0.6, 0.2, 0.2))[2] for n in np.bincount(labels)]


def test_another_process_splits_alike():
    """Python salts its own hash anew in every process."""
    program = (
        "import numpy as np; from course_utils import Dataset\n"
        "from course_utils.datasets.splitting import split\n"
        "groups = np.array(['g%d' % (i // 3) for i in range(60)])\n"
        "whole = Dataset(np.arange(60).reshape(-1, 1), np.arange(60) // 30, ('a', 'b'),"
        " groups=groups)\n"
        "print([part.images.ravel().tolist() for part in split(whole)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert len(outputs) == 1 and "[" in outputs.pop()


@pytest.mark.parametrize(
    ("sizes", "options", "message"),
    [
        ([20, 20], {"validation": 0.5, "test": 0.5}, "leave nothing for train"),
        ([20, 3], {"validation": 0.5, "test": 0.49}, "leave no image of 'a' for train"),
        ([20, 2], {}, "'b' has 2 different images, too few"),
        ([0, 0], {}, "'toy' has no images"),
        ([20, 20], {"validation": 0}, "validation must be a number above 0"),
        ([20, 20], {"test": -0.1}, "test must be a number above 0"),
        ([20, 20], {"seed": -1}, "seed must be a whole number"),
        ([20], {"groups": ["x", *["y"] * 19]}, "has 2 groups, too few"),
        ([20], {"groups": ["x"] * 3}, r"groups of shape \(3,\) for 20 images"),
    ],
)
def test_mistakes_are_told(sizes, options, message):
    whole = numbered(sizes, options.pop("groups", None))
    with pytest.raises(CourseError, match=message):
        split(whole, **options)


def test_groups_that_leave_a_part_without_a_class():
    """Three classes in a ring: each lies in three groups, but no three of the groups have all."""
    pairs = [(0, 1), (0, 1), (0, 2), (1, 2)]
    labels = np.array([k for pair in pairs for k in pair] + [2])
    groups = np.array([f"g{i // 2}" for i in range(8)] + ["g3b"])
    whole = Dataset(np.arange(9).reshape(-1, 1, 1), labels, NAMES, groups=groups)
    with pytest.raises(CourseError, match="No way was found to give every part"):
        split(whole)


@pytest.mark.parametrize("shares", [(0.6, 0.2, 0.2), (0.7, 0.29, 0.01), (0.33, 0.34, 0.33)])
def test_apportioned_numbers_are_whole_near_and_complete(shares):
    for total in range(20, 200):
        found = apportion(total, shares)
        assert sum(found) == total
        assert all(abs(a - b * total) < 1 for a, b in zip(found, shares, strict=True))


def test_the_cut_of_folders_stays_as_it_is():
    """Stored results of lessons depend on it."""
    labels = np.arange(40) % 2
    digests = [f"{(i * 7) % 37:02}" for i in range(40)]
    rest, out = cut(labels, digests, ("a", "b"), 0.2, 5)
    assert out.tolist() == [2, 3, 13, 16, 17, 20, 21, 36, 39]
    assert sorted([*rest, *out]) == list(range(40))


def test_same_images_and_digests():
    images = np.array([[[1]], [[2]], [[1]], [[3]], [[2]], [[1]]], dtype=np.uint8)
    assert same_images(pixel_digests(images)) == [[0, 2, 5], [1, 4]]
    wide, tall = np.zeros((1, 2, 3), np.uint8), np.zeros((1, 3, 2), np.uint8)
    assert pixel_digests(wide)[0] != pixel_digests(tall)[0]
