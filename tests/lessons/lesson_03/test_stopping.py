"""Early stopping, replayed on runs of which every epoch was kept."""

import keras
import numpy as np
import pytest

from course_utils.lessons.lesson_03.stopping import (
    gain_of_stopping,
    spread_of_stopping,
    stopped_accuracy,
    stopping_epoch,
)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("patience", [1, 2, 5])
def test_stopping_is_that_of_keras(seed, patience):
    losses = np.random.default_rng(seed).normal(size=15).round(1)
    callback = keras.callbacks.EarlyStopping(patience=patience)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    assert stopping_epoch(losses, patience) == callback.best_epoch


def test_stopping_takes_many_curves_at_once():
    losses = np.random.default_rng(0).normal(size=(12, 30))
    each = [stopping_epoch(losses[:, k]) for k in range(30)]
    assert np.array_equal(stopping_epoch(losses), each)


def a_run(epochs=10, images=40, seed=0):
    random = np.random.default_rng(seed)
    fall = np.abs(np.arange(epochs) - 4)[:, None] / 4
    return {
        "validation_loss": (fall + random.random((epochs, images))).tolist(),
        "test_accuracy": (0.8 - np.abs(np.arange(epochs) - 4) / 20).tolist(),
    }


def test_a_larger_validation_set_judges_better():
    runs = [a_run(seed=seed) for seed in range(5)]
    gains = [gain_of_stopping(runs, size).mean for size in (1, 5, 40)]
    assert gains == sorted(gains)
    spreads = [spread_of_stopping(runs, size).mean for size in (1, 5, 40)]
    assert spreads == sorted(spreads)[::-1]
    assert spreads[-1] == 0  # one and the same whole set in every draw


def test_the_judge_may_be_accuracy():
    run = a_run(epochs=3, images=4)
    run["test_accuracy"] = [0.5, 0.6, 0.7]
    run["validation_correct"] = ["0011", "0111", "0001"]  # best in the middle
    run["validation_loss"] = [[1.0] * 4, [2.0] * 4, [3.0] * 4]  # best at the start
    assert set(stopped_accuracy(run, 4)) == {0.5}
    assert set(stopped_accuracy(run, 4, "accuracy")) == {0.6}


def test_a_validation_set_larger_than_there_is_is_the_whole():
    run = a_run()
    assert np.array_equal(stopped_accuracy(run, 40), stopped_accuracy(run, 10_000))
