"""The freeze boundary: one tensor, nothing that learns below it, and the parts are the whole."""

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


@pytest.mark.parametrize("learns", [True, False])
def test_everything_learns_or_nothing(base, learns):
    for layer in base.layers:
        layer.trainable = learns
    boundary = freeze_boundary(base)
    assert boundary is (base.inputs if learns else base.outputs)[0]
    lower, upper = split_at(base, boundary)
    assert (lower is None) == learns and (upper is None) != learns
    np.testing.assert_array_equal(np.asarray((lower or upper)(IMAGES)), np.asarray(base(IMAGES)))


@pytest.mark.parametrize("base", ["residual"], indirect=True)
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
def test_a_shortcut_is_never_cut_off(base, learning, boundary):
    """The layer before the first that learns would do in a chain, and is wrong here."""
    cut_as_expected(base, learning, boundary)


@pytest.mark.parametrize("base", ["branching"], indirect=True)
@pytest.mark.parametrize(
    ("learning", "boundary"),
    [("left", "first"), ("shared", "first"), ("middle", "joined"), ("last", "middle")],
)
def test_branches_are_cut_where_they_have_joined(base, learning, boundary):
    cut_as_expected(base, learning, boundary)


def cut_as_expected(base, learning, boundary):
    for layer in base.layers:
        layer.trainable = layer.name == learning
    assert freeze_boundary(base) is base.get_layer(boundary).output
    lower, upper = split_at(base, base.get_layer(boundary).output)
    np.testing.assert_array_equal(np.asarray(upper(lower(IMAGES))), np.asarray(base(IMAGES)))
    kept = {id(weight) for weight in base.weights}
    assert all(id(weight) in kept for weight in lower.weights + upper.weights), "no copies"
