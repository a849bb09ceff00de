"""Networks and pictures for the tests of visualisation."""

import copy

import numpy as np
import pytest
import torch
from small_resnets import small_resnet


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Networks this small lose more by sharing out their work than they gain."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def resnet():
    return small_resnet()


@pytest.fixture
def classifier():
    return small_resnet(classifier=True, downsample_in_bottleneck=True)


@pytest.fixture
def images():
    return np.random.default_rng(5).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)


@pytest.fixture
def unchanged():
    """A function that remembers a network and gives another, which checks that it is the same."""

    def remember(network):
        network.train()
        next(network.children()).eval()  # modes of both kinds
        before = copy.deepcopy(network.state_dict())
        modes = [module.training for module in network.modules()]

        def check():
            after = network.state_dict()
            assert all(torch.equal(before[name], after[name]) for name in before)
            assert [module.training for module in network.modules()] == modes
            assert all(weight.grad is None for weight in network.parameters())
            assert all(weight.requires_grad for weight in network.parameters())
            for module in network.modules():
                assert not module._forward_hooks and not module._forward_pre_hooks
                assert not module._backward_hooks

        return check

    return remember
