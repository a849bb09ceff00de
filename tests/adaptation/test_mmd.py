"""MMD against the loops of its definition, and in what it must not depend on."""

import math

import numpy as np
import pytest
import torch

from course_utils import CourseError
from course_utils.adaptation.mmd import MMDLoss

FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
SIZES = [(6, 6, 1), (9, 5, 3), (3, 14, 20), (2, 2, 4)]


def domains(n, m, d, seed=0):
    random = np.random.default_rng([n, m, d, seed])
    return random.normal(size=(n, d)), 1.5 * random.normal(size=(m, d)) + 0.5


def tensors(*arrays):
    return [torch.from_numpy(array) for array in arrays]


def squared_distance(x, y):
    return sum((a - b) ** 2 for a, b in zip(x, y, strict=True))


def mean_distance(source, target):
    """Mean squared distance over all pairs of different examples of the pooled samples."""
    pooled = [*source, *target]
    n = len(pooled)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    return sum(squared_distance(pooled[i], pooled[j]) for i, j in pairs) / len(pairs)


def by_definition(source, target, factors=FACTORS, bandwidth=None):
    bandwidth = bandwidth or mean_distance(source, target)

    def mean_kernel(first, second, factor):
        values = [
            math.exp(-squared_distance(x, y) / (factor * bandwidth)) for x in first for y in second
        ]
        return sum(values) / len(values)

    return sum(
        mean_kernel(source, source, factor)
        + mean_kernel(target, target, factor)
        - 2 * mean_kernel(source, target, factor)
        for factor in factors
    ) / len(factors)


@pytest.mark.parametrize("factors", [FACTORS, (1.0,), [3, 0.1]])
@pytest.mark.parametrize(("n", "m", "d"), SIZES)
def test_the_definition(n, m, d, factors):
    source, target = domains(n, m, d)
    found = MMDLoss(factors)(*tensors(source, target)).item()
    assert np.isclose(found, by_definition(source, target, factors), rtol=1e-10)


@pytest.mark.parametrize(("n", "m", "d"), [(6, 6, 1), (4, 7, 3), (2, 2, 4)])
def test_the_gradient_holds_the_bandwidth_fixed(n, m, d):
    """Against central differences of the definition, with the bandwidth of the given samples."""
    samples = domains(n, m, d)
    inputs = [sample.requires_grad_() for sample in tensors(*samples)]
    found = torch.autograd.grad(MMDLoss()(*inputs), inputs)
    bandwidth = mean_distance(*samples)
    step = 1e-5
    for k, sample in enumerate(samples):
        for place in np.ndindex(sample.shape):
            values = []
            for sign in (1, -1):
                moved = [np.array(array) for array in samples]
                moved[k][place] += sign * step
                values.append(by_definition(*moved, bandwidth=bandwidth))
            expected = (values[0] - values[1]) / (2 * step)
            assert np.isclose(found[k][place].item(), expected, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("value", [0.0, 0.1, -300.0])
def test_identical_examples_give_zero_and_a_finite_gradient(value):
    inputs = [torch.full((n, 3), value, requires_grad=True) for n in (4, 6)]
    loss = MMDLoss()(*inputs)
    gradients = torch.autograd.grad(loss, inputs)
    assert abs(loss) < 1e-6
    assert all(torch.isfinite(gradient).all() for gradient in gradients)


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ((6, 3), (6, 4), "the source has 3 of them, the target 4"),
        ((1, 3), (6, 3), r"source features .* at least 2 examples, not \(1, 3\)"),
        ((6, 3), (1, 3), r"target features .* at least 2 examples, not \(1, 3\)"),
        ((6, 3, 2), (6, 3, 2), r"source features .* not \(6, 3, 2\)"),
    ],
)
def test_wrong_shapes(source, target, sentence):
    with pytest.raises(CourseError, match=sentence):
        MMDLoss()(torch.ones(source), torch.ones(target))
