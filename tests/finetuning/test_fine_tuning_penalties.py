"""L2 draws to zero and L2-SP to the start: the formula, its gradient, and what a run does."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.finetuning import Schedule, Stage
from course_utils.finetuning.penalties import pull


def test_pull_is_the_gradient_of_half_the_squared_distance():
    random = np.random.default_rng(0)
    weights, start = (random.normal(size=(3, 3, 2, 4)).astype(np.float32) for _ in range(2))
    weights = tf.Variable(weights)
    with tf.GradientTape() as tape:
        penalty = 0.7 / 2 * tf.reduce_sum((weights - start) ** 2)
    np.testing.assert_allclose(
        tape.gradient(penalty, weights), pull(weights, start, 0.7), atol=1e-6
    )


def in_steps(bench, steps, **options):
    """Weights after some steps of SGD at the rate 0.1, all images in one batch."""
    stage = Stage({"head": 0.1, "base": 0.1}, steps, decay="constant")
    schedule = Schedule(stage, "sgd", batch_size=100, restore_best=False, **options)
    return bench.run(schedule)[1]


@pytest.mark.parametrize("penalty", ["l2", "l2-sp"])
def test_one_step_adds_the_pull_and_leaves_biases_alone(bench, penalty):
    """A first step of SGD differs by rate times pull; L2-SP has nothing to pull at in the base."""
    after_one = in_steps(bench, 1)
    pulled = in_steps(bench, 1, penalty=penalty, strength=0.5, head_strength=0.25)
    starts = dict(zip(map(id, bench.variables), bench.start, strict=True))
    everything = bench.base.weights + bench.head.weights
    for weight, free, held in zip(everything, after_one, pulled, strict=True):
        in_head = any(weight is own for own in bench.head.weights)
        start = starts[id(weight)]
        expected = 0.0
        if weight.path.endswith("kernel") and (in_head or penalty == "l2"):
            expected = -0.1 * (0.25 if in_head else 0.5) * start
        np.testing.assert_allclose(held - free, expected, atol=2e-6, err_msg=weight.path)


def test_a_second_step_of_l2_sp_is_drawn_to_the_start(bench):
    """By its own strength, as far as the first step has led away; the head by another, of 0."""
    after_one, free = in_steps(bench, 1), in_steps(bench, 2)
    held = in_steps(bench, 2, penalty="l2-sp", strength=0.5)
    starts = dict(zip(map(id, bench.variables), bench.start, strict=True))
    everything = bench.base.weights + bench.head.weights
    for weight, one, two, drawn in zip(everything, after_one, free, held, strict=True):
        is_kernel = weight.path.endswith("kernel")
        in_base = any(weight is own for own in bench.base.weights)
        expected = -0.1 * 0.5 * (one - starts[id(weight)]) if is_kernel and in_base else 0.0
        np.testing.assert_allclose(drawn - two, expected, atol=2e-6, err_msg=weight.path)
        assert not (is_kernel and in_base) or np.abs(expected).max() > 1e-5, "it has moved"
