"""What lesson 02's claims count is what its networks cost."""

import keras
import pytest

from course_utils.finetuning.network_training import small_network
from course_utils.lessons.lesson_02 import claims
from course_utils.measuring.costs import HIDDEN_UNITS, multiply_adds


def test_the_counted_operations_are_those_of_the_networks():
    for size in (48, 64):
        base = keras.applications.ResNet50(
            weights=None, include_top=False, input_shape=(size, size, 3)
        )
        assert claims.FORWARD[f"ResNet50 at {size}"] == multiply_adds(base)
    assert claims.FORWARD["small at 48"] == multiply_adds(small_network((48, 48, 3), 12))


@pytest.mark.parametrize("n_classes", [2, 12, 15])
def test_the_multiply_adds_of_the_head_are_those_of_its_layers(n_classes):
    base = keras.applications.ResNet50(weights=None, include_top=False, pooling="avg")
    assert base.output.shape[-1] == claims.CHANNELS
    inputs = keras.Input((claims.CHANNELS,))
    hidden = keras.layers.Dense(HIDDEN_UNITS, activation="relu")(inputs)
    head = keras.Model(inputs, keras.layers.Dense(n_classes)(hidden))
    assert claims.head_multiply_adds(n_classes) == multiply_adds(head)


@pytest.mark.parametrize("n_classes", [2, 12])
@pytest.mark.parametrize("epochs", [0, 1, 20])
def test_the_frozen_arm_pays_for_its_base_once_and_for_its_head_in_every_epoch(
    n_classes, epochs, monkeypatch
):
    monkeypatch.setattr(claims, "HEAD_EPOCHS", epochs)
    each_epoch = 3 * claims.head_multiply_adds(n_classes)  # forward, and twice that backward
    assert claims.task_operations(n_classes)["frozen"] == (
        n_classes * claims.WATCHED_N * (claims.FORWARD["ResNet50 at 48"] + epochs * each_epoch)
    )
