"""Altered copies of pictures, as lesson 02's sweep trains on them."""

import numpy as np
import pytest

from course_utils.lessons.lesson_02 import frozen_variants


@pytest.mark.parametrize("kind", ["matched", "label-breaking"])
def test_augmented_copies_stand_behind_the_originals(kind):
    own = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    images, labels = frozen_variants.augmented(own, np.arange(4), kind, seed=0)
    assert images.shape == (4 * (1 + frozen_variants.VIEWS), 32, 32, 3)
    assert np.array_equal(images[:4], own)
    assert np.array_equal(labels.reshape(-1, 4), np.tile(np.arange(4), (5, 1)))
    assert not np.array_equal(images[4:8], images[:4])
    again, _ = frozen_variants.augmented(own, np.arange(4), kind, seed=0)
    assert np.array_equal(images, again)


def test_matched_copies_have_no_border_and_stay_alike():
    image = np.full((1, 32, 32, 3), 77, np.uint8)
    images, _ = frozen_variants.augmented(image, np.array([0]), "matched", seed=0)
    assert (images == 77).all()
