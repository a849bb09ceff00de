"""The figure of the claims shows every condition, on the right side, by colour and by mark."""

import matplotlib
import pytest

from course_utils.claims.evidence import Evidence, Judged
from course_utils.claims.verdicts import word_of
from course_utils.errors import CourseError
from course_utils.teaching.claims_plot import LIMIT, WORDS, forest

matplotlib.use("agg")


def judged(name, mean, low, high, matters=0.02, draws=10):
    return Judged(
        name, matters, mean, low, high, 0.95, draws, 1000, word_of(mean, low, high, matters)
    )


CONDITIONS = (
    judged("supported", 0.2, 0.1, 0.3),
    judged("undecided", 0.02, -0.05, 0.09),
    judged("contradicted", -0.1, -0.15, -0.05),
    judged("nothing there", 0.001, -0.01, 0.012),
    judged("far off", -1.9, -1.95, -1.85),
)
EXACT = judged("counted", 0.05, 0.05, 0.05, draws=None)


def evidence(conditions, claim_id="some-claim"):
    return Evidence(claim_id, "02", "abc", tuple(conditions), "depends")


def marks(axes):
    """(middle in points, marker) of each mark, from top to bottom."""
    lines = [line for line in axes.lines if line.get_marker() in {m for _, m, _ in WORDS.values()}]
    return [(line.get_xdata()[0], line.get_marker(), line.get_color()) for line in lines]


def test_each_condition_has_a_mark_at_its_mean_and_a_line_for_its_interval():
    (axes,) = forest([evidence(CONDITIONS)]).axes
    for (middle, marker, colour), condition in zip(marks(axes), CONDITIONS, strict=True):
        assert (colour, marker) == WORDS[condition.word][:2]
        if abs(condition.mean) < 1:
            assert middle == pytest.approx(100 * condition.mean)
    spans = [tuple(line.get_xdata()) for line in axes.lines if line.get_marker() == "None"]
    for condition in CONDITIONS[:4]:
        assert pytest.approx((100 * condition.low, 100 * condition.high)) in spans


def test_what_is_off_the_scale_stands_at_its_edge_with_its_number():
    (axes,) = forest([evidence(CONDITIONS)]).axes
    assert -LIMIT < marks(axes)[-1][0] < -0.9 * axes.get_xlim()[1]
    assert "-190.0 ± 5.0" in [text.get_text() for text in axes.texts]


def test_every_name_is_at_its_row_and_claims_are_in_bold():
    (axes,) = forest([evidence(CONDITIONS[:2]), evidence(CONDITIONS[2:4], "another")]).axes
    labels = axes.get_yticklabels()
    names = [
        "some-claim: depends",
        "supported",
        "undecided",
        "another: depends",
        "contradicted",
        "nothing there",
    ]
    assert [label.get_text() for label in labels] == names
    bold = [label.get_text() for label in labels if label.get_fontweight() == "bold"]
    assert bold == [names[0], names[3]]
    heights = [line.get_ydata()[0] for line in axes.lines[1:] if line.get_linestyle() == "None"]
    assert heights == [tick for tick, name in zip(axes.get_yticks(), names, strict=True)
                       if "depends" not in name]  # fmt: skip


def test_sides_differ_by_more_than_colour():
    assert len({marker for _, marker, _ in WORDS.values()}) == len(WORDS)
    assert len({filling for _, _, filling in WORDS.values()}) > 1


def test_two_short_lines_stand_at_the_smallest_difference_that_matters():
    (axes,) = forest([evidence(CONDITIONS)]).axes
    places = [[line[0, 0] for line in each.get_segments()] for each in axes.collections]
    assert places == [[pytest.approx(-2), pytest.approx(2)]] * 5


def test_exact_counts_are_left_out():
    (axes,) = forest([evidence([EXACT, CONDITIONS[0]]), evidence([EXACT], "another")]).axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["some-claim: depends", "supported"]
    with pytest.raises(CourseError, match="not about exact counts"):
        forest([evidence([EXACT])])


def test_no_evidence_is_told():
    with pytest.raises(CourseError, match="at least one claim"):
        forest([])
