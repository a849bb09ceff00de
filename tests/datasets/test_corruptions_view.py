"""Rotation and occlusion: the angle, the area, and that both stay in their place."""

import itertools

import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from course_utils.datasets.corruptions import corrupt


@pytest.mark.parametrize("severity", [0.1, 0.5, 1])
@pytest.mark.parametrize("shape", [(64, 64), (60, 90)])
def test_rotation_turns_by_its_angle_one_way_or_the_other(severity, shape):
    """A line through the middle comes to lie at the angle, and keeps to its side of level."""
    rows, columns = (np.arange(length) - (length - 1) / 2 for length in shape)
    line = np.clip(255 - 60 * np.abs(rows), 0, 255).astype(np.uint8)
    images = np.tile(line[np.newaxis, :, np.newaxis, np.newaxis], (12, 1, shape[1], 3))
    near = np.hypot(rows[:, np.newaxis], columns) < 20  # the mirrored surroundings left out
    signs = []
    for shown in corrupt(images, "rotation", severity)[..., 0]:
        weights = shown * near
        angle = np.arctan2(
            2 * np.sum(weights * np.outer(rows, columns)),
            np.sum(weights * (columns**2 - rows[:, np.newaxis] ** 2)),
        )
        assert abs(np.degrees(angle) / 2) == pytest.approx(45 * severity, abs=1)
        signs.append(np.sign(angle))
    assert set(signs) == {-1, 1}
    assert signs == [1 if sign > 0 else -1 for sign in first_direction()]


def first_direction():
    """Which way the first twelve pictures turn, from what a tiny turn does to a ramp."""
    ramp = np.tile(np.arange(64, dtype=np.uint8)[:, np.newaxis, np.newaxis] * 4, (12, 1, 64, 3))
    turned = corrupt(ramp, "rotation", 0.2).astype(float)[:, 32, :, 0]
    return turned[:, 20] - turned[:, 44]


@pytest.mark.parametrize("severity", [0.01, 0.1, 0.33, 0.5, 1])
@pytest.mark.parametrize("shape", [(64, 64), (60, 90), (5, 3)])
def test_occlusion_hides_half_the_dial_in_a_rectangle(severity, shape):
    images = np.zeros((20, *shape, 3), dtype=np.uint8)
    covered = corrupt(images, "occlusion", severity)[..., 0] / 128
    assert covered.mean(axis=(1, 2)) == pytest.approx(severity / 2, abs=0.01)
    # A rectangle is the product of a stretch of rows and one of columns, up to rounding.
    product = covered.max(axis=2)[:, :, np.newaxis] * covered.max(axis=1)[:, np.newaxis]
    assert np.abs(product - covered * covered.max(axis=(1, 2), keepdims=True)).max() < 0.03


def test_what_is_hidden_stays_hidden():
    images = np.zeros((20, 48, 64, 3), dtype=np.uint8)
    shown = [corrupt(images, "occlusion", severity) for severity in np.linspace(0, 1, 51)]
    assert all((after >= before).all() for before, after in itertools.pairwise(shown))


def test_occlusion_is_grey():
    photograph = load_sample_image("china.jpg")[np.newaxis]
    shown = corrupt(photograph, "occlusion", 1)
    assert np.mean((shown == 128).all(axis=3)) == pytest.approx(0.5, abs=0.02)
