"""The figures of lesson 05 show every number that they are given, on labelled axes."""

import matplotlib
import numpy as np
import pytest
from scipy import stats

from course_utils import CourseError
from course_utils.lessons.lesson_05 import plots
from course_utils.measuring.results import Result
from course_utils.teaching import use_course_style

matplotlib.use("agg")

DIALS = (0.0, 0.5, 1.0)


@pytest.fixture(autouse=True)
def course_style():
    """The lesson's style, left behind by no test."""
    with matplotlib.rc_context():
        use_course_style()
        yield
    matplotlib.pyplot.close("all")


def result(mean):
    return Result(np.array([-0.02, 0.0, 0.01, 0.01, 0.0]) + mean)


def random_series(seed, count=3):
    """Results of so many methods at every dial, in an order that is not the dial's."""
    random = np.random.default_rng(seed)
    return {
        f"method {i}": {dial: result(random.normal(0, 0.1)) for dial in DIALS[::-1]}
        for i in range(count)
    }


def named_lines(axes):
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


def all_named(figure):
    """Everything in the figure's legend."""
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def is_labelled(axes):
    return bool(axes.get_xlabel() and axes.get_ylabel())


def check_bands(axes, series, scale):
    """Every line stands at the means, and its band spans the intervals."""
    bands = [band for band in axes.collections if len(band.get_paths())]
    assert list(named_lines(axes)) == list(series) and len(bands) == len(series)
    lines = named_lines(axes)
    for band, (name, results) in zip(bands, series.items(), strict=True):
        assert list(lines[name].get_xdata()) == list(DIALS)
        means = [scale * results[dial].mean for dial in DIALS]
        assert lines[name].get_ydata() == pytest.approx(means)
        corners = band.get_paths()[0].vertices
        for dial in DIALS:
            heights = corners[np.isclose(corners[:, 0], dial), 1]
            expected = [scale * limit for limit in results[dial].interval]
            assert (heights.min(), heights.max()) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
def test_gain_by_severity_shows_means_and_intervals_and_no_gain(seed):
    gains = random_series(seed)
    figure = plots.gain_by_severity(gains)
    (axes,) = figure.axes
    check_bands(axes, gains, scale=100)
    assert any(np.allclose(line.get_ydata(), 0) for line in axes.lines)
    assert "points" in axes.get_ylabel() and is_labelled(axes)
    assert all_named(figure) == list(gains)


@pytest.mark.parametrize("count", [1, 9])
def test_no_series_is_dropped_or_told_by_colour_alone(count):
    (axes,) = plots.gain_by_severity(random_series(0, count)).axes
    lines = named_lines(axes).values()
    assert len(lines) == count
    looks = {(line.get_marker(), line.get_linestyle(), line.get_color()) for line in lines}
    assert len(looks) == count
    assert len({line.get_marker() for line in lines}) == min(count, len(plots.MARKERS))


@pytest.mark.parametrize("seed", range(3))
def test_skew_shows_accuracy_over_invariance_on_one_axis(seed):
    accuracies, invariances = random_series(seed), random_series(seed + 10)
    figure = plots.skew(accuracies, invariances)
    top, bottom = figure.axes
    check_bands(top, accuracies, scale=100)
    check_bands(bottom, invariances, scale=1)
    assert top.get_shared_x_axes().joined(top, bottom)
    assert top.get_position().y0 > bottom.get_position().y0
    assert "%" in top.get_ylabel() and "proxy A-distance" in bottom.get_ylabel()
    assert bottom.get_xlabel() and all_named(figure) == list(accuracies)
    colours = [[line.get_color() for line in named_lines(axes).values()] for axes in (top, bottom)]
    assert colours[0] == colours[1]  # a method looks the same in both


# Maps.


@pytest.fixture
def clouds():
    """Two domains of four classes in twelve dimensions: the coordinates and the classes."""
    random = np.random.default_rng(3)
    labels = np.arange(80) % 4
    centres = random.normal(0, 9, (4, 12))
    source = centres[labels] + random.normal(size=(80, 12))
    return source, source + random.normal(0, 2, 12), labels


def test_one_projection_serves_all(clouds):
    source, target, _ = clouds
    flat = plots.in_two_dimensions([source, target, source])
    assert [part.shape for part in flat] == [(80, 2)] * 3
    assert np.allclose(flat[0], flat[2])  # equal features stay equal, before and after
    assert np.allclose(np.concatenate(flat).mean(axis=0), 0)
    # The same shift everywhere stays the same shift.
    assert np.allclose(flat[1] - flat[0], (flat[1] - flat[0])[0])


def test_a_projection_keeps_as_much_variance_as_two_directions_can(clouds):
    source, target, _ = clouds
    flat = np.concatenate(plots.in_two_dimensions([source[:30], target]))
    together = np.concatenate([source[:30], target])
    values = np.linalg.svd(together - together.mean(axis=0), compute_uv=False)
    assert (flat**2).sum(axis=0) == pytest.approx(values[:2] ** 2)


