"""The figures of lesson 03 show every number that they are given, on labelled axes."""

import matplotlib
import numpy as np
import pytest

from course_utils.lessons.lesson_03 import plots
from course_utils.measuring.results import Result

matplotlib.use("agg")


def result(mean):
    return Result(np.array([-0.02, 0.0, 0.01, 0.01, 0.0]) + mean)


RATES = {1e-5: result(0.6), 1e-3: result(0.5), 1e-1: result(0.1)}
SIZES = {5: result(0.01), 100: result(0.02)}


def heights(axes):
    """The means that are drawn in a panel, line by line, in percent."""
    return [list(container.lines[0].get_ydata()) for container in axes.containers]


def percent(results):
    return pytest.approx([100 * each.mean for each in results.values()])


def test_by_rate_shows_every_arm_and_the_band_of_the_frozen_base():
    panels = {"near": {"all": RATES, "last": RATES}, "far": {"all": {}, "last": RATES}}
    figure = plots.by_rate(panels, {"near": result(0.55)})
    near, far = figure.axes
    assert heights(near) == [percent(RATES), percent(RATES)]
    assert heights(far) == [percent(RATES)]
    assert near.get_xscale() == "log" and "rate" in near.get_xlabel()
    assert "accuracy" in near.get_ylabel()
    (band,) = near.patches
    low, high = result(0.55).interval
    drawn = band.get_extents().transformed(near.transData.inverted())
    assert (drawn.ymin, drawn.ymax) == pytest.approx((100 * low, 100 * high))


def test_forgetting_shows_what_is_kept_and_how_far_the_weights_moved():
    figure = plots.forgetting({"near": RATES}, {"near": RATES})
    left, right = figure.axes
    assert heights(left) == heights(right) == [percent(RATES)]
    assert right.get_yscale() == "log"
    assert all(axes.get_xlabel() and axes.get_ylabel() for axes in figure.axes)


def test_by_depth_puts_each_point_over_its_depth_though_some_n_have_fewer():
    lines = {
        5: {"head": result(0.2), "all": result(0.3)},
        20: {"head": result(0.4), "conv5": result(0.5), "all": result(0.6)},
    }
    (axes,) = plots.by_depth({"near": lines}, (5, 20)).axes
    assert heights(axes) == [percent(lines[5]), percent(lines[20])]
    assert list(axes.containers[0].lines[0].get_xdata()) == [0, 2]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["head", "conv5", "all"]


def test_stopping_marks_no_gain_and_names_the_sizes():
    left, right = plots.stopping({"near": SIZES}, {"near": SIZES}).axes
    assert heights(left) == heights(right) == [percent(SIZES)]
    assert [label.get_text() for label in left.get_xticklabels()] == ["5", "100"]
    assert any(np.allclose(line.get_ydata(), 0) for line in left.lines)
    assert right.get_ylim()[0] == 0
