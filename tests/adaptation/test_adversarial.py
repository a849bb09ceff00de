"""Domain-adversarial losses: what they count, who learns what, and what CDAN adds to DANN."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from course_utils import CourseError
from course_utils.adaptation.adversarial import ConditionalAdversarialLoss, DomainAdversarialLoss

SIZES = [(8, 8), (3, 20), (20, 3), (1, 5)]
N_FEATURES, N_CLASSES = 5, 3


def batch(n, m, columns=N_FEATURES, seed=0):
    """Features, or logits, of a source and a target batch."""
    random = np.random.default_rng([n, m, columns, seed])
    return [
        torch.from_numpy(random.normal(size=(count, columns)) + shift)
        for count, shift in ((n, 0.0), (m, 0.7))
    ]


def plain_loss(logits, n):
    """Half the cross-entropy of each domain, the first n examples being the source."""
    source, target = logits[:n, 0], logits[n:, 0]
    return (
        binary_cross_entropy_with_logits(source, torch.ones_like(source))
        + binary_cross_entropy_with_logits(target, torch.zeros_like(target))
    ) / 2


def reading_logits():
    """A DANN loss whose features are the discriminator's logits themselves."""
    loss = DomainAdversarialLoss(1)
    loss.discriminator = nn.Identity()
    return loss


def gradients(value, of):
    return torch.autograd.grad(value, of, retain_graph=True)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ([2.0, 1.0], [-1.0, -0.1, -5.0], 1.0),
        ([-2.0, -1.0], [1.0, 0.1, 5.0], 0.0),
        ([1.0] * 3, [1.0] * 97, 0.5),
        ([-1.0] * 3, [-1.0] * 97, 0.5),
        ([0.0] * 3, [0.0] * 5, 0.5),
        ([1.0, -1.0], [-1.0, -1.0, -1.0, 1.0], (1 / 2 + 3 / 4) / 2),
        ([1.0], [1.0] * 9 + [-1.0], (1 + 1 / 10) / 2),
    ],
)
def test_balanced_accuracy(source, target, expected):
    loss = reading_logits()
    assert math.isnan(loss.accuracy)
    loss(torch.tensor(source)[:, None], torch.tensor(target)[:, None], 1.0)
    assert isinstance(loss.accuracy, float) and np.isclose(loss.accuracy, expected)


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0, 2.0])
@pytest.mark.parametrize(("n", "m"), SIZES)
def test_only_the_features_gradient_is_reversed(n, m, strength):
    loss = DomainAdversarialLoss(N_FEATURES).double()
    features = [x.requires_grad_() for x in batch(n, m)]
    weights = list(loss.parameters())
    reversed_loss = loss(*features, strength)
    plain = plain_loss(loss.discriminator(torch.cat(features)), n)
    assert torch.isclose(reversed_loss, plain, rtol=1e-10)
    pairs = zip(gradients(reversed_loss, weights), gradients(plain, weights), strict=True)
    assert all(torch.allclose(found, expected, rtol=1e-9) for found, expected in pairs)
    found, expected = (gradients(value, features) for value in (reversed_loss, plain))
    for k in range(2):
        assert torch.allclose(found[k], -strength * expected[k], rtol=1e-9)
        assert expected[k].abs().max() > 1e-4
        assert strength > 0 or (found[k] == 0).all()


def conditional():
    return ConditionalAdversarialLoss(N_FEATURES, N_CLASSES, 16).double()


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_conditioning_by_definition(n, m):
    """Every outer product by hand, in the order that the discriminator takes them."""
    loss = conditional()
    features, logits = batch(n, m), batch(n, m, N_CLASSES)
    expected = 0.0
    for domain, sign in ((0, -1), (1, 1)):
        total = 0.0
        for f, z in zip(features[domain].numpy(), logits[domain].numpy(), strict=True):
            p = np.exp(z) / np.exp(z).sum()
            product = [p[c] * f[j] for c in range(N_CLASSES) for j in range(N_FEATURES)]
            logit = loss.discriminator(torch.tensor(product, dtype=torch.float64)).item()
            total += math.log(1 + math.exp(sign * logit))
        expected += total / len(features[domain]) / 2
    found = loss(features[0], logits[0], features[1], logits[1], 1.0).item()
    assert np.isclose(found, expected, rtol=1e-9)


def test_the_classifier_does_not_learn_from_it():
    """The probabilities carry no gradient; features and the discriminator's weights do."""
    loss = conditional()
    source, target = (x.requires_grad_() for x in batch(6, 9))
    logits = [x.requires_grad_() for x in batch(6, 9, N_CLASSES)]
    loss(source, logits[0], target, logits[1], 1.0).backward()
    assert all(x.grad is None for x in logits)
    assert all(x.grad.abs().max() > 0 for x in (source, target, *loss.parameters()))


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ((6, 5), (6, 4), "the source has 5 of them, the target 4"),
        ((6, 4), (6, 4), r"features of shape \(examples, 5\), not \(6, 4\)"),
        ((0, 5), (6, 5), r"source features .* at least 1 example, not \(0, 5\)"),
        ((6, 5), (5,), r"target features .* not \(5,\)"),
    ],
)
def test_wrong_features(source, target, sentence):
    with pytest.raises(CourseError, match=sentence):
        DomainAdversarialLoss(N_FEATURES)(torch.ones(source), torch.ones(target), 1.0)


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ((6, 3), (7, 3), "8 rows of features and 7 of logits"),
        ((6, 4), (8, 3), r"logits of shape \(examples, 3\), not \(6, 4\)"),
        ((6,), (8, 3), r"logits of shape \(examples, 3\), not \(6,\)"),
    ],
)
def test_wrong_logits(source, target, sentence):
    loss = ConditionalAdversarialLoss(N_FEATURES, N_CLASSES)
    with pytest.raises(CourseError, match=sentence):
        loss(torch.ones(6, 5), torch.ones(source), torch.ones(8, 5), torch.ones(target), 1.0)
