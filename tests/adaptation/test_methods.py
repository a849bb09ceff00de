"""Each method solves a problem made for it, only with its weight on; and keeps its promises."""

import functools

import numpy as np
import pytest
import torch
from toy import (
    SEEDS,
    accuracy,
    batches,
    rotated,
    scaled_nuisance,
    shifted_nuisance,
    state,
    trained,
    updated,
)

from course_utils import CourseError
from course_utils.adaptation import (
    CDAN,
    DANN,
    MMD,
    Algorithm,
    ClassConfusion,
    DeepCoral,
    EntropyMinimisation,
    PartialDANN,
    SelfTraining,
    SourceOnly,
    feature_network,
)

ADVERSARIAL = [DANN, CDAN, PartialDANN]
ADAPTING = [DeepCoral, MMD, *ADVERSARIAL, ClassConfusion, EntropyMinimisation, SelfTraining]
EVERY = [SourceOnly, *ADAPTING]

#: The most that a classifier without adaptation may get on a toy's target. Two classes turned by
#: less than a quarter leave each a majority on its side, which certainty needs to start from.
FAILED = {scaled_nuisance: 0.65, shifted_nuisance: 0.65, rotated: 0.82}

#: A method, a toy made for it, and the options it takes there.
SOLVES = [
    (DeepCoral, scaled_nuisance, {"weight": 100}),
    (MMD, scaled_nuisance, {}),
    (MMD, shifted_nuisance, {}),
    (DANN, scaled_nuisance, {"steps": 400}),
    (CDAN, scaled_nuisance, {"steps": 400}),
    (EntropyMinimisation, rotated, {"weight": 0.5}),
    (ClassConfusion, rotated, {}),
    (SelfTraining, rotated, {"weight": 3, "momentum": 0.9, "threshold": 0.8, "steps": 300}),
]


@functools.cache
def switched_off(toy, seed):
    """Accuracy on source and target without adaptation."""
    source, target, labels = toy(seed)
    algorithm = trained(toy, seed)
    return accuracy(algorithm.predict(source), labels), accuracy(algorithm.predict(target), labels)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("method", "toy", "options"), SOLVES)
def test_it_reaches_the_target_with_its_weight_on_and_fails_with_it_off(method, toy, options, seed):
    source, target, labels = toy(seed)
    on_source, on_target = switched_off(toy, seed)
    assert on_source > 0.95
    assert on_target <= FAILED[toy]
    adapted = trained(toy, seed, method, **options)
    assert accuracy(adapted.predict(source), labels) > 0.95
    assert accuracy(adapted.predict(target), labels) >= 0.9


@pytest.mark.parametrize("method", ADAPTING)
def test_without_its_weight_it_is_source_only_to_the_last_bit(method):
    """Nothing of the target comes in, through BatchNorm either: here it would bring NaN along."""
    nothing = torch.full((16, 5), torch.nan)
    algorithm, losses = updated(method, weight=0, target=nothing)
    assert torch.equal(state(algorithm.network), state(updated(SourceOnly)[0].network))
    assert losses["adaptation"] == 0


@pytest.mark.parametrize("method", EVERY)
def test_equal_seeds_give_equal_weights_whatever_torch_drew_before(method):
    def run(before, **options):
        torch.manual_seed(before)
        algorithm = method(feature_network(5, 3, width=8), **options)
        for step in range(5):
            torch.rand(before)
            algorithm.update(*batches(step))
        return state(algorithm.network)

    torch.manual_seed(9)
    expected = torch.rand(1)
    assert torch.equal(run(1, seed=0), run(2, seed=0))
    torch.manual_seed(9)
    method(feature_network(5, 3, width=8)).update(*batches())
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize("method", EVERY)
def test_predict_and_features_agree_and_leave_no_trace(method):
    algorithm, _ = updated(method)
    inputs = np.random.default_rng(0).normal(size=(9, 5)).astype(np.float32)
    before, modes = state(algorithm.network), [m.training for m in algorithm.network.modules()]
    logits, features = algorithm.predict(inputs), algorithm.features(inputs)
    assert torch.equal(state(algorithm.network), before)
    assert [m.training for m in algorithm.network.modules()] == modes
    assert logits.shape == (9, 3) and features.shape == (9, 8)
    classifier = algorithm.network.classifier
    by_hand = features @ classifier.weight.detach().numpy().T + classifier.bias.detach().numpy()
    assert np.allclose(by_hand, logits, atol=1e-5)


@pytest.mark.parametrize("method", [DANN, CDAN])
def test_at_the_start_the_adversary_only_watches(method):
    """With a reversal of strength 0 its weight changes nothing; at the end it does."""

    def network_after(progress, weight):
        algorithm = method(feature_network(5, 3, width=8), weight=weight, weight_decay=0)
        algorithm.progress = progress
        algorithm.update(*batches())
        return state(algorithm.network)

    assert torch.equal(network_after(0.0, 1.0), network_after(0.0, 50.0))
    assert not torch.equal(network_after(1.0, 1.0), network_after(1.0, 50.0))


