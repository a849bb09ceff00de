"""Fine-tuning in PyTorch: what is frozen stays, what is cached is right, penalties as written."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from course_utils import CourseError
from course_utils.finetuning.torch_fine_tuning import (
    LAST_RATE,
    fine_tune_network,
    run_network,
    with_new_head,
)

WIDTHS = {"first": (3, 4), "second": (4, 5), "third": (5, 6)}
DEPTHS = (0, 1, 2, 3, None)
N, N_CLASSES = 24, 3


def part(channels_in, channels_out):
    # No bias before BatchNorm: its gradient is rounding noise, which Adam would blow up.
    convolution = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(channels_out), nn.ReLU())


def toy_network(seed=0):
    """Three parts of convolution and BatchNorm, whose statistics are not those of a new one."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        parts = {name: part(*widths) for name, widths in WIDTHS.items()}
        for own in parts.values():
            own[1].running_mean.normal_()
            own[1].running_var.uniform_(0.5, 2.0)
    return with_new_head(parts, 6, N_CLASSES, seed)


def colours(n=N, seed=0):
    """Noisy pictures whose strongest colour is the label: inputs and labels."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(n) % N_CLASSES)
    inputs = random.normal(size=(n, 3, 8, 8)).astype(np.float32)
    inputs[np.arange(n), labels] += 2
    return torch.from_numpy(inputs), labels


def copies(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def learns(name, depth):
    """Whether a tensor is one of a part that learns at this depth."""
    depth = len(WIDTHS) if depth is None else depth
    return name.split(".")[0] in ("head", *[*WIDTHS][len(WIDTHS) - depth :])


@pytest.mark.parametrize("depth", DEPTHS)
def test_frozen_parts_stay_bit_for_bit_and_the_others_move(depth):
    network = toy_network()
    before = copies(network)
    fine_tune_network(network, *colours(), 1e-2, 5, depth, batch_size=8, l2_sp=0.1)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]) != learns(name, depth), name
    for name, weight in network.named_parameters():
        assert weight.requires_grad == learns(name, depth)


def plain_loop(network, inputs, labels, learning_rate, steps, depth, batch_size, l2_sp, seed):
    """The same, step by step through the whole network: nothing is cached."""
    names = [name for name, _ in network.named_children()]
    learning = [name for name in names if learns(name, depth)]
    weights = [w for name, w in network.named_parameters() if name.split(".")[0] in learning]
    penalised = [
        (w, w.detach().clone())
        for name, w in network.named_parameters()
        if name.split(".")[0] in learning and not name.startswith("head")
    ]
    optimiser = torch.optim.Adam(weights)
    random, order, losses = np.random.default_rng(seed), [], []
    for step in range(steps):
        if len(order) < batch_size:
            order = [*order, *random.permutation(len(labels))]
        chosen, order = order[:batch_size], order[batch_size:]
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * (1 - (1 - LAST_RATE) * step / steps)
        for name, own in network.named_children():
            own.train(name in learning or name == "pool")
        loss = functional.cross_entropy(network(inputs[chosen]), torch.from_numpy(labels[chosen]))
        penalty = sum(((w - start) ** 2).sum() for w, start in penalised) / 2
        optimiser.zero_grad()
        (loss + l2_sp * penalty).backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("l2_sp", [0.0, 0.3])
@pytest.mark.parametrize("depth", DEPTHS)
def test_as_a_plain_loop_that_runs_the_whole_network_each_step(depth, l2_sp):
    network = toy_network()
    plain = copy.deepcopy(network)
    # 7 does not divide 24: a batch reaches into the next order.
    losses = fine_tune_network(
        network, *colours(), 3e-3, 12, depth, batch_size=7, l2_sp=l2_sp, seed=3
    )
    expected = plain_loop(plain, *colours(), 3e-3, 12, depth, batch_size=7, l2_sp=l2_sp, seed=3)
    np.testing.assert_allclose(losses, expected, atol=1e-5)
    states = network.state_dict(), plain.state_dict()
    for name, value in states[0].items():
        torch.testing.assert_close(value, states[1][name], atol=1e-5, rtol=1e-5)


def test_the_seed_alone_decides_and_the_callers_random_numbers_stay():
    def run(seed):
        network = toy_network()
        return fine_tune_network(network, *colours(), 1e-2, 6, batch_size=8, seed=seed), network

    torch_before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].copy()
    (first, one), (again, same), (other, _) = run(0), run(0), run(1)
    assert torch.equal(torch.get_rng_state(), torch_before)
    assert np.array_equal(np.random.get_state()[1], numpy_before)
    assert first == again != other
    for name, value in one.state_dict().items():
        assert torch.equal(value, same.state_dict()[name])


@pytest.mark.parametrize(
    ("steps", "every", "expected"),
    [(7, None, [7]), (7, 3, [3, 6, 7]), (6, 3, [3, 6]), (2, 5, [2]), (3, 1, [1, 2, 3])],
)
def test_look_is_called_when_it_should_be_in_evaluation_mode(steps, every, expected):
    looked = []

    def look(step, network):
        looked.append(step)
        assert not any(module.training for module in network.modules())

    network = toy_network()
    fine_tune_network(network, *colours(), 1e-2, steps, every=every, look=look)
    assert looked == expected
    assert not any(module.training for module in network.modules())


def test_fewer_inputs_than_a_batch_are_one_batch():
    inputs, labels = colours(6)
    losses = [
        fine_tune_network(toy_network(), inputs, labels, 1e-2, 4, batch_size=size)
        for size in (6, 32)
    ]
    assert losses[0] == losses[1]


@pytest.mark.parametrize("until", [*WIDTHS, "pool", "head", None])
def test_run_network_gives_what_each_part_gives_whatever_the_batch_size(until):
    network = toy_network()
    inputs, _ = colours(11)
    expected = inputs
    with torch.no_grad():
        for name, own in network.named_children():
            expected = own(expected)
            if name == until:
                break
    network.train()
    for batch_size in (1, 4, 256):
        found = run_network(network, inputs, until, batch_size)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected.numpy(), atol=1e-6)


def test_a_new_head_takes_copies_of_the_parts_and_a_seed_of_its_own():
    parts = {name: part(*widths) for name, widths in WIDTHS.items()}
    before = torch.get_rng_state()
    networks = [with_new_head(parts, 6, N_CLASSES, seed) for seed in (0, 0, 1)]
    assert torch.equal(torch.get_rng_state(), before)
    assert [name for name, _ in networks[0].named_children()] == [*WIDTHS, "pool", "head"]
    assert torch.equal(networks[0].head.weight, networks[1].head.weight)
    assert not torch.equal(networks[0].head.weight, networks[2].head.weight)
    fine_tune_network(networks[0], *colours(), 1e-1, 1)
    for name, own in parts.items():
        assert torch.equal(own[0].weight, networks[1].get_submodule(name)[0].weight)
        assert not torch.equal(own[0].weight, networks[0].get_submodule(name)[0].weight)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"depth": 4}, "depth=4 parts cannot learn: the network has 3"),
        ({"depth": -1}, "depth=-1 parts cannot learn"),
        ({"labels": [0, 1]}, "24 inputs and 2 labels"),
        ({"inputs": torch.zeros(0, 3, 8, 8), "labels": []}, "0 inputs and 0 labels"),
        ({"steps": 0}, "steps must be a whole number of at least 1, not 0"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, not 0"),
    ],
)
def test_mistakes_are_explained_in_one_sentence(changes, told):
    inputs, labels = colours()
    given = {"inputs": inputs, "labels": labels, "learning_rate": 1e-3, "steps": 2} | changes
    with pytest.raises(CourseError, match=told) as caught:
        fine_tune_network(toy_network(), **given)
    assert "\n" not in str(caught.value)


def test_a_part_that_is_not_there_is_named():
    with pytest.raises(CourseError, match="part 'fourth' is unknown: did you mean"):
        run_network(toy_network(), colours()[0], until="fourth")
