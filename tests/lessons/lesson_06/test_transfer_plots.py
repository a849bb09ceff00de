"""The figures of lesson 06 show every number that they are given, and nobody has to guess."""

from itertools import pairwise

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from course_utils import CourseError
from course_utils.lessons.lesson_06 import cells as transfer_cells
from course_utils.lessons.lesson_06 import plots
from course_utils.lessons.lesson_06.labels import _cross, label_places
from course_utils.measuring.results import Result, compare
from course_utils.teaching import use_course_style

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
    mark = {"above": "▲", "below": "▼", "within noise": "≈"}[compare(result)]
    mean = f"{100 * result.mean:+.1f}".replace("-", "−")
    return [mark, mean, "±", f"{100 * result.half_width:.1f}"]


def said(axes, x, y):
    """The words of all texts in one cell, from top to bottom."""
    spots = [text for text in axes.texts if hasattr(text, "xy") and text.xycoords == "data"]
    here = [text for text in spots if np.allclose(text.xy, (x, y), rtol=0.01)]
    here.sort(key=lambda text: -text.get_position()[1])
    return " ".join(text.get_text() for text in here).split()


def boundary(axes):
    """The segments of the outline, each as its two ends in order."""
    (lines,) = drawn(axes, "harm")
    return {tuple(sorted(map(tuple, np.round(s, 9)))) for s in lines.get_segments()}


@SEEDS
@pytest.mark.parametrize("conditions", [None, ("n = 5", "n = 20")])
def test_gap_matrix_says_mark_mean_and_half_width_in_every_cell(seed, conditions):
    targets = [(t, c) for t in TARGETS for c in conditions] if conditions else TARGETS
    gaps = results(seed, SOURCES, targets)
    figure = plots.gap_matrix(gaps)
    axes, bar = figure.axes[:2]
    counts = dict.fromkeys(("above", "below", "within noise"), 0)
    for row, source in enumerate(SOURCES):
        for column, target in enumerate(targets):
            assert said(axes, column + 0.5, row + 0.5) == in_words(gaps[source][target])
            counts[compare(gaps[source][target])] += 1
    for kind, count in counts.items():
        cells = drawn(axes, kind)
        assert len(cells) == count
        assert all(bool(cell.get_hatch()) == (kind == "within noise") for cell in cells)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(SOURCES)
    everything = [t.get_text() for t in figure.findobj(matplotlib.text.Text) if t.get_visible()]
    assert all(everything.count(target) == 1 for target in TARGETS)
    half_widths = [100 * r.half_width for row in gaps.values() for r in row.values()]
    (band,) = drawn(bar, "noise band")
    assert band.get_y() == pytest.approx(-np.median(half_widths))
    assert band.get_height() == pytest.approx(2 * np.median(half_widths))
    assert "points" in bar.get_ylabel() and len(named(figure)) == 3
    check_in_figure(figure)


@pytest.mark.parametrize("count", [1, 10])
def test_no_cell_text_leaves_its_cell(count):
    targets = [(t, n) for t in TARGETS for n in ("n = 5", "n = 20")]
    gaps = {f"source {i}": dict.fromkeys(targets, Result([-0.2, -0.3, -0.1])) for i in range(count)}
    figure = plots.gap_matrix(gaps)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    cell = axes.bbox.width / len(targets), axes.bbox.height / count
    inside = [text for text in axes.texts if text.get_text() != "pretrained on"]
    for extent in extents(inside):
        assert extent.width < cell[0] and extent.height < cell[1]


def test_sources_with_other_targets_are_refused():
    gaps = results(0, SOURCES, TARGETS)
    gaps["fractals"].pop("digits")
    with pytest.raises(CourseError, match="'fractals' has the targets"):
        plots.gap_matrix(gaps)


def differences(seed, n_values, depths, rates):
    table = results(seed, [(n, d) for n in n_values for d in depths], rates)
    return {(*key, rate): r for key, row in table.items() for rate, r in row.items()}


