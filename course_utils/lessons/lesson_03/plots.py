"""The figures of lesson 03."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.measuring import Result
from course_utils.teaching.plots import lines

#: For each target or arm, by its name, a result for each number; fractions, drawn in percent.
Series = Mapping[str, Mapping[float, Result]]


def by_rate(panels: Mapping[str, Series], references: Mapping[str, Result]) -> Figure:
    """Results against the learning rate, a panel for each target.

    Parameters
    ----------
    panels : dict of str to dict of str to dict of float to Result
        For each target, and each arm by its name, a result for each rate.
    references : dict of str to Result
        For each target the frozen base, drawn as a band.
    """
    figure, every = _row(len(panels))
    for axes, (target, arms) in zip(every, panels.items(), strict=True):
        if target in references:
            low, high = references[target].interval
            band = {"facecolor": "0.9", "edgecolor": "0.4", "linewidth": 1, "zorder": 0}
            axes.axhspan(100 * low, 100 * high, label="frozen", **band)
        lines(axes, {name: results for name, results in arms.items() if results})
        axes.set(xscale="log", xlabel="learning rate of the base", title=target)
    every[0].set_ylabel("test accuracy (%)")
    handles, names = every[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))
    return figure


def _row(panels: int) -> tuple[Figure, Sequence[Axes]]:
    """A figure of panels side by side, all of one height."""
    figure, grid = plt.subplots(
        1, panels, figsize=(3.4 * panels, 3.4), sharey=True, squeeze=False, layout="constrained"
    )
    return figure, grid[0]


def forgetting(agreement: Series, drift: Series) -> Figure:
    """What is left of the source task, and how far the weights moved, against the rate.

    Parameters
    ----------
    agreement, drift : dict of str to dict of float to Result
        For each target a result for each rate, as shares.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
    for axes, series in ((left, agreement), (right, drift)):
        lines(axes, series)
        axes.set(xscale="log", xlabel="learning rate of the base")
    left.set(ylabel="source answers kept (%)", ylim=(0, 105))
    right.set(yscale="log", ylabel="last stage moved (% of its length)")
    right.legend()
    return figure


def by_depth(
    panels: Mapping[str, Mapping[int, Mapping[str, Result]]], numbers: Sequence[int]
) -> Figure:
    """Test accuracy against how deep is unfrozen, a panel for each target, a line for each n.

    Parameters
    ----------
    panels : dict of str to dict of int to dict of str to Result
        For each target and number of labels, a result for each depth.
    numbers : sequence of int
    """
    figure, every = _row(len(panels))
    for axes, (target, by_number) in zip(every, panels.items(), strict=True):
        depths = list(max(by_number.values(), key=len))
        placed = {
            f"n = {n}": {depths.index(depth): result for depth, result in by_number[n].items()}
            for n in numbers
        }
        lines(axes, placed)
        axes.set_xticks(range(len(depths)), depths, rotation=30, ha="right")
        axes.set(xlabel="unfrozen", title=target)
    every[0].set_ylabel("test accuracy (%)")
    every[-1].legend()
    return figure


def stopping(gains: Series, spreads: Series) -> Figure:
    """What early stopping gains, and how much of it is luck, against the validation set's size.

    Parameters
    ----------
    gains, spreads : dict of str to dict of int to Result
        For each target a result for each size, as shares.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
    for axes, series in ((left, gains), (right, spreads)):
        lines(axes, series)
        sizes = list(next(iter(series.values())))
        axes.set(xscale="log", xlabel="images in the validation set")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
    left.axhline(0, color="0.4", linewidth=1)
    left.set(ylabel="gain over the last epoch (points)")
    right.set(ylabel="spread with the images drawn (points)", ylim=(0, None))
    right.legend()
    return figure