@pytest.mark.parametrize("method", ADVERSARIAL)
def test_the_discriminator_learns_at_its_own_rate_and_tells_how_well(method):
    algorithm, losses = updated(method, learning_rate=1e-2, discriminator_rate=3)
    network, discriminator = algorithm.optimizer.param_groups
    assert discriminator["lr"] == pytest.approx(3 * network["lr"])
    assert 0 <= losses["discriminator accuracy"] <= 1
    fresh = method(feature_network(5, 3, width=8)).discriminator
    assert not torch.equal(state(algorithm.discriminator), state(fresh))


@pytest.mark.parametrize("joint", [True, False])
def test_batch_norm_takes_the_statistics_of_both_domains_or_of_each(joint):
    algorithm = MMD(feature_network(5, 3, width=8), joint_statistics=joint)
    (inputs, _), target = batches()
    linear, norm = algorithm.network.features[:2]
    views = algorithm.together(inputs, target)
    own = (linear(inputs), linear(target))
    both = [torch.cat(own)] * 2
    for view, values, statistics in zip(views, own, both if joint else own, strict=True):
        expected = (values - statistics.mean(0)) / (
            statistics.var(0, correction=0) + norm.eps
        ).sqrt()
        assert torch.allclose(view.features, expected.relu(), atol=1e-5)
        assert torch.allclose(view.logits, algorithm.network.classifier(view.features), atol=1e-5)


def test_self_training_learns_no_label_it_is_not_sure_of():
    _, losses = updated(SelfTraining, threshold=1.0)
    assert losses["kept"] == 0 and losses["adaptation"] == 0
    _, losses = updated(SelfTraining, threshold=0.0)
    assert losses["kept"] == 1 and losses["adaptation"] > 0


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_teacher_is_a_moving_average(momentum):
    algorithm, _ = updated(SelfTraining, steps=40, momentum=momentum)
    before = [weights.clone() for weights in algorithm.teacher.parameters()]
    algorithm.update(*batches())
    both = zip(algorithm.teacher.parameters(), algorithm.network.parameters(), strict=True)
    for old, (teacher, student) in zip(before, both, strict=True):
        assert torch.allclose(teacher, momentum * old + (1 - momentum) * student, atol=1e-6)


def test_self_training_starts_gently():
    algorithm = SelfTraining(feature_network(5, 3, width=8), threshold=0.0)
    losses = {}
    for progress in (0.0, 0.05, 1.0):
        algorithm.network.load_state_dict(feature_network(5, 3, width=8).state_dict())
        algorithm.progress = progress
        losses[progress] = algorithm.update(*batches())["adaptation"]
    assert losses[0.0] == 0 < losses[0.05] < losses[1.0]


def test_progress_moves_by_itself_in_a_loop_of_your_own():
    algorithm = MMD(feature_network(5, 3, width=8), steps=4)
    seen = []
    for step in range(6):
        seen.append(algorithm.progress)
        algorithm.update(*batches(step))
    assert seen == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    assert MMD(feature_network(5, 3)).progress == 1.0


def test_frozen_weights_stay_and_a_frozen_module_stays_in_evaluation_mode():
    network = feature_network(5, 3, width=8)
    network.features.requires_grad_(False)
    algorithm = MMD(network)
    network.features.eval()
    before = state(network.features)
    algorithm.update(*batches())
    assert torch.equal(state(network.features), before)


@pytest.mark.parametrize("method", EVERY)
def test_a_loss_that_is_not_finite_is_explained_and_spoils_no_weight(method):
    algorithm, _ = updated(method, steps=3)
    (inputs, labels), target = batches()
    before = [weights.clone() for weights in algorithm.network.parameters()]
    message = f"{method.__name__} .* at step 3: .* learning_rate below 0.001"
    with pytest.raises(CourseError, match=message):
        algorithm.update((inputs * torch.inf, labels), target)
    for old, weights in zip(before, algorithm.network.parameters(), strict=True):
        assert torch.equal(old, weights)


@pytest.mark.parametrize("method", EVERY)
def test_one_input_is_too_few(method):
    (inputs, labels), target = batches()
    with pytest.raises(CourseError, match="at least 2 inputs"):
        method(feature_network(5, 3)).update((inputs[:1], labels[:1]), target[:0])


@pytest.mark.parametrize(
    ("method", "options"),
    [
        (SourceOnly, {"learning_rate": 0}),
        (MMD, {"weight": -1}),
        (MMD, {"learning_rate": float("nan")}),
        (DANN, {"discriminator_rate": 0}),
        (SelfTraining, {"threshold": 1.5}),
        (SelfTraining, {"momentum": -0.1}),
        (PartialDANN, {"momentum": 1.5}),
    ],
)
def test_impossible_options_are_named(method, options):
    (value,) = options.values()
    with pytest.raises(CourseError, match=str(value)):
        method(feature_network(5, 3), **options)


def test_a_method_of_your_own_needs_only_a_loss():
    class Means(Algorithm):
        def adaptation_loss(self, source, target):
            return (source.features.mean(0) - target.features.mean(0)).square().sum()

    _, target, labels = shifted_nuisance(0)
    adapted = trained(shifted_nuisance, 0, Means, weight=10)
    assert accuracy(adapted.predict(target), labels) >= 0.9
