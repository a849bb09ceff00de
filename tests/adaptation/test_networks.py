"""Networks that can be taken apart, and prediction that leaves no trace."""

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import CourseError
from course_utils.adaptation import AdaptationNetwork, as_inputs, feature_network, small_cnn
from course_utils.adaptation.networks import evaluating, run_in_batches

MAKERS = {
    "small_cnn": lambda seed=0: small_cnn(3, size=16, seed=seed),
    "feature_network": lambda seed=0: feature_network(5, 3, width=8, seed=seed),
}
SHAPES = {"small_cnn": (3, 16, 16), "feature_network": (5,)}


def weights(network):
    return torch.cat([value.flatten().double() for value in network.state_dict().values()])


def inputs_for(name, n=20):
    return torch.rand((n, *SHAPES[name]), generator=torch.Generator().manual_seed(n))


@pytest.mark.parametrize("size", [8, 17, 32, 64, 96])
@pytest.mark.parametrize("n_classes", [2, 10])
def test_small_cnn_takes_pictures_of_any_size(size, n_classes):
    network = small_cnn(n_classes, size=size)
    pictures = torch.rand((4, 3, size, size), generator=torch.Generator().manual_seed(0))
    assert network.features(pictures).shape == (4, network.n_features) == (4, 128)
    assert network(pictures).shape == (4, network.n_classes) == (4, n_classes)
    assert 80_000 < sum(w.numel() for w in network.parameters()) < 120_000


@pytest.mark.parametrize("name", MAKERS)
def test_weights_come_from_the_seed_alone(name):
    torch.manual_seed(1)
    first = MAKERS[name](seed=4)
    torch.manual_seed(2)
    state = torch.get_rng_state()
    assert torch.equal(weights(first), weights(MAKERS[name](seed=4)))
    assert torch.equal(torch.get_rng_state(), state), "the caller's random numbers stay"
    assert not torch.equal(weights(first), weights(MAKERS[name](seed=5)))


def test_the_sizes_are_read_from_a_classifier_of_several_layers():
    classifier = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3))
    network = AdaptationNetwork(nn.Identity(), classifier)
    assert (network.n_features, network.n_classes) == (6, 3)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("batch_size", [1, 7, 20, 1000])
def test_the_batch_size_of_prediction_has_no_effect(name, batch_size):
    network, inputs = MAKERS[name](), inputs_for(name)
    whole = network.eval()(inputs).detach().numpy()
    found = run_in_batches(network.train(), inputs, batch_size=batch_size)
    assert np.allclose(found, whole, atol=1e-5)


def test_modes_come_back_after_an_error_too():
    network = feature_network(5, 3).train()
    with pytest.raises(RuntimeError), evaluating(network):
        assert not network.training
        network(torch.zeros(2, 4))
    assert all(module.training for module in network.modules())


def test_pictures_become_channels_first_between_0_and_1():
    images = np.random.default_rng(0).integers(0, 256, size=(5, 4, 6, 3), dtype=np.uint8)
    inputs = as_inputs(images)
    assert inputs.dtype == torch.float32 and inputs.shape == (5, 3, 4, 6)
    assert np.allclose(inputs.permute(0, 2, 3, 1).numpy() * 255, images, atol=1e-4)


def test_features_pass_as_they_are_and_are_not_shared():
    features = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    inputs = as_inputs(features)
    assert np.array_equal(inputs.numpy(), features)
    inputs[0] = 7
    assert not (features[0] == 7).any()


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 3, 8, 8), np.uint8), "neither images nor features"),
        (np.zeros((2, 8, 8, 3)), "neither images nor features"),
        (np.zeros((2, 3), int), "neither images nor features"),
        (np.zeros((0, 8, 8, 3), np.uint8), "no inputs"),
        (np.full((2, 3), np.nan), "not finite"),
        (torch.full((2, 3), torch.inf), "not finite"),
    ],
)
def test_inputs_that_no_network_takes_are_named(images, message):
    with pytest.raises(CourseError, match=message):
        as_inputs(images)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: small_cnn(10, size=7), "size, in pixels, .* at least 8, not 7"),
        (lambda: small_cnn(1), "n_classes .* at least 2, not 1"),
        (lambda: feature_network(4, 0), "n_classes .* at least 2, not 0"),
        (lambda: feature_network(0, 2), "n_inputs .* at least 1, not 0"),
        (lambda: AdaptationNetwork(nn.Identity(), nn.ReLU()), "no nn.Linear"),
    ],
)
def test_impossible_networks_are_named(make, message):
    with pytest.raises(CourseError, match=message):
        make()
