"""BatchNorm becomes part of the convolution before it only where that changes nothing."""

import keras
import numpy as np
import pytest
from small_networks import BLOCKS, all_layers, build, residual

from course_utils.features.keras_engine import _foldable, fold_batch_norm

INPUTS = np.random.default_rng(1).normal(0, 50, size=(4, 16, 16, 3)).astype(np.float32)


def outputs(model):
    return np.asarray(model(INPUTS, training=False), dtype=np.float32)


def norms(model):
    return [layer for layer in all_layers(model) if "BatchNormalization" in type(layer).__name__]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_the_outputs_stay(block):
    model = build(block)
    before = [weight.copy() for weight in model.get_weights()]
    nodes = [len(layer._inbound_nodes) for layer in all_layers(model)]
    expected = outputs(model)
    folded = fold_batch_norm(model)
    assert len(norms(folded)) == BLOCKS[block]
    assert np.abs(outputs(folded) - expected).max() <= 1e-5 * np.abs(expected).max()
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert nodes == [len(layer._inbound_nodes) for layer in all_layers(model)], "a leak"
    np.testing.assert_array_equal(outputs(model), expected)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_in_bfloat16_every_layer_computes_in_it(block):
    model = build(block)
    expected = outputs(model)
    folded = fold_batch_norm(model, "bfloat16")
    kinds = {layer.compute_dtype for layer in all_layers(folded) if layer.weights}
    assert kinds == {"bfloat16"}
    assert np.abs(outputs(folded) - expected).max() <= 0.03 * np.abs(expected).max()
    assert {layer.compute_dtype for layer in all_layers(model)} == {"float32"}


def test_a_part_of_a_network_is_folded_for_itself():
    """What reads a convolution elsewhere in the network does not count for the part."""
    model = build(residual)
    convolution = model.layers[1]
    norm = next(layer for layer in model.layers if "batch_norm" in layer.name)
    keras.layers.ReLU()(convolution.output)  # some other model reads it
    part = keras.Model(model.inputs[0], norm.output)
    folded = fold_batch_norm(part)
    assert norms(folded) == []
    np.testing.assert_allclose(outputs(folded), outputs(part), rtol=1e-4, atol=1e-3)
    without = keras.Model(model.inputs[0], convolution.output)
    np.testing.assert_array_equal(outputs(fold_batch_norm(without)), outputs(without))


def test_resnet50_keeps_no_batch_norm():
    """All 53: the speed of lesson 02 rests on it."""
    inputs = keras.Input((32, 32, 3))
    model = keras.applications.ResNet50(weights=None, include_top=False, input_tensor=inputs)
    assert len(norms(model)) == 53
    assert len(_foldable(model)) == 53