@SEEDS
@pytest.mark.parametrize("depths", [("head",), ("a", "b", "c"), ("a", "b", "c", "d")])
def test_harm_region_outlines_exactly_what_is_below_frozen(seed, depths):
    n_values, rates = (1, 5, 20), (1e-4, 1e-3, 1e-2)
    given = differences(seed, n_values, depths, rates)
    missing = (5, depths[-1], 1e-3)
    given.pop(missing)
    figure = plots.harm_region(given, n_values, rates, depths)
    edges = 10.0 ** np.array([-4.5, -3.5, -2.5, -1.5])
    for axes, depth in zip(figure.axes, depths, strict=False):
        expected = []
        for i, n in enumerate(n_values):
            for j, rate in enumerate(rates):
                result = given.get((n, depth, rate))
                assert said(axes, rate, i + 0.5) == ([] if result is None else in_words(result))
                if result is None or compare(result) != "below":
                    continue
                corners = [(edges[j + dx], i + dy) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))]
                expected += [(corners[k], corners[(k + 1) % 4]) for k in range(4)]
        # The outline of a union: sides that belong to one harmful cell only.
        sides = [tuple(sorted((round(x, 9), float(y)) for x, y in side)) for side in expected]
        assert boundary(axes) == {side for side in sides if sides.count(side) == 1}
        harmed = sum(compare(r) == "below" for key, r in given.items() if key[1] == depth)
        run = sum(key[1] == depth for key in given)
        assert f"▼ worse than frozen in {harmed} of {run}" in words(axes)
        assert axes.get_xscale() == "log" and depth in axes.get_title()
    check_in_figure(figure)


def test_harm_region_wants_a_condition_that_was_run():
    given = differences(0, (1, 5), ("all",), (0.1,))
    with pytest.raises(CourseError, match="No difference"):
        plots.harm_region(given, (2, 3), (0.1,), ("all",))


def luminance(colour):
    parts = np.array(to_rgb(colour[:3]))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def test_more_is_darker_and_harm_is_darker_than_an_equal_gain():
    for value in np.linspace(0.01, 1, 20):
        gain, harm = (luminance(transfer_cells.colour(s * value, 1)) for s in (1, -1))
        assert harm < gain < luminance(to_rgb(transfer_cells.NOISE["facecolor"]))
    for sign in (1, -1):
        ramp = [luminance(transfer_cells.colour(sign * v, 1)) for v in np.linspace(0, 1, 30)]
        assert (np.diff(ramp) <= 0).all()


