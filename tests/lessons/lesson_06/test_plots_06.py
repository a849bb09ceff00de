"""The figures of lesson 06 show every number that they are given, and nobody has to guess."""

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from course_utils import CourseError
from course_utils.lessons.lesson_06 import plots
from course_utils.lessons.lesson_06.heat_maps import readable_ink
from course_utils.measuring.results import Result, compare
from course_utils.teaching import use_course_style
from course_utils.teaching.contrast import contrast

matplotlib.use("agg")

SOURCES = ("objects", "clothing", "digits-rendered", "surfaces", "fractals", "shuffled", "random")
TARGETS = ("digits", "objects sketch", "objects xray", "materials")
SEEDS = pytest.mark.parametrize("seed", range(2))


@pytest.fixture(autouse=True)
def course_style():
    """The lesson's style, left behind by no test."""
    with matplotlib.rc_context():
        use_course_style()
        yield
    matplotlib.pyplot.close("all")


def results(seed, rows, columns, scale=0.04):
    """Rows of Results about zero, with intervals of random widths."""
    random = np.random.default_rng(seed)

    def one():
        return Result(random.normal(0, scale) + random.normal(0, random.uniform(0.002, 0.03), 5))

    return {row: {column: one() for column in columns} for row in rows}


def drawn(axes, gid):
    """The artists of an axes that carry a mark."""
    return [artist for artist in axes.get_children() if artist.get_gid() == gid]


def words(axes):
    return [text.get_text() for text in axes.texts]


def named(figure):
    """Everything in the figure's legend."""
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def extents(texts):
    """Of the letters alone, without a stroke that leads to them."""
    return [matplotlib.text.Text.get_window_extent(text) for text in texts]


def check_in_figure(figure):
    """No word is cut at the figure's edge."""
    figure.draw_without_rendering()
    box = figure.get_tightbbox(figure.canvas.get_renderer())
    width, height = figure.get_size_inches()
    assert box.x0 >= -0.02 and box.y0 >= -0.02 and box.x1 <= width + 0.02
    assert box.y1 <= height + 0.02 and width == pytest.approx(9.5)


# Cells.


def in_words(result):
    """What a cell says, with its mark."""
    mark = {"above": "▲", "below": "▼", "undecided": "≈"}[compare(result)]
    mean = f"{100 * result.mean:+.1f}".replace("-", "−")
    return [mark, mean, "±", f"{100 * result.half_width:.1f}"]


def said(axes, x, y):
    """The words in one cell."""
    (text,) = (text for text in axes.texts if text.get_position() == (x, y))
    return text.get_text().split()


def check_cells(axes, expected):
    """Words in every cell, hatch in those of noise, a bold outline about each of harm."""
    for (row, column), result in expected.items():
        assert said(axes, column, row) == in_words(result)
    for kind in ("above", "below", "undecided"):
        cells = drawn(axes, kind)
        assert len(cells) == sum(compare(result) == kind for result in expected.values())
        assert all(bool(cell.get_hatch()) == (kind == "undecided") for cell in cells)
    outlined = sorted(p.get_xy() for p in axes.patches if not p.get_fill())
    assert outlined == sorted(cell.get_xy() for cell in drawn(axes, "below"))


@SEEDS
def test_gap_matrix_says_mark_mean_and_half_width_in_every_cell(seed):
    gaps = results(seed, SOURCES, TARGETS)
    figure = plots.gap_matrix(gaps)
    axes, bar = figure.axes[:2]
    check_cells(
        axes,
        {
            (row, column): gaps[source][target]
            for row, source in enumerate(SOURCES)
            for column, target in enumerate(TARGETS)
        },
    )
    assert [label.get_text() for label in axes.get_yticklabels()] == list(SOURCES)
    assert [label.get_text() for label in axes.get_xticklabels()] == list(TARGETS)
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first source on top
    assert "points" in bar.get_ylabel() and len(named(figure)) == 3
    check_in_figure(figure)


