"""A `Result` has the interval that statistics books give it, over draws or draws and pictures."""

import numpy as np
import pytest
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.intervals import crossed_estimate
from course_utils.measuring.records import table_of
from course_utils.measuring.results import (
    Result,
    compare,
    paired_difference,
    result_of,
    transfer_gap,
    unpaired_difference,
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
    with pytest.raises(CourseError, match=r"one finite value for each of at least two draws"):
        Result(values)


def test_a_result_does_not_change_with_the_callers_array():
    values = np.array([0.5, 0.6])
    result = Result(values)
    values[:] = 0
    assert result.mean == pytest.approx(0.55)


def test_pairing_removes_what_the_draws_share():
    luck = np.random.default_rng(1).normal(0, 10, size=5)
    noise = np.array([0, 0.1, 0, -0.1, 0])
    difference = paired_difference(Result(luck + 1), Result(luck + noise))
    assert difference.values == pytest.approx([1, 0.9, 1, 1.1, 1])
    assert compare(difference) == "above"
    assert compare(Result(luck + 1)) == "undecided"


def test_pairs_need_the_same_draws():
    with pytest.raises(CourseError, match=r"the same draws: one has 3 \(0, 1, 2\), the other 2"):
        paired_difference(Result([1, 2, 3]), Result([1, 2]))


@pytest.mark.parametrize(
    ("values", "threshold", "expected"),
    [
        ([1, 2, 3, 4, 5], 1.0, "above"),
        ([1, 2, 3, 4, 5], 1.1, "undecided"),
        ([1, 2, 3, 4, 5], 4.9, "undecided"),
        ([1, 2, 3, 4, 5], 5.0, "below"),
        ([2, 2, 2], 2.0, "undecided"),
    ],
)
def test_compare(values, threshold, expected):
    assert compare(Result(values), threshold) == expected


# Answers picture by picture.


def answers(seed, accuracy=0.7, draws=5, pictures=40):
    return np.random.default_rng(seed).random((draws, pictures)) < accuracy


def test_answers_give_an_interval_over_draws_and_pictures():
    cells = answers(0)
    result = Result.of_answers(cells)
    assert result.values == pytest.approx(cells.mean(axis=1))
    assert result.estimate == crossed_estimate(cells)
    assert result.interval == crossed_estimate(cells).interval()


def test_a_paired_difference_pairs_pictures_too():
    first, second = answers(0), answers(1, 0.5)
    on = {"tested_on": ("clothing", "test")}
    difference = paired_difference(Result.of_answers(first, **on), Result.of_answers(second, **on))
    assert difference.estimate == crossed_estimate(first.astype(float) - second)
    twice = paired_difference(difference, Result.of_answers(second, **on))
    assert twice.estimate == crossed_estimate(first.astype(float) - second - second)


def test_other_pictures_are_not_paired():
    first = Result.of_answers(answers(0), tested_on="photographs")
    for other in (
        Result.of_answers(answers(1), tested_on="sketches"),
        Result.of_answers(answers(1, pictures=41), tested_on="photographs"),
    ):
        with pytest.raises(CourseError, match="Paired results need the same test pictures"):
            paired_difference(first, other)
        unpaired = unpaired_difference(first, other)
        assert unpaired.mean == pytest.approx(first.mean - other.mean)
        assert unpaired.variance == first.estimate.variance + other.estimate.variance


def test_without_answers_of_both_the_difference_is_one_over_draws():
    first, second = Result.of_answers(answers(0)), Result(answers(1).mean(axis=1))
    assert paired_difference(first, second).cells is None


# Out of the table of records.


def rows_of(cells, draws=None, **columns):
    """Rows of a table of records, one for each draw."""
    draws = range(len(cells)) if draws is None else draws
    found = [
        {
            "trial": {"dataset": "clothing", "part": "test", "draw": draw} | columns,
            "measured": {"correct": row, "seconds": 2.0},
        }
        for draw, row in zip(draws, cells, strict=True)
    ]
    return table_of(found)


def test_a_result_of_rows_is_in_the_order_of_the_draws():
    cells = answers(0)
    order = [3, 0, 4, 1, 2]
    result = result_of(rows_of(cells[order], order))
    assert result.draws == (0, 1, 2, 3, 4) and result.tested_on == ("clothing", "test")
    assert result.estimate == crossed_estimate(cells)
    assert result_of(rows_of(cells[order], order), "test_accuracy").values == pytest.approx(
        cells.mean(axis=1)
    )


def test_groups_of_pictures_are_the_sample():
    groups = np.repeat(np.arange(8), 5).tolist()
    rows = rows_of(answers(0)).assign(groups=[groups] * 5)
    assert result_of(rows).estimate == crossed_estimate(answers(0), groups)


@pytest.mark.parametrize(
    ("rows", "measure", "told"),
    [
        (rows_of(answers(0)).iloc[:0], None, "No stored trial has these settings"),
        (rows_of(answers(0), [0, 1, 2, 2, 3]), None, r"several of one draw \(2\)"),
        (rows_of(answers(0)), "agreement", "not all have measured agreement"),
        (rows_of(answers(0)), "validation_accuracy", "not all have measured validation_accuracy"),
        (
            rows_of([*answers(0), np.ones(39, bool)]),
            None,
            "tested on different pictures: name one data set",
        ),
        (
            rows_of(answers(0)).assign(dataset=list("aabbb")),
            None,
            "tested on different pictures: name one data set",
        ),
    ],
    ids=["none", "twice", "no column", "not measured", "other length", "other set"],
)
def test_rows_that_make_no_result(rows, measure, told):
    with pytest.raises(CourseError, match=told):
        result_of(rows, measure)


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
