"""The sets that sweeps measure on, by name."""

from types import SimpleNamespace

import numpy as np

from course_utils.datasets import domains, load_dataset
from course_utils.measuring import targets


def test_public_sets_that_are_here_are_targets_too(monkeypatch):
    here = [SimpleNamespace(name="flowers", domain="photo")]
    monkeypatch.setattr(targets, "public_sets_here", lambda: here)
    assert targets.targets_here()[-1] == "flowers/photo"
    assert "objects/xray" in targets.targets_here() or "objects" not in domains()


def test_a_large_part_is_cut_to_a_random_choice(monkeypatch):
    monkeypatch.setattr(targets, "MOST_IMAGES", 50)
    cut = targets.load_target.__wrapped__("digits/digits")
    whole = load_dataset("digits", size=targets.IMAGE_SIZE)
    for part, all_of_it in zip(cut, whole, strict=True):
        assert len(part) == 50 and len(np.unique(part.labels)) == 10
        assert part.class_names == all_of_it.class_names