def test_sources_with_other_targets_are_refused():
    gaps = results(0, SOURCES, TARGETS)
    gaps["fractals"].pop("digits")
    with pytest.raises(CourseError, match="'fractals' has the targets"):
        plots.gap_matrix(gaps)


@SEEDS
@pytest.mark.parametrize("depths", [("head",), ("a", "b")])
def test_harm_region_shows_every_condition_and_counts_what_is_below_frozen(seed, depths):
    n_values, rates = (1, 5, 20), (1e-4, 1e-3, 1e-2)
    table = results(seed, [(n, d) for n in n_values for d in depths], rates)
    given = {(*key, rate): r for key, row in table.items() for rate, r in row.items()}
    figure = plots.harm_region(given, n_values, rates, depths)
    for axes, depth in zip(figure.axes, depths, strict=False):
        own = {
            (row, column): given[n, depth, rate]
            for row, n in enumerate(n_values)
            for column, rate in enumerate(rates)
        }
        check_cells(axes, own)
        harmed = sum(compare(result) == "below" for result in own.values())
        assert axes.get_title() == f"{depth}\n▼ worse than frozen in {harmed} of 9"
        assert axes.get_ylim()[0] < axes.get_ylim()[1]  # the fewest labels at the bottom
    check_in_figure(figure)


def test_letters_can_be_read_on_every_colour():
    for face in np.random.default_rng(0).uniform(size=(200, 3)):
        assert contrast(face, to_rgb(readable_ink(face))) >= 4.5  # WCAG AA


# Dots with intervals.


def containers(axes):
    """Each errorbar as (mean, low, high, height, marker), in percent or points."""
    found = []
    for container in axes.containers:
        line, _, (bars,) = container.lines
        (segment,) = bars.get_segments()
        low, high = segment[:, 0]
        found.append((line.get_xdata()[0], low, high, line.get_ydata()[0], line.get_marker()))
    return found


def check_rows(axes, rows, scale=100):
    """A dot for each row at its mean, with its interval, in the order of the tick labels."""
    first = axes.figure.axes[0]  # which names the rows of all panels
    places = {
        tick: label.get_text()
        for tick, label in zip(first.get_yticks(), first.get_yticklabels(), strict=True)
    }
    assert len(axes.containers) == len(rows)
    for mean, low, high, place, _ in containers(axes):
        result = rows[places[place]]
        expected = (result.mean, *result.interval) if isinstance(result, Result) else result
        assert (mean, low, high) == pytest.approx([scale * each for each in expected])


ARMS = ("plain", "freeze more", "probe first", "L2-SP", "don't transfer")


@SEEDS
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("chart", ["mixture_chart", "remedies_chart"])
def test_dots_stand_at_means_with_intervals(seed, count, chart):
    rows = results(seed, TARGETS[:count], ARMS)
    own = {"reference": "plain"} if chart == "mixture_chart" else {}
    figure = getattr(plots, chart)(rows, **own)
    panels = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title() for axes in panels] == list(TARGETS[:count])
    for axes in panels:
        check_rows(axes, rows[axes.get_title()])
        assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row on top
    assert [t.get_text() for t in panels[0].get_yticklabels()] == list(ARMS)
    check_in_figure(figure)


@SEEDS
def test_remedies_show_their_verdict_by_shape_and_the_untreated_mean(seed):
    rows = results(seed, TARGETS, ARMS)
    shapes = {"above": "^", "below": "v", "undecided": "o"}
    for axes in plots.remedies_chart(rows).axes:
        own = rows[axes.get_title()]
        for (*_, marker), name in zip(containers(axes), ARMS, strict=True):
            assert marker == shapes[compare(own[name])]
        lines = [line.get_xdata()[0] for line in axes.lines if len(set(line.get_xdata())) == 1]
        assert 0 in lines
        assert any(np.isclose(x, 100 * own[ARMS[0]].mean) for x in lines)


