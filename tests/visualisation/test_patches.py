"""The best patches of a set, where it is known which they are."""

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import CourseError
from course_utils.visualisation import as_inputs, receptive_field, run_until, top_patches

RANDOM = np.random.default_rng(11)
MARK = RANDOM.choice([0, 255], size=(5, 5, 3)).astype(np.uint8)


@pytest.fixture
def detector():
    """Channel 1 answers to `MARK`, the more the stronger it is drawn; channel 0 to brightness."""
    network = nn.Sequential(nn.Conv2d(3, 2, 5, stride=2, padding=2, bias=False), nn.ReLU())
    with torch.no_grad():
        network[0].weight[0] = 1
        network[0].weight[1] = torch.from_numpy(MARK / 127.5 - 1).permute(2, 0, 1)
    return network


@pytest.fixture
def marked():
    """Grey images, in some of which the mark stands, at another place and strength in each."""
    images = np.full((40, 24, 32, 3), 128, dtype=np.uint8)
    strengths, units = {}, {}
    for place, number in enumerate(RANDOM.permutation(40)[:7].tolist()):
        row, column = RANDOM.integers(1, 11), RANDOM.integers(1, 15)
        strengths[number], units[number] = 0.3 + 0.1 * place, (row, column)
        drawn = 128 + strengths[number] * (MARK.astype(float) - 128)
        images[number, 2 * row - 2 : 2 * row + 3, 2 * column - 2 : 2 * column + 3] = drawn
    return images, strengths, units


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_the_marks_are_found_strongest_first(detector, marked, batch_size):
    images, strengths, units = marked
    found = top_patches(detector, "1", images, 1, count=7, batch_size=batch_size)
    expected = sorted(strengths, key=strengths.get, reverse=True)
    assert found.numbers[0].tolist() == expected
    assert [tuple(at) for at in found.positions[0]] == [units[number] for number in expected]
    assert found.patches.shape == (1, 7, 5, 5, 3) and found.patches.dtype == np.uint8
    for patch, number in zip(found.patches[0], expected, strict=True):
        drawn = 128 + strengths[number] * (MARK.astype(float) - 128)
        assert np.array_equal(patch, drawn.astype(np.uint8))


def test_scores_are_the_maxima_of_the_maps(resnet, images):
    found = top_patches(resnet, "encoder.stages.1", images, [2, 5], count=3)
    with torch.no_grad():
        maps = run_until(resnet, "encoder.stages.1", as_inputs(images)).numpy()
    for row, channel in enumerate([2, 5]):
        assert sorted(found.numbers[row]) == [0, 1, 2]  # each image once
        assert (np.diff(found.scores[row]) <= 0).all()
        for score, number, (y, x) in zip(*(part[row] for part in found[1:]), strict=True):
            assert np.isclose(score, maps[number, channel].max(), rtol=1e-4)
            assert np.isclose(score, maps[number, channel, y, x], rtol=1e-4)


def test_patches_at_an_edge_are_moved_inwards(detector):
    images = np.full((1, 24, 32, 3), 100, dtype=np.uint8)
    images[0, :, 30:] = 255  # the brightest square is cut off by the padding at the right
    found = top_patches(detector, "1", images, 0, count=1)
    left = min(2 * found.positions[0, 0, 1] - 2, 32 - 5)
    assert np.array_equal(found.patches[0, 0, 0], images[0, 0, left : left + 5])


def test_a_field_larger_than_the_image_gives_the_whole_of_it(resnet, images):
    assert receptive_field(resnet, "encoder.stages.3").size > 64
    found = top_patches(resnet, "encoder.stages.3", images, 0, count=2)
    assert np.array_equal(found.patches[0], images[found.numbers[0]])


def test_the_network_stays_as_it_is(resnet, images, unchanged):
    check = unchanged(resnet)
    found = top_patches(resnet, "embedder", images, [0, 1], count=1)
    check()
    resnet.eval()
    again = top_patches(resnet, "embedder", images, [0, 1], count=1)
    assert np.array_equal(found.scores, again.scores)  # it ran in evaluation mode


@pytest.mark.parametrize(
    ("name", "channels", "count", "sentence"),
    [
        ("embedder", 8, 1, "channels 0 to 7"),
        ("embedder", [0, -1], 1, "channels 0 to 7"),
        ("embedder", 0, 4, r"count, .* from 1 to 3, not 4"),
        ("embedder", 0, 0, r"count, .* from 1 to 3, not 0"),
        ("embeder", 0, 1, "did you mean 'embedder'"),
        ("pooler", 0, 1, "no receptive field"),
    ],
)
def test_mistakes(resnet, images, name, channels, count, sentence):
    with pytest.raises(CourseError, match=sentence):
        top_patches(resnet, name, images, channels, count=count)


def test_a_module_without_maps():
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 64, 2))
    with pytest.raises(CourseError, match="no maps"):
        top_patches(network, "1", np.zeros((2, 8, 8, 3), np.uint8), 0, count=1)
