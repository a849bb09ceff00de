"""The figure of the claims shows every condition, on the right side, by colour and by mark."""

import matplotlib
import pytest

from course_utils.claims import ledger
from course_utils.claims.evidence import Evidence, Margin
from course_utils.errors import CourseError
from course_utils.teaching.claims_plot import LIMIT, SIDES, forest

matplotlib.use("agg")

MARGINS = (
    Margin("above", 0.2, 0.1, 0.3, 5),
    Margin("noise", 0.02, -0.05, 0.09, 5),
    Margin("below", -0.1, -0.15, -0.05, 5),
    Margin("counted", 0.05, 0.05, 0.05, 1),
    Margin("far off", -1.9, -1.9, -1.9, 1),
)


def evidence(margins, claim_id="some-claim"):
    return Evidence(claim_id, "02", tuple(margins), ("digits",), "partly")


def marks(axes):
    """(middle in points, marker) of each mark, from top to bottom."""
    lines = [line for line in axes.lines if line.get_marker() in {m for _, m, _ in SIDES.values()}]
    return [(line.get_xdata()[0], line.get_marker(), line.get_color()) for line in lines]


def test_each_condition_has_a_mark_at_its_mean_and_a_line_for_its_interval():
    (axes,) = forest([evidence(MARGINS)]).axes
    for (middle, marker, colour), margin in zip(marks(axes), MARGINS, strict=True):
        assert (colour, marker) == SIDES[margin.side][:2]
        if abs(margin.mean) < 1:
            assert middle == pytest.approx(100 * margin.mean)
    spans = [tuple(line.get_xdata()) for line in axes.lines if line.get_marker() == "None"]
    for margin in MARGINS[:4]:
        assert pytest.approx((100 * margin.low, 100 * margin.high)) in spans


def test_what_is_off_the_scale_stands_at_its_edge_with_its_number():
    (axes,) = forest([evidence(MARGINS)]).axes
    assert -LIMIT < marks(axes)[-1][0] < -0.9 * axes.get_xlim()[1]
    assert "-190.0" in [text.get_text() for text in axes.texts]


def test_every_name_is_at_its_row_and_claims_are_in_bold():
    (axes,) = forest([evidence(MARGINS[:2]), evidence(MARGINS[2:4], "another")]).axes
    labels = axes.get_yticklabels()
    names = ["some-claim: partly", "above", "noise", "another: partly", "below", "counted"]
    assert [label.get_text() for label in labels] == names
    bold = [label.get_text() for label in labels if label.get_fontweight() == "bold"]
    assert bold == [names[0], names[3]]
    heights = [line.get_ydata()[0] for line in axes.lines[1:] if line.get_linestyle() == "None"]
    assert heights == [tick for tick, name in zip(axes.get_yticks(), names, strict=True)
                       if "partly" not in name]  # fmt: skip


def test_sides_differ_by_more_than_colour():
    assert len({marker for _, marker, _ in SIDES.values()}) == len(SIDES)
    assert len({filling for _, _, filling in SIDES.values()}) > 1


@pytest.mark.parametrize("lesson", sorted({e.lesson for e in ledger.recorded().values()}))
def test_the_scale_holds_what_the_course_measured(lesson):
    own = [e for e in ledger.recorded().values() if e.lesson == lesson]
    (axes,) = forest(own).axes
    low, high = axes.get_xlim()
    assert low == -high and high <= LIMIT
    assert all(low < middle < high for middle, _, _ in marks(axes))
    assert len(marks(axes)) == sum(len(e.conditions) for e in own)


def test_no_evidence_is_told():
    with pytest.raises(CourseError, match="at least one claim"):
        forest([])
