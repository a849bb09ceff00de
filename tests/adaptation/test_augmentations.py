"""Transformations of source pictures: repeatable, in range, and really closer to the target."""

import functools

import numpy as np
import pytest
import torch

from course_utils.adaptation import MATCHED, MISMATCHED, as_inputs
from course_utils.datasets import load_dataset

EVERY = MATCHED | MISMATCHED
#: By target: the source set, the target set, and their size in pixels.
SETS = {
    "digits": (("digits-rendered", None), ("digits", None), 32),
    "digits-on-photos": (("digits-rendered", None), ("digits-on-photos", None), 32),
    "xray": (("objects", "photo"), ("objects", "xray"), 64),
    "sketch": (("objects", "photo"), ("objects", "sketch"), 64),
}


@functools.cache
def pictures(name, domain, size, n=200):
    images = load_dataset(name, size=size, domain=domain).train.images
    return as_inputs(images[np.random.default_rng(0).permutation(len(images))[:n]])


def random_pictures(n=6, size=24):
    return torch.rand((n, 3, size, size), generator=torch.Generator().manual_seed(n))


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("size", [16, 32, 65])
def test_pictures_stay_pictures(name, size):
    before = random_pictures(size=size)
    kept = before.clone()
    after = EVERY[name](before, generator())
    assert after.shape == before.shape and after.dtype == torch.float32
    assert after.min() >= 0 and after.max() <= 1
    assert torch.equal(before, kept)
    assert not torch.equal(after, before)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_picture_of_one_grey_gives_numbers(name, level):
    after = EVERY[name](torch.full((2, 3, 32, 32), level), generator())
    assert torch.isfinite(after).all() and after.min() >= 0 and after.max() <= 1


@pytest.mark.parametrize("name", EVERY)
def test_the_generator_alone_decides(name):
    before = random_pictures()
    torch.manual_seed(1)
    first = EVERY[name](before, generator(3))
    torch.manual_seed(2)
    assert torch.equal(EVERY[name](before, generator(3)), first)
    if name in MATCHED:
        assert not torch.equal(EVERY[name](before, generator(4)), first)


@pytest.mark.parametrize("name", MATCHED)
def test_pictures_come_out_closer_to_the_target(name):
    """In mean, spread and fineness at every place, the gap shrinks by a third at least."""
    source, target, size = SETS[name]
    source, target = pictures(*source, size), pictures(*target, size)

    def summary(images):
        fine = (images[..., 1:] - images[..., :-1]).abs().mean((0, 3))
        return torch.cat([images.mean(0).flatten(), images.std(0).flatten(), fine.flatten()])

    def gap(images):
        return (summary(images) - summary(target)).norm().item()

    assert gap(MATCHED[name](source, generator())) < 2 / 3 * gap(source)
