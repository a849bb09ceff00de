"""The figures of lesson 06."""

from string import ascii_uppercase

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.lessons.lesson_05.plots import draw_bands
from course_utils.lessons.lesson_06.decision import decision_chart
from course_utils.lessons.lesson_06.dot_charts import mixture_chart, remedies_chart, tau_chart
from course_utils.lessons.lesson_06.heat_maps import WIDTH, gap_matrix, harm_region
from course_utils.measuring.results import Result

__all__ = [
    "curves_chart",
    "decision_chart",
    "gap_matrix",
    "harm_region",
    "mixture_chart",
    "overlap_chart",
    "remedies_chart",
    "score_scatter",
    "tau_chart",
]


def score_scatter(
    scores: dict[str, dict[str, float]], gains: dict[str, dict[str, Result]], name: str
) -> Figure:
    """One transferability score against what transfer gained, source by source.

    Parameters
    ----------
    scores : dict of str to dict of str to float
        For each target, the score of each source, the same sources for all; higher is to mean
        better.
    gains : dict of str to dict of str to Result
        For each target, the transfer gap of each of those sources, a fraction.
    name : str
        What the score is called.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each target; every source is a letter, named below, with its 95 % interval.
    """
    lines = -(-len(scores) // 2)
    figure, grid = plt.subplots(
        lines, 2, figsize=(WIDTH, 0.8 + 3.1 * lines), squeeze=False, sharey="row"
    )
    for axes in grid.flat[len(scores) :]:
        axes.set_axis_off()
    style = {"linestyle": "", "color": "black", "markersize": 9, "markeredgewidth": 0.4}
    style |= {"elinewidth": 1, "capsize": 2, "ecolor": "0.55"}
    for axes, (target, values) in zip(grid.flat, scores.items(), strict=False):
        axes.axhline(0, color="0.3", linewidth=1.2, linestyle="-")
        for letter, (source, value) in zip(ascii_uppercase, values.items(), strict=False):
            gain, marker = gains[target][source], f"$\\mathbf{{{letter}}}$"
            bars = ([value], [100 * gain.mean], [100 * gain.half_width])
            axes.errorbar(*bars, marker=marker, label=source, **style)
        axes.set_title(target)
        axes.set_xlabel(name)
    for axes in grid[:, 0]:
        axes.set_ylabel("transfer gap (points)")
    named = {bars.get_label(): bars.lines[0] for bars in grid[0, 0].containers}
    figure.legend(named.values(), named, loc="outside lower center", ncols=5)
    return figure


def overlap_chart(accuracies: dict[str, dict[float, Result]]) -> Figure:
    """What is left of each method as the target has fewer and fewer of the source's classes.

    Parameters
    ----------
    accuracies : dict of str to dict of float to Result
        For each method, for each share of the source's classes that the target has, the target
        accuracy; all fractions.

    Returns
    -------
    matplotlib.figure.Figure
        Lines with their intervals as bands; all classes shared at the left.
    """
    figure, axes = plt.subplots(figsize=(WIDTH, 4.4))
    draw_bands(axes, accuracies)
    shares = sorted({share for line in accuracies.values() for share in line})
    axes.set_xticks(shares, [f"{100 * share:.0f}" for share in shares])
    axes.set(xlabel="source classes that the target has (%)", ylabel="target accuracy (%)")
    axes.invert_xaxis()
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def curves_chart(
    curves: dict[str, tuple[np.ndarray, np.ndarray]], ylabel: str = "validation accuracy (%)"
) -> Figure:
    """Accuracy along fine-tuning from several sources, and from scratch.

    Parameters
    ----------
    curves : dict of str to tuple (array of shape (points,), array of shape (seeds, points))
        For each source the training steps and the accuracy at each, a fraction, a row a seed.
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure
        The seeds' mean with a band from the lowest to the highest.
    """
    figure, axes = plt.subplots(figsize=(WIDTH, 4.4))
    for marker, (name, (steps, values)) in zip("osD^vP", curves.items(), strict=False):
        heights = 100 * np.asarray(values, dtype=float)
        axes.plot(steps, heights.mean(axis=0), marker=marker, label=name)
        axes.fill_between(steps, heights.min(axis=0), heights.max(axis=0), alpha=0.13)
    axes.set(xlabel="training steps", ylabel=ylabel)
    axes.legend()
    return figure
