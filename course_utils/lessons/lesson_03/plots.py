"""The figures of lesson 03."""

import matplotlib.pyplot as plt
import numpy as np

MARKERS = "osD^vP"


def _percent(results):
    """Means and half widths of Results in percent: two arrays."""
    means = 100 * np.array([result.mean for result in results])
    return means, 100 * np.array([result.half_width for result in results])


def _lines(axes, series):
    """A line with error bars for each target: dict of str to dict of number to Result."""
    for marker, (target, results) in zip(MARKERS, series.items(), strict=False):
        means, widths = _percent(results.values())
        axes.errorbar(list(results), means, widths, marker=marker, label=target)


def by_rate(panels, references, ylabel="test accuracy (%)"):
    """Results against the learning rate, a panel for each target.

    Parameters
    ----------
    panels : dict of str to dict of str to dict of float to Result
        For each target, and each arm by its name, a result for each rate.
    references : dict of str to Result
        For each target the frozen base, drawn as a band.
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, every = plt.subplots(
        1, len(panels), figsize=(3.4 * len(panels), 3.4), sharey=True, layout="constrained"
    )
    for axes, (target, arms) in zip(np.ravel(every), panels.items(), strict=True):
        if target in references:
            low, high = references[target].interval
            band = {"facecolor": "0.9", "edgecolor": "0.4", "linewidth": 1, "zorder": 0}
            axes.axhspan(100 * low, 100 * high, label="frozen", **band)
        _lines(axes, {name: results for name, results in arms.items() if results})
        axes.set(xscale="log", xlabel="learning rate of the base", title=target)
    np.ravel(every)[0].set_ylabel(ylabel)
    handles, names = np.ravel(every)[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))
    return figure


def forgetting(agreement, drift):
    """What is left of the source task, and how far the weights moved, against the rate.

    Parameters
    ----------
    agreement, drift : dict of str to dict of float to Result
        For each target a result for each rate, as shares.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
    for axes, series in ((left, agreement), (right, drift)):
        _lines(axes, series)
        axes.set(xscale="log", xlabel="learning rate of the base")
    left.set(ylabel="source answers kept (%)", ylim=(0, 105))
    right.set(yscale="log", ylabel="last stage moved (% of its length)")
    right.legend()
    return figure


def by_depth(panels, numbers):
    """Test accuracy against how deep is unfrozen, a panel for each target, a line for each n.

    Parameters
    ----------
    panels : dict of str to dict of int to dict of str to Result
        For each target and number of labels, a result for each depth.
    numbers : sequence of int

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, every = plt.subplots(
        1, len(panels), figsize=(3.4 * len(panels), 3.4), sharey=True, layout="constrained"
    )
    for axes, (target, lines) in zip(np.ravel(every), panels.items(), strict=True):
        depths = list(max(lines.values(), key=len))
        for marker, n in zip(MARKERS, numbers, strict=False):
            means, widths = _percent(lines[n].values())
            places = [depths.index(depth) for depth in lines[n]]
            axes.errorbar(places, means, widths, marker=marker, label=f"n = {n}")
        axes.set_xticks(range(len(depths)), depths, rotation=30, ha="right")
        axes.set(xlabel="unfrozen", title=target)
    np.ravel(every)[0].set_ylabel("test accuracy (%)")
    np.ravel(every)[-1].legend()
    return figure


def stopping(gains, spreads):
    """What early stopping gains, and how much of it is luck, against the validation set's size.

    Parameters
    ----------
    gains, spreads : dict of str to dict of int to Result
        For each target a result for each size, as shares.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4), layout="constrained")
    for axes, series in ((left, gains), (right, spreads)):
        _lines(axes, series)
        sizes = list(next(iter(series.values())))
        axes.set(xscale="log", xlabel="images in the validation set")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
    left.axhline(0, color="0.4", linewidth=1)
    left.set(ylabel="gain over the last epoch (points)")
    right.set(ylabel="spread with the images drawn (points)", ylim=(0, None))
    right.legend()
    return figure
