"""Intervals over draws and test pictures: by the book, by a plain implementation, by simulation."""

import numpy as np
import pytest
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.intervals import (
    Components,
    crossed_estimate,
    draws_estimate,
    mean_squares,
)
from making.simulation import Noise, coverage, paired_cells

#: Shrout and Fleiss (1979), Intraclass correlations, Psychological Bulletin 86, table 2: six
#: targets rated by four judges. Their table 3 has the mean squares: 11.24, 32.49, 1.02.
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_mean_squares_are_those_of_the_textbook():
    of_targets, of_judges, rest = mean_squares(np.array(RATINGS, dtype=float))
    assert (of_targets, of_judges, rest) == pytest.approx((11.24, 32.49, 1.02), abs=0.005)


def test_the_interval_of_the_textbooks_table_by_hand():
    estimate = crossed_estimate(RATINGS)
    # 24 cells; 5, 3 and 15 degrees of freedom.
    assert estimate.variance == pytest.approx((11.24 + 32.49 - 1.02) / 24, rel=1e-3)
    freedom = (11.24 + 32.49 - 1.02) ** 2 / (11.24**2 / 5 + 32.49**2 / 3 + 1.02**2 / 15)
    assert estimate.freedom == pytest.approx(freedom, rel=1e-3)
    assert estimate.components == Components(
        draws=pytest.approx((11.24 - 1.02) / 4, rel=1e-3),
        pictures=pytest.approx((32.49 - 1.02) / 6, rel=1e-3),
        rest=pytest.approx(1.02, rel=1e-2),
    )
    half_width = stats.t.ppf(0.975, freedom) * np.sqrt((11.24 + 32.49 - 1.02) / 24)
    assert estimate.half_width() == pytest.approx(half_width, rel=1e-3)


def plain(cells, confidence=0.95):
    """The same interval, number by number, as the sums are written in a book."""
    n_draws, n_pictures = len(cells), len(cells[0])
    mean = sum(sum(row) for row in cells) / (n_draws * n_pictures)
    rows = [sum(row) / n_pictures for row in cells]
    columns = [sum(row[j] for row in cells) / n_draws for j in range(n_pictures)]
    of_draws = n_pictures * sum((r - mean) ** 2 for r in rows) / (n_draws - 1)
    of_pictures = n_draws * sum((c - mean) ** 2 for c in columns) / (n_pictures - 1)
    rest = sum(
        (cells[i][j] - rows[i] - columns[j] + mean) ** 2
        for i in range(n_draws)
        for j in range(n_pictures)
    ) / ((n_draws - 1) * (n_pictures - 1))
    dfs = n_draws - 1, n_pictures - 1, (n_draws - 1) * (n_pictures - 1)
    if of_draws <= rest or of_pictures <= rest:
        whole = max(of_draws, of_pictures)
        freedom = dfs[0] if of_draws >= of_pictures else dfs[1]
    else:
        whole = of_draws + of_pictures - rest
        squares = (of_draws, of_pictures, rest)
        freedom = whole**2 / sum(ms**2 / df for ms, df in zip(squares, dfs, strict=True))
    half = stats.t.ppf((1 + confidence) / 2, freedom) * (whole / (n_draws * n_pictures)) ** 0.5
    return mean - half, mean + half


@pytest.mark.parametrize("confidence", [0.95, 0.9875])
@pytest.mark.parametrize("seed", range(8))
def test_the_interval_is_that_of_a_plain_implementation(seed, confidence):
    random = np.random.default_rng(seed)
    draws, pictures = int(random.integers(2, 12)), int(random.integers(40, 200))
    noise = Noise(draws, pictures, 0.03 * (seed % 3), 0.4)
    cells = paired_cells(noise, 0.1, random)
    cells[0, 0] += 1  # never all alike
    expected = plain(cells.tolist(), confidence)
    assert crossed_estimate(cells).interval(confidence) == pytest.approx(expected)


