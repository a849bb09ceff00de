"""The verdict on a discriminator, on made curves with the noise that batches bring."""

import numpy as np
import pytest

from course_utils import CourseError
from course_utils.adaptation.diagnostics import discriminator_health

LOOKS = [20, 60, 400]


def noisy(curve, seed, images=32):
    """What batches with `images` of each domain show of the accuracies `curve`."""
    random = np.random.default_rng([seed, len(curve), images])
    right = random.binomial(images, np.clip(curve, 0, 1), size=(2, len(curve)))
    return right.mean(axis=0) / images


def rise_and_fall(n, peak, end, at=0.25):
    return np.interp(np.linspace(0, 1, n), [0, at, 0.8, 1], [0.5, peak, end, end])


@pytest.mark.parametrize("n", LOOKS)
@pytest.mark.parametrize("seed", range(20))
def test_guessing_is_dead(n, seed):
    assert discriminator_health(noisy(np.full(n, 0.5), seed)) == "dead"


@pytest.mark.parametrize("n", LOOKS)
@pytest.mark.parametrize("end", [0.5, 0.6, 0.7])
@pytest.mark.parametrize("peak", [0.8, 0.9, 0.99])
@pytest.mark.parametrize("seed", range(3))
def test_a_rise_and_a_fall_are_healthy(n, peak, end, seed):
    assert discriminator_health(noisy(rise_and_fall(n, peak, end), seed)) == "healthy"


@pytest.mark.parametrize("n", LOOKS)
@pytest.mark.parametrize("end", [0.94, 0.98, 1.0])
@pytest.mark.parametrize("at", [0.1, 0.5, 0.8])
def test_domains_that_stay_separable_are_overpowered(n, end, at):
    curve = np.interp(np.linspace(0, 1, n), [0, at, 1], [0.5, end, end])
    assert discriminator_health(noisy(curve, 0)) == "overpowered"


@pytest.mark.parametrize(
    ("accuracies", "verdict"),
    [
        ([0.5] * 15 + [0.91] * 5, "overpowered"),
        ([0.5] * 15 + [0.89] * 5, "overpowered"),  # above 0.75, and not fallen
        ([0.95] * 10 + [0.89] * 10, "healthy"),  # fallen by 0.06
        ([0.92] * 10 + [0.89] * 10, "overpowered"),  # fallen by 0.03
        ([0.95] * 10 + [0.91] * 10, "overpowered"),
        ([0.74] * 20, "healthy"),
        ([0.59] * 20, "dead"),
        ([0.62] * 5 + [0.5] * 15, "healthy"),
        ([0.5] * 10 + [0.99] + [0.5] * 9, "dead"),  # one lucky batch is no learning
        ([0.5] * 19 + [0.98], "dead"),
        ([0.9] * 5 + [0.2] * 15, "healthy"),
    ],
)
def test_the_thresholds(accuracies, verdict):
    assert discriminator_health(accuracies) == verdict


def test_the_end_is_the_last_tenth_of_a_long_curve():
    accuracies = np.full(400, 0.6)
    accuracies[:100] = 0.95
    accuracies[-40:] = 0.95
    assert discriminator_health(accuracies) == "overpowered"
    accuracies[-40:-20] = 0.5
    assert discriminator_health(accuracies) == "healthy"


@pytest.mark.parametrize("accuracies", [[0.5] * 19, [], [[0.5] * 20] * 2])
def test_too_few_looks(accuracies):
    with pytest.raises(CourseError, match="at least 20 accuracies"):
        discriminator_health(accuracies)


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 1.1, 50])
def test_no_accuracies(wrong):
    with pytest.raises(CourseError, match="from 0 to 1"):
        discriminator_health([0.5] * 20 + [wrong])
