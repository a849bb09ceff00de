"""A `Result` has the interval that statistics books give it, and verdicts follow by rule."""

import numpy as np
import pytest
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.results import (
    Result,
    compare,
    paired_difference,
    transfer_gap,
    verdict,
)


def test_the_interval_by_hand():
    # Mean 3, deviation sqrt(2.5), Student's t for 4 degrees of freedom 2.776445 (any table).
    result = Result([1, 2, 3, 4, 5])
    assert result.mean == 3
    assert result.half_width == pytest.approx(2.776445 * np.sqrt(2.5 / 5), rel=1e-6)
    assert result.interval == pytest.approx((1.036757, 4.963243), rel=1e-6)


@pytest.mark.parametrize("seeds", [2, 5, 30])
def test_the_interval_is_that_of_scipy(seeds):
    values = np.random.default_rng(seeds).normal(size=seeds)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert Result(values).interval == pytest.approx(tuple(expected))


@pytest.mark.parametrize("seeds", [2, 5, 20])
def test_the_interval_holds_the_truth_19_times_in_20(seeds):
    random = np.random.default_rng(seeds)
    intervals = [Result(random.normal(0.7, 0.1, size=seeds)).interval for _ in range(1500)]
    held = np.mean([low <= 0.7 <= high for low, high in intervals])
    # Of 1,500 intervals that each hold it with chance 0.95, the share is within this 999 in 1,000.
    low, high = stats.binom.interval(0.999, 1500, 0.95)
    assert low / 1500 <= held <= high / 1500


def test_percent():
    assert Result([0.61, 0.62, 0.63]).percent() == "62.0 ± 2.5"


@pytest.mark.parametrize(
    "values", [[0.5], [], 0.5, [[0.5, 0.6]], [0.5, float("nan")], [0.5, float("inf")]]
)
def test_what_is_no_result(values):
    with pytest.raises(CourseError, match=r"one finite value for each of at least two seeds"):
        Result(values)


def test_a_result_does_not_change_with_the_callers_array():
    values = np.array([0.5, 0.6])
    result = Result(values)
    values[:] = 0
    assert result.mean == pytest.approx(0.55)


def test_pairing_removes_what_the_seeds_share():
    luck = np.random.default_rng(1).normal(0, 10, size=5)
    noise = np.array([0, 0.1, 0, -0.1, 0])
    difference = paired_difference(Result(luck + 1), Result(luck + noise))
    assert difference.values == pytest.approx([1, 0.9, 1, 1.1, 1])
    assert compare(difference) == "above"
    assert compare(Result(luck + 1)) == "within noise"


def test_pairs_need_the_same_seeds():
    with pytest.raises(CourseError, match=r"the same seeds: one has 3 values, the other 2\."):
        paired_difference(Result([1, 2, 3]), Result([1, 2]))


@pytest.mark.parametrize(
    ("values", "threshold", "expected"),
    [
        ([1, 2, 3, 4, 5], 1.0, "above"),
        ([1, 2, 3, 4, 5], 1.1, "within noise"),
        ([1, 2, 3, 4, 5], 4.9, "within noise"),
        ([1, 2, 3, 4, 5], 5.0, "below"),
        ([2, 2, 2], 2.0, "within noise"),
    ],
)
def test_compare(values, threshold, expected):
    assert compare(Result(values), threshold) == expected


UP, DOWN, UNSURE = Result([1, 1.1, 0.9]), Result([-1, -1.1, -0.9]), Result([-1, 1, 0.1])


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([UP], "holds"),
        ([UP, UP], "holds"),
        ([UP, UNSURE], "partly"),
        ([DOWN, UP], "partly"),
        ([UNSURE, UNSURE], "does not hold here"),
        ([DOWN], "does not hold here"),
    ],
)
def test_verdict(differences, expected):
    assert verdict(differences) == expected


def test_no_condition_no_verdict():
    with pytest.raises(CourseError, match="at least one condition"):
        verdict([])


@pytest.mark.parametrize("seed", range(5))
def test_the_gap_is_paired_and_its_sign_says_whether_transfer_helps(seed):
    random = np.random.default_rng(seed)
    luck, gain = random.normal(0, 10, size=5), random.uniform(0.5, 1)
    scratch = Result(luck)
    helped = Result(luck + gain + random.normal(0, 0.01, size=5))
    assert compare(transfer_gap(helped, scratch)) == "above"
    assert compare(transfer_gap(scratch, helped)) == "below"
    # Wang et al. take it of the errors, with transfer minus without.
    errors = Result(1 - helped.values), Result(1 - scratch.values)
    assert transfer_gap(*errors).mean == pytest.approx(-transfer_gap(helped, scratch).mean)
