"""Maximised images excite their channels, and are made as the papers say."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from course_utils import CourseError
from course_utils.visualisation import as_inputs, maximise, run_until
from course_utils.visualisation.maximisation import COLOUR_ROOT, paint


def excitement(network, name, images):
    """The mean of each channel's map: array of shape (images, channels)."""
    with torch.no_grad():
        return run_until(network, name, as_inputs(images)).mean(dim=(2, 3)).numpy()


@pytest.mark.parametrize("name", ["embedder", "encoder.stages.1", "encoder.stages.2"])
def test_each_image_excites_its_channel_more_than_noise(resnet, name):
    channels = [6, 1, 4]
    made = maximise(resnet, name, channels, size=48, steps=15)
    noise = maximise(resnet, name, channels, size=48, steps=0)
    assert made.shape == (3, 48, 48, 3) and made.dtype == np.uint8
    after, before = (excitement(resnet, name, part)[:, channels] for part in (made, noise))
    assert (np.diag(after) > 1.5 * np.diag(before)).all()
    if name == "embedder":  # random channels far up all like much the same
        assert (after.argmax(axis=0) == np.arange(3)).all()


def test_a_colour_and_a_stripe():
    """Channels whose best images are known: red and nothing else, and upright stripes."""
    network = nn.Sequential(nn.Conv2d(3, 2, 9, bias=False), nn.ReLU())
    waves = torch.cos(torch.arange(9) * 2 * torch.pi / 8)
    with torch.no_grad():
        network[0].weight[0] = torch.tensor([1.0, -1, -1])[:, None, None]
        network[0].weight[1] = waves - waves.mean()
    red, stripes = maximise(network, "1", [0, 1], steps=20).astype(float)
    assert (red[..., 0] > red[..., 1:].max(axis=-1) + 100).mean() > 0.9
    power = np.abs(np.fft.rfft2(stripes.mean(axis=-1) - stripes.mean())) ** 2
    row, column = np.unravel_index(power.argmax(), power.shape)
    assert min(row, 64 - row) <= 1 and 5 <= column <= 9  # about eight upright waves


def test_a_channel_that_is_silent_at_first_is_woken():
    network = nn.Sequential(nn.Conv2d(3, 1, 3), nn.ReLU())
    with torch.no_grad():
        network[0].weight[:] = torch.tensor([1.0, -1, -1])[:, None, None] / 9
        network[0].bias[:] = -150  # grey noise does not reach it
    assert excitement(network, "1", maximise(network, "1", 0, steps=0)) < 1
    assert excitement(network, "1", maximise(network, "1", 0, steps=20)) > 50


def test_the_seed_decides(resnet):
    first, again = (maximise(resnet, "embedder", [0, 1], size=32, steps=3) for _ in range(2))
    other = maximise(resnet, "embedder", [0, 1], size=32, steps=3, seed=1)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_network_stays_as_it_is_and_only_a_part_runs(resnet, unchanged):
    check = unchanged(resnet)
    maximise(resnet, "encoder.stages.0", [0, 1], size=32, steps=2)
    check()

    def never(*call):
        raise AssertionError("a module behind was run")

    resnet.encoder.stages[1].register_forward_hook(never)
    maximise(resnet, "encoder.stages.0", 0, size=32, steps=1)


@pytest.mark.parametrize(
    ("name", "channels", "sentence"),
    [("embedder", 8, "channels 0 to 7"), ("embeder", 0, "did you mean"), ("encoder", 0, "maps")],
)
def test_mistakes(resnet, name, channels, sentence):
    with pytest.raises(CourseError, match=sentence):
        maximise(resnet, name, channels, size=32, steps=1)
    assert not resnet.embedder._forward_hooks


def noise(number, size):
    generator = torch.Generator().manual_seed(3)
    coefficients = torch.randn(number, 3, size, size // 2 + 1, 2, generator=generator)
    painted = paint(coefficients, size).double() / 255
    assert painted.shape == (number, size, size, 3)
    assert painted.min() >= 0 and painted.max() <= 1
    return torch.logit(painted).numpy()  # before the sigmoid


def test_noise_has_the_scales_of_photographs():
    """Amplitude falls as one over frequency, up to where waves become too fine."""
    planes = np.fft.fft2(noise(16, 64).mean(axis=-1))
    amplitude = np.sqrt((np.abs(planes) ** 2).mean(axis=0))[0]
    frequencies = np.arange(2, 13)
    slope = np.polyfit(np.log(frequencies), np.log(amplitude[frequencies]), 1)[0]
    assert abs(slope + 1) < 0.2
    assert amplitude[32] < amplitude[16] / 10


def test_noise_has_the_colours_of_photographs():
    planes = noise(64, 32)
    pixels = (planes - planes.mean(axis=(1, 2), keepdims=True)).reshape(-1, 3)
    root = np.array(COLOUR_ROOT)
    covariance = root @ root.T
    expected = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert np.abs(np.corrcoef(pixels, rowvar=False) - expected).max() < 0.05


def photograph(file):
    package, _, inside = file.partition("/")
    folder = Path(importlib.util.find_spec(package).origin).parent
    return np.asarray(Image.open(folder / inside).convert("RGB"))


def test_the_stored_colours_are_those_of_the_photographs():
    files = [
        *(f"skimage/data/{name}" for name in ("chelsea.png", "coffee.png", "astronaut.png")),
        "skimage/data/rocket.jpg",
        *(f"sklearn/datasets/images/{name}.jpg" for name in ("china", "flower")),
    ]
    pixels = [photograph(file).reshape(-1, 3).astype(float) for file in files]
    covariance = np.mean([np.cov(each, rowvar=False) for each in pixels], axis=0)
    root = np.array(COLOUR_ROOT)
    found = covariance / np.trace(covariance) * 3
    assert np.abs(root @ root - found).max() < 0.003  # JPEG decoders differ a little
    assert np.allclose(root, root.T) and (np.linalg.eigvalsh(root) > 0).all()
