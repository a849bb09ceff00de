"""A target that lacks classes: DANN is led astray, PartialDANN is not, and costs little at no lack.

The toy is a row of classes along the diagonal, so that either coordinate tells them; in the
target the second coordinate is moved down. The network's one feature is a weighted sum of the
two, which begins as their mean: leaving the second out solves it. Where the target has the first
two classes alone, DANN has another way, which moves the target up to the middle of the row.
"""

import functools

import numpy as np
import pytest
import torch
from torch import nn
from toy import SEEDS, N, accuracy, batches, state, updated

from course_utils.adaptation import (
    DANN,
    AdaptationNetwork,
    PartialDANN,
    adapt,
)
from course_utils.adaptation.networks import seeded

N_CLASSES = 4
EVERY_CLASS = tuple(range(N_CLASSES))
FIRST_TWO = (0, 1)


def row(seed, present):
    """Source points and labels, target points and labels: equally many of the classes present."""
    random = np.random.default_rng(seed)
    labels, target_labels = (np.resize(classes, N) for classes in (EVERY_CLASS, present))

    def points(classes):
        places = 2.0 * (classes - (N_CLASSES - 1) / 2)
        return np.stack([places, places], axis=1) + 0.5 * random.normal(size=(N, 2))

    return points(labels), labels, points(target_labels) - [0, 2], target_labels


def sum_network(seed):
    """One feature: the mean of the two coordinates, to begin with."""
    with seeded(seed):
        classifier = nn.Sequential(nn.Linear(1, 32), nn.ReLU(), nn.Linear(32, N_CLASSES))
        network = AdaptationNetwork(nn.Linear(2, 1), classifier)
    nn.init.constant_(network.features.weight, 0.5)
    nn.init.zeros_(network.features.bias)
    return network


@functools.cache
def on_target(method, seed, present=FIRST_TWO, weight=10.0):
    """Target accuracy of a trained method, and the method."""
    source, labels, target, target_labels = row(seed, present)
    algorithm = method(sum_network(seed), weight=weight, learning_rate=1e-2, seed=seed)
    adapt(algorithm, (source, labels), target, steps=300, seed=seed)
    return accuracy(algorithm.predict(target), target_labels), algorithm


@pytest.mark.parametrize("seed", SEEDS)
def test_it_reaches_a_target_that_lacks_classes_and_fails_with_its_weight_off(seed):
    assert on_target(PartialDANN, seed, weight=0.0)[0] < 0.8
    assert on_target(PartialDANN, seed)[0] > 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_dann_lays_a_target_that_lacks_classes_over_the_others(seed):
    found, algorithm = on_target(DANN, seed)
    assert found < on_target(PartialDANN, seed, weight=0.0)[0] - 0.2
    _, _, target, _ = row(seed, FIRST_TWO)
    answers = algorithm.predict(target).argmax(axis=1)
    assert np.mean(~np.isin(answers, FIRST_TWO)) > 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_at_full_overlap_it_costs_little(seed):
    plain, _ = on_target(DANN, seed, EVERY_CLASS)
    partial, algorithm = on_target(PartialDANN, seed, EVERY_CLASS)
    assert plain > 0.9 and partial > plain - 0.05
    assert (algorithm.class_weights > 0.7).all()


@pytest.mark.parametrize("joint", [True, False])
def test_while_classes_are_equal_it_is_dann(joint):
    options = {"joint_statistics": joint}
    for steps, own in ((1, {}), (5, {"momentum": 1.0})):
        partial, losses = updated(PartialDANN, steps, **own, **options)
        plain, expected = updated(DANN, steps, **options)
        assert losses == pytest.approx(expected, rel=1e-4)
        assert torch.allclose(state(partial.network), state(plain.network), atol=1e-5)


def test_losses_by_their_definition():
    algorithm, _ = updated(PartialDANN, 3)
    algorithm.target_probabilities = torch.tensor([0.6, 0.3, 0.1])
    (inputs, labels), target = batches(7)
    views = algorithm.together(inputs, target)
    source, logits = (algorithm.discriminator.discriminator(v.features)[:, 0] for v in views)
    w = torch.tensor([1.0, 1 / 2, 1 / 6])[labels]
    right = views[0].logits.softmax(dim=1)[torch.arange(len(labels)), labels]
    halves = (w * source.sigmoid().log()).sum() / w.sum(), (1 - logits.sigmoid()).log().mean()
    found = algorithm.update((inputs, labels), target)
    assert found["classification"] == pytest.approx(
        (-(w * right.log()).sum() / w.sum()).item(), rel=1e-4
    )
    assert found["adaptation"] == pytest.approx((-sum(halves) / 2).item(), rel=1e-4)
    assert 0 <= found["discriminator accuracy"] <= 1


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_class_weights_follow_the_predictions_over_the_target(momentum):
    """Those that `predict` would give: no trace of training's BatchNorm, nor on it."""
    algorithm, _ = updated(PartialDANN, 4, momentum=momentum)
    before = algorithm.target_probabilities
    source, target = batches(9)
    algorithm.update(source, target)
    seen = torch.from_numpy(algorithm.predict(target)).softmax(dim=1).mean(dim=0)
    expected = momentum * before + (1 - momentum) * seen
    assert torch.allclose(algorithm.target_probabilities, expected, atol=1e-6)
    assert torch.allclose(algorithm.class_weights, expected / expected.max(), atol=1e-6)
    assert not algorithm.class_weights.requires_grad
    assert algorithm.network.training