@pytest.mark.parametrize(
    "cells",
    [
        np.tile([[0.0], [1.0], [1.0]], (1, 6)),  # draws alone differ
        np.tile([0.0, 1.0, 1.0], (3, 8)),  # pictures alone
        np.tile([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0]], (1, 4)),  # hardly either
    ],
    ids=["draws", "pictures", "hardly either"],
)
def test_components_below_zero_count_as_zero(cells):
    estimate = crossed_estimate(cells)
    parts = estimate.components
    assert min(parts.draws, parts.pictures, parts.rest) >= 0
    assert estimate.interval() == pytest.approx(plain(np.asarray(cells).tolist()))


def test_where_pictures_do_not_matter_it_is_the_one_way_interval():
    """Lesson 00's interval over draws alone is a special case."""
    by_draw = np.array([0.1, 0.3, 0.2, 0.5])
    cells = np.tile(by_draw[:, None], (1, 50))
    assert crossed_estimate(cells).interval() == pytest.approx(draws_estimate(by_draw).interval())


@pytest.mark.parametrize(("leaning", "wider"), [(0.0, (0.8, 1.25)), (0.5, (1.5, 3)), (0.9, (4, 7))])
def test_how_much_the_one_way_interval_leaves_out(leaning, wider):
    """With 250 test pictures and 30 % of answers differing, draws that scatter by 1.4 points.

    Nothing, if which answers differ is pure chance in every draw; where half of it is the pictures'
    own leaning, the interval over draws alone is half as wide as it should be.
    """
    random = np.random.default_rng(0)
    ratios = []
    for _ in range(60):
        cells = paired_cells(Noise(10, 250, 0.014, 0.3, leaning), 0.0, random)
        one_way = draws_estimate(cells.mean(axis=1)).half_width()
        ratios.append(crossed_estimate(cells).half_width() / one_way)
    assert wider[0] < np.median(ratios) < wider[1]


@pytest.mark.parametrize("kind", ["arm", "paired", "twice"])
@pytest.mark.parametrize(
    "noise",
    [Noise(10, 250, 0.035, 0.3), Noise(20, 250, 0.014, 0.1), Noise(10, 1000, 0.049, 0.1)],
    ids=lambda noise: f"{noise.draws}-{noise.pictures}",
)
def test_the_interval_holds_the_truth(noise, kind):
    """The whole table, with 2,000 studies a row, is in making/records/simulation-coverage.md."""
    held, _ = coverage(noise, kind, repeats=600, seed=1)
    # Of 600 that each hold it with chance 0.93 to 0.97, within these 999 in 1,000.
    low, high = stats.binom.ppf(0.0005, 600, 0.93), stats.binom.ppf(0.9995, 600, 0.97)
    assert low <= 600 * held <= high


def test_the_one_way_interval_does_not():
    """What the first edition did: it held the truth of other test pictures far too seldom."""
    random, held = np.random.default_rng(0), 0
    for _ in range(400):
        cells = paired_cells(Noise(10, 250, 0.014, 0.3), 0.0, random)
        low, high = draws_estimate(cells.mean(axis=1)).interval()
        held += low <= 0 <= high
    assert held / 400 < 0.8


# Groups.


def test_groups_of_one_picture_change_nothing():
    cells = paired_cells(Noise(5, 40, 0.03, 0.4), 0.1, np.random.default_rng(0))
    alone = crossed_estimate(cells, np.random.default_rng(1).permutation(40))
    assert alone.interval() == pytest.approx(crossed_estimate(cells).interval())


def test_pictures_that_repeat_are_one_group():
    """Ten copies of each picture tell no more than the picture: the interval stays."""
    cells = paired_cells(Noise(5, 40, 0.0, 0.4, 0.9), 0.0, np.random.default_rng(0))
    copies = np.repeat(cells, 10, axis=1)
    grouped = crossed_estimate(copies, np.repeat(np.arange(40), 10))
    assert grouped.interval() == pytest.approx(crossed_estimate(cells).interval())
    assert crossed_estimate(copies).half_width() < 0.6 * grouped.half_width()


