"""The learning-rate range test leaves no trace, and finds where the loss falls."""

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers
from scipy.special import softmax
from small_residual import (
    CLASSES,
    Bench,
    assert_same,
    interrupted,
    pooled_head,
    residual_base,
    scaled,
)

from course_utils import CourseError
from course_utils.datasets.dataset import Dataset
from course_utils.finetuning import learning_rate_range_test
from course_utils.finetuning.weights import arrays_of


@pytest.fixture(scope="module")
def bench_with_dropout():
    head = pooled_head(layers.BatchNormalization(), layers.Dropout(0.5, seed=1), layers.Dense(4))
    return Bench(residual_base(), head)


def run(bench, groups="head", **options):
    options = {"steps": 20, "preprocess": scaled} | options
    return learning_rate_range_test(bench.base, bench.head, bench.data[0], groups, **options)


@pytest.mark.parametrize("high", [1e-2, 1e38])
def test_everything_is_as_it_was(bench_with_dropout, high):
    """Weights, the statistics of a head's BatchNorm, and where its dropout has got to."""
    found = run(bench_with_dropout, ("head", "conv3"), high=high, batch_size=8)
    assert len(found.rates) >= 2
    assert_same(arrays_of(bench_with_dropout.variables), bench_with_dropout.start)


def test_everything_is_as_it_was_when_interrupted(bench_with_dropout):
    with interrupted(5):
        run(bench_with_dropout)
    assert_same(arrays_of(bench_with_dropout.variables), bench_with_dropout.start)


def softmax_toy(scale):
    """Logistic regression on the mean colour: whole steps of the rate 1 / scale**2 would do."""
    inputs = keras.Input((1, 1, 3))
    base = keras.Model(inputs, layers.Identity(name="same")(inputs))
    head = keras.Sequential([layers.Flatten(), layers.Dense(3, kernel_initializer="zeros")])
    labels = np.arange(60) % 3
    images = np.eye(3)[labels] * 255
    data = Dataset(images.reshape(60, 1, 1, 3).astype(np.uint8), labels, CLASSES[:3])
    return base, head, data, lambda images: images / 255 * scale


@pytest.mark.parametrize("scale", [1, 10])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_suggestion_on_a_toy_that_can_be_solved(scale, seed):
    """Inputs ten times as long want a rate a hundred times lower."""
    base, head, data, preprocess = softmax_toy(scale)
    found = learning_rate_range_test(
        base, head, data, "head", low=1e-6, high=1e3, steps=60, seed=seed,
        preprocess=preprocess, optimizer="sgd",
    )  # fmt: skip
    assert 0.05 <= found.suggestion * scale**2 <= 50
    assert found.losses.min() < 0.5 * found.losses[0]
    assert found.losses[0] == pytest.approx(np.log(3), rel=1e-3)


def losses_of_a_loop(rates, head_strength, seed, batch_size=32, momentum=0.9):
    """The smoothed losses of the softmax toy, its gradients worked out by hand."""
    inputs, labels = np.eye(3)[np.arange(60) % 3], np.arange(60) % 3
    kernel, bias, moving, losses, mean = np.zeros((3, 3)), np.zeros(3), [0, 0], [], 0.0
    random = np.random.default_rng(seed)
    for step, rate in enumerate(rates):
        chosen = random.choice(60, batch_size, replace=False)
        shares = softmax(inputs[chosen] @ kernel + bias, axis=1)
        mean = 0.8 * mean - 0.2 * np.log(shares[range(batch_size), labels[chosen]]).mean()
        losses.append(mean / (1 - 0.8 ** (step + 1)))
        error = (shares - np.eye(3)[labels[chosen]]) / batch_size
        slopes = inputs[chosen].T @ error + head_strength * kernel, error.sum(axis=0)
        moving = [momentum * v - rate * slope for v, slope in zip(moving, slopes, strict=True)]
        kernel, bias = kernel + moving[0], bias + moving[1]
    return losses


@pytest.mark.parametrize("penalty", [None, "l2", "l2-sp"])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_losses_of_a_toy_against_a_loop(penalty, seed):
    """Under a penalty the head is drawn to zero, and the losses are those without it."""
    base, head, data, preprocess = softmax_toy(1)
    strength = 2.0 if penalty else 0.0
    found = learning_rate_range_test(
        base, head, data, "head", low=1e-3, high=0.3, steps=40, seed=seed, preprocess=preprocess,
        optimizer="sgd", penalty=penalty, head_strength=strength,
    )  # fmt: skip
    expected = losses_of_a_loop(found.rates, strength, seed)
    np.testing.assert_allclose(found.losses, expected, rtol=1e-4)
    free = losses_of_a_loop(found.rates, 0.0, seed)
    assert bool(penalty) == (np.abs(np.subtract(expected, free)).max() > 0.05)


@pytest.mark.parametrize("value", [True, False])
def test_there_is_nothing_to_restore(bench, value):
    with pytest.raises(CourseError, match=r"began with: leave out restore_best\.$"):
        run(bench, restore_best=value)


def test_a_loss_that_blows_up_ends_it(bench):
    found = run(bench, low=1e-4, high=1e8, steps=60, optimizer="sgd")
    assert 2 <= len(found.rates) < 60
    assert np.isfinite(found.losses).all()
    lowest = np.minimum.accumulate(found.losses)
    assert (found.losses[:-1] <= 3 * lowest[:-1]).all()
    assert found.losses[-1] > 3 * lowest[-1]
    assert found.suggestion < found.rates[-1]


def test_a_loss_that_is_never_finite(bench):
    broken = lambda images: images * np.nan  # noqa: E731
    with pytest.raises(CourseError, match=r"not finite even at the rate 1e-06: choose a lower"):
        run(bench, preprocess=broken)
    assert_same(arrays_of(bench.variables), bench.start)


def test_its_picture(bench):
    found = run(bench)
    figure = found.plot()
    (axes,) = figure.axes
    assert axes.get_xscale() == "log"
    assert axes.get_xlabel() == "learning rate" and "loss (nats)" in axes.get_ylabel()
    assert axes.lines[1].get_xdata()[0] == found.suggestion
    plt.close(figure)
