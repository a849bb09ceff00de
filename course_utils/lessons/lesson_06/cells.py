"""Cells of a heat map of gain and harm, in which noise is seen at once."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Patch, Rectangle

from course_utils.measuring.results import compare

WIDTH = 9.5  # inches: what a notebook shows at 100 %
#: A mark for each answer of `compare`, so that nothing is told by colour alone.
MARKS = {"above": "▲", "within noise": "≈", "below": "▼"}
NOISE = {"facecolor": "#EFEFEF", "edgecolor": "#D2D2D2", "hatch": "///", "linewidth": 0}
#: From little to much. Both start with a tint of their own: what lies beyond noise never looks
#: white, however small it is. Harm gets darker than gain does, so that it stands out in grey too.
_HARM = LinearSegmentedColormap.from_list("harm", ["#F3B184", "#D55E00", "#5E2500"])
_GAIN = LinearSegmentedColormap.from_list("gain", ["#DCEEF9", "#86C3E8", "#0072B2"])


def signed(value, decimals=1):
    """A fraction in points with its sign, as text: `"+5.3"`, `"−0.8"`."""
    return f"{100 * value:+.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def colour(value, limit):
    """The colour of a gain or a harm; `limit` is the largest there is.

    The root of the value sets the depth, so that small effects can be told beside large ones.
    """
    depth = np.sqrt(min(abs(value) / limit, 1))
    return (_GAIN if value >= 0 else _HARM)(depth)


def largest(results):
    """The largest absolute mean, which gets the deepest colour."""
    return max(max(abs(result.mean) for result in results), 1e-9)


def draw_cell(axes, result, box, limit, size, lines):
    """One result in its box (left, right, low, high): colour or hatch, mark and numbers.

    `lines` is how many lines of text a box is to have: one, two or three.
    """
    kind = compare(result)
    noise = kind == "within noise"
    face = colour(result.mean, limit)
    style = NOISE if noise else {"facecolor": face, "linewidth": 0}
    left, right, low, high = box
    corner, extent = (left, low), (right - left, high - low)
    axes.add_patch(Rectangle(corner, *extent, gid=kind, **style))
    axes.add_patch(Rectangle(corner, *extent, fill=False, ec="white", lw=1.5))
    ink = "0.25" if noise else readable_ink(face)
    style = {"ha": "center", "va": "center", "color": ink}
    if noise:  # a plain ground beneath the letters, so that no hatch runs through them
        ground = {"boxstyle": "square,pad=0.1", "fc": NOISE["facecolor"], "ec": "none"}
        style["bbox"] = ground
    strong = {"fontsize": size, "weight": "normal" if noise else "bold"}
    weak = {"fontsize": size - 1}
    mark, mean, spread = MARKS[kind], signed(result.mean), f"± {100 * result.half_width:.1f}"
    parts = {
        1: [(f"{mark} {mean} {spread}", 0, strong)],
        2: [(f"{mark} {mean}", 9, strong), (spread, -9, weak)],
        3: [(mark, 15, strong), (mean, 0.5, strong), (spread, -14, weak)],
    }[lines]
    # In the middle as it is seen: on a logarithmic axis that isn't the mean of the limits.
    middle = axes.transData.inverted().transform(
        axes.transData.transform([(left, low), (right, high)]).mean(axis=0)
    )
    for text, rise, font in parts:
        axes.annotate(text, middle, (0, rise), textcoords="offset points", **font, **style)


def readable_ink(face):
    """Black or white, whichever has more contrast with a colour (WCAG's relative luminance)."""
    parts = np.asarray(face[:3])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    luminance = linear @ (0.2126, 0.7152, 0.0722)
    return "black" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "white"


def outline(axes, columns, rows, harmful, linewidth):
    """A bold line around all the harmful cells together.

    `columns` and `rows` are the edges; `harmful` has shape (len(rows) - 1, len(columns) - 1).
    """
    padded = np.pad(harmful, 1).astype(int)
    upright = np.argwhere(np.diff(padded[1:-1], axis=1))
    level = np.argwhere(np.diff(padded[:, 1:-1], axis=0))
    lines = [[(columns[j], rows[i]), (columns[j], rows[i + 1])] for i, j in upright]
    lines += [[(columns[j], rows[i]), (columns[j + 1], rows[i])] for i, j in level]
    style = {"colors": "black", "linewidths": linewidth, "capstyle": "projecting"}
    axes.add_collection(
        LineCollection(lines, zorder=4, clip_on=False, gid="harm", **style), autolim=False
    )


def colour_bar(axes, results, limit, label):
    """What the colours mean, on an even scale, with the typical noise as a hatched band."""
    noise = float(np.median([result.half_width for result in results]))
    low = min(0.0, *(result.mean for result in results)) - noise / 2
    high = max(0.0, *(result.mean for result in results)) + noise / 2
    low, high = min(low, -1.4 * noise), max(high, 1.4 * noise)
    values = np.linspace(low, high, 400)
    ramp = np.array([[colour(value, limit)] for value in values])
    axes.imshow(ramp, aspect="auto", origin="lower", extent=(0, 1, 100 * low, 100 * high))
    band = Rectangle((0, -100 * noise), 1, 200 * noise, gid="noise band", **NOISE)
    axes.add_patch(band)
    for edge in (-100 * noise, 100 * noise):  # the band's grey alone is too faint to see it end
        axes.axhline(edge, color="0.4", linewidth=1)
    axes.axhline(0, color="black", linewidth=1)
    axes.grid(visible=False)
    axes.set(xticks=[], ylim=(100 * low, 100 * high))
    axes.yaxis.tick_right()
    axes.yaxis.set_label_position("right")
    axes.yaxis.set_major_formatter(_tick)
    axes.set_ylabel(f"{label}\nhatched: within the median noise, ± {100 * noise:.1f}")
    axes.spines[:].set_visible(False)


def _tick(value, _):
    """A tick's label with its sign; matplotlib hands its position over too."""
    return f"{value:+g}".replace("-", "\N{MINUS SIGN}") if value else "0"


def kinds_legend(figure, gain, harm):
    """The three kinds of cell in words."""
    handles = [
        Patch(facecolor=_GAIN(0.5), label=f"{MARKS['above']} {gain}"),
        Patch(label=f"{MARKS['within noise']} noise: the interval holds zero", **NOISE),
        Patch(facecolor=_HARM(0.5), ec="black", lw=2, label=f"{MARKS['below']} {harm}"),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, columnspacing=2.2)


def bare(axes):
    """No grid, no frame, no tick marks: the cells are all there is."""
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, pad=6)
