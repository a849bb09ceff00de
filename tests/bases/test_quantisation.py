"""8-bit storage loses no more than it says, and no name."""

import numpy as np
import pytest

from course_utils.bases.quantisation import dequantise, expand
from making.quantisation.compression import compress, quantise

SHAPES = [(5, 3, 3, 3), (64, 16, 1, 1), (10, 32)]


def weights(shape, seed=0):
    """Channels of very different sizes, with outliers."""
    random = np.random.default_rng(seed)
    sizes = 10.0 ** random.uniform(-6, 3, size=(shape[0], *[1] * (len(shape) - 1)))
    return (random.standard_t(3, size=shape) * sizes).astype(np.float32)


def unclipped(weight):
    """Plain rounding, at the scale at which each channel's largest weight fits."""
    rows = weight.reshape(len(weight), -1)
    scale = np.abs(rows).max(axis=1, keepdims=True) / 127
    return (np.round(rows / scale) * scale).reshape(weight.shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_weight_moves_at_most_half_a_step_unless_it_was_clipped(shape):
    weight = weights(shape)
    values, scale = quantise(weight)
    steps = scale.reshape(-1, *[1] * (len(shape) - 1))
    fits = np.abs(weight) <= 127 * steps
    error = np.abs(dequantise(values, scale) - weight) / steps
    assert error[fits].max() <= 0.5 + 1e-4
    assert fits.mean() > 0.9
    assert (np.abs(values[~fits]) == 127).all()


@pytest.mark.parametrize("seed", range(5))
def test_clipping_never_costs_more_than_it_saves(seed):
    weight = weights((20, 40), seed)
    clipped = dequantise(*quantise(weight))
    costs = ((clipped - weight) ** 2).sum(axis=1)
    plain = ((unclipped(weight) - weight) ** 2).sum(axis=1)
    assert (costs <= plain * (1 + 1e-5)).all()


def test_zeros_stay_zeros():
    weight = np.zeros((3, 4), np.float32)
    weight[1, 2] = 1.0
    with np.errstate(all="raise", under="ignore"):
        back = dequantise(*quantise(weight))
    np.testing.assert_array_equal(back == 0, weight == 0)


def test_compress_and_expand_keep_names_and_small_tensors():
    tensors = {
        "first.weight": weights((4, 3, 3, 3)).astype(np.float16),
        "block.weight": weights((8, 4, 1, 1)).astype(np.float16),
        "norm.weight": np.arange(8, dtype=np.float16),
        "classifier.weight": weights((5, 8)),
        "classifier.bias": np.arange(5, dtype=np.float32),
    }
    small = compress(tensors, keep=("first", "classifier"))
    assert {name for name, tensor in small.items() if tensor.dtype == np.int8} == {"block.weight"}
    assert set(small) == {*tensors, "block.weight.scale"}
    back = expand(small)
    assert set(back) == set(tensors)
    assert {tensor.dtype for tensor in back.values()} == {np.dtype(np.float32)}
    for name in set(tensors) - {"block.weight"}:
        np.testing.assert_array_equal(back[name], tensors[name].astype(np.float32))
    np.testing.assert_allclose(back["block.weight"], dequantise(*quantise(tensors["block.weight"])))
