"""The figures of lesson 05."""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from course_utils.errors import CourseError
from course_utils.lessons.lesson_05.maps import embedding, in_two_dimensions

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


def _bands(axes, series, scale=100.0):
    """A line with its 95 % band for each entry: dict of str to dict of float to Result."""
    for marker, (name, results) in zip(cycle(MARKERS), series.items(), strict=False):
        places = sorted(results)
        means = scale * np.array([results[place].mean for place in places])
        low, high = scale * np.array([results[place].interval for place in places]).T
        (line,) = axes.plot(places, means, marker=marker, label=name)
        axes.fill_between(places, low, high, color=line.get_color(), alpha=0.15, linewidth=0)


def gain_by_severity(gains):
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
    _bands(axes, gains)
    axes.set(xlabel="severity of the shift (0 none, 1 full)", ylabel="gain in accuracy (points)")
    figure.legend(loc="outside upper center", ncols=min(len(gains), 3))
    return figure


def skew(accuracies, invariances, invariance="proxy A-distance"):
    """Accuracy and invariance on one plot, as the target's class proportions drift.

    Parameters
    ----------
    accuracies, invariances : dict of str to dict of float to Result
        For each method, for each drift from 0 (the source's proportions) to 1: the target
        accuracy, a fraction; how well the domains can still be told apart, in its own units.
    invariance : str
        What the second is, for its axis.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels over one axis: accuracy above, invariance below.
    """
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 5.6), sharex=True)
    _bands(top, accuracies)
    _bands(bottom, invariances, scale=1)
    top.set(ylabel="target accuracy (%)")
    bottom.set(ylabel=f"{invariance}\n(0: domains look alike)", ylim=(0, None))
    bottom.set(xlabel="drift of the target's class proportions (0 none, 1 full)")
    figure.align_ylabels()
    handles, names = top.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=min(len(names), 4))
    return figure


def discriminator(histories, strengths=None):
    """How well the discriminator does, and how hard its gradient is reversed, along training.

    Parameters
    ----------
    histories : dict of str to AdaptationHistory
        For each run, by its name, one with a column "discriminator accuracy".
    strengths : dict of str to array of shape (steps,), optional
        For each run the strength of the reversal at each step; by default the history's column
        "reversal strength".

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
    for marker, (name, history) in zip(cycle(MARKERS), histories.items(), strict=False):
        heights = 100 * _recorded(name, history, "discriminator accuracy")
        given = None if strengths is None else np.asarray(strengths[name])
        strength = _recorded(name, history, "reversal strength") if given is None else given
        steps = np.arange(1, len(heights) + 1)
        style = {"marker": marker, "markevery": max(1, len(steps) // 8)}
        (line,) = top.plot(steps, _running_mean(heights), label=name, zorder=3, **style)
        top.plot(steps, heights, "-", color=line.get_color(), linewidth=0.6, alpha=0.35)
        bottom.plot(steps, strength, **style)
        longest = max(longest, len(steps))
    _mark_health(top, longest)
    top.set_ylabel("discriminator accuracy (%)")
    bottom.set(xlabel="training steps", ylabel="reversal strength", ylim=(0, None))
    figure.align_ylabels()
    handles, names = top.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=3)
    return figure


def _recorded(name, history, column):
    values = history.column(column)
    if not len(values) or not np.isfinite(values).all():
        raise CourseError(
            f"The run {name!r} has no {column} for some or all of its steps: take runs of one "
            "adversarial method with its weight above zero, and give strengths if it keeps none."
        )
    return values


def _mark_health(axes, steps):
    """Chance, the accuracy that a healthy discriminator passes, and the zone where it ends."""
    axes.axhline(50, color="0.4", linewidth=1, linestyle="-", label="chance")
    axes.axhline(100 * PASSED, color="0.4", linewidth=1, linestyle=":", label="to be passed first")
    low = min(40, axes.get_ylim()[0])
    zone = {"facecolor": "0.94", "edgecolor": "0.5", "hatch": "///", "linewidth": 0, "zorder": 0}
    zone["label"] = "a healthy run ends here"
    axes.fill_between([0.9 * steps, steps], low, 100 * ENDS_BELOW, **zone)
    axes.set_ylim(low, 102)


def _running_mean(values):
    """Mean over a window of a twentieth of the run, narrower at its ends; of the same length."""
    window = np.ones(max(1, len(values) // 20))
    return np.convolve(values, window, "same") / np.convolve(np.ones(len(values)), window, "same")


#: Each accuracy of a row, its marker, and how far above or below the row's middle it stands.
_KINDS = {"source only": ("s", -0.16), "selected": ("o", 0.0), "oracle": ("D", 0.16)}


def chosen(rows):
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
    colours = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    for (kind, (marker, shift)), colour in zip(_KINDS.items(), ("0.35", *colours), strict=False):
        axes.errorbar(
            means[kind],
            places + shift,
            xerr=[100 * row[kind].half_width for row in rows.values()],
            marker=marker,
            linestyle="",
            color=colour,
            markerfacecolor=colour if kind == "selected" else "white",
            elinewidth=1.2,
            label={"selected": "selected without target labels"}.get(kind, kind),
        )
    axes.set_yticks(places, list(rows))
    axes.set(xlabel="target accuracy (%)", ylim=(len(rows) - 0.5, -0.5))
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside upper center", ncols=len(_KINDS))
    return figure


def selector_scatter(scores, accuracies):
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
        A panel for each selector, Spearman's rank correlation in its title; the candidate it
        would choose is ringed, and the best accuracy of all is a dashed line.
    """
    heights = 100 * np.asarray(accuracies, dtype=float)
    columns = min(len(scores), 3)
    rows = -(-len(scores) // columns)
    figure, grid = plt.subplots(
        rows, columns, figsize=(3.0 * columns, 2.7 * rows + 0.3), sharey=True, squeeze=False
    )
    for axes, (name, values) in zip(grid.flat, scores.items(), strict=False):
        values = np.asarray(values, dtype=float)
        axes.axhline(heights.max(), color="0.4", linewidth=1, linestyle="--", label="best of all")
        axes.plot(values, heights, linestyle="", marker="o", markersize=5, alpha=0.7)
        best = int(values.argmax())
        ring = {"marker": "o", "markersize": 12, "mfc": "none", "mec": "black", "mew": 1.6}
        axes.plot(values[best], heights[best], linestyle="", label="chosen", **ring)
        axes.set_title(f"{name}\n{_rank_correlation(values, heights)}", fontsize=10)
        axes.set_xlabel("score")
    for axes in grid.flat[len(scores) :]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_ylabel("target accuracy (%)")
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=2)
    return figure


def _rank_correlation(values, heights):
    """Spearman's rank correlation as text; there is none where all scores are equal."""
    if np.ptp(values) == 0 or np.ptp(heights) == 0:
        return "no rank correlation: all equal"
    rank = stats.spearmanr(values, heights).statistic
    return f"rank correlation {rank:+.2f}".replace("-", "\N{MINUS SIGN}")
