"""Where the boxes and arrows of a decision chart go: questions left, actions right."""

from typing import NamedTuple

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from course_utils.errors import CourseError
from course_utils.lessons.lesson_06.cells import WIDTH

# All in inches, save the size of the letters, which is in points.
FONT, LINE = 11, 0.205
PAD, BADGE = 0.14, 0.42  # within a box; what a question's number takes of its width
_GUTTER, _MARGIN, _LANE = 0.42, 0.1, 0.17  # between rows; around all; between parallel lines
_EXIT = 0.26  # between two arrows that leave a question on one side
_MIDDLE = 0.95  # between the columns: room for the words on the arrows
_SLACK = 0.94  # hinted letters may be a little wider than their outlines


class Box(NamedTuple):
    """Where a node stands, in inches from the chart's left and top, and its lines of text."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple
    row: int
    column: int  # 0 questions, 1 actions, 2 across both

    @property
    def right(self):
        return self.left + self.width

    @property
    def bottom(self):
        return self.top + self.height

    @property
    def x(self):
        return self.left + self.width / 2

    @property
    def y(self):
        return self.top + self.height / 2


def wrapped(text, width):
    """Text in lines no wider than so many inches, at the chart's size: a tuple of str."""
    font, measure = FontProperties(size=FONT), TextToPath().get_text_width_height_descent

    def fits(line):
        return measure(line, font, ismath=False)[0] / 72 <= _SLACK * width

    lines = [""]
    for word in text.split():
        if lines[-1] and fits(f"{lines[-1]} {word}"):
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for letter in word:  # a word wider than the box is broken
            if lines[-1] and not fits(lines[-1] + letter):
                lines.append("")
            lines[-1] += letter
    return tuple(line for line in lines if line) or ("",)


def lay_out(nodes, edges):
    """Where the boxes of a decision chart stand, and which way its arrows go.

    Parameters
    ----------
    nodes, edges
        As for `decision_chart`.

    Returns
    -------
    boxes : dict of str to Box
    routes : list of array, each of shape (points, 2)
        For each edge the corners of its arrow, from its start to its end, as (x, y) in inches
        from the chart's left and top: level and upright lines that enter no box.
    height : float
        Of the chart, in inches.
    """
    _check(nodes, edges)
    kinds = {key: kind for key, _, kind in nodes}
    rows, below = _rows(nodes, edges, kinds)
    lanes = [_lane_targets(edges, kinds, rows, side) for side in ("left", "right")]
    boxes, height = _boxes({key: text for key, text, _ in nodes}, rows, below, lanes)
    sides = [_side(*edge[:2], kinds, rows) for edge in edges]
    routes = [
        np.array(_route(boxes, edge, side, edges, lanes))
        for edge, side in zip(edges, sides, strict=True)
    ]
    return boxes, routes, height


def _check(nodes, edges):
    keys = [key for key, _, _ in nodes]
    wrong = [kind for _, _, kind in nodes if kind not in ("question", "action")]
    unknown = [key for edge in edges for key in edge[:2] if key not in keys]
    if wrong or unknown or len(set(keys)) < len(keys):
        raise CourseError(
            "A decision chart takes nodes (key, text, kind) with keys that differ and a kind "
            '"question" or "action", and edges (from, to, label) between those keys.'
            + (f" Unknown: {sorted(set(map(str, wrong + unknown)))}." if wrong + unknown else "")
        )


def _rows(nodes, edges, kinds):
    """Each question with the actions that it is the first to lead to; and all other actions."""
    rows, placed = [], set()
    for key in (key for key, _, kind in nodes if kind == "question"):
        to = [end for start, end, _ in edges if start == key and kinds[end] == "action"]
        actions = [end for end in dict.fromkeys(to) if end not in placed]
        placed.update(actions)
        rows.append([key, *actions])
    return rows, [key for key, _, kind in nodes if kind == "action" and key not in placed]


