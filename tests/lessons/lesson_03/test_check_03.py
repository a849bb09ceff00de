"""What the checks of lesson 03 promise beyond those of every lesson (test_check_exercises.py)."""

import math
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from checking import EXERCISES
from references_03 import goodfellow_bengio_and_courville, howard_and_ruder


@pytest.fixture
def base():
    """Two layers that can be frozen and a BatchNorm, as the exercise has them."""
    inputs = keras.Input((4,))
    x = keras.layers.Dense(3, name="lower")(inputs)
    x = keras.layers.BatchNormalization(name="norm")(x)
    return keras.Model(inputs, keras.layers.Dense(2, name="upper")(x))


def switches(base):
    return [layer.trainable for layer in base.layers if layer.weights]


# The sentences of 03-unfreeze rest on how Keras behaves: they have to change when it does.


def test_a_base_ignores_the_value_that_it_has(base):
    for layer in base.layers:
        layer.trainable = False
    base.trainable = True
    assert switches(base) == [False, False, False]
    base.trainable = False
    base.trainable = True
    assert switches(base) == [True, True, True]


def test_a_frozen_base_lists_no_weight_though_a_layer_trains(base):
    base.trainable = False
    base.get_layer("upper").trainable = True
    assert base.trainable_weights == []
    model = keras.Sequential([base])
    assert [weight.path for weight in model.trainable_weights] == ["upper/kernel", "upper/bias"]


@pytest.mark.parametrize(("frozen", "moves"), [(False, True), (True, False)])
def test_only_its_own_switch_keeps_batchnorm_still(base, frozen, moves):
    base.get_layer("norm").trainable = not frozen
    inputs = keras.Input((4,))
    model = keras.Model(inputs, base(inputs, training=False))
    model.compile("sgd", "mse", jit_compile=False, run_eagerly=True)
    before = base.get_layer("norm").moving_mean.numpy().copy()
    inputs = np.random.default_rng(0).normal(3, 2, (8, 4))
    model.train_on_batch(inputs, np.zeros((8, 2)))
    after = base.get_layer("norm").moving_mean.numpy()
    assert (not np.array_equal(before, after)) == moves


def test_the_examples_in_words_are_right():
    groups = ("conv4", "conv5", "head")
    assert "0.025, 0.05 and 0.1" in EXERCISES["03-discriminative"].hints[0]
    assert list(howard_and_ruder(groups, 0.1, 2).values()) == [0.025, 0.05, 0.1]
    assert "0.9, 0.5, 0.6, 0.7, 0.4 give (1, 3)" in EXERCISES["03-early-stopping"].hints[0]
    assert goodfellow_bengio_and_courville([0.9, 0.5, 0.6, 0.7, 0.4], 2) == (1, 3)


def keras_early_stopping(losses, patience):
    """What Keras's own callback does when it is told these losses."""
    callback = keras.callbacks.EarlyStopping(
        "val_loss", patience=patience, mode="min", restore_best_weights=True
    )
    model = SimpleNamespace(
        stop_training=False, get_weights=list, set_weights=lambda weights: None, optimizer=None
    )
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    return callback.best_epoch, epoch


@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_keras_stops_where_the_book_does(seed, patience):
    # Equal losses are frequent. A first loss of nan is left out: Keras takes it for the best.
    losses = np.random.default_rng(seed).integers(1, 9, 12) / 10
    losses[3::4] = math.nan
    expected = goodfellow_bengio_and_courville(losses, patience)
    assert keras_early_stopping(losses, patience) == expected
