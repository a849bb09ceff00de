"""The freeze boundary: one tensor, nothing that learns below it, and no higher one like it."""

import keras
import numpy as np
import pytest
from keras import layers
from small_residual import SIZE, coloured, residual_base, scaled

from course_utils.finetuning.boundaries import freeze_boundary, split_at

IMAGES = scaled(coloured(6, seed=5).images.astype(np.float32))


def branching_base():
    """Branches that join late, a layer used twice, and an operation."""
    inputs = keras.Input((SIZE, SIZE, 3))
    shared = layers.Conv2D(4, 3, padding="same", name="shared")
    x = layers.Conv2D(4, 1, name="first")(inputs)
    left = layers.Conv2D(4, 1, name="left")(shared(x))
    x = layers.Concatenate(name="joined")([left, x, shared(left)])
    x = layers.Conv2D(4, 1, name="middle")(x)
    x = keras.ops.relu(layers.Conv2D(4, 1, name="last")(x) + x)
    return keras.Model(inputs, [layers.GlobalAveragePooling2D(name="pool")(x)])


def plain_base():
    return keras.Sequential(
        [keras.Input((SIZE, SIZE, 3))]
        + [layers.Conv2D(4, 3, name=name) for name in ("one", "two", "three")]
    )


def functional(model):
    return keras.Model(model.inputs[0], model.outputs[0])


BASES = {
    "residual": residual_base,
    "branching": branching_base,
    "plain": lambda: functional(plain_base()),
}


@pytest.fixture(scope="module", params=BASES)
def base(request):
    return BASES[request.param]()


def makers(base):
    """For each tensor of a network, by its number: the layer that makes it, and from what.

    Read from the network's configuration, not from its graph.
    """
    made = {}
    for layer in base.get_config()["layers"]:
        for call, node in enumerate(layer["inbound_nodes"] or [{"args": []}]):
            made[layer["config"]["name"], call] = layer["config"]["name"], list(sources(node))
    return made


def sources(value):
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        name, call, _ = value["config"]["keras_history"]
        yield name, call
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from sources(each)


def below(made, tensor, without=None):
    """The tensors that one is made of, itself among them, on ways that avoid another."""
    found, waiting = set(), [tensor]
    while waiting:
        each = waiting.pop()
        if each not in found and each != without:
            found.add(each)
            waiting += made[each][1]
    return found


def highest_cut(base, learning):
    """By trying every tensor: does the input reach the output without it, does it need no layer
    that learns, and is it made of more than any other such tensor?"""
    made = makers(base)
    (start,) = [tensor for tensor, (_, inputs) in made.items() if not inputs]
    end = base.outputs[0]._keras_history
    end = (end.operation.name, end.node_index)
    cuts = [
        tensor
        for tensor in made
        if start not in below(made, end, without=tensor)
        and not {made[each][0] for each in below(made, tensor)} & learning
    ]
    return max(cuts, key=lambda tensor: len(below(made, tensor)))


def name_of(tensor):
    return tensor._keras_history.operation.name, tensor._keras_history.node_index


def test_random_choices_of_layers_against_a_search(base):
    random = np.random.default_rng(0)
    whole = np.asarray(base(IMAGES))
    seen = set()
    for round_ in range(40):
        learning = set()
        for layer in base.layers:
            layer.trainable = bool(random.random() < (0.04, 0.15, 0.5)[round_ % 3])
            if layer.trainable and layer.weights:
                learning.add(layer.name)
        boundary = freeze_boundary(base)
        assert name_of(boundary) == highest_cut(base, learning), learning
        seen.add(name_of(boundary))
        lower, upper = split_at(base, boundary)
        if lower is not None:
            assert not lower.trainable_weights
        parts = [part for part in (lower, upper) if part is not None]
        x = IMAGES
        for part in parts:
            x = part(x)
        np.testing.assert_array_equal(np.asarray(x), whole)
        kept = {id(weight) for weight in base.weights}
        assert all(id(weight) in kept for part in parts for weight in part.weights), "no copies"
    assert len(seen) > 2


@pytest.mark.parametrize("learns", [True, False])
def test_everything_learns_or_nothing(base, learns):
    for layer in base.layers:
        layer.trainable = learns
    boundary = freeze_boundary(base)
    assert boundary is (base.inputs if learns else base.outputs)[0]
    lower, upper = split_at(base, boundary)
    assert (lower is None) == learns and (upper is None) != learns
    np.testing.assert_array_equal(np.asarray((lower or upper)(IMAGES)), np.asarray(base(IMAGES)))


@pytest.mark.parametrize(
    ("learning", "boundary"),
    [
        ("conv2_block1_2_conv", "conv1_relu"),
        ("conv2_block1_0_conv", "conv1_relu"),
        ("conv2_block2_2_conv", "conv2_block1_out"),
        ("conv2_block2_1_bn", "conv2_block1_out"),
        ("conv3_block1_2_conv", "conv2_block2_out"),
        ("conv3_block1_0_bn", "conv2_block2_out"),
        ("conv1_bn", "conv1_conv"),
    ],
)
def test_a_shortcut_is_never_cut_off(learning, boundary):
    """The layer before the first that learns would do in a chain, and is wrong here."""
    base = residual_base()
    for layer in base.layers:
        layer.trainable = layer.name == learning
    assert freeze_boundary(base) is base.get_layer(boundary).output
