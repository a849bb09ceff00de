"""Rank correlations are those of SciPy, and their intervals tell few sources from many."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.rank_correlation import bootstrap_rank_correlation, rank_correlation


def simulated(seed, sources=10, seeds=5, noise=0.3):
    """Scores that say something of the gains: (sources,) and (seeds, sources)."""
    random = np.random.default_rng(seed)
    gains = random.normal(size=sources)
    scores = gains + random.normal(0, noise, size=sources)
    return scores, gains + random.normal(0, 0.2, size=(seeds, sources))


@pytest.mark.parametrize("sources", [3, 10, 50])
@pytest.mark.parametrize("seed", range(3))
def test_the_correlation_is_that_of_scipy(sources, seed):
    random = np.random.default_rng(seed)
    scores, gains = random.normal(size=(2, sources))
    ties = random.integers(0, 4, size=sources)
    for first in (scores, ties + (np.ptp(ties) == 0) * scores):
        tau = stats.weightedtau(first, gains).statistic
        assert rank_correlation(first, gains) == pytest.approx(tau)


@pytest.mark.parametrize("seed", range(5))
def test_perfect_reversed_and_invariant(seed):
    random = np.random.default_rng(seed)
    gains = random.normal(size=8)
    assert rank_correlation(np.exp(gains), gains) == pytest.approx(1)
    assert rank_correlation(-gains, gains) == pytest.approx(-1)
    scores, order = random.normal(size=8), random.permutation(8)
    tau = rank_correlation(scores, gains)
    assert rank_correlation(np.exp(scores[order]), 3 * gains[order] + 1) == pytest.approx(tau)
    assert rank_correlation(gains, scores) == pytest.approx(tau)


def test_by_hand():
    # Ranks 1 to 3 weigh 1, 1/2 and 1/3, and a pair their sum: 3/2, 4/3 and 5/6, together 11/3.
    # One pair is the other way round: first that of the worst two, then that of the best two.
    assert rank_correlation([3, 1, 2], [3, 2, 1]) == pytest.approx(1 - 2 * (5 / 6) / (11 / 3))
    assert rank_correlation([2, 3, 1], [3, 2, 1]) == pytest.approx(1 - 2 * (3 / 2) / (11 / 3))


@pytest.mark.parametrize("value", [0.0, 0.1, -7.0])
def test_scores_that_are_all_equal_rank_nothing(value):
    _, gains = simulated(0)
    assert rank_correlation(np.full(10, value), gains[0]) == 0
    assert rank_correlation(gains[0], np.full(10, value)) == 0
    found = bootstrap_rank_correlation(np.full(10, value), gains, resamples=50)
    assert (found.tau, found.low, found.high) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("score_of_each_seed", [False, True])
def test_the_estimate_is_that_of_the_means_and_lies_in_its_interval(seed, score_of_each_seed):
    scores, gains = simulated(seed)
    if score_of_each_seed:
        scores = scores + np.random.default_rng(seed).normal(0, 0.2, size=gains.shape)
    found = bootstrap_rank_correlation(scores, gains, resamples=200)
    means = np.atleast_2d(scores).mean(axis=0), gains.mean(axis=0)
    assert found.tau == pytest.approx(stats.weightedtau(*means).statistic)
    assert -1 <= found.low <= found.tau <= found.high <= 1 and found.low < found.high
    assert found.resamples == 200
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.tau = 1.0


def test_the_interval_belongs_to_its_seed():
    scores, gains = simulated(1)
    first = bootstrap_rank_correlation(scores, gains, resamples=100, seed=4)
    assert bootstrap_rank_correlation(scores, gains, resamples=100, seed=4) == first
    assert bootstrap_rank_correlation(scores, gains, resamples=100, seed=5) != first


@pytest.mark.parametrize("seed", range(3))
def test_more_sources_make_it_surer(seed):
    widths = []
    for sources in (6, 30, 150):
        found = bootstrap_rank_correlation(*simulated(seed, sources, noise=1), resamples=200)
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True) and widths[2] < widths[0] / 2


def test_noise_of_the_seeds_widens_the_interval():
    scores, gains = simulated(2, sources=40)
    noise = np.random.default_rng(2).normal(0, 3, size=gains.shape)
    calm = bootstrap_rank_correlation(scores, gains, resamples=200)
    noisy = bootstrap_rank_correlation(scores, gains + noise - noise.mean(axis=0), resamples=200)
    assert noisy.tau == pytest.approx(calm.tau), "the same means"
    assert noisy.high - noisy.low > calm.high - calm.low


def test_scores_of_the_seeds_are_drawn_with_their_gains():
    # Of every seed by itself, and so of every draw of seeds, the scores are the gains.
    gains = np.random.default_rng(3).normal(size=(5, 10))
    found = bootstrap_rank_correlation(2 * gains, gains, resamples=100)
    assert (found.low, found.high) == pytest.approx((1, 1))


def test_three_sources_are_enough_and_no_resample_is_of_one_alone():
    gains = np.array([[1.0, 2.0, 3.0], [1.1, 2.1, 3.1]])
    found = bootstrap_rank_correlation([1, 2, 3], gains, resamples=500)
    assert (found.low, found.high) == pytest.approx((1, 1)), "one source alone would give 0"


def test_scores_that_say_nothing_have_0_in_their_interval():
    random = np.random.default_rng(0)
    held = []
    for _ in range(150):
        gains = random.normal(size=10) + random.normal(0, 0.2, size=(5, 10))
        found = bootstrap_rank_correlation(random.normal(size=10), gains, resamples=100)
        held.append(found.low <= 0 <= found.high)
    assert 0.88 <= np.mean(held) <= 1


@pytest.mark.parametrize(
    ("scores", "gains", "told"),
    [
        ([1, 2], [1, 2], "at least 3 sources"),
        ([], [], "at least 3 sources"),
        (1.0, [1, 2, 3], "at least 3 sources"),
        ([1, 2, np.nan], [1, 2, 3], "The scores hold values that are not finite"),
        ([1, 2, 3], [1, 2, np.inf], "The gains hold values that are not finite"),
        ([1, 2, 3], [1, 2, 3, 4], r"the shapes are \(3,\) and \(4,\)"),
        (np.ones((2, 3)), np.ones((2, 3)), "one score and one gain for each source"),
        (["a", "b", "c"], [1, 2, 3], "The scores are not an array of numbers"),
    ],
)
def test_what_has_no_rank_correlation(scores, gains, told):
    with pytest.raises(CourseError, match=told):
        rank_correlation(scores, gains)


TABLE = np.arange(20.0).reshape(5, 4)


@pytest.mark.parametrize(
    ("scores", "gains", "resamples", "told"),
    [
        (TABLE[0], TABLE[0], 10, "a row for each seed"),
        (TABLE[0, :3], TABLE, 10, r"the shapes are \(5, 4\) and \(1, 3\)"),
        (TABLE[:3], TABLE, 10, r"the shapes are \(5, 4\) and \(3, 4\)"),
        (TABLE[0], TABLE * np.nan, 10, "not finite"),
        (TABLE[:, :2], TABLE[:, :2], 10, "at least 3 sources"),
        (TABLE[0], TABLE, 0, "of at least 1, not 0"),
        (TABLE[0], TABLE, 2.5, "of at least 1, not 2.5"),
    ],
)
def test_what_has_no_bootstrap(scores, gains, resamples, told):
    with pytest.raises(CourseError, match=told):
        bootstrap_rank_correlation(scores, gains, resamples)