def _side(start, end, kinds, rows):
    """By which side an edge goes: "left" or "right" in a lane of its target, or neither."""
    place = {key: number for number, keys in enumerate(rows) for key in keys}
    if kinds[start] == "question":
        next_or_beside = place[start] + 1 if kinds[end] == "question" else place.get(end)
        return None if place.get(end) == next_or_beside and end in place else "left"
    if kinds[end] == "question" and start in place and rows[place[start]][-1] == start:
        return None if place[end] == place[start] + 1 else "right"
    return "right"


def _lane_targets(edges, kinds, rows, side):
    """The nodes that are reached by a lane on that side: edges to one node share a lane."""
    ends = {end for start, end, _ in edges if _side(start, end, kinds, rows) == side}
    order = [key for keys in rows for key in keys if key in ends]
    return [*order, *[key for key in kinds if key in ends and key not in order]]


def _boxes(texts, rows, below, lanes):
    """Every node's Box, and the chart's height."""
    left, right = (_MARGIN + _LANE * len(targets) for targets in lanes)
    across = WIDTH - left - right
    widths = [0.56 * (across - _MIDDLE), 0.44 * (across - _MIDDLE), across]
    lefts = [left, left + widths[0] + _MIDDLE, left]

    def sized(key, column):
        lines = wrapped(texts[key], widths[column] - 2 * PAD - BADGE * (column == 0))
        return lines, 2 * PAD + LINE * len(lines)

    boxes, top = {}, _MARGIN
    if any(target in rows[0] for target in lanes[1] if rows):
        top += _GUTTER / 2  # room to come back to the first question from above
    for number, keys in enumerate([*rows, *([key] for key in below)]):
        apart = 0.22
        columns = [2] if number >= len(rows) else [0, *[1] * (len(keys) - 1)]
        parts = [sized(key, column) for key, column in zip(keys, columns, strict=True)]
        stack = sum(height for _, height in parts[1:]) + apart * max(0, len(parts) - 2)
        tall = max(parts[0][1], stack)
        y = top + (tall - stack) / 2
        for key, column, (lines, height) in zip(keys, columns, parts, strict=True):
            at = y if column == 1 else top + (tall - height) / 2
            boxes[key] = Box(lefts[column], at, widths[column], height, lines, number, column)
            y += (height + apart) * (column == 1)
        top += tall + _GUTTER
    return boxes, top - _GUTTER + _MARGIN


def _row_top(boxes, row):
    return min(box.top for box in boxes.values() if box.row == row)


def _route(boxes, edge, side, edges, lanes):
    """The corners of one arrow."""
    start, end = boxes[edge[0]], boxes[edge[1]]
    if side == "left":
        lane = min(box.left for box in boxes.values()) - _LANE * (lanes[0].index(edge[1]) + 1)
        return [(start.left, start.y), (lane, start.y), (lane, end.y), (end.left, end.y)]
    gutter = _row_top(boxes, end.row) - _GUTTER / 2
    x = end.x + 0.8  # beside the arrow that comes from the question above
    if side == "right":
        lane = max(box.right for box in boxes.values())
        lane += _LANE * (lanes[1].index(edge[1]) + 1)
        begin = [(start.right, start.y), (lane, start.y)]
        if end.column == 0:
            return [*begin, (lane, gutter), (x, gutter), (x, end.top)]
        return [*begin, (lane, end.y), (end.right, end.y)]
    if start.column == 1:
        return [(start.x, start.bottom), (start.x, gutter), (x, gutter), (x, end.top)]
    if end.column == 0:
        return [(start.x, start.bottom), (end.x, end.top)]
    return _to_action(start, end, edge, edges, boxes)


def _to_action(start, end, edge, edges, boxes):
    """From a question to an action on the right, by an exit of its own."""
    ends = {to for key, to, _ in edges if key == edge[0] and boxes[to].column == 1}
    ends = sorted(ends, key=lambda key: boxes[key].y)
    apart = min(_EXIT, 0.8 * start.height / len(ends))
    exit_y = start.y + apart * (ends.index(edge[1]) - (len(ends) - 1) / 2)
    if abs(exit_y - end.y) < 1e-9:
        return [(start.right, exit_y), (end.left, end.y)]
    channel = start.right + _MIDDLE * (0.62 if end.row == start.row else 0.74)
    return [(start.right, exit_y), (channel, exit_y), (channel, end.y), (end.left, end.y)]
