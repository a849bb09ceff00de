"""The figures of lesson 06."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

from course_utils.errors import CourseError
from course_utils.lessons.lesson_06.cells import WIDTH
from course_utils.lessons.lesson_06.charts import (
    mixture_chart,
    remedies_chart,
    tau_chart,
)
from course_utils.lessons.lesson_06.decision import decision_chart
from course_utils.lessons.lesson_06.labels import label_places
from course_utils.lessons.lesson_06.lines import curves_chart, overlap_chart
from course_utils.lessons.lesson_06.matrices import gap_matrix, harm_region

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


def score_scatter(scores, gains, name, taus=None, marked="random"):
    """One transferability score against what transfer gained, source by source.

    Parameters
    ----------
    scores : dict of str to dict of str to float
        For each target (up to four), the score of each source; higher is to mean better.
    gains : dict of str to dict of str to Result
        For each target, the transfer gap of each of those sources, a fraction.
    name : str
        What the score is called.
    taus : dict of str to tuple (float, float, float), optional
        For each target weighted Kendall tau with its interval, for the title.
    marked : str, optional
        The source drawn as a diamond: what a score says of a network that knows nothing.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each target; every source is a dot with its 95 % interval and its name.

    Raises
    ------
    CourseError
        If a source has a score on a target and no gap.
    """
    columns = min(len(scores), 2)
    lines = -(-len(scores) // columns)
    figure, grid = plt.subplots(
        lines, columns, figsize=(WIDTH, 0.4 + 3.3 * lines), squeeze=False, sharey="row"
    )
    panels = list(grid.flat[: len(scores)])
    for axes, (target, values) in zip(panels, scores.items(), strict=True):
        missing = sorted(set(values) - set(gains[target]))
        if missing:
            raise CourseError(f"On {target!r} there is a score but no gap of: {missing}.")
        _dots(axes, values, gains[target], marked)
        axes.set_title(target if taus is None else f"{target}: {_tau(*taus[target])}")
    for axes in grid.flat[len(scores) :]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_ylabel("transfer gap (points)")
    for axes in panels[-columns:]:
        axes.set_xlabel(name)
    figure.align_ylabels()
    figure.draw_without_rendering()  # the axes find their size
    figure.set_layout_engine("none")  # and keep it: names are placed for it
    for axes, (target, values) in zip(panels, scores.items(), strict=True):
        _name_dots(axes, values, gains[target], marked)
    return figure


def _tau(tau, low, high):
    return f"τ = {tau:+.2f} [{low:+.2f}, {high:+.2f}]".replace("-", "\N{MINUS SIGN}")


def _dots(axes, values, gains, marked):
    """Every source with its interval; room at the sides for their names."""
    axes.axhline(0, color="0.3", linewidth=1.2)
    for source, value in values.items():
        look = {"marker": "o", "color": "#0072B2", "markersize": 7}
        if source == marked:
            look = {"marker": "D", "color": "#D55E00", "markersize": 8, "mfc": "white", "mew": 2}
        result = gains[source]
        axes.errorbar(
            [value],
            [100 * result.mean],
            [100 * result.half_width],
            linestyle="",
            elinewidth=1.2,
            capsize=2,
            ecolor="0.55",
            **look,
        )
    axes.margins(0.17, 0.13)


def _name_dots(axes, values, gains, marked):
    """Each source's name beside its dot, touching neither another name nor a dot or its bar."""
    dpi = axes.figure.dpi / 72
    sources = list(values)
    dots = axes.transData.transform([(values[s], 100 * gains[s].mean) for s in sources])
    bars = [axes.transData.transform([(values[s], 100 * e) for e in gains[s].interval])[:, 1]
            for s in sources]  # fmt: skip
    dot, bar = 6 * dpi, 3 * dpi
    taken = [(x - dot, y - dot, x + dot, y + dot) for x, y in dots]
    taken += [(x - bar, low, x + bar, high) for (x, _), (low, high) in zip(dots, bars, strict=True)]
    style = {"textcoords": "offset points", "ha": "center", "va": "center", "fontsize": 9.5}
    style["path_effects"] = [withStroke(linewidth=3, foreground="white")]  # grid lines end there
    texts = [
        axes.annotate(
            source,
            (values[source], 100 * gains[source].mean),
            (0, 0),
            weight="bold" if source == marked else "normal",
            arrowprops={"arrowstyle": "-", "color": "0.5", "lw": 0.8, "shrinkA": 0, "shrinkB": 4},
            **style,
        )
        for source in sources
    ]
    renderer = axes.figure.canvas.get_renderer()
    extents = [text.get_window_extent(renderer) for text in texts]
    sizes = np.array([(extent.width + 4, extent.height + 2) for extent in extents])
    places = label_places(dots, sizes, np.array(taken), axes.bbox.extents)
    for text, place, spot in zip(texts, places, dots, strict=True):
        text.set_position((place - spot) / dpi)