def test_a_projection_is_the_same_for_a_seed():
    features = np.random.default_rng(0).normal(size=(600, 700))  # enough for the random solver
    first, second = (plots.in_two_dimensions([features], seed=4)[0] for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("shapes", [[(5, 3), (5, 4)], [(5,), (5,)], [(5, 2, 2)]])
def test_features_that_do_not_go_together_are_refused(shapes):
    with pytest.raises(CourseError, match="features of one width"):
        plots.in_two_dimensions([np.zeros(shape) for shape in shapes])


def points(axes, marker):
    """All points of one kind of marker: hollow ones are circles, filled ones triangles."""
    hollow = {True: "o", False: "^"}
    chosen = [c for c in axes.collections if hollow[len(c.get_facecolors()) == 0] == marker]
    return np.concatenate([np.asarray(c.get_offsets()) for c in chosen])


def test_embedding_shows_every_point_domains_by_shape_and_classes_by_name(clouds):
    source, target, labels = clouds
    flat = plots.in_two_dimensions([source, target])
    before = {"photo": (flat[0], labels), "sketch": (flat[1], labels)}
    after = {"photo": (flat[0], labels), "sketch": (flat[0] + 0.1, labels)}
    names = ("cup", "key", "fork", "chair")
    figure = plots.embedding(before, after, ("as it was", "now"), names)
    for axes, domains in zip(figure.axes, (before, after), strict=True):
        for marker, (coordinates, _) in zip("o^", domains.values(), strict=True):
            assert np.allclose(
                sorted(map(tuple, points(axes, marker))), sorted(map(tuple, coordinates))
            )
        assert sorted(text.get_text() for text in axes.texts) == sorted(names)
        for text in axes.texts:
            own = flat[0][labels == names.index(text.get_text())]
            assert text.get_position() == pytest.approx(own.mean(axis=0))
        ends = sorted(tuple(line.get_xydata()[1]) for line in axes.lines)
        flat_target = domains["sketch"][0]
        assert np.allclose(
            ends, sorted(tuple(flat_target[labels == k].mean(axis=0)) for k in range(4))
        )
    left, right = figure.axes
    assert (left.get_title(), right.get_title()) == ("as it was", "now")
    assert left.get_xlim() == right.get_xlim() and left.get_ylim() == right.get_ylim()
    assert all_named(figure)[:2] == ["photo", "sketch"]


def test_embedding_of_domains_that_share_some_classes_only():
    flat = np.random.default_rng(0).normal(size=(9, 2))
    domains = {"photo": (flat, np.arange(9) % 2), "sketch": (flat, 1 + np.arange(9) % 2)}
    for axes in plots.embedding(domains, domains, ("before", "after"), ("a", "b", "c")).axes:
        assert sorted(text.get_text() for text in axes.texts) == ["a", "b", "c"]
        assert sum(len(line.get_xdata()) == 2 for line in axes.lines) == 1  # has two centres
        assert len(points(axes, "o")) == len(points(axes, "^")) == 9


@pytest.mark.parametrize("others", [("photo",), ("photo", "xray"), ("sketch", "photo")])
def test_embedding_wants_the_same_two_domains(others):
    one = (np.zeros((2, 2)), np.array([0, 1]))
    with pytest.raises(CourseError, match="same two domains before and after"):
        plots.embedding({"photo": one, "sketch": one}, dict.fromkeys(others, one), "ab", "ab")


# The discriminator.


class History:
    """Columns as an AdaptationHistory has them: nan where nothing was measured."""

    def __init__(self, accuracies, strengths=None):
        self.columns = {"discriminator accuracy": accuracies, "reversal strength": strengths}
        self.steps = len(accuracies)

    def column(self, name):
        values = self.columns.get(name)
        return np.full(self.steps, np.nan) if values is None else np.asarray(values, dtype=float)


def test_discriminator_shows_every_run_and_its_strength():
    random = np.random.default_rng(0)
    runs = {f"run {i}": History(random.uniform(0.4, 1, 60), np.arange(60) / 59) for i in range(3)}
    figure = plots.discriminator(runs)
    top, bottom = figure.axes
    drawn = [line.get_ydata() for line in top.lines]
    for history in runs.values():
        measured = 100 * history.column("discriminator accuracy")
        assert any(len(y) == 60 and np.allclose(y, measured) for y in drawn)
    for name in runs:
        assert name in all_named(figure)
        mean = 100 * runs[name].column("discriminator accuracy").mean()
        # The running mean wanders about the mean, and less than the measurements do.
        assert named_lines(top)[name].get_ydata().mean() == pytest.approx(mean, abs=1.5)
        assert named_lines(top)[name].get_ydata().std() < 100 * random.uniform(0.4, 1, 60).std()
    assert all(line.get_ydata() == pytest.approx(np.arange(60) / 59) for line in bottom.lines)
    assert len(bottom.lines) == 3 and "%" in top.get_ylabel() and bottom.get_xlabel()


@pytest.mark.parametrize(
    "history", [History([0.5] * 5), History([np.nan] * 5, [0.0] * 5), History([], [])]
)
def test_a_run_without_a_discriminator_is_refused(history):
    with pytest.raises(CourseError, match="'MMD' has no discriminator accuracy or no reversal"):
        plots.discriminator({"MMD": history})


@pytest.mark.parametrize("step", [-0.02, 0.02])
def test_the_marks_are_where_the_verdict_changes(step):
    """The thresholds drawn are those that `discriminator_health` judges by."""
    from course_utils.adaptation.diagnostics import discriminator_health

    passed = [plots.PASSED + step] * 30 + [0.5] * 30
    assert discriminator_health(passed) == ("healthy" if step > 0 else "dead")
    ended = np.linspace(plots.PASSED, plots.ENDS_BELOW + step, 60)
    ended[-10:] = plots.ENDS_BELOW + step
    assert discriminator_health(ended) == ("overpowered" if step > 0 else "healthy")


def test_the_healthy_end_is_shaded_over_the_last_tenth():
    run = History(np.full(200, 0.7), np.ones(200))
    top, _ = plots.discriminator({"DANN": run}).axes
    (zone,) = top.collections
    corners = zone.get_paths()[0].vertices
    assert (corners[:, 0].min(), corners[:, 0].max()) == pytest.approx((180, 200))
    assert corners[:, 1].max() == pytest.approx(100 * plots.ENDS_BELOW)


# Choosing without labels.


def test_chosen_shows_three_accuracies_and_what_the_choice_costs():
    random = np.random.default_rng(0)
    kinds = ("source only", "selected", "oracle")
    rows = {name: {k: result(random.uniform(0.3, 0.8)) for k in kinds} for name in "abcd"}
    figure = plots.chosen(rows)
    (axes,) = figure.axes
    assert len(axes.containers) == 3 and len(all_named(figure)) == 3
    heights = []
    for kind, container in zip(kinds, axes.containers, strict=True):
        assert container.get_label().startswith(kind)
        line, _, (spans,) = container.lines
        expected = [row[kind] for row in rows.values()]
        assert line.get_xdata() == pytest.approx([100 * each.mean for each in expected])
        for span, each in zip(spans.get_segments(), expected, strict=True):
            assert span[:, 0] == pytest.approx([100 * limit for limit in each.interval])
        heights.append(line.get_ydata())
    assert all(np.abs(np.subtract(*pair)).min() > 0.1 for pair in (heights[:2], heights[1:]))
    costs = next(
        c for c in axes.collections if len(c.get_segments()) == 4 and c.get_linewidth() > 4
    )
    for segment, row in zip(costs.get_segments(), rows.values(), strict=True):
        ends = [100 * row["selected"].mean, 100 * row["oracle"].mean]
        assert segment[:, 0] == pytest.approx(ends)
    assert [label.get_text() for label in axes.get_yticklabels()] == list("abcd")
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row on top
    assert len({container.lines[0].get_marker() for container in axes.containers}) == 3


@pytest.mark.parametrize("count", [1, 3, 5])
def test_selector_scatter_shows_candidates_the_chosen_and_the_rank_correlation(count):
    random = np.random.default_rng(count)
    accuracies = random.uniform(0.2, 0.9, 20)
    scores = {f"selector {i}": random.normal(size=20) + i * accuracies for i in range(count)}
    figure = plots.selector_scatter(scores, accuracies)
    used = [axes for axes in figure.axes if axes.axison]
    assert len(used) == count
    for axes, (name, values) in zip(used, scores.items(), strict=True):
        best, cloud, ring = axes.lines
        assert cloud.get_xdata() == pytest.approx(values)
        assert cloud.get_ydata() == pytest.approx(100 * accuracies)
        assert ring.get_xydata()[0] == pytest.approx(
            [values.max(), 100 * accuracies[values.argmax()]]
        )
        assert np.unique(best.get_ydata()) == pytest.approx([100 * accuracies.max()])
        first, second = axes.get_title().split("\n")
        shown = float(second.split()[-1].replace("\N{MINUS SIGN}", "-"))
        ranks = stats.rankdata(values), stats.rankdata(accuracies)
        assert first == name and shown == pytest.approx(np.corrcoef(*ranks)[0, 1], abs=0.0051)
        assert axes.get_xlabel() == "score"
    assert "%" in used[0].get_ylabel()


def test_equal_scores_have_no_rank_correlation():
    axes = plots.selector_scatter({"constant": np.ones(5)}, np.arange(5) / 5).axes[0]
    assert axes.get_title().endswith("rank correlation +0.00")
