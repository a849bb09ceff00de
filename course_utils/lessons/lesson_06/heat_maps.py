"""Heat maps of gain and harm, in which noise is seen at once: two figures of lesson 06."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import FuncNorm, LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from course_utils.measuring.results import Result, compare
from course_utils.teaching.contrast import contrast
from course_utils.validation import require

WIDTH = 9.5  # inches: what a notebook shows at 100 %
#: A mark for each answer of `compare`, so that nothing is told by colour alone.
MARKS = {"above": "▲", "undecided": "≈", "below": "▼"}
#: Harm gets darker than gain does, so that it stands out in grey too.
COLOURS = LinearSegmentedColormap.from_list(
    "harm to gain", ["#5E2500", "#D55E00", "#F3B184", "#DCEEF9", "#86C3E8", "#0072B2"]
)
NOISE: dict[str, Any] = {"facecolor": "#EFEFEF", "hatch": "///"}


def gap_matrix(gaps: dict[str, dict[str, Result]]) -> Figure:
    """What every source gains or costs on every target, against training from scratch.

    Parameters
    ----------
    gaps : dict of str to dict of str to Result
        For each source, for each target, the transfer gap in test accuracy, a fraction: what
        is moved from the source minus what is trained from scratch, seed by seed. All sources
        have the same targets.

    Returns
    -------
    matplotlib.figure.Figure
        A cell for each pair, "mean ± half width" in points: blue and ▲ where the 95 % interval
        lies above zero; orange, ▼ and a bold outline where it lies below; grey, hatched and ≈
        where it holds zero.

    Raises
    ------
    CourseError
        If a source lacks a target that the first one has, or has another.
    """
    targets = list(next(iter(gaps.values())))
    for source, row in gaps.items():
        require(
            set(row) == set(targets),
            f"The source {source!r} has the targets {list(row)}, the first one has {targets}: "
            "the gap matrix needs the same for every source.",
        )
    figure, axes = plt.subplots(figsize=(WIDTH, 1.5 + 0.43 * len(gaps)))
    rows = [[gaps[source][target] for target in targets] for source in gaps]
    scale = _colour_scale([result for row in rows for result in row])
    _draw_cells(axes, rows, scale, separator=" ")
    axes.set_xticks(range(len(targets)), targets)
    axes.set_yticks(range(len(gaps)), list(gaps))
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set(xlabel="moved to, and tested on", ylabel="pretrained on")
    axes.invert_yaxis()
    figure.colorbar(scale, ax=axes, label="transfer gap (points of accuracy)", aspect=40)
    _name_kinds(figure, scale, "gain over scratch", "harm: worse than scratch")
    return figure


def harm_region(
    differences: dict[tuple[int, str, float], Result],
    n_values: Sequence[int],
    rates: Sequence[float],
    depths: Sequence[str],
) -> Figure:
    """Where fine-tuning falls below the frozen network: labels by rate by depth.

    Parameters
    ----------
    differences : dict of tuple (int, str, float) to Result
        For each (n, depth, rate) the test accuracy of the fine-tuned network minus that of the
        frozen one, seed by seed, as a fraction.
    n_values : sequence of int
        Labelled images per class, a row each; the fewest at the bottom.
    rates : sequence of float
        Learning rates, ascending, a column each.
    depths : sequence of str
        What was unfrozen, a panel each.

    Returns
    -------
    matplotlib.figure.Figure
        Cells as in `gap_matrix`; the panel's title counts those of harm.
    """
    figure, panels = plt.subplots(
        1, len(depths), figsize=(WIDTH, 1.6 + 0.68 * len(n_values)), sharey=True, squeeze=False
    )
    scale = _colour_scale(list(differences.values()))
    for axes, depth in zip(panels[0], depths, strict=True):
        rows = [[differences[n, depth, rate] for rate in rates] for n in n_values]
        _draw_cells(axes, rows, scale, separator="\n")
        harmed = sum(compare(result) == "below" for row in rows for result in row)
        count = f"{MARKS['below']} worse than frozen in {harmed} of {len(rates) * len(n_values)}"
        axes.set_title(f"{depth}\n{count}")
        axes.set_xticks(range(len(rates)), [f"{rate:g}" for rate in rates])
        axes.set_yticks(range(len(n_values)), [str(n) for n in n_values])
        axes.set_xlabel("learning rate")
    panels[0, 0].set_ylabel("labelled images per class")
    figure.colorbar(scale, ax=panels, label="fine-tuned minus frozen (points)", aspect=40)
    _name_kinds(figure, scale, "better than frozen", "harm: worse than frozen")
    return figure


def _colour(scale: ScalarMappable, value: float) -> Any:
    to_rgba: Any = scale.to_rgba  # matplotlib's own types leave out single numbers
    return to_rgba(value)


def readable_ink(face: Any) -> str:
    """Black or white, whichever has more contrast with a colour."""
    return max(("white", "black"), key=lambda ink: contrast(face[:3], to_rgb(ink)))


def _colour_scale(results: list[Result]) -> ScalarMappable:
    """Colours for points of accuracy, as deep for a harm as for an equal gain.

    The root of the value sets the depth, so that small effects can be told beside large ones.
    """
    limit = 100 * max(max(abs(result.mean) for result in results), 1e-9)

    def root(values):
        return np.sign(values) * np.sqrt(np.abs(values))

    norm = FuncNorm((root, lambda depth: np.sign(depth) * depth**2), vmin=-limit, vmax=limit)
    return ScalarMappable(norm, COLOURS)


def _draw_cells(
    axes: Axes, rows: list[list[Result]], scale: ScalarMappable, separator: str
) -> None:
    """A cell for each result, its middle at (column, row): colour or hatch, mark and numbers."""
    for row, column in np.ndindex(len(rows), len(rows[0])):
        result = rows[row][column]
        kind, mean = compare(result), 100 * result.mean
        corner, face = (column - 0.5, row - 0.5), _colour(scale, mean)
        look: dict[str, Any] = NOISE if kind == "undecided" else {"facecolor": face}
        axes.add_patch(Rectangle(corner, 1, 1, edgecolor="#D2D2D2", linewidth=0, gid=kind, **look))
        if kind == "below":
            outline = Rectangle(corner, 1, 1, fill=False, linewidth=2.2, zorder=3, clip_on=False)
            axes.add_patch(outline)
        signed = f"{mean:+.1f}".replace("-", "\N{MINUS SIGN}")
        words = separator.join([MARKS[kind], signed, f"± {100 * result.half_width:.1f}"])
        style: dict[str, Any] = {"color": readable_ink(face), "weight": "bold"}
        if kind == "undecided":  # a plain ground, so that no hatch runs through the letters
            ground = {"boxstyle": "square,pad=0.1", "fc": NOISE["facecolor"], "ec": "none"}
            style = {"color": "0.25", "bbox": ground}
        axes.text(column, row, words, ha="center", va="center", fontsize=10, **style)
    axes.set(xlim=(-0.5, len(rows[0]) - 0.5), ylim=(-0.5, len(rows) - 0.5))
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, pad=6)


def _name_kinds(figure: Figure, scale: ScalarMappable, gain: str, harm: str) -> None:
    """The three kinds of cell in words, as a legend above."""
    limit: Any = scale.norm.vmax
    handles = [
        Patch(facecolor=_colour(scale, limit / 3), label=f"{MARKS['above']} {gain}"),
        Patch(label=f"{MARKS['undecided']} undecided: the interval holds zero", **NOISE),
        Patch(
            facecolor=_colour(scale, -limit / 3),
            edgecolor="black",
            linewidth=2,
            label=f"{MARKS['below']} {harm}",
        ),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3)