def test_groups_of_unequal_size_keep_the_mean():
    random = np.random.default_rng(0)
    cells = random.random((6, 60)) < 0.7
    grouped = crossed_estimate(cells, np.sort(random.integers(0, 12, 60)))
    assert grouped.mean == pytest.approx(cells.mean())
    assert grouped.n_pictures == 12


# Nothing varies.


def test_without_any_variance_the_interval_is_that_of_the_pictures():
    """300 of 300 right, ten times: up to 1.2 % of other pictures may still go wrong."""
    estimate = crossed_estimate(np.ones((10, 300)))
    exact = stats.binomtest(300, 300).proportion_ci(0.95, method="exact")
    assert estimate.interval()[0] == pytest.approx(exact.low, abs=1e-4)
    assert estimate.components.half_width(10, 300) == estimate.half_width()


def test_one_answer_that_differs_does_not_make_it_narrower():
    cells = np.zeros((10, 50))
    alike = crossed_estimate(cells).half_width(0.9875)
    cells[3, 7] = 1
    assert crossed_estimate(cells).half_width(0.9875) >= alike
    more = crossed_estimate(np.zeros((10, 3000)))
    assert more.minus(crossed_estimate(cells)).half_width() >= 0.07


@pytest.mark.parametrize("sizes", [[3] * 7, [45, 45] + [1] * 8, [190] + [1] * 10])
def test_groups_that_tell_too_little_are_refused(sizes):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    cells = np.random.default_rng(0).random((10, len(groups))) < 0.7
    with pytest.raises(CourseError, match=r"count as \d+\.\d: an interval over groups needs 8"):
        crossed_estimate(cells, groups)


# What there would be with more.


@pytest.mark.parametrize("seed", range(4))
def test_components_foretell_the_interval_of_a_larger_table(seed):
    random = np.random.default_rng(seed)
    small = [
        crossed_estimate(paired_cells(Noise(10, 300, 0.03, 0.3), 0.0, random)).components
        for _ in range(40)
    ]
    told = np.mean([each.half_width(20, 1200) for each in small])
    found = np.mean(
        [
            crossed_estimate(paired_cells(Noise(20, 1200, 0.03, 0.3), 0.0, random)).half_width()
            for _ in range(40)
        ]
    )
    assert told == pytest.approx(found, rel=0.12)


def test_components_give_the_estimates_own_interval_back():
    for seed in range(10):
        cells = paired_cells(Noise(6, 30, 0.02, 0.3), 0.0, np.random.default_rng(seed))
        estimate = crossed_estimate(cells)
        assert estimate.components.half_width(6, 30) == pytest.approx(estimate.half_width())


def test_an_unpaired_difference_adds_the_variances():
    """As Welch's test does for two samples of draws."""
    random = np.random.default_rng(0)
    first, second = random.normal(0, 1, 8), random.normal(1, 3, 5)
    difference = draws_estimate(first).minus(draws_estimate(second))
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    assert difference.interval() == pytest.approx(tuple(expected))


@pytest.mark.parametrize(
    ("cells", "groups", "told"),
    [
        ([1.0, 0.0], None, r"shape \(draws, pictures\), not \(2,\)"),
        ([[1.0, 0.0]], None, "at least two of each: the table has 1 draws and 2 pictures"),
        ([[1.0], [0.0]], None, "has 2 draws and 1 pictures"),
        ([[1.0, np.nan], [0.0, 1.0]], None, "cells"),
        ([[1.0, 0.0], [0.0, 1.0]], [0, 0], "count as 1.0: an interval over groups needs 8"),
        ([[1.0, 0.0], [0.0, 1.0]], [0, 1, 2], "a group for each of the 2 pictures"),
    ],
)
def test_what_is_no_table(cells, groups, told):
    with pytest.raises(CourseError, match=told):
        crossed_estimate(cells, groups)
