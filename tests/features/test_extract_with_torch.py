"""`extract_features` gives what the torch network gives, channels last, once."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.errors import CourseError
from course_utils.features import extract_features

MEANS = np.array([123.68, 116.779, 103.939], dtype=np.float32)


class Network(nn.Module):
    """A network in the manner of `transformers`, with what makes hooks go wrong."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.body = nn.ModuleList(
            [nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True)]
        )
        self.pair = Pair()
        self.unused = nn.Linear(2, 2)
        self.dropout = nn.Dropout(0.5)
        self.pooler = nn.AdaptiveAvgPool2d(1)
        with torch.no_grad():
            self.body[1].running_mean += 3
            self.body[1].running_var *= 50

    def forward(self, pixel_values):
        x = pixel_values
        for module in self.body:
            x = module(x)
        _, inside = self.pair(x)
        return SimpleNamespace(
            last_hidden_state=x, pooler_output=self.pooler(self.dropout(inside["first"]))
        )


class Pair(nn.Module):
    """Gives more than a tensor."""

    def forward(self, x):
        return (x * 2, x + 1), {"first": x - 1}


def inputs(images):
    return torch.from_numpy((images.astype(np.float32) - MEANS).transpose(0, 3, 1, 2))


def direct(network, images, depth=None):
    """The plain way: pooled output, or what comes out of the first `depth` modules."""
    with torch.inference_mode():
        x = inputs(images)
        if depth is None:
            return network.eval()(x).pooler_output.flatten(1).numpy()
        for module in network.eval().body[:depth]:
            x = module(x)
        return x.permute(0, 2, 3, 1).numpy()


def extract(base, images, layer=None, precision="float32", **options):
    return extract_features(base, images, layer, precision=precision, progress=False, **options)


def distance(features, expected):
    return np.abs(features.array - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-4), ("bfloat16", 0.03)])
def test_the_pooled_output(images, count_runs, precision, tolerance):
    network = Network()
    features = extract(network, images, precision=precision)
    assert (features.array.shape, features.array.dtype) == ((150, 4), np.float32)
    assert distance(features, direct(network, images)) < tolerance
    np.testing.assert_array_equal(
        extract(network, images, precision=precision).array, features.array
    )
    assert count_runs == [64, 64, 22], "the second call reads from disk"


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_one_module_before_others_work_in_place(images, depth):
    network = Network()
    features = extract(network, images, layer=f"body.{depth - 1}")
    assert features.array.shape == (150, 16, 16, 4)
    assert distance(features, direct(network, images, depth)) < 1e-4


def test_a_module_that_gives_more_than_a_tensor(images):
    network = Network()
    features = extract(network, images, layer="pair")
    assert distance(features, 2 * direct(network, images, 3)) < 1e-4


def test_bfloat16_is_really_used(images):
    network = Network()
    assert distance(extract(network, images, precision="bfloat16"), direct(network, images)) > 1e-4


def test_a_plain_module(images):
    network = nn.Sequential(nn.Conv2d(3, 5, 16), nn.Flatten())
    with torch.inference_mode():
        expected = network(inputs(images)).numpy()
    assert distance(extract(network, images), expected) < 1e-4


@pytest.mark.parametrize("training", [True, False])
def test_the_network_is_left_as_it_was(images, training):
    network = Network().train(training)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    features = extract(network, images, precision="bfloat16")
    assert all(module.training is training for module in network.modules())
    assert not any(module._forward_hooks for module in network.modules())
    assert network.body[0].weight.is_contiguous()
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name])
    assert distance(features, direct(network, images)) < 0.03, "inference mode in any case"


def test_a_network_in_half_precision(images):
    """Such a checkpoint runs in what `precision` says."""
    network = Network().to(torch.bfloat16)
    features = extract(network, images)
    assert distance(features, direct(network.float(), images)) < 1e-4


def test_unknown_and_unused_modules(images):
    with pytest.raises(CourseError, match=r"no module 'layer4': .* are body, body\.0, body\.1"):
        extract(Network(), images, layer="layer4")
    with pytest.raises(CourseError, match=r"no module 'layer4': its modules are none\."):
        extract(nn.Flatten(), images, layer="layer4")
    for name in ("unused", "body"):
        with pytest.raises(CourseError, match=f"holds the module '{name}' but does not call it"):
            extract(Network(), images, layer=name)


def test_outputs_that_are_no_features(images):
    class Logits(nn.Module):
        def forward(self, pixel_values):
            return SimpleNamespace(logits=pixel_values.mean(dim=(2, 3)))

    with pytest.raises(CourseError, match=r"gives SimpleNamespace, which has no pooler_output"):
        extract(Logits(), images)
    with pytest.raises(CourseError, match=r"module 'inside' gives SimpleNamespace, not a tensor"):
        outer = nn.Sequential()
        outer.add_module("inside", Logits())
        extract(outer, images, layer="inside")


def test_weights_buffers_and_code_are_in_the_key(images):
    network = Network()
    key = extract(network, images[:3]).key
    assert extract(Network(), images[:3]).key == key
    assert extract(network.train(), images[:3]).key == key, "it runs in inference mode anyway"
    with torch.no_grad():
        network.body[1].running_mean += 1
    assert extract(network, images[:3]).key != key

    def forward(self, x):
        return (x * 3, x + 1), {"first": x - 2}

    original = Pair.forward
    try:
        Pair.forward = forward  # as when a learner edits a class and runs its cell again
        assert extract(Network(), images[:3]).key != key
    finally:
        Pair.forward = original