def test_mixtures_are_judged_against_the_reference():
    rows = {
        "digits": {"a": Result([0.5, 0.52]), "b": Result([0.7, 0.702]), "c": Result([0.1, 0.9])}
    }
    (axes,) = plots.mixture_chart(rows, reference="a").axes
    assert [marker for *_, marker in containers(axes)] == ["D", "^", "o"]
    (axes,) = plots.mixture_chart(rows, reference="b").axes
    assert [marker for *_, marker in containers(axes)] == ["v", "D", "o"]


def test_mixtures_are_judged_seed_by_seed():
    """Accuracies that vary together differ for certain, however wide their own intervals."""
    base, shift = np.array([[0.3, 0.5, 0.7, 0.4], [0.02, 0.021, 0.019, 0.02]])
    rows = {"digits": {"a": Result(base), "b": Result(base + shift)}}
    (axes,) = plots.mixture_chart(rows, reference="a").axes
    assert [marker for *_, marker in containers(axes)] == ["D", "^"]
    rows["digits"]["b"] = Result([0.5, 0.4])
    with pytest.raises(CourseError, match="same draws"):
        plots.mixture_chart(rows, reference="a")


@SEEDS
def test_taus_stand_with_their_intervals_and_the_null_on_top(seed, null="source accuracy"):
    random = np.random.default_rng(seed)
    names = ("LEEP", "LogME", "source accuracy", "NCE")

    def tau():
        low, middle, high = np.sort(random.uniform(-1, 1, 3))
        return middle, low, high

    taus = {name: {target: tau() for target in TARGETS} for name in names}
    figure = plots.tau_chart(taus)
    for axes in figure.axes:
        check_rows(axes, {name: taus[name][axes.get_title()] for name in names}, scale=1)
        for middle, low, high, _, marker in containers(axes):
            sign = "^" if low > 0 else "v" if high < 0 else "o"
            is_null = middle == taus[null][axes.get_title()][0]
            assert marker == ("D" if is_null else sign)
    first = figure.axes[0].get_yticklabels()[0].get_text()
    assert first == null
    check_in_figure(figure)


# Lines.


@SEEDS
@pytest.mark.parametrize("count", [1, 6])
def test_overlap_lines_go_from_all_classes_to_few(seed, count):
    shares = (0.3, 1.0, 0.7)
    methods = ["source only", *(f"method {i}" for i in range(count - 1))]
    given = results(seed, methods, shares, scale=0.001)  # ends that nearly coincide
    figure = plots.overlap_chart(given)
    (axes,) = figure.axes
    assert axes.get_xlim()[0] > axes.get_xlim()[1]
    lines = {line.get_label(): line for line in axes.lines}
    assert list(lines) == methods
    for name, line in lines.items():
        assert line.get_xdata() == pytest.approx([0.3, 0.7, 1.0])
        means = [100 * given[name][share].mean for share in (0.3, 0.7, 1.0)]
        assert line.get_ydata() == pytest.approx(means)
    assert len(axes.collections) == count  # the bands, as in lesson 05
    assert named(figure) == methods
    check_in_figure(figure)


def test_curves_show_the_seeds_mean_and_range():
    random = np.random.default_rng(0)
    steps = np.arange(0, 100, 10)
    curves = {name: (steps, random.uniform(0, 1, (5, 10))) for name in ("objects", "scratch")}
    figure = plots.curves_chart(curves)
    (axes,) = figure.axes
    for line, band, (_, values) in zip(axes.lines, axes.collections, curves.values(), strict=True):
        assert line.get_ydata() == pytest.approx(100 * values.mean(axis=0))
        corners = band.get_paths()[0].vertices
        assert corners[:, 1].min() == pytest.approx(100 * values.min())
        assert corners[:, 1].max() == pytest.approx(100 * values.max())
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(curves)
    check_in_figure(figure)


