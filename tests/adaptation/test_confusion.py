"""Entropy and class confusion against loops, at their limits, and on extreme logits."""

import math

import numpy as np
import pytest
import torch

from course_utils import CourseError
from course_utils.adaptation.confusion import ClassConfusionLoss, EntropyLoss, prediction_entropy

SIZES = [(1, 2), (3, 5), (8, 2), (12, 4), (40, 10)]
LOSSES = [EntropyLoss(), ClassConfusionLoss()]


def made_logits(n, k, scale=3.0, seed=0):
    return scale * np.random.default_rng([n, k, seed]).normal(size=(n, k))


def softmax(row):
    exponentials = [math.exp(value) for value in row]
    return [value / sum(exponentials) for value in exponentials]


def entropy(probabilities):
    return -sum(p * math.log(p) for p in probabilities)


def confusion_by_the_paper(logits, temperature):
    """Rescaling, weights of mean 1, class correlation, category normalisation, off-diagonal."""
    n, k = logits.shape
    p = [softmax(row / temperature) for row in logits]
    certainty = [1 + math.exp(-entropy(row)) for row in p]
    w = [n * value / sum(certainty) for value in certainty]
    c = [[sum(p[i][j] * w[i] * p[i][m] for i in range(n)) for m in range(k)] for j in range(k)]
    normalised = [[c[j][m] / sum(c[j]) for m in range(k)] for j in range(k)]
    return sum(normalised[j][m] for j in range(k) for m in range(k) if m != j) / k


@pytest.mark.parametrize("temperature", [0.7, 1.0, 2.5, 10])
@pytest.mark.parametrize(("n", "k"), SIZES)
def test_class_confusion_is_the_papers(n, k, temperature):
    logits = made_logits(n, k)
    found = ClassConfusionLoss(temperature)(torch.from_numpy(logits)).item()
    assert np.isclose(found, confusion_by_the_paper(logits, temperature), rtol=1e-10)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_entropy_by_definition(n, k):
    logits = made_logits(n, k)
    expected = [entropy(softmax(row)) for row in logits]
    assert np.allclose(prediction_entropy(torch.from_numpy(logits)), expected, rtol=1e-10)
    assert np.isclose(EntropyLoss()(torch.from_numpy(logits)).item(), np.mean(expected))


def confident(classes, k, size):
    return size * torch.eye(k, dtype=torch.float64)[classes]


@pytest.mark.parametrize("k", [2, 5, 12])
@pytest.mark.parametrize("size", [30.0, 1e3, 1e6])
def test_one_class_for_all_is_a_way_out_for_entropy_and_not_for_confusion(k, size):
    logits = confident(torch.zeros(3 * k, dtype=torch.long), k, size)
    assert EntropyLoss()(logits) < 1e-6
    assert np.isclose(ClassConfusionLoss()(logits), (k - 1) / k, atol=1e-3)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_the_gradient_of_confusion_holds_the_weights_fixed(n, k):
    """Against automatic differentiation of the paper's steps, with constant weights."""
    logits = torch.from_numpy(made_logits(n, k)).requires_grad_()

    def stepwise(logits):
        p = (logits / 2.5).softmax(1)
        correlation = (p * weights[:, None]).T @ p
        normalised = correlation / correlation.sum(1, keepdim=True)
        return (normalised.sum() - normalised.trace()) / k

    weights = 1 + torch.exp(-prediction_entropy(logits.detach() / 2.5))
    assert torch.autograd.gradcheck(stepwise, (logits,))
    found, expected = (
        torch.autograd.grad(loss(logits), logits)[0] for loss in (ClassConfusionLoss(), stepwise)
    )
    assert torch.allclose(found, expected, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
@pytest.mark.parametrize("size", [1e2, 1e3, 1e5])
def test_huge_logits_in_single_precision(size, loss):
    """Probabilities that round to 0, of a whole class too, must not become NaN."""
    logits = torch.tensor([[size, 0.0, -size], [0.0, size, -size]], requires_grad=True)
    value = loss(logits)
    value.backward()
    assert torch.isfinite(value) and torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
@pytest.mark.parametrize("shape", [(0, 3), (4, 1), (4,), (2, 3, 4)])
def test_wrong_shapes(shape, loss):
    with pytest.raises(CourseError, match=r"\(examples, classes\)"):
        loss(torch.ones(shape))


@pytest.mark.parametrize("temperature", [0, -1, math.nan])
def test_impossible_temperatures(temperature):
    with pytest.raises(CourseError, match="temperature must be a number above 0"):
        ClassConfusionLoss(temperature)
