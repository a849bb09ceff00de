"""What is frozen stays as it is, BatchNorm above all."""

import keras
import numpy as np
import pytest
from keras import layers
from small_residual import Bench, drawn, pooled_head, residual_base, values

from course_utils.finetuning import Schedule, Stage


def norms(base):
    return [layer for layer in base.layers if isinstance(layer, layers.BatchNormalization)]


EVERYTHING = Stage({"head": 1e-2, "base": 1e-2}, 2)
LAST_STAGE = Stage({"head": 1e-2, "conv3": 1e-2}, 2)


@pytest.mark.parametrize(
    ("stage", "optimizer"), [(EVERYTHING, "sgd"), (LAST_STAGE, "sgd"), (LAST_STAGE, "adam")]
)
def test_batch_norm_stays_as_it_came(bench, stage, optimizer):
    before = [values(norm) for norm in norms(bench.base)]
    assert len(before) == 9 and all(len(own) == 4 for own in before)
    start = values(bench.base)
    bench.run(Schedule(stage, optimizer, restore_best=False))
    for norm, own in zip(norms(bench.base), before, strict=True):
        for weight, value in zip(norm.weights, own, strict=True):
            np.testing.assert_array_equal(weight.numpy(), value, err_msg=weight.path)
    moved = [(a != b).any() for a, b in zip(values(bench.base), start, strict=True)]
    assert sum(moved) > 5, "the convolutions around it are trained"


def test_batch_norm_deep_inside_an_unfrozen_model():
    inner = drawn(residual_base(), 3)
    inputs = keras.Input((8, 8, 3))
    base = keras.Model(inputs, keras.Sequential([inner], name="outer")(inputs))
    bench = Bench(base, pooled_head())
    start, before = values(base), [values(norm) for norm in norms(inner)]
    bench.run(Schedule(Stage({"outer": 1e-2}, 1), "sgd", restore_best=False))
    for norm, own in zip(norms(inner), before, strict=True):
        for weight, value in zip(norm.weights, own, strict=True):
            np.testing.assert_array_equal(weight.numpy(), value, err_msg=weight.path)
    assert sum((a != b).any() for a, b in zip(values(base), start, strict=True)) > 5


@pytest.mark.parametrize("batch_norm", ["frozen", "trained"])
def test_only_what_a_stage_names_moves(bench, batch_norm):
    start = {weight.path: weight.numpy() for weight in bench.base.weights + bench.head.weights}
    stages = (Stage({"conv2_block2": 1e-2}, 1), Stage({"conv1": 1e-2}, 1))
    bench.run(Schedule(stages, "sgd", batch_norm=batch_norm, restore_best=False))
    for weight in bench.base.weights + bench.head.weights:
        layer = weight.path.split("/")[0]
        named = layer.startswith(("conv1", "conv2_block2"))
        learns = named and (batch_norm == "trained" or "_bn" not in layer)
        if learns and batch_norm == "trained" and weight.path.endswith("conv/bias"):
            continue  # its gradient is zero to rounding: BatchNorm takes the mean out again
        assert (weight.numpy() != start[weight.path]).any() == learns, weight.path


def test_batch_norm_in_the_head_is_the_heads_own():
    """A head is new: its BatchNorm learns with it, is restored with it, and stays with it."""
    last = layers.BatchNormalization(name="norm"), layers.Dense(4, name="logits")
    bench = Bench(residual_base(), pooled_head(*last))
    stages = (Stage({"head": 1e-2}, 2), Stage({"conv3": 1e-2}, 1))
    start = values(bench.head)
    bench.run(Schedule(stages[:1], restore_best=False))
    learned = values(bench.head)
    assert all((one != two).any() for one, two in zip(start, learned, strict=True))
    bench.run(Schedule(stages[1:], restore_best=False), reset=False)
    for one, two in zip(learned, values(bench.head), strict=True):
        np.testing.assert_array_equal(one, two)
    history, _ = bench.run(Schedule(stages[:1]))
    best = history.epochs[history.best]
    accuracy, loss = bench.score()
    assert accuracy == pytest.approx(best["validation_accuracy"])
    assert -loss == pytest.approx(best["validation_loss"], rel=1e-5)