def test_letters_can_be_read_on_every_colour():
    for value in np.linspace(-1, 1, 101):
        face = transfer_cells.colour(value, 1)
        ink = luminance(to_rgb(transfer_cells.readable_ink(face)))
        light, dark = sorted((ink, luminance(face)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG AA


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
    figure = getattr(plots, chart)(rows)
    panels = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title() for axes in panels] == list(TARGETS[:count])
    for axes in panels:
        check_rows(axes, rows[axes.get_title()])
        assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row on top
    assert [t.get_text() for t in panels[0].get_yticklabels()] == list(ARMS)
    check_in_figure(figure)


@SEEDS
def test_remedies_show_their_verdict_by_shape_and_the_untreated_apart(seed):
    rows = results(seed, TARGETS, ARMS)
    figure = plots.remedies_chart(rows, untreated="L2-SP")
    shapes = {"above": "^", "below": "v", "within noise": "o"}
    for axes in figure.axes:
        names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
        assert names[0] == "L2-SP"
        places = axes.get_yticks()
        assert places[1] - places[0] > max(np.diff(places)[1:])
        for (*_, marker), name in zip(containers(axes), names, strict=True):
            assert marker == shapes[compare(rows[axes.get_title()][name])]
        lines = [line.get_xdata()[0] for line in axes.lines if len(set(line.get_xdata())) == 1]
        assert 0 in lines
        assert any(np.isclose(x, 100 * rows[axes.get_title()]["L2-SP"].mean) for x in lines)


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
    (axes,) = plots.mixture_chart(rows).axes
    assert [marker for *_, marker in containers(axes)] == ["D", "^"]
    rows["digits"]["b"] = Result([0.5, 0.4])
    with pytest.raises(CourseError, match="same seeds"):
        plots.mixture_chart(rows)


@SEEDS
@pytest.mark.parametrize("null", ["source accuracy", None])
def test_taus_stand_with_their_intervals_and_the_null_on_top(seed, null):
    random = np.random.default_rng(seed)
    names = ("LEEP", "LogME", "source accuracy", "NCE")

    def tau():
        low, middle, high = np.sort(random.uniform(-1, 1, 3))
        return middle, low, high

    taus = {name: {target: tau() for target in TARGETS} for name in names}
    figure = plots.tau_chart(taus, null=null)
    for axes in figure.axes:
        check_rows(axes, {name: taus[name][axes.get_title()] for name in names}, scale=1)
        for middle, low, high, _, marker in containers(axes):
            sign = "^" if low > 0 else "v" if high < 0 else "o"
            is_null = null and middle == taus[null][axes.get_title()][0]
            assert marker == ("s" if is_null else sign)
    first = figure.axes[0].get_yticklabels()[0].get_text()
    assert first == (null or "LEEP")
    check_in_figure(figure)


# Lines.


def check_names(axes, names):
    """Every name stands once, and touches no other."""
    assert sorted(words(axes)) == sorted(names)
    axes.figure.draw_without_rendering()
    heights = sorted((extent.y0, extent.y1) for extent in extents(axes.texts))
    assert all(below[1] <= above[0] for below, above in pairwise(heights))


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
        assert line.get_xdata() == pytest.approx([100, 70, 30])
        means = [100 * given[name][share].mean for share in (1.0, 0.7, 0.3)]
        assert line.get_ydata() == pytest.approx(means)
    for band, name in zip(axes.collections, methods, strict=True):
        corners = band.get_paths()[0].vertices
        for share in shares:
            heights = corners[np.isclose(corners[:, 0], 100 * share), 1]
            limits = [100 * limit for limit in given[name][share].interval]
            assert (heights.min(), heights.max()) == pytest.approx(limits)
    looks = [(line.get_marker(), line.get_linestyle()) for line in axes.lines]
    assert len(set(looks)) == count and lines["source only"].get_linestyle() == "--"
    check_names(axes, methods)
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
    check_names(axes, curves)
    check_in_figure(figure)


# Scores.


def touching(boxes):
    return [(i, j) for i in range(len(boxes)) for j in range(i) if boxes[i].overlaps(boxes[j])]


@SEEDS
@pytest.mark.parametrize("count", [1, 3])
def test_score_scatter_names_every_source_beside_its_dot(seed, count):
    random = np.random.default_rng(seed)
    gains = results(seed, TARGETS[:count], SOURCES)
    scores = {
        t: {s: 3 * g.mean + random.normal(0, 0.03) for s, g in gains[t].items()} for t in gains
    }
    taus = dict.fromkeys(gains, (0.5, -0.2, 0.8))
    figure = plots.score_scatter(scores, gains, "LEEP", taus)
    figure.draw_without_rendering()
    panels = [axes for axes in figure.axes if axes.axison]
    assert len(panels) == count
    for axes, target in zip(panels, gains, strict=True):
        assert axes.get_title() == f"{target}: τ = +0.50 [−0.20, +0.80]"
        assert words(axes) == list(SOURCES)
        spots = [text.xy for text in axes.texts]
        for source, container, spot in zip(SOURCES, axes.containers, spots, strict=True):
            line, _, (bars,) = container.lines
            result = gains[target][source]
            assert line.get_xydata()[0] == pytest.approx(
                (scores[target][source], 100 * result.mean)
            )
            assert spot == pytest.approx(line.get_xydata()[0])
            limits = [100 * limit for limit in result.interval]
            assert bars.get_segments()[0][:, 1] == pytest.approx(limits)
            assert (line.get_marker() == "D") == (source == "random")
        boxes = extents(axes.texts)
        assert not touching(boxes)
        dots = axes.transData.transform(spots)
        assert not any(box.contains(*dot) for box in boxes for dot in dots)
    check_in_figure(figure)


def test_a_score_without_a_gap_is_refused():
    gains = results(0, TARGETS, SOURCES)
    with pytest.raises(CourseError, match="no gap of: \\['ImageNet'\\]"):
        plots.score_scatter({"digits": {"ImageNet": 0.1}}, gains, "LEEP")


@SEEDS
def test_names_that_find_room_touch_nothing(seed):
    random = np.random.default_rng(seed)
    dots, sizes = random.uniform(100, 900, (12, 2)), random.uniform((40, 12), (120, 16), (12, 2))
    taken = np.tile(np.hstack([dots - 5, dots + 5]), (2, 1))
    centres = label_places(dots, sizes, taken, np.array([0, 0, 1000, 1000]))
    boxes = np.hstack([centres - sizes / 2, centres + sizes / 2])
    assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= 1000).all()
    for others in (boxes, taken):
        low = np.maximum(boxes[:, None, :2], others[None, :, :2])
        high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
        touch = (high > low).all(axis=-1)
        assert touch.sum() == (len(boxes) if others is boxes else 0)  # each touches itself
    assert np.array_equal(centres, label_places(dots, sizes, taken, np.array([0, 0, 1000, 1000])))


def test_lines_that_cross_are_found():
    start, ends = np.array([0.0, 0.0]), np.array([[2.0, 2.0], [-1.0, 0.0]])
    crossing = _cross(
        start, ends, np.array([[0.0, 2.0], [3.0, 0.0]]), np.array([[2.0, 0.0], [4, 9]])
    )
    assert crossing.tolist() == [[True, False], [False, False]]


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