# Scores.


@SEEDS
@pytest.mark.parametrize("count", [1, 3])
def test_score_scatter_shows_every_source_by_a_letter_that_is_named(seed, count):
    random = np.random.default_rng(seed)
    gains = results(seed, TARGETS[:count], SOURCES)
    scores = {t: {s: random.normal() for s in SOURCES} for t in gains}
    figure = plots.score_scatter(scores, gains, "LEEP")
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title() for axes in panels] == list(gains)
    for axes, target in zip(panels, gains, strict=True):
        for letter, source, bars in zip("ABCDEFG", SOURCES, axes.containers, strict=True):
            line, _, (spans,) = bars.lines
            result = gains[target][source]
            spot = scores[target][source], 100 * result.mean
            assert line.get_xydata()[0] == pytest.approx(spot)
            assert letter in line.get_marker() and bars.get_label() == source
            limits = [100 * limit for limit in result.interval]
            assert spans.get_segments()[0][:, 1] == pytest.approx(limits)
    assert named(figure) == list(SOURCES)
    check_in_figure(figure)


def test_a_remedy_that_one_target_lacks_has_its_row_in_the_others():
    rows = results(0, TARGETS[:2], ARMS)
    del rows[TARGETS[0]]["L2-SP"]
    figure = plots.remedies_chart(rows)
    first = figure.axes[0]
    names = [label.get_text() for label in first.get_yticklabels()]
    # The lacking target comes first: its order rules, and what is new in the next stands last.
    assert names == [name for name in ARMS if name != "L2-SP"] + ["L2-SP"]
    dots = [len(axes.containers) for axes in figure.axes[:2]]
    assert dots == [len(ARMS) - 1, len(ARMS)]


# The decision chart.

NODES = [
    ("probe", "Does a frozen probe beat one on random features, over five draws?", "question"),
    ("better", "Does fine-tuning beat the probe by more than its noise?", "question"),
    ("stop", "Don't transfer from it: try another source, or scratch", "action"),
    ("stay", "Stay with the probe", "action"),
    ("tune", "Fine-tune", "action"),
]
EDGES = [("probe", "stop", "no"), ("probe", "better", "yes"), ("better", "stay", "no"),
         ("better", "tune", "yes"), ("stop", "better", "")]  # fmt: skip


def test_a_decision_chart_keeps_its_words_in_boxes_that_stand_apart():
    figure = plots.decision_chart(NODES, EDGES)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    frames = [patch.get_window_extent() for patch in drawn(axes, "box")]
    assert not any(one.overlaps(other) for one in frames for other in frames if one is not other)
    in_boxes = [text for text in axes.texts if len(text.get_text()) > 3]
    for frame, text, (_, expected, _) in zip(frames, in_boxes, NODES, strict=True):
        said = " ".join(text.get_text().split())
        assert said.endswith(expected)
        extent = text.get_window_extent()
        assert frame.x0 < extent.x0 and extent.x1 < frame.x1
        assert frame.y0 < extent.y0 and extent.y1 < frame.y1
    numbered = [text.get_text()[:2] for text in in_boxes]
    assert numbered[:2] == ["1.", "2."] and "3." not in numbered
    answers = [text.get_text() for text in axes.texts if 0 < len(text.get_text()) <= 3]
    assert answers == [answer for *_, answer in EDGES if answer]
    check_in_figure(figure)


def test_an_action_that_leads_nowhere_is_dark():
    (axes,) = plots.decision_chart(NODES, EDGES).axes
    dark = [np.mean(box.get_facecolor()[:3]) < 0.4 for box in drawn(axes, "box")]
    assert dark == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [([("a", "A?", "riddle")], []), ([("a", "A?", "question")], [("a", "b", "yes")])],
)
def test_wrong_charts_are_refused(nodes, edges):
    with pytest.raises(CourseError, match="is unknown"):
        plots.decision_chart(nodes, edges)
