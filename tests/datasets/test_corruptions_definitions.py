"""Each corruption against its definition, worked out in another way or by another library."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from course_utils.datasets.corruptions import corrupt, sensor, weather

LEVELS = {
    "noise": (0.08, 0.12, 0.18, 0.26, 0.38),
    "blur": (3, 4, 6, 8, 10),
    "contrast": (0.4, 0.3, 0.2, 0.1, 0.05),
    "brightness": (0.1, 0.2, 0.3, 0.4, 0.5),
    "fog": ((1.5, 2), (2, 2), (2.5, 1.7), (2.75, 1.5), (3, 1.4)),
    "jpeg": (25, 18, 15, 10, 7),
}


def at_levels(name):
    """Severity and parameter at each of the benchmark's levels."""
    return pytest.mark.parametrize(
        "severity, parameter",
        [((k + 1) / 5, parameter) for k, parameter in enumerate(LEVELS[name])],
    )


@pytest.fixture(scope="module")
def photographs():
    """Two photographs of 224 pixels, as the benchmark has them."""
    china, flower = load_sample_image("china.jpg"), load_sample_image("flower.jpg")
    return np.stack([china[100:324, 60:284], flower[50:274, 200:424]])


def flat(level, side=64):
    return np.full((1, side, side, 3), level, dtype=np.uint8)


def as_bytes(shares):
    return np.clip(np.rint(255 * shares), 0, 255)


def off_by(corrupted, expected):
    """The largest difference, in grey levels."""
    return np.abs(corrupted.astype(float) - expected).max()


@at_levels("noise")
def test_noise_has_the_standard_deviation_of_its_level(severity, parameter):
    middle = flat(128, side=200)
    noisy = corrupt(middle, "noise", severity).astype(float) - 128
    assert np.mean(noisy) == pytest.approx(0, abs=1)
    # The middle half of a normal distribution, which no cut at black or white reaches.
    lower, upper = np.quantile(noisy, [0.25, 0.75])
    assert (upper - lower) / 1.349 / 255 == pytest.approx(parameter, rel=0.03)


def test_noise_is_one_field_turned_up():
    fields = [(corrupt(flat(128), "noise", s).astype(float) - 128) / s for s in (0.1, 0.2)]
    assert np.abs(fields[0] - fields[1]).max() < 0.5 / 0.1 + 0.5 / 0.2 + 1e-6
    between_channels = np.corrcoef(fields[0].reshape(-1, 3).T) - np.eye(3)
    assert np.abs(between_channels).max() < 0.1


@at_levels("blur")
def test_blur_spreads_a_point_over_a_disc(severity, parameter):
    point = np.zeros((1, 224, 224, 3), dtype=np.uint8)
    point[0, 112, 112] = 255
    # A disc of radius r has a variance of r^2 / 4 in each direction; rounding to 8 bits would
    # hide a single point's tail, so the weights themselves are looked at.
    kernel = sensor.disc(parameter)
    places = np.arange(len(kernel)) - len(kernel) // 2
    variance = kernel.sum(axis=0) @ places**2
    assert parameter**2 / 4 <= variance <= parameter**2 / 4 + 0.25
    assert kernel.sum() == pytest.approx(1)
    assert np.allclose(kernel, kernel[::-1]) and np.allclose(kernel, kernel.T)
    outside = np.hypot(places[:, np.newaxis], places) > parameter + np.sqrt(2)
    assert (kernel[outside] == 0).all()
    inside = np.hypot(places[:, np.newaxis], places) < parameter - np.sqrt(2)
    assert np.allclose(kernel[inside], 1 / (np.pi * parameter**2), rtol=0.1)
    shown = corrupt(point, "blur", severity)[0, ..., 0].astype(float)
    reach = len(kernel) // 2
    around = shown[112 - reach : 113 + reach, 112 - reach : 113 + reach]
    assert np.abs(around - 255 * kernel).max() <= 0.5 + 1e-4


def test_the_disc_shrinks_with_the_picture(photographs):
    """Blurred small and blurred large, then made small, a photograph looks the same."""
    small = photographs.reshape(2, 112, 2, 112, 2, 3).mean(axis=(2, 4))
    from_small = corrupt(as_bytes(small / 255).astype(np.uint8), "blur", 1)
    from_large = corrupt(photographs, "blur", 1).reshape(2, 112, 2, 112, 2, 3).mean(axis=(2, 4))
    assert np.abs(from_small - from_large).mean() < 0.05 * np.abs(small - from_large).mean() + 0.5


@at_levels("contrast")
def test_contrast_by_its_formula(severity, parameter, photographs):
    shares = photographs / 255
    means = shares.mean(axis=(1, 2), keepdims=True)
    expected = as_bytes((shares - means) * parameter + means)
    assert off_by(corrupt(photographs, "contrast", severity), expected) <= 1
    assert np.mean(corrupt(photographs, "contrast", severity) != expected) < 1e-4


