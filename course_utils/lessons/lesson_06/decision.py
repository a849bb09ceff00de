"""A decision chart: questions down the left, what to do about each beside it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from course_utils.lessons.lesson_06.cells import WIDTH
from course_utils.lessons.lesson_06.routes import BADGE, FONT, LINE, PAD, lay_out

_INK, _ACCENT = "#12344D", "#0072B2"


def decision_chart(nodes, edges):
    """A chart that leads from question to question to what should be done.

    Parameters
    ----------
    nodes : sequence of tuple (str, str, str)
        For each box its key, its text, and "question" or "action". Questions stand below each
        other in this order, and are numbered; an action stands beside the first question that
        leads to it, or below all if only actions do.
    edges : sequence of tuple (str, str, str)
        For each arrow the key that it starts from, the key that it leads to, and the answer
        that takes it ("yes", "no", or "" for none).

    Returns
    -------
    matplotlib.figure.Figure
        Actions that lead nowhere else are filled dark: there the chart ends.

    Raises
    ------
    CourseError
        If a kind or a key is unknown, or a key stands twice.
    """
    boxes, routes, height = lay_out(nodes, edges)
    figure = plt.figure(figsize=(WIDTH, height), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    leading = {start for start, _, _ in edges}
    number = 0
    for key, _, kind in nodes:
        number += kind == "question"
        _draw_box(axes, key, boxes[key], number if kind == "question" else None, key in leading)
    for (start, end, label), route in zip(edges, routes, strict=True):
        _draw_arrow(axes, route, label, f"arrow {start} {end}")
    return figure


def _draw_box(axes, key, box, number, leads_on):
    """A question with its number, or an action, dark where the chart ends with it."""
    face, ink = ("white", "black") if number else ("#DDEEF8", "black")
    if not number and not leads_on:
        face, ink = _INK, "white"
    style = {"fc": face, "ec": _INK, "lw": 1.6 if number else 1, "gid": f"box {key}"}
    radius = 0.05 if number else 0.16
    shape = f"round,pad=0,rounding_size={radius}"
    axes.add_patch(FancyBboxPatch((box.left, box.top), box.width, box.height, shape, **style))
    middle = box.x
    if number:
        middle += BADGE / 2
        spot = (box.left + PAD + 0.13, box.y)
        axes.add_patch(Circle(spot, 0.16, fc=_ACCENT, ec="none"))
        style = {"ha": "center", "va": "center_baseline", "color": "white", "weight": "bold"}
        axes.text(*spot, str(number), **style)
    for place, line in enumerate(box.lines):
        y = box.top + PAD + LINE * (place + 0.5)
        style = {"ha": "center", "va": "center_baseline", "fontsize": FONT, "color": ink}
        x = middle
        if number:
            x, style["ha"] = box.left + PAD + BADGE, "left"
        axes.text(x, y, line, gid=f"text {key}", **style)


def _draw_arrow(axes, route, label, gid):
    """An arrow with rounded corners, the answer that takes it written on its start."""
    points, codes = [route[0]], [Path.MOVETO]
    for before, corner, after in zip(route, route[1:], route[2:], strict=False):
        for other in (before, after):
            length = np.abs(other - corner).sum()
            near = corner + (other - corner) * min(0.1, length / 2) / max(length, 1e-9)
            points += [near, corner] if other is before else [near]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    points.append(route[-1])
    codes.append(Path.LINETO)
    style = {"arrowstyle": "-|>,head_length=5,head_width=2.6", "color": "0.25", "lw": 1.5}
    path = Path(points, codes)
    axes.add_patch(FancyArrowPatch(path=path, gid=gid, shrinkA=0, shrinkB=0, zorder=2, **style))
    if label:
        towards = np.sign(route[1] - route[0])
        spot, turn = route[0] + towards * (0.27, 0.17), 0
        if towards[0] < 0:  # by a lane on the left, which has no room for a level word
            spot, turn = route[1] + np.sign(route[2] - route[1]) * (0, 0.4), 90
        ground = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"}
        style = {"ha": "center", "va": "center", "fontsize": 10.5, "weight": "bold"}
        axes.text(
            *spot,
            label,
            rotation=turn,
            bbox=ground,
            zorder=3,
            color=_INK,
            gid=f"label {gid}",
            **style,
        )
