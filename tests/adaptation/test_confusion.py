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


@pytest.mark.parametrize("scale", [0.0, 0.1, 3.0, 100.0, 1e4])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("n", "k"), SIZES)
def test_bounds(n, k, seed, scale):
    logits = torch.from_numpy(made_logits(n, k, scale, seed))
    assert 0 <= EntropyLoss()(logits) <= math.log(k) + 1e-12
    assert 0 <= ClassConfusionLoss()(logits) <= (k - 1) / k + 1e-12


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_the_upper_bounds_are_reached_where_all_classes_are_equally_likely(n, k):
    logits = torch.full((n, k), 3.0, dtype=torch.float64)
    assert np.isclose(EntropyLoss()(logits), math.log(k))
    assert np.isclose(ClassConfusionLoss()(logits), (k - 1) / k)


def confident(classes, k, size):
    return size * torch.eye(k, dtype=torch.float64)[classes]


@pytest.mark.parametrize("k", [2, 5, 12])
def test_nothing_in_the_limit_of_certain_predictions_of_every_class(k):
    classes = torch.arange(3 * k) % k
    for loss in LOSSES:
        losses = [loss(confident(classes, k, size)).item() for size in (1, 5, 25, 125, 625)]
        assert losses == sorted(losses, reverse=True)
        assert losses[0] > 0.1 and losses[-1] < 1e-12


@pytest.mark.parametrize("k", [2, 5, 12])
@pytest.mark.parametrize("size", [30.0, 1e3, 1e6])
def test_one_class_for_all_is_a_way_out_for_entropy_and_not_for_confusion(k, size):
    logits = confident(torch.zeros(3 * k, dtype=torch.long), k, size)
    assert EntropyLoss()(logits) < 1e-6
    assert np.isclose(ClassConfusionLoss()(logits), (k - 1) / k, atol=1e-3)


def test_two_classes_mixed_up_cost_more():
    """The same number of examples: half of them certain, or all torn between two classes."""
    k = 4
    clear = confident(torch.arange(8) % k, k, 20)
    pair = torch.arange(8) % 2
    torn = confident(pair * 2, k, 20) + confident(pair * 2 + 1, k, 20)
    half_torn = torch.cat([clear[:4], torn[4:]])
    losses = [ClassConfusionLoss()(logits).item() for logits in (clear, half_torn, torn)]
    assert losses[0] < 0.01 and losses == sorted(losses)
    assert np.isclose(losses[-1], 0.5, atol=0.01)  # each class shares all its examples with one


def test_certain_examples_weigh_more():
    """One certain and one torn example: the confusion is below the plain mean of the two."""
    logits = torch.tensor([[50.0, 0.0], [0.0, 50.0], [0.0, 0.0]], dtype=torch.float64)
    weight = 1 + math.exp(-math.log(2))  # of the torn one; the certain ones weigh 2
    expected = (weight / 4) / (2 + weight / 2)
    assert np.isclose(ClassConfusionLoss(1.0)(logits), expected)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
@pytest.mark.parametrize(("n", "k"), SIZES)
def test_what_must_not_matter(n, k, loss):
    logits = torch.from_numpy(made_logits(n, k))
    random = np.random.default_rng(0)
    rows, columns = (torch.from_numpy(random.permutation(count)) for count in (n, k))
    expected = loss(logits)
    assert torch.isclose(loss(logits[rows][:, columns]), expected)
    assert torch.isclose(loss(logits + 100), expected)
    assert torch.isclose(loss(torch.cat([logits, logits])), expected)


@pytest.mark.parametrize(("n", "k"), SIZES)
def test_gradients(n, k):
    logits = torch.from_numpy(made_logits(n, k)).requires_grad_()
    assert torch.autograd.gradcheck(EntropyLoss(), (logits,))
    assert torch.autograd.gradcheck(prediction_entropy, (logits,))


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
def test_following_the_gradient_lowers_the_loss(loss):
    logits = torch.from_numpy(made_logits(30, 4, scale=1.0)).requires_grad_()
    first = loss(logits).item()
    optimiser = torch.optim.Adam([logits], lr=0.1)
    for _ in range(150):
        optimiser.zero_grad()
        loss(logits).backward()
        optimiser.step()
    assert loss(logits).item() < 0.2 * first
    assert len(logits.argmax(1).unique()) == 4  # single predictions are free to stay apart


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
@pytest.mark.parametrize("shape", [(0, 3), (4, 1), (4,), (2, 3, 4)])
def test_wrong_shapes(shape, loss):
    with pytest.raises(CourseError, match=r"\(examples, classes\)"):
        loss(torch.ones(shape))


@pytest.mark.parametrize("temperature", [0, -1, math.nan])
def test_impossible_temperatures(temperature):
    with pytest.raises(CourseError, match="temperature must be above 0"):
        ClassConfusionLoss(temperature)
