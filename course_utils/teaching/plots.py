"""The few kinds of figure that the lessons draw again and again."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.measuring import Result

MARKERS = "osD^vP"


def image_grid(
    images: np.ndarray, titles: Sequence[str], columns: int = 6, scale: float = 1.15
) -> Figure:
    """Images in rows, each with a title.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    titles : sequence of str, length n
    columns : int
    scale : float
        Inches per image.
    """
    rows = -(-len(images) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(columns * scale, rows * scale * 1.22))
    for axes in np.ravel(grid):
        axes.set_axis_off()
    for axes, image, title in zip(np.ravel(grid), images, titles, strict=False):
        axes.imshow(image)
        axes.set_title(title, fontsize=9)
    return figure


def lines(axes: Axes, series: Mapping[str, Mapping[Any, Result]]) -> None:
    """A line for each series, with markers and 95 % intervals.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    series : dict of str to dict of number to Result
        For each series, by its name, a result for each place; fractions, drawn in percent.
    """
    for marker, (name, results) in zip(MARKERS, series.items(), strict=False):
        means = [100 * result.mean for result in results.values()]
        halves = [100 * result.half_width for result in results.values()]
        axes.errorbar(list(results), means, halves, marker=marker, label=name)


def curves(
    arms: Mapping[str, Mapping[int, Result]],
    ylabel: str = "test accuracy (%)",
    axes: Axes | None = None,
) -> Figure:
    """Results against the number of labelled images per class, with 95 % intervals.

    Parameters
    ----------
    arms : dict of str to dict of int to Result
        For each arm, by its name, a result for each number of labels; fractions.
    ylabel : str
    axes : matplotlib.axes.Axes, optional
        To draw on; by default those of a new figure.
    """
    axes = plt.subplots()[1] if axes is None else axes
    figure: Any = axes.figure  # never a part of one: the lessons draw on whole figures
    lines(axes, arms)
    axes.set_xscale("log")
    ticks = sorted({n for results in arms.values() for n in results})
    axes.set_xticks(ticks, [str(n) for n in ticks])
    axes.minorticks_off()
    axes.set(xlabel="labelled images per class", ylabel=ylabel)
    axes.legend()
    return figure


def bars(results: Mapping[str, Sequence[Result]], ylabel: str, groups: Sequence[str]) -> Figure:
    """Results as bars with 95 % intervals, in groups side by side.

    Parameters
    ----------
    results : dict of str to list of Result
        For each series, by its name, a result for each group; fractions, drawn in percent.
    ylabel : str
    groups : sequence of str
        Names of the groups.
    """
    figure, axes = plt.subplots()
    width = 0.8 / len(results)
    hatches = ["", "//", "..", "xx", "\\\\"]
    for number, (name, series) in enumerate(results.items()):
        positions = np.arange(len(series)) + (number - (len(results) - 1) / 2) * width
        axes.bar(
            positions,
            [100 * result.mean for result in series],
            width * 0.92,
            yerr=[100 * result.half_width for result in series],
            label=name,
            hatch=hatches[number % len(hatches)],
            edgecolor="white",
        )
    axes.set_xticks(np.arange(len(groups)), groups)
    axes.set(ylabel=ylabel, ylim=(0, 100))
    axes.grid(axis="x", visible=False)
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def share_bars(
    shares: Mapping[str, float | Result],
    guessing: float | None = None,
    ylabel: str = "test pictures named correctly (%)",
    xlabel: str = "",
) -> Figure:
    """A share for each of a few methods as bars, over a line at guessing.

    Parameters
    ----------
    shares : dict of str to float or Result
        By the method's name, from 0 to 1; a Result has its 95 % interval drawn.
    guessing : float, optional
        From 0 to 1: what answering at random gives; without it there is no line.
    ylabel, xlabel : str
    """
    figure, axes = plt.subplots(figsize=(4.8, 3.6))
    heights, halves = [], []
    for share in shares.values():
        measured = isinstance(share, Result)  # NumPy's numbers have a mean of their own
        heights.append(100 * (share.mean if measured else share))
        halves.append(100 * share.half_width if measured else 0)
    axes.bar(list(shares), heights, 0.55, yerr=halves if any(halves) else None)
    for position, (height, half) in enumerate(zip(heights, halves, strict=True)):
        axes.annotate(
            f"{height:.0f}",
            (position, height + half),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
        )
    if guessing is not None:
        axes.axhline(100 * guessing, color="0.25", linestyle="--", linewidth=1)
        axes.text(len(shares) - 0.68, 100 * guessing + 1, "guessing", va="bottom", ha="left")
    lowest = min(height - half for height, half in zip(heights, halves, strict=True))
    axes.set(ylabel=ylabel, xlabel=xlabel, ylim=(min(0, 1.1 * lowest), 105))
    room = 0 if guessing is None else 0.17 * len(shares)  # for the word
    axes.set_xlim(-0.5, len(shares) - 0.5 + room)
    axes.grid(axis="x", visible=False)
    return figure


def training_curves(arms: Mapping[str, Sequence[Sequence[tuple[int, float]]]]) -> Figure:
    """Accuracy along the training of several arms: mean of the seeds, and the band they fill.

    Parameters
    ----------
    arms : dict of str to list of lists
        For each arm, by its name, one curve a seed: pairs of step and accuracy (fraction).
    """
    figure, axes = plt.subplots()
    for marker, (name, runs) in zip(MARKERS, arms.items(), strict=False):
        points = np.array(runs)
        steps, heights = points[0, :, 0], 100 * points[:, :, 1]
        axes.plot(steps, heights.mean(axis=0), marker=marker, label=name)
        axes.fill_between(steps, heights.min(axis=0), heights.max(axis=0), alpha=0.15)
    axes.set(xlabel="training steps (32 images each)", ylabel="validation accuracy (%)")
    axes.legend()
    return figure


def total_costs(fixed_and_each: Mapping[str, tuple[float, float]]) -> Figure:
    """What several ways of working cost in all, against the number of tasks.

    Parameters
    ----------
    fixed_and_each : dict of str to tuple (float, float)
        For each way, by its name, what it costs once and what it costs for each task.
    """
    tasks = np.geomspace(1, 10_000, 100)
    figure, axes = plt.subplots()
    for name, (fixed, each) in fixed_and_each.items():
        axes.loglog(tasks, fixed + tasks * each, label=name)
    axes.set(xlabel="tasks", ylabel="multiply-adds in all")
    axes.legend()
    return figure