@at_levels("brightness")
def test_brightness_by_another_library_s_hsv(severity, parameter, photographs):
    from skimage.color import hsv2rgb, rgb2hsv

    random = np.random.default_rng(0).integers(0, 256, photographs.shape, dtype=np.uint8)
    random[0, :8] = 0  # black has no hue
    for images in (photographs, random):
        hsv = rgb2hsv(images / 255)
        hsv[..., 2] = np.clip(hsv[..., 2] + parameter, 0, 1)
        assert off_by(corrupt(images, "brightness", severity), as_bytes(hsv2rgb(hsv))) <= 1


@at_levels("fog")
def test_fog_by_its_formula(severity, parameter, photographs):
    thickness, decay = parameter
    name = [*b"fog", 4]
    draws = np.stack(
        [
            2 * np.random.default_rng([*name, i]).random((256, 256), dtype=np.float32) - 1
            for i in range(2)
        ]
    )
    field = weather.plasma(draws, decay)[:, :224, :224, np.newaxis]
    shares = photographs / 255
    brightest = shares.max(axis=(1, 2, 3), keepdims=True)
    expected = as_bytes((shares + thickness * field) * brightest / (brightest + thickness))
    assert off_by(corrupt(photographs, "fog", severity, seed=4), expected) <= 1


def test_plasma_of_one_draw_is_a_smooth_hill():
    """With one random amount, in the middle, everything else follows as means of neighbours."""
    draws = np.zeros((1, 8, 8), dtype=np.float32)
    draws[0, 4, 4] = 1
    field = weather.plasma(draws, 2)[0]
    assert field[4, 4] == 1 and field[0, 0] == 0
    # The middles of the edges have the corner twice and the hill twice, as the map wraps around.
    assert field[0, 4] == field[4, 0] == 0.5
    assert field[2, 2] == field[2, 6] == field[6, 6] == (0 + 0.5 + 0.5 + 1) / 4
    # A second one, two scales finer, has lost the square of the decay twice.
    draws[0, 1, 1] = 1
    assert weather.plasma(draws, 2)[0, 1, 1] - field[1, 1] == 2**-4


def test_fog_is_one_bank_that_thickens():
    fields = [corrupt(flat(255), "fog", s)[0, ..., 0].ravel() for s in (0.05, 0.2, 0.4)]
    assert np.corrcoef(fields)[0].min() > 0.99
    other = corrupt(flat(255), "fog", 0.2, seed=1)[0, ..., 0].ravel()
    assert abs(np.corrcoef(fields[1], other)[0, 1]) < 0.9


@pytest.mark.parametrize("severity, kept", [(0.4, 0.5), (1, 0.25)])
def test_pixelation_is_a_box_resize_there_and_back(severity, kept, photographs):
    side = round(224 * kept)
    box = Image.Resampling.BOX
    for image, shown in zip(photographs, corrupt(photographs, "pixelation", severity), strict=True):
        expected = Image.fromarray(image).resize((side, side), box).resize((224, 224), box)
        assert off_by(shown, np.asarray(expected, dtype=float)) <= 1


def test_blocks_at_the_far_edges_may_be_cut():
    image = np.arange(7, dtype=np.uint8)[np.newaxis, np.newaxis, :, np.newaxis] * 10
    shown = corrupt(np.tile(image, (1, 5, 1, 3)), "pixelation", 1)
    assert shown[0, :, :, 0].tolist() == [[15, 15, 15, 15, 50, 50, 50]] * 5


@at_levels("jpeg")
def test_jpeg_at_a_level_is_the_file_of_that_quality(severity, parameter, photographs):
    for image, shown in zip(photographs, corrupt(photographs, "jpeg", severity), strict=True):
        file = BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=parameter)
        assert np.array_equal(shown, np.asarray(Image.open(file)))


def test_jpeg_between_levels_takes_each_square_from_one_of_two_files(photographs):
    low, high = (corrupt(photographs, "jpeg", severity) for severity in (1, 0.8))
    between = corrupt(photographs, "jpeg", 0.85)
    squares = [
        each.reshape(2, 14, 16, 14, 16, 3).transpose(0, 1, 3, 2, 4, 5).reshape(2, 196, -1)
        for each in (low, high, between)
    ]
    from_low, from_high = ((squares[2] == each).all(axis=2) for each in squares[:2])
    assert (from_low | from_high).all()
    # A quarter of them, but for one that is the same in both files.
    assert from_low.sum(axis=1).min() >= 49 - 1
    assert (~from_high).sum(axis=1).max() <= 49 + 1


def test_a_colour_cast_is_three_gains_that_cancel():
    images = np.repeat(flat(100), 50, axis=0)
    full, half = (corrupt(images, "colour-cast", s)[:, 0, 0].astype(float) for s in (1, 0.5))
    logarithms = np.log(full / 100)
    assert np.abs(logarithms.sum(axis=1)).max() < 0.03  # rounding
    assert np.abs(np.log(half / 100) - logarithms / 2).max() < 0.02
    warmth = logarithms[:, 0] - logarithms[:, 2]
    assert 0.8 * 0.9 * np.sqrt(2) < warmth.max() < 1.02 * 0.9 * np.sqrt(2)
    assert -1.02 * 0.9 * np.sqrt(2) < warmth.min() < -0.8 * 0.9 * np.sqrt(2)
