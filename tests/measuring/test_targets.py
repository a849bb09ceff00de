"""The sets that sweeps measure on, by name."""

from types import SimpleNamespace

import numpy as np

from course_utils.datasets import corrupt, domains, load_dataset
from course_utils.measuring import targets


def test_public_sets_that_are_here_are_targets_too(monkeypatch):
    here = [SimpleNamespace(name="flowers", domain="photo")]
    monkeypatch.setattr(targets, "public_sets_here", lambda: here)
    assert targets.targets_here()[-1] == "flowers/photo"
    assert "objects/xray" in targets.targets_here() or "objects" not in domains()


def test_a_large_part_is_cut_to_a_random_choice():
    cut = targets.load_target("digits/digits", most=50)
    whole = load_dataset("digits", size=targets.IMAGE_SIZE)
    for part, all_of_it in zip(cut, whole, strict=True):
        assert len(part) == 50 and len(np.unique(part.labels)) == 10
        assert part.class_names == all_of_it.class_names


def test_all_of_a_part_are_in_the_sets_own_order():
    for part, own in zip(
        targets.load_target("digits/digits", size=32, most=None),
        load_dataset("digits", size=32),
        strict=True,
    ):
        np.testing.assert_array_equal(part.labels, own.labels)
        np.testing.assert_array_equal(part.images[:5], own.images[:5])


def test_a_corrupted_target_has_noise_of_its_own_in_each_part():
    plain = targets.load_target("digits/digits", most=20)
    noisy = targets.load_target("digits/digits/noise", severity=0.6, most=20)
    for k, (part, own) in enumerate(zip(noisy, plain, strict=True)):
        expected = corrupt(own, "noise", 0.6, k)
        np.testing.assert_array_equal(np.asarray(part.images), np.asarray(expected.images))
        assert not np.array_equal(np.asarray(part.images), np.asarray(own.images))
