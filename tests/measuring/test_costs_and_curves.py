"""What heads and tasks cost, and how many times the labels a curve needs."""

import math

import keras
import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.measuring.costs import break_even_tasks, head_weights
from course_utils.measuring.label_multiplier import label_multiplier


@pytest.mark.parametrize("pooled", [True, False])
def test_head_weights_are_those_that_keras_counts(pooled):
    inputs = keras.Input((2, 3, 5))
    pool = keras.layers.GlobalAveragePooling2D() if pooled else keras.layers.Flatten()
    hidden = keras.layers.Dense(128, activation="relu")(pool(inputs))
    model = keras.Model(inputs, keras.layers.Dense(7, activation="softmax")(hidden))
    assert head_weights(2, 3, 5, 7, pooled) == model.count_params()


def test_a_multiplier_by_hand():
    # The other curve climbs from 0.2 at 10 labels to 0.6 at 1000: 0.4 lies half way, at 100.
    assert label_multiplier([10, 1000], [0.4, 0.6], [0.2, 0.6]) == pytest.approx([10, 1])


@pytest.mark.parametrize(
    ("labels", "accuracy", "other"),
    [
        ([5, 10], [0.5], [0.4, 0.5]),
        ([[5, 10]], [[0.5, 0.6]], [[0.5, 0.6]]),
        ([], [], []),
        ([10, 5], [0.5, 0.6], [0.5, 0.6]),
        ([0, 5], [0.5, 0.6], [0.5, 0.6]),
        ([5, 10], [0.5, np.nan], [0.5, 0.6]),
    ],
)
def test_what_is_no_curve_is_refused(labels, accuracy, other):
    with pytest.raises(CourseError):
        label_multiplier(labels, accuracy, other)


@pytest.mark.parametrize("cost", [-1, math.nan, math.inf])
def test_what_is_no_cost_is_refused(cost):
    for position in range(3):
        costs = [1.0, 1.0, 1.0]
        costs[position] = cost
        with pytest.raises(CourseError, match="must be a finite cost"):
            break_even_tasks(*costs)


def test_large_whole_costs_are_exact():
    assert break_even_tasks(10**20, 10**4 + 1, 10**4) == 10**20 + 1


def test_a_head_without_a_class_is_refused():
    with pytest.raises(CourseError, match="at least 1"):
        head_weights(2, 2, 8, 0, True)
