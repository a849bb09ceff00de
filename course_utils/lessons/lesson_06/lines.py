"""Lines named at their ends: charts of lesson 06."""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import isotonic_regression

from course_utils.lessons.lesson_06.cells import WIDTH

_MARKERS = "osD^vPX"


def _limits(result):
    """Mean and interval of a Result in percent."""
    return 100 * np.array([result.mean, *result.interval])


def overlap_chart(accuracies, plain="source only"):
    """What is left of each method as the target has fewer and fewer of the source's classes.

    Parameters
    ----------
    accuracies : dict of str to dict of float to Result
        For each method, for each share of the source's classes that the target has, the target
        accuracy; all fractions.
    plain : str
        The method that does not adapt, dashed and black.

    Returns
    -------
    matplotlib.figure.Figure
        Lines with their intervals as bands, named at their ends; all classes shared at the left.
    """
    figure, axes = plt.subplots(figsize=(WIDTH, 4.4))
    shares = sorted({share for line in accuracies.values() for share in line}, reverse=True)
    series = {
        name: (
            100 * np.array([share for share in shares if share in line]),
            *np.transpose([_limits(line[share]) for share in shares if share in line]),
        )
        for name, line in accuracies.items()
    }
    axes.set_xticks([100 * share for share in shares], [f"{100 * share:.0f}" for share in shares])
    axes.minorticks_off()
    axes.set(xlabel="source classes that the target has (%)", ylabel="target accuracy (%)")
    axes.set_xlim(100 * max(shares) + 2, 100 * min(shares) - 0.5)
    _named_lines(axes, series, plain)
    return figure


def curves_chart(curves, scratch="scratch", ylabel="validation accuracy (%)"):
    """Accuracy along fine-tuning from several sources, and from scratch.

    Parameters
    ----------
    curves : dict of str to tuple (array of shape (points,), array of shape (seeds, points))
        For each source the training steps and the accuracy at each, a fraction, a row a seed.
    scratch : str
        Which of them is trained from scratch, dashed and black.
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure
        The seeds' mean with a band from the lowest to the highest, named at the line's end.
    """
    figure, axes = plt.subplots(figsize=(WIDTH, 4.4))
    series = {}
    for name, (steps, values) in curves.items():
        heights = 100 * np.asarray(values, dtype=float)
        limits = heights.mean(axis=0), heights.min(axis=0), heights.max(axis=0)
        series[name] = (np.asarray(steps), *limits)
    axes.set(xlabel="training steps", ylabel=ylabel)
    last = max(steps[-1] for steps, *_ in series.values())
    axes.set_xlim(0, 1.01 * last)
    _named_lines(axes, series, scratch)
    return figure


def _named_lines(axes, series, plain):
    """Lines with bands, each named at its end; `series`: name to (x, middle, low, high)."""
    colours = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    colours = [colour for colour in colours if colour.strip("#") != "000000"]
    others = [name for name in series if name != plain]
    ends = {}
    for name, (x, middle, low, high) in series.items():
        place = others.index(name) if name in others else 0
        look = {
            "color": colours[place % len(colours)],
            "marker": _MARKERS[place % len(_MARKERS)],
            "linestyle": "-",
        }
        if name == plain:
            look = {"color": "black", "marker": "", "linestyle": "--"}
        axes.plot(x, middle, label=name, markevery=max(1, len(x) // 8), **look)
        axes.fill_between(x, low, high, color=look["color"], alpha=0.13, linewidth=0)
        ends[name] = (x[-1], middle[-1], look["color"])
    _name_ends(axes, ends)


def _name_ends(axes, ends):
    """Names right of the lines' ends, as near to them as they can be without touching.

    `ends` : dict of str to tuple (x, y, colour). A stroke in the line's colour leads to its name.
    """
    names = sorted(ends, key=lambda name: ends[name][1])
    style = {"va": "center", "fontsize": 10.5, "annotation_clip": False}
    texts = [
        axes.annotate(
            name,
            ends[name][:2],
            (26, 0),
            textcoords="offset points",
            arrowprops={"arrowstyle": "-", "color": ends[name][2], "lw": 1.5, "relpos": (0, 0.5)},
            **style,
        )
        for name in names
    ]
    axes.figure.draw_without_rendering()  # the axes find their size
    pixels = axes.transData.transform([ends[name][:2] for name in names])
    apart = 1.35 * 10.5 * axes.figure.dpi / 72 * np.arange(len(names))
    # The least squares of what order and distance allow.
    moved = isotonic_regression(pixels[:, 1] - apart).x + apart
    for text, (x, y), height in zip(texts, pixels, moved, strict=True):
        right = 26 + (pixels[:, 0].max() - x) * 72 / axes.figure.dpi  # one column of names
        text.set_position((right, (height - y) * 72 / axes.figure.dpi))
