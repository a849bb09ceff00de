"""The dial: continuous, and ever farther from the original, on a fine grid of severities."""

import functools
import itertools

import numpy as np
import pytest
import skimage.data
from PIL import Image
from sklearn.datasets import load_sample_image

from course_utils.datasets import load_dataset
from course_utils.datasets.corruptions import CORRUPTIONS, corrupt

GRID = np.linspace(0, 1, 101)
HALF_AS_FINE = GRID[::2]  # for the shipped sets, to save time

# Mean absolute difference of a picture, in grey levels, that a hundredth of the dial may make.
LARGEST_STEP = 6

every_corruption = pytest.mark.parametrize("name", CORRUPTIONS)
all_but_jpeg = pytest.mark.parametrize("name", [name for name in CORRUPTIONS if name != "jpeg"])


@functools.cache
def pictures(kind):
    """Sets of pictures of one kind: a list of arrays, each of one size."""
    if kind == "natural":
        return [crops(10, 64, 64), crops(3, 96, 96, 1), crops(3, 60, 90, 2)]
    if kind in ("digits", "materials"):
        return [load_dataset(kind).test.images[: {"digits": 6, "materials": 12}[kind]]]
    random = np.random.default_rng(0)
    colours = random.integers(0, 256, (6, 1, 1, 3), dtype=np.uint8)
    colours[0], colours[1] = 0, 255
    return [np.tile(colours, (1, 32, 48, 1))]


def crops(count, height, width, seed=0):
    """Random parts of photographs in colour, resized, shape (count, height, width, 3), uint8."""
    random = np.random.default_rng(seed)
    photographs = [load_sample_image("china.jpg"), load_sample_image("flower.jpg")]
    photographs += [skimage.data.astronaut(), skimage.data.cat(), skimage.data.coffee()]
    cut = []
    for photograph in itertools.islice(itertools.cycle(photographs), count):
        longest = min(photograph.shape[:2])
        side = random.integers(longest // 3, longest)
        y, x = (random.integers(0, length - side + 1) for length in photograph.shape[:2])
        part = Image.fromarray(photograph[y : y + side, x : x + side])
        cut.append(np.asarray(part.resize((width, height), Image.Resampling.LANCZOS)))
    return np.stack(cut)


def distances(first, second):
    """Mean absolute difference of each picture, in grey levels."""
    return np.abs(first.astype(np.int16) - second).mean(axis=(1, 2, 3))


@functools.cache
def turned(name, kind):
    """Distances to the original, (101 or 51, n), and from each severity to the next."""
    grid = HALF_AS_FINE if kind in ("digits", "materials") else GRID
    from_original, from_last = [], []
    for images in pictures(kind):
        shown = [corrupt(images, name, severity) for severity in grid]
        from_original.append([distances(images, each) for each in shown])
        from_last.append([distances(a, b) for a, b in itertools.pairwise(shown)])
    return np.concatenate(from_original, axis=1), np.concatenate(from_last, axis=1)


@every_corruption
@pytest.mark.parametrize("kind", ["natural", "materials"])
def test_every_step_leads_farther_from_photographs(name, kind):
    mean = turned(name, kind)[0].mean(axis=1)
    assert mean[0] == 0
    assert (np.diff(mean) > 0).all()


@all_but_jpeg
def test_no_step_leads_nearer_to_digits(name):
    mean = turned(name, "digits")[0].mean(axis=1)
    assert (np.diff(mean) >= 0).all()
    assert mean[-1] > 1


@all_but_jpeg
def test_no_step_leads_nearer_to_a_flat_picture(name):
    steps = np.diff(turned(name, "flat")[0], axis=0)
    if name == "fog":  # its field changes as it thickens, and with it where the fog lies
        steps = steps.mean(axis=1)
    assert (steps >= 0).all()


def test_jpeg_leads_away_from_many_flat_pictures_together():
    # A flat square is one number in the file, and may lie nearer to a multiple of a large step
    # than to one of a small step.
    colours = np.random.default_rng(1).integers(0, 256, (100, 1, 1, 3), dtype=np.uint8)
    images = np.tile(colours, (1, 16, 16, 1))
    mean = [distances(images, corrupt(images, "jpeg", severity)).mean() for severity in GRID[::4]]
    assert (np.diff(mean) > 0).all()


@every_corruption
@pytest.mark.parametrize("kind", ["natural", "materials", "digits", "flat"])
def test_a_small_step_of_the_dial_moves_every_picture_little(name, kind):
    steps = turned(name, kind)[1]
    assert steps.max() < LARGEST_STEP * 100 / len(steps)


@every_corruption
@pytest.mark.parametrize("kind", ["natural", "flat"])
@pytest.mark.parametrize("severity", [0, 0.05, 0.2, 0.4, 0.47, 0.6, 0.8, 0.9999])
def test_a_ten_thousandth_is_hardly_seen(name, kind, severity):
    # Rounding moves a flat picture by a whole level, and JPEG goes square by square.
    most = 1.7 if name == "jpeg" else 1
    for images in pictures(kind):
        before, after = (corrupt(images, name, s) for s in (severity, severity + 1e-4))
        assert distances(before, after).max() <= most


@every_corruption
def test_the_whole_dial_is_used(name):
    """A quarter of the way there is something to see, and no half of the way is idle."""
    mean = turned(name, "natural")[0].mean(axis=1)
    assert mean[10] > 1
    assert mean[50] - mean[0] > 0.2 * mean[-1]
    assert mean[-1] - mean[50] > 0.1 * mean[-1]
