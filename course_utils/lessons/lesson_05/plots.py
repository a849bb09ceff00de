"""The figures of lesson 05."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats
from scipy.ndimage import uniform_filter1d

from course_utils.adaptation import AdaptationHistory
from course_utils.lessons.lesson_05.maps import embedding, in_two_dimensions
from course_utils.measuring.results import Result
from course_utils.validation import require

__all__ = [
    "chosen",
    "discriminator",
    "embedding",
    "gain_by_severity",
    "in_two_dimensions",
    "selector_scatter",
    "skew",
]

MARKERS = "osD^vPX*"
#: As `discriminator_health` judges it: what a healthy discriminator passes, and what it ends below.
PASSED, ENDS_BELOW = 0.6, 0.75


def draw_bands(axes: Axes, series: dict[str, dict[float, Result]], scale: float = 100.0) -> None:
    """A line with its 95 % band for each entry, against the keys of its results."""
    for marker, (name, results) in zip(cycle(MARKERS), series.items(), strict=False):
        places = sorted(results)
        means = scale * np.array([results[place].mean for place in places])
        low, high = scale * np.array([results[place].interval for place in places]).T
        (line,) = axes.plot(places, means, marker=marker, label=name)
        axes.fill_between(places, low, high, color=line.get_color(), alpha=0.15, linewidth=0)


def gain_by_severity(gains: dict[str, dict[float, Result]]) -> Figure:
    """What adaptation gains over the source model, against how far the target is from the source.

    Parameters
    ----------
    gains : dict of str to dict of float to Result
        For each shift or method, by its name, for each severity from 0 to 1 the paired gain in
        target accuracy, a fraction.

    Returns
    -------
    matplotlib.figure.Figure
        With a line at no gain: what lies below it was hurt.
    """
    figure, axes = plt.subplots()
    axes.axhline(0, color="0.4", linewidth=1, linestyle="-")
    draw_bands(axes, gains)
    axes.set(xlabel="severity of the shift (0 none, 1 full)", ylabel="gain in accuracy (points)")
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def skew(
    accuracies: dict[str, dict[float, Result]], distances: dict[str, dict[float, Result]]
) -> Figure:
    """Accuracy and invariance on one plot, as the target's class proportions drift.

    Parameters
    ----------
    accuracies, distances : dict of str to dict of float to Result
        For each method, for each drift from 0 (the source's proportions) to 1: the target
        accuracy, a fraction; the proxy A-distance of the domains, 0 to 2.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels over one axis: accuracy above, distance below.
    """
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 5.6), sharex=True)
    draw_bands(top, accuracies)
    draw_bands(bottom, distances, scale=1)
    top.set(ylabel="target accuracy (%)")
    bottom.set(ylabel="proxy A-distance\n(0: domains look alike)", ylim=(0, None))
    bottom.set(xlabel="drift of the target's class proportions (0 none, 1 full)")
    figure.align_ylabels()
    figure.legend(*top.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def discriminator(histories: dict[str, AdaptationHistory]) -> Figure:
    """How well the discriminator does, and how hard its gradient is reversed, along training.

    Parameters
    ----------
    histories : dict of str to AdaptationHistory
        For each run, by its name, one with the columns "discriminator accuracy" and "reversal
        strength".

    Returns
    -------
    matplotlib.figure.Figure
        Accuracy above, thin as measured on each batch and thick as a running mean, with the zone
        where a healthy run ends shaded over the last tenth; strength below.

    Raises
    ------
    CourseError
        If a run has no accuracy or no strength.
    """
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(6.4, 5.0), sharex=True, height_ratios=(2.2, 1)
    )
    longest = 0
    for marker, (name, history) in zip(MARKERS, histories.items(), strict=False):
        columns = [history.column(c) for c in ("discriminator accuracy", "reversal strength")]
        require(
            all(len(column) and np.isfinite(column).all() for column in columns),
            f"The run {name!r} has no discriminator accuracy or no reversal strength for some or "
            "all of its steps: take runs of DANN with a weight above zero.",
        )
        heights, strength = 100 * columns[0], columns[1]
        steps = np.arange(1, len(heights) + 1)
        style = {"marker": marker, "markevery": max(1, len(steps) // 8)}
        running_mean = uniform_filter1d(heights, max(1, len(heights) // 20), mode="nearest")
        (line,) = top.plot(steps, running_mean, label=name, zorder=3, **style)
        top.plot(steps, heights, "-", color=line.get_color(), linewidth=0.6, alpha=0.35)
        bottom.plot(steps, strength, **style)
        longest = max(longest, len(steps))
    _mark_health(top, longest)
    top.set_ylabel("discriminator accuracy (%)")
    bottom.set(xlabel="training steps", ylabel="reversal strength", ylim=(0, None))
    figure.align_ylabels()
    figure.legend(*top.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _mark_health(axes: Axes, steps: int) -> None:
    """Chance, the accuracy that a healthy discriminator passes, and the zone where it ends."""
    axes.axhline(50, color="0.4", linewidth=1, linestyle="-", label="chance")
    axes.axhline(100 * PASSED, color="0.4", linewidth=1, linestyle=":", label="to be passed first")
    low = min(40, axes.get_ylim()[0])
    zone = {"facecolor": "0.94", "edgecolor": "0.5", "hatch": "///", "linewidth": 0, "zorder": 0}
    zone["label"] = "a healthy run ends here"
    axes.fill_between([0.9 * steps, steps], low, 100 * ENDS_BELOW, **zone)
    axes.set_ylim(low, 102)


#: Each accuracy of a row: its marker, its colour and its face, and its name in the legend.
_KINDS = {
    "source only": ("s", "0.35", "white", "source only"),
    "selected": ("o", "C0", "C0", "selected without target labels"),
    "oracle": ("D", "C1", "white", "oracle"),
}


def chosen(rows: dict[str, dict[str, Result]]) -> Figure:
    """What each method reaches when its setting is chosen without target labels, and with them.

    Parameters
    ----------
    rows : dict of str to dict of str to Result
        For each method its target accuracy, a fraction, as "selected" (without target labels)
        and as chosen by the "oracle" (with them), and that of "source only".

    Returns
    -------
    matplotlib.figure.Figure
        A row for each method: what choosing without labels costs is the line between the two.
    """
    figure, axes = plt.subplots(figsize=(6.4, 1.4 + 0.55 * len(rows)))
    places = np.arange(len(rows))
    means = {kind: [100 * row[kind].mean for row in rows.values()] for kind in _KINDS}
    axes.hlines(places, means["selected"], means["oracle"], color="0.56", linewidth=5, zorder=1)
    for kind, offset in zip(_KINDS, (-0.16, 0, 0.16), strict=True):
        marker, colour, face, label = _KINDS[kind]
        spans = [100 * row[kind].half_width for row in rows.values()]
        style: dict[str, Any] = {"marker": marker, "color": colour, "label": label}
        axes.errorbar(
            means[kind], places + offset, xerr=spans, linestyle="", markerfacecolor=face, **style
        )
    axes.set_yticks(places, list(rows))
    axes.set(xlabel="target accuracy (%)", ylim=(len(rows) - 0.5, -0.5))
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside upper center", ncols=len(_KINDS))
    return figure


def selector_scatter(scores: dict[str, np.ndarray], accuracies: Sequence[float]) -> Figure:
    """Whether a score that needs no target labels ranks candidates as the target accuracy does.

    Parameters
    ----------
    scores : dict of str to array of shape (candidates,)
        For each selector the score of every candidate; higher is better.
    accuracies : array of shape (candidates,)
        The target accuracy of every candidate, a fraction.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each selector, Spearman's rank correlation in its title (0 where all scores
        are equal); the candidate it would choose is ringed, and the best accuracy of all is a
        dashed line.
    """
    heights = 100 * np.asarray(accuracies, dtype=float)
    rows = -(-len(scores) // 3)
    figure, grid = plt.subplots(
        rows, 3, figsize=(9.0, 2.7 * rows + 0.3), sharey=True, squeeze=False
    )
    for axes in grid.flat[len(scores) :]:
        axes.set_axis_off()
    for axes, (name, values) in zip(grid.flat, scores.items(), strict=False):
        axes.axhline(heights.max(), color="0.4", linewidth=1, linestyle="--", label="best of all")
        axes.plot(values, heights, linestyle="", marker="o", markersize=5, alpha=0.7)
        best = int(np.argmax(values))
        ring = {"marker": "o", "markersize": 12, "mfc": "none", "mec": "black", "mew": 1.6}
        axes.plot(values[best], heights[best], linestyle="", label="chosen", **ring)
        rank = stats.spearmanr(values, heights).statistic if np.ptp(values) else 0.0
        signed = f"{rank:+.2f}".replace("-", "\N{MINUS SIGN}")
        axes.set_title(f"{name}\nrank correlation {signed}", fontsize=10)
        axes.set_xlabel("score")
    for axes in grid[:, 0]:
        axes.set_ylabel("target accuracy (%)")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure
