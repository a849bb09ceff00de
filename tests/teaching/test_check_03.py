"""What the checks of lesson 03 promise beyond those of every lesson (test_check_exercises.py)."""

import keras
import numpy as np
import pytest
from answers_03 import RIGHT, WRONG
from checking import exercises_of, told

EXERCISES = exercises_of("03")
ARGUMENTS = {
    "03-unfreeze": "prefix",
    "03-learning-rate": "step",
    "03-discriminative": "groups",
    "03-l2-sp": "weights",
    "03-early-stopping": "losses",
    "03-freeze-boundary": "trainable",
}
# The networks of 03-unfreeze take a while: two of its wrong answers will do.
UNFREEZE = [(id, answer) for id, answer, _ in WRONG if id == "03-unfreeze"]
SHORT = UNFREEZE[:2] + [(id, answer) for id, answer, _ in WRONG if id != "03-unfreeze"]


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_there_are_two_right_answers_and_three_wrong_ones(exercise_id):
    assert len({answer for id, answer in RIGHT if id == exercise_id}) >= 2
    assert len({answer for id, answer, _ in WRONG if id == exercise_id}) >= 3


@pytest.mark.parametrize(("exercise_id", "argument"), ARGUMENTS.items())
def test_the_input_that_shows_it_is_told(capsys, exercise_id, argument):
    for id, answer in SHORT:
        if id == exercise_id:
            assert f", for {argument} = " in told(capsys, exercise_id, answer)


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
