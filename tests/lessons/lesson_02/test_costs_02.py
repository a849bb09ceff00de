"""What lesson 02 counts is what its networks cost."""

import keras
import pytest

from course_utils.finetuning.network_training import small_network
from course_utils.lessons.lesson_02 import costs
from course_utils.measuring import records
from course_utils.measuring.costs import HIDDEN_UNITS, multiply_adds


def test_the_counted_operations_are_those_of_the_networks():
    for size in (48, 64):
        base = keras.applications.ResNet50(
            weights=None, include_top=False, input_shape=(size, size, 3)
        )
        assert costs.FORWARD[f"ResNet50 at {size}"] == multiply_adds(base)
    assert costs.FORWARD["small at 48"] == multiply_adds(small_network((48, 48, 3), 12))


@pytest.mark.parametrize("n_classes", [2, 12, 15])
def test_the_multiply_adds_of_the_head_are_those_of_its_layers(n_classes):
    base = keras.applications.ResNet50(weights=None, include_top=False, pooling="avg")
    assert base.output.shape[-1] == costs.CHANNELS
    inputs = keras.Input((costs.CHANNELS,))
    hidden = keras.layers.Dense(HIDDEN_UNITS, activation="relu")(inputs)
    head = keras.Model(inputs, keras.layers.Dense(n_classes)(hidden))
    assert costs.head_multiply_adds(n_classes) == multiply_adds(head)


@pytest.mark.parametrize("n_classes", [2, 12])
@pytest.mark.parametrize("epochs", [0, 1, 20])
def test_the_frozen_arm_pays_for_its_base_once_and_for_its_head_in_every_epoch(
    n_classes, epochs, monkeypatch
):
    monkeypatch.setattr(costs, "HEAD_EPOCHS", epochs)
    each_epoch = 3 * costs.head_multiply_adds(n_classes)  # forward, and twice that backward
    assert costs.task_operations(n_classes)["frozen"] == (
        n_classes * costs.WATCHED_N * (costs.FORWARD["ResNet50 at 48"] + epochs * each_epoch)
    )


@pytest.mark.parametrize(("rival", "tasks"), costs.COMPARED)
def test_the_stored_counts_are_those_of_the_networks(rival, tasks):
    rows = records("costs").query("rival == @rival")
    (stored,) = rows[rows.tasks.isna() if tasks is None else rows.tasks == tasks].saving
    assert stored == pytest.approx(costs.saving(rival, tasks))
    whole = costs.task_operations()
    paid = whole["frozen"] + (costs.pretraining_operations() / tasks if tasks else 0)
    assert stored == pytest.approx((whole[rival] - paid) / whole[rival])
