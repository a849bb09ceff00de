"""Heat maps of gain and harm: two figures of lesson 06."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.errors import CourseError
from course_utils.lessons.lesson_06.cells import (
    MARKS,
    WIDTH,
    bare,
    colour_bar,
    draw_cell,
    kinds_legend,
    largest,
    outline,
)
from course_utils.measuring.results import compare


def gap_matrix(gaps):
    """What every source gains or costs on every target, against training from scratch.

    Parameters
    ----------
    gaps : dict of str to dict of str to Result
        For each source, for each target, the transfer gap in test accuracy, a fraction: what
        is moved from the source minus what is trained from scratch, seed by seed. A target
        may also be a pair (target, condition), as `("digits", "n = 5")`: a column for each
        condition stands under the target's name. All sources have the same targets.

    Returns
    -------
    matplotlib.figure.Figure
        A cell for each pair, "mean ± half width" in points: blue and ▲ where the 95 % interval
        lies above zero; orange, ▼ and a bold outline where it lies below; grey, hatched and ≈
        where it holds zero. The colour bar shows the median half width as a band.

    Raises
    ------
    CourseError
        If a source lacks a target that the first one has, or has another.
    """
    targets = list(next(iter(gaps.values())))
    for source, row in gaps.items():
        if set(row) != set(targets):
            raise CourseError(
                f"The source {source!r} has the targets {list(row)}, the first one has {targets}: "
                "the gap matrix needs the same for every source."
            )
    results = [gaps[source][target] for source in gaps for target in targets]
    lines, limit = 1 if len(targets) <= 4 else 2, largest(results)
    height = 1.5 + (0.34 + 0.09 * lines) * len(gaps)
    figure, (axes, bar) = plt.subplots(1, 2, figsize=(WIDTH, height), width_ratios=(1, 0.028))
    axes.set(xlim=(0, len(targets)), ylim=(len(gaps), 0))
    for place, result in enumerate(results):
        row, column = divmod(place, len(targets))
        box = (column, column + 1, row, row + 1)
        draw_cell(axes, result, box, limit, size=10.5, lines=lines)
    kinds = np.array([compare(result) for result in results]).reshape(len(gaps), -1)
    columns, rows = np.arange(len(targets) + 1), np.arange(len(gaps) + 1)
    outline(axes, columns, rows, kinds == "below", linewidth=2.2)
    _name_columns(axes, targets)
    axes.set_yticks(rows[:-1] + 0.5, list(gaps))
    axes.annotate(
        "pretrained on", (0, 1), (-8, 6), "axes fraction", textcoords="offset points", ha="right"
    )
    bare(axes)
    colour_bar(bar, results, limit, "transfer gap (points of accuracy)")
    kinds_legend(figure, "gain over scratch", "harm: worse than scratch")
    return figure


def _name_columns(axes, targets):
    """Targets along the top; where each has conditions, its name once, above them."""
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("moved to, and tested on", labelpad=8)
    places = np.arange(len(targets)) + 0.5
    if all(isinstance(target, str) for target in targets):
        axes.set_xticks(places, targets)
        return
    axes.set_xticks(places, [condition for _, condition in targets])
    names = list(dict.fromkeys(name for name, _ in targets))
    spans = [[i for i, (name, _) in enumerate(targets) if name == each] for each in names]
    above = axes.secondary_xaxis("top")
    above.set_xticks([np.mean(span) + 0.5 for span in spans], names)
    above.tick_params(length=0, pad=20)
    above.spines[:].set_visible(False)
    axes.set_xlabel("moved to, and tested on", labelpad=26)
    for span in spans[1:]:
        axes.axvline(min(span), color="white", linewidth=7, gid="decoration")


def harm_region(differences, n_values, rates, depths):
    """Where fine-tuning falls below the frozen network: labels by rate by depth.

    Parameters
    ----------
    differences : dict of tuple (int, str, float) to Result
        For each (n, depth, rate) the test accuracy of the fine-tuned network minus that of the
        frozen one, seed by seed, as a fraction. What was not run may be missing.
    n_values : sequence of int
        Labelled images per class, a row each; the fewest at the bottom.
    rates : sequence of float
        Learning rates, ascending, a column each.
    depths : sequence of str
        What was unfrozen, a panel each.

    Returns
    -------
    matplotlib.figure.Figure
        Cells as in `gap_matrix`; a bold line runs around all those of a panel where the 95 %
        interval lies below zero, and the panel's title counts them.

    Raises
    ------
    CourseError
        If none of the conditions named was run.
    """
    keys = [(n, depth, rate) for n in n_values for depth in depths for rate in rates]
    results = [differences[key] for key in keys if key in differences]
    if not results:
        raise CourseError("No difference has an n, a depth and a rate of those to be drawn.")
    limit = largest(results)
    columns = len(depths) if len(depths) < 4 else 2
    height = -(-len(depths) // columns) * (0.8 + 0.68 * len(n_values))
    figure = plt.figure(figsize=(WIDTH, 0.6 + height))
    size = 9 if columns * len(rates) > 12 else 10.5
    shares = (*[1] * columns, 0.03 * columns)
    grid = figure.add_gridspec(-(-len(depths) // columns), columns + 1, width_ratios=shares)
    panels = [figure.add_subplot(grid[divmod(i, columns)]) for i in range(len(depths))]
    for axes, depth in zip(panels, depths, strict=True):
        run = {key: result for key, result in differences.items() if key[1] == depth}
        _harm_panel(axes, run, n_values, rates, depth, limit, size)
    for axes in panels[::columns]:
        axes.set_ylabel("labelled images per class")
    for axes in panels[-columns:]:
        axes.set_xlabel("learning rate")
    bar = figure.add_subplot(grid[:, -1])
    colour_bar(bar, results, limit, "fine-tuned minus frozen (points)")
    kinds_legend(figure, "better than frozen", "harm: worse than frozen")
    return figure


def _harm_panel(axes, differences, n_values, rates, depth, limit, size):
    """All rates and numbers of labels for one depth."""
    edges, rows = _log_edges(rates), np.arange(len(n_values) + 1)
    axes.set(xscale="log", xlim=edges[[0, -1]], ylim=(0, len(n_values)))
    harmful = np.zeros((len(n_values), len(rates)), dtype=bool)
    count = 0
    for i, j in np.ndindex(harmful.shape):
        result = differences.get((n_values[i], depth, rates[j]))
        if result is not None:
            box = (edges[j], edges[j + 1], i, i + 1)
            draw_cell(axes, result, box, limit, size, lines=3)
            harmful[i, j] = compare(result) == "below"
            count += 1
    outline(axes, edges, rows, harmful, linewidth=4)
    axes.set_xticks(rates, [_short(rate) for rate in rates])
    axes.minorticks_off()
    axes.set_yticks(rows[:-1] + 0.5, [str(n) for n in n_values])
    bare(axes)
    axes.set_title(f"{depth}\n", weight="bold")
    words = f"{MARKS['below']} worse than frozen in {harmful.sum()} of {count}"
    style = {"textcoords": "offset points", "ha": "center"}
    axes.annotate(words, (0.5, 1), (0, 7), "axes fraction", **style)


def _short(rate):
    """A rate as text, short enough to stand under its cell: `"1e-4"`, `"0.01"`."""
    return f"{rate:g}" if rate >= 0.01 else f"{rate:.0e}".replace("e-0", "e-")


def _log_edges(rates):
    """Edges of cells about the rates on a log axis, half way between neighbours."""
    logs = np.log10(np.asarray(rates, dtype=float))
    steps = np.diff(logs) if len(logs) > 1 else np.array([1.0])
    middles = logs[:-1] + np.diff(logs) / 2
    return 10 ** np.concatenate([[logs[0] - steps[0] / 2], middles, [logs[-1] + steps[-1] / 2]])
