"""AdaBN and Tent: what they change, what they leave alone, and a problem that they solve."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from toy import SEEDS, accuracy, moved, trained

from course_utils import CourseError
from course_utils.adaptation import (
    AdaptationNetwork,
    Tent,
    adapt_batch_norm,
    feature_network,
    small_cnn,
)
from course_utils.adaptation.confusion import EntropyLoss
from course_utils.adaptation.networks import run_in_batches


def inputs(n=40, seed=0):
    return torch.randn((n, 5), generator=torch.Generator().manual_seed(seed)) * 2 + 1


def network():
    return feature_network(5, 3, width=8)


def state(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def changed(before, after):
    """Names of the weights and buffers that are no longer what they were."""
    return {name for name in after if not torch.equal(before[name], after[name])}


@pytest.mark.parametrize("seed", SEEDS)
def test_both_solve_the_moved_toy_and_the_network_itself_does_not(seed):
    source, target, labels = moved(seed)
    trained_network = trained(moved, seed).network
    assert accuracy(run_in_batches(trained_network, source), labels) > 0.95
    assert accuracy(run_in_batches(trained_network, target), labels) <= 0.75
    normalised = adapt_batch_norm(trained_network, target)
    assert accuracy(run_in_batches(normalised, target), labels) >= 0.95
    tent = Tent(trained_network)
    for start in range(0, len(target), 50):
        tent.update(target[start : start + 50])
    assert accuracy(tent.predict(target), labels) >= 0.95


def test_adabn_takes_the_mean_and_variance_of_the_target():
    adapted = adapt_batch_norm(network(), inputs())
    linear, norm = adapted.features[:2]
    seen = linear(inputs())
    assert torch.allclose(norm.running_mean, seen.mean(0), atol=1e-5)
    assert torch.allclose(norm.running_var, seen.var(0), rtol=1e-4)


@pytest.mark.parametrize("training", [True, False])
def test_adabn_changes_a_copy_and_only_its_statistics(training):
    given = network().train(training)
    before, momentum = state(given), given.features[1].momentum
    adapted = adapt_batch_norm(given, inputs())
    assert not changed(before, given.state_dict())
    names = {f"features.1.{n}" for n in ("running_mean", "running_var", "num_batches_tracked")}
    assert changed(before, adapted.state_dict()) == names
    assert adapted.features[1].momentum == momentum
    assert all(module.training == training for module in adapted.modules())


def test_adabn_does_not_switch_dropout_on():
    features = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(5))
    adapted = adapt_batch_norm(AdaptationNetwork(features, nn.Linear(5, 2)), inputs())
    assert torch.allclose(adapted.features[1].running_mean, inputs().mean(0), atol=1e-5)


def test_tent_learns_only_the_scale_and_shift_of_batch_norm():
    given = small_cnn(3, size=16).train()
    before = state(given)
    pictures = np.random.default_rng(0).integers(0, 256, size=(8, 16, 16, 3), dtype=np.uint8)
    tent = Tent(given)
    for _ in range(3):
        tent.update(pictures)
    assert not changed(before, given.state_dict())
    norms = [n for n, m in given.features.named_modules() if isinstance(m, nn.BatchNorm2d)]
    expected = {f"features.{n}.{kind}" for n in norms for kind in ("weight", "bias")}
    assert changed(before, tent.network.state_dict()) == expected


def test_tent_reports_the_entropy_and_lowers_it():
    tent = Tent(network(), learning_rate=1e-2)
    logits = torch.from_numpy(tent.predict(inputs()))
    reported = [tent.update(inputs())["entropy"] for _ in range(60)]
    assert reported[0] == pytest.approx(EntropyLoss()(logits).item(), rel=1e-5)
    assert reported[-1] < reported[30] < reported[0]


def test_predictions_use_the_statistics_of_the_batch_and_learn_nothing():
    tent = Tent(network())
    before = copy.deepcopy(tent.network.state_dict())
    logits = tent.predict(inputs())
    assert not changed(before, tent.network.state_dict())
    assert np.allclose(tent.predict(100 * inputs() - 7), logits, atol=1e-2)
    by_training_mode = network().train()(inputs()).detach().numpy()
    assert np.allclose(logits, by_training_mode, atol=1e-5)


@pytest.mark.parametrize("batch_size", [10, 40])
def test_predictions_come_in_the_order_of_the_inputs(batch_size):
    """Inputs in pairs of equals, so that the other inputs of a batch hardly matter."""
    tent = Tent(network())
    many = inputs(400).repeat_interleave(2, dim=0)
    logits = tent.predict(many, batch_size=batch_size * 10)
    assert np.corrcoef(logits[::2].ravel(), logits[1::2].ravel())[0, 1] > 0.98


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda: adapt_batch_norm(nn.Linear(5, 2), inputs()), "no BatchNorm layer"),
        (lambda: Tent(nn.Linear(5, 2)), "no BatchNorm layer"),
        (lambda: Tent(nn.BatchNorm1d(5, affine=False)), "no scale and shift"),
        (lambda: adapt_batch_norm(network(), inputs(1)), "at least 2"),
        (lambda: Tent(network()).update(inputs(1)), "at least 2"),
        (lambda: Tent(network()).predict(inputs(1)), "at least 2"),
        (lambda: Tent(network()).update(inputs(0)), "no inputs"),
        (lambda: Tent(network()).update(inputs() * torch.inf), "not finite"),
    ],
)
def test_mistakes_are_named(use, message):
    with pytest.raises(CourseError, match=message):
        use()
