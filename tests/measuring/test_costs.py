"""What heads and tasks cost."""

import math

import keras
import pytest

from course_utils.errors import CourseError
from course_utils.measuring.costs import break_even_tasks, head_weights, multiply_adds


@pytest.mark.parametrize("pooled", [True, False])
def test_head_weights_are_those_that_keras_counts(pooled):
    inputs = keras.Input((2, 3, 5))
    pool = keras.layers.GlobalAveragePooling2D() if pooled else keras.layers.Flatten()
    hidden = keras.layers.Dense(128, activation="relu")(pool(inputs))
    model = keras.Model(inputs, keras.layers.Dense(7, activation="softmax")(hidden))
    assert head_weights(2, 3, 5, 7, pooled) == model.count_params()


@pytest.mark.parametrize("cost", [-1, math.nan, math.inf])
def test_what_is_no_cost_is_refused(cost):
    for position in range(3):
        costs = [1.0, 1.0, 1.0]
        costs[position] = cost
        with pytest.raises(CourseError, match="must be a number of at least 0"):
            break_even_tasks(*costs)


def test_large_whole_costs_are_exact():
    assert break_even_tasks(10**20, 10**4 + 1, 10**4) == 10**20 + 1


def test_a_head_without_a_class_is_refused():
    with pytest.raises(CourseError, match="at least 1"):
        head_weights(2, 2, 8, 0, True)


def test_multiply_adds_of_a_network_counted_by_hand():
    inputs = keras.Input((8, 6, 3))
    maps = keras.layers.Conv2D(5, 3, strides=2, padding="same")(inputs)  # 4 x 3 positions
    outputs = keras.layers.Dense(7)(keras.layers.Flatten()(maps))
    counted = 4 * 3 * (3 * 3 * 3 * 5) + 4 * 3 * 5 * 7
    assert multiply_adds(keras.Model(inputs, outputs)) == counted
