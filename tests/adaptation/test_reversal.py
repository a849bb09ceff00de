"""Gradient reversal: identity forward, exactly minus the strength backward."""

import math

import numpy as np
import pytest
import torch

from course_utils import CourseError
from course_utils.adaptation.reversal import reversal_strength, reverse_gradient

SHAPES = [(), (1,), (7,), (5, 3), (2, 0), (4, 3, 2, 5)]
STRENGTHS = [0.0, 0.1, 0.37, 1.0, 2.5, -1.0]


def random_tensor(shape, dtype, seed=0):
    return torch.from_numpy(np.asarray(np.random.default_rng(seed).normal(size=shape))).to(dtype)


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_gradient_is_exactly_minus_strength_times_that_of_the_identity(shape, dtype, strength):
    """In the middle of a computation, bit for bit: on its far side nothing has changed yet."""
    start = random_tensor(shape, dtype)

    def gradients(between):
        near = start.clone().requires_grad_()
        far = between(near)
        far.retain_grad()
        (torch.sin(3 * far) * random_tensor(shape, dtype, seed=1)).sum().backward()
        return near.grad, far.grad

    identity, _ = gradients(lambda x: x.view_as(x))
    reversed_, far = gradients(lambda x: reverse_gradient(x, strength))
    assert torch.equal(reversed_, -strength * identity)
    assert torch.equal(far, identity)


@pytest.mark.parametrize("shape", SHAPES)
def test_forward_is_the_identity(shape):
    x = random_tensor(shape, torch.float32).requires_grad_()
    passed = reverse_gradient(x, 0.5)
    assert torch.equal(passed, x)
    assert passed.requires_grad and passed is not x


@pytest.mark.parametrize("steepness", [1.0, 10.0, 30.0])
def test_the_schedule(steepness):
    progress = np.linspace(0, 1, 50)
    strengths = [reversal_strength(step, steepness) for step in progress]
    assert strengths[0] == 0
    assert (np.diff(strengths) > 0).all()
    assert min(strengths) >= 0 and max(strengths) <= 1
    assert np.allclose(strengths, [math.tanh(steepness * step / 2) for step in progress])


@pytest.mark.parametrize("progress", [-0.01, 1.01, 50, math.nan])
def test_progress_outside_of_training(progress):
    with pytest.raises(CourseError, match="progress of training must be a number from 0 to 1"):
        reversal_strength(progress)
