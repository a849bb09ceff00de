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


def lengths(bench, weights):
    """Of the base's kernels and the head's: distance from the start, and from zero."""
    everything = bench.base.weights + bench.head.weights
    kernels = [n for n, weight in enumerate(everything) if weight.path.endswith("kernel")]
    starts = dict(zip(map(id, bench.variables), bench.start, strict=True))
    found = {}
    for part, chosen in (
        ("base", [n for n in kernels if n < len(bench.base.weights)]),
        ("head", [n for n in kernels if n >= len(bench.base.weights)]),
    ):
        moved = [weights[n] - starts[id(everything[n])] for n in chosen]
        found[part] = (
            np.sqrt(sum(np.sum(each**2) for each in moved)),
            np.sqrt(sum(np.sum(weights[n] ** 2) for n in chosen)),
        )
    return found


def run(bench, penalty=None, strength=0.0, head_strength=0.0):
    stage = Stage({"head": 0.02, "base": 0.02}, 4, decay="constant")
    options = {"strength": strength, "head_strength": head_strength}
    schedule = Schedule(stage, "sgd", batch_size=8, penalty=penalty, restore_best=False, **options)
    return bench.run(schedule)[1]


def test_what_the_penalties_draw_to(bench):
    free = lengths(bench, run(bench))
    near_zero = lengths(bench, run(bench, "l2", 5.0, 5.0))
    near_start = lengths(bench, run(bench, "l2-sp", 5.0, 5.0))
    from_start, from_zero = 0, 1
    assert near_start["base"][from_start] < 0.5 * free["base"][from_start]
    assert near_zero["base"][from_zero] < 0.5 * free["base"][from_zero]
    assert near_zero["base"][from_start] > 1.5 * near_start["base"][from_start]
    for found in (near_zero, near_start):
        assert found["head"][from_zero] < 0.5 * free["head"][from_zero], "the head, always to zero"


@pytest.mark.parametrize("penalty", ["l2", "l2-sp"])
def test_a_penalty_of_no_strength_changes_nothing(bench, penalty):
    for one, other in zip(run(bench), run(bench, penalty), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


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
