"""A decision chart: questions down the left, what to do about each beside it."""

import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils.lessons.lesson_06.heat_maps import WIDTH
from course_utils.validation import one_of

#: The middles of the two columns, half a box's width and height, and a row's height, in inches.
_COLUMNS = {"question": 2.3, "action": 7.4}
_HALF_WIDTH = {"question": 2.2, "action": 2.0}
_HALF_HEIGHT, _ROW = 0.4, 1.3
_LETTERS = {"question": 42, "action": 38}  # in a line
#: Face, letters and edge of a question, of an action that leads on, and of one that ends it all.
_LOOKS = {
    "question": ("white", "black", 1.6),
    "action": ("#DDEEF8", "black", 1.0),
    "end": ("#12344D", "white", 1.0),
}


def decision_chart(
    nodes: Sequence[tuple[str, str, str]], edges: Sequence[tuple[str, str, str]]
) -> Figure:
    """A chart that leads from question to question to what should be done.

    Parameters
    ----------
    nodes : sequence of tuple (str, str, str)
        For each box its key, its text, and "question" or "action". Questions stand below each
        other in this order, and are numbered; an action stands beside the first question that
        leads to it, or below that if another one stands there.
    edges : sequence of tuple (str, str, str)
        For each arrow the key that it starts from, the key that it leads to, and the answer
        that takes it ("yes", "no", or "" for none). An arrow leads to the box beside, to the one
        below, or slantwise down; it goes round nothing.

    Returns
    -------
    matplotlib.figure.Figure
        Actions that lead nowhere else are filled dark: there the chart ends.

    Raises
    ------
    CourseError
        If a kind is unknown, or an edge has an unknown key.
    """
    kinds = {key: one_of(kind, "The kind of a box", _COLUMNS) for key, _, kind in nodes}
    edges = [
        (one_of(a, "The box", kinds), one_of(b, "The box", kinds), word) for a, b, word in edges
    ]
    rows = _rows(kinds, edges)
    height = _ROW * (max(rows.values()) + 1) - 2 * (_ROW / 2 - _HALF_HEIGHT) + 0.1
    figure = plt.figure(figsize=(WIDTH, height), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height - _HALF_HEIGHT - 0.05, -_HALF_HEIGHT - 0.05))
    axes.set_axis_off()
    numbers = {key: i for i, key in enumerate((k for k in kinds if kinds[k] == "question"), 1)}
    leading = {start for start, _, _ in edges}
    for key, text, kind in nodes:
        words = f"{numbers[key]}. {text}" if key in numbers else text
        look = kind if kind == "question" or key in leading else "end"
        _draw_box(axes, words, kind, rows[key], look)
    for start, end, answer in edges:
        _draw_arrow(axes, (kinds[start], rows[start]), (kinds[end], rows[end]), answer)
    return figure


def _rows(kinds: dict[str, str], edges: Sequence[tuple[str, str, str]]) -> dict[str, int]:
    """The row of each box, from 0 at the top."""
    questions = [key for key, kind in kinds.items() if kind == "question"]
    rows = {key: row for row, key in enumerate(questions)}
    for key in (key for key, kind in kinds.items() if kind == "action"):
        row = min((rows[a] for a, b, _ in edges if b == key and a in rows), default=len(questions))
        taken = {rows[other] for other in rows if kinds[other] == "action"}
        while row in taken:
            row += 1
        rows[key] = row
    return rows


def _draw_box(axes: Axes, text: str, kind: str, row: int, look: str) -> None:
    face, ink, width = _LOOKS[look]
    x, half = _COLUMNS[kind], _HALF_WIDTH[kind]
    box = Rectangle(
        (x - half, _ROW * row - _HALF_HEIGHT), 2 * half, 2 * _HALF_HEIGHT,
        facecolor=face, edgecolor="#12344D", linewidth=width, gid="box",
    )  # fmt: skip
    axes.add_patch(box)
    lines = textwrap.fill(text, _LETTERS[kind])
    axes.text(x, _ROW * row, lines, ha="center", va="center", color=ink)


def _draw_arrow(axes: Axes, start: tuple[str, int], end: tuple[str, int], answer: str) -> None:
    """From one box to another, each given by its column and row; the answer stands on it."""
    (kind, row), (other, below) = start, end
    if row == below:  # to the right
        tail = (_COLUMNS[kind] + _HALF_WIDTH[kind], _ROW * row)
        head = (_COLUMNS[other] - _HALF_WIDTH[other], _ROW * row)
    else:  # down, or slantwise from the side that is nearer
        side = (_COLUMNS[other] > _COLUMNS[kind]) - (_COLUMNS[other] < _COLUMNS[kind])
        tail = (_COLUMNS[kind] + 0.85 * side * _HALF_WIDTH[kind], _ROW * row + _HALF_HEIGHT)
        head = (_COLUMNS[other] - 0.85 * side * _HALF_WIDTH[other], _ROW * below - _HALF_HEIGHT)
    arrow = {"arrowstyle": "-|>", "color": "0.25", "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", head, tail, arrowprops=arrow)
    if answer:
        middle = ((tail[0] + head[0]) / 2, (tail[1] + head[1]) / 2)
        ground = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
        axes.text(*middle, answer, ha="center", va="center", weight="bold", bbox=ground)
