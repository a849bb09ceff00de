"""The fractals: they exist, fill their pictures, and no two classes look alike."""

import fractals
import numpy as np
import pytest
from fractals import iterated_functions as core
from made import random_for

FIRST_CLASSES = range(len(fractals.CLASS_NAMES))


def pictures(class_name, count):
    return np.stack([fractals.draw(class_name, number).image for number in range(count)])


def shape_of(k):
    """A class as a blurred density of 16 by 16 places, without colour, turn or weight."""
    game = core.chaos_game(core.class_parameters(k), np.random.default_rng(0))
    return np.log1p(core.accumulate(*game, 64)[0]).reshape(16, 4, 16, 4).mean(axis=(1, 3))


@pytest.mark.parametrize("class_name", [*fractals.CLASS_NAMES, "fractal-9999", "fractal-123456"])
def test_a_picture_has_its_form_and_is_not_near_empty(class_name):
    images = pictures(class_name, 4)
    assert images.shape == (4, fractals.SIZE, fractals.SIZE, 3) and images.dtype == np.uint8
    brightest = images.max(axis=3)
    filled = (brightest > 16).mean(axis=(1, 2))
    assert filled.min() > 0.1 and filled.max() < 0.9
    assert (brightest.max(axis=(1, 2)) > 200).all()


def test_same_arguments_same_picture_and_each_argument_matters():
    def image(*arguments, **named):
        return fractals.draw(*arguments, **named).image

    first = image("fractal-0003", 5)
    core.class_parameters.cache_clear()
    assert np.array_equal(first, image("fractal-0003", 5))
    for other in (image("fractal-0004", 5), image("fractal-0003", 6)):
        assert not np.array_equal(first, other)
    assert not np.array_equal(first, image("fractal-0003", 5, seed=1))


def test_no_two_pictures_share_a_group():
    made = [fractals.draw(name, number) for name in fractals.CLASS_NAMES[:3] for number in range(3)]
    assert len({one.group for one in made}) == len(made)


@pytest.mark.parametrize("k", FIRST_CLASSES)
def test_a_system_is_as_it_was_asked_for(k):
    maps = core.class_parameters(k)
    assert core.FEWEST_MAPS <= len(maps) <= core.MOST_MAPS and maps.shape[1] == 6
    assert np.abs(maps).max() <= 1
    # The library's singular values, against the formula of the maker.
    stretches = np.linalg.svd(maps[:, :4].reshape(-1, 2, 2), compute_uv=False)[:, 0]
    assert stretches == pytest.approx(core.largest_stretch(maps))
    assert stretches.max() <= core.STRONGEST_MAP + 1e-12
    density, _ = core.accumulate(*core.chaos_game(maps, np.random.default_rng(1)), 64)
    # A few points of another game may fall beside a pixel: hence a little less than asked for.
    assert core.filling_rate(density) >= 0.9 * core.FEWEST_FILLED


def test_parameters_of_a_class_do_not_depend_on_what_was_asked_before():
    core.class_parameters.cache_clear()
    backwards = [core.class_parameters(k) for k in (2, 1, 0)]
    core.class_parameters.cache_clear()
    for k, maps in zip((0, 1, 2), reversed(backwards), strict=True):
        assert np.array_equal(core.class_parameters(k), maps)
        with pytest.raises(ValueError, match="read-only"):
            maps[0, 0] = 0


def test_the_chaos_game_finds_the_sierpinski_triangle():
    corners = np.array([[0, 0], [1, 0], [0, 1]]) / 2
    maps = np.array([[0.5, 0, 0, 0.5, *corner] for corner in corners])
    points, tints = core.chaos_game(maps, np.random.default_rng(0))
    assert points.shape == (core.WALKERS * (core.STEPS - core.SETTLING), 2)
    assert tints.min() >= 0 and tints.max() <= 1
    # In binary, x and y of its points never have a 1 in the same place.
    x, y = (np.clip(points, 0, 1 - 1e-9).T * 2**8).astype(int)
    assert ((x & y) == 0).mean() > 0.99
    assert len(np.unique(x)) == 2**8
    # Each map leads to a third of the points.
    assert [(x >= 2**7).mean(), (y >= 2**7).mean()] == pytest.approx([1 / 3, 1 / 3], abs=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_accumulating_keeps_nearly_every_point_in_its_place(seed):
    random = np.random.default_rng(seed)
    points, tints = random.normal(size=(20_000, 2)) * [3, 1] + 7, random.random(20_000)
    density, tint = core.accumulate(points, tints, 32)
    assert 0.98 * len(points) < density.sum() <= len(points)
    assert np.average(tint, weights=density) == pytest.approx(tints.mean(), abs=0.02)
    right, left = density[:, 16:].sum(), density[:, :16].sum()
    assert 0.7 < right / left < 1.4
    # Wider than high, and the frame keeps the proportions.
    assert (density.sum(axis=0) > 0).mean() > 1.5 * (density.sum(axis=1) > 0).mean()


@pytest.mark.parametrize("k", FIRST_CLASSES)
def test_a_varied_system_still_pulls_points_together(k):
    maps = core.class_parameters(k)
    for number in range(20):
        changed = core.varied(maps, random_for(0, "test", k, number))
        assert core.largest_stretch(changed).max() <= core.STRONGEST_MAP + 1e-12
        assert not np.array_equal(changed, maps)


def test_no_two_classes_look_alike():
    shapes = [shape_of(k) for k in FIRST_CLASSES]

    def likeness(one, other):
        turned = [np.rot90(one[:, ::way], turns) for way in (1, -1) for turns in range(4)]
        return max(np.corrcoef(picture.ravel(), other.ravel())[0, 1] for picture in turned)

    pairs = [(i, j) for i in FIRST_CLASSES for j in range(i)]
    assert max(likeness(shapes[i], shapes[j]) for i, j in pairs) < 0.9
    # The measure does see the same class in another turn.
    assert likeness(np.rot90(shapes[0]), shapes[0]) > 0.999


def test_colour_does_not_tell_the_class():
    """Grey and many hues in every class: what remains is the shape."""
    images = pictures(fractals.CLASS_NAMES[0], 40).astype(float)
    spread = np.ptp(images.mean(axis=(1, 2)), axis=1)
    assert 1 <= (spread < 1e-9).sum() <= 20
    strongest = images.mean(axis=(1, 2))[spread > 1].argmax(axis=1)
    assert set(strongest) == {0, 1, 2}
