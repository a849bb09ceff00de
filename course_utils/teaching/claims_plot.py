"""The figure of the claims ledger: every condition of every claim, on one line of points."""

import math

import matplotlib.pyplot as plt
from matplotlib.lines import Line2D

from course_utils.errors import CourseError

#: Points beyond which a margin is drawn at the edge, its number beside it: a few margins are so
#: large that all others would shrink to a line.
LIMIT = 60
ROW_INCHES = 0.165

#: Colour, marker and filling of each side of zero: colour alone tells nothing.
SIDES = {
    "above": ("#0072B2", "o", "full"),
    "within noise": ("#707070", "s", "none"),
    "below": ("#D55E00", "v", "full"),
}


def forest(evidence):
    """A forest plot: the margin of each condition with its interval, around zero.

    Parameters
    ----------
    evidence : sequence of Evidence
        One for each claim, from top to bottom.

    Returns
    -------
    matplotlib.figure.Figure
        Claims with their verdicts in bold, their conditions below in the order in which they were
        written; right of zero is for the claim.

    Raises
    ------
    CourseError
        If there is no evidence.
    """
    if not evidence:
        raise CourseError("A forest plot needs the evidence of at least one claim.")
    rows = _rows(evidence)
    bottom = rows[-1][0]
    limit = _limit([margin for _, _, margin in rows if margin is not None])
    figure, axes = plt.subplots(figsize=(9.5, 0.95 + ROW_INCHES * (bottom + 1)))
    axes.axvline(0, color="0.25", linewidth=1)
    for place, _, margin in rows:
        if margin is not None:
            _draw(axes, place, margin, limit)
    axes.set(xlim=(-limit, limit), ylim=(bottom + 0.6, -0.6))
    axes.set_xlabel("margin in points (right of zero: for the claim)")
    axes.set_yticks([place for place, _, _ in rows], [label for _, label, _ in rows], fontsize=8)
    for text, (_, _, margin) in zip(axes.get_yticklabels(), rows, strict=True):
        text.set_fontweight("bold" if margin is None else "normal")
        text.set_color("black" if margin is None else "0.25")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    figure.legend(handles=_legend(), loc="outside upper right", ncols=len(SIDES))
    return figure


def _rows(evidence):
    """(place, label, Margin) of each condition, below (place, label, None) of its claim."""
    rows, place = [], 0.0
    for each in evidence:
        rows.append((place, f"{each.id}: {each.verdict}", None))
        for margin in each.conditions:
            place += 1
            rows.append((place, margin.name, margin))
        place += 1.5  # half a row of air before the next claim
    return rows


def _limit(margins):
    """Points to which the axis reaches: all margins on the scale, in tens, with some air."""
    shown = [100 * abs(end) for m in margins if not _is_off(m) for end in m.interval]
    return min(LIMIT, 10 * math.ceil((max(shown, default=0) + 1) / 10))


def _is_off(margin):
    return 100 * abs(margin.mean) > LIMIT


def _draw(axes, place, margin, limit):
    colour, marker, filling = SIDES[margin.side]
    style = {"color": colour, "marker": marker, "fillstyle": filling, "markersize": 5}
    middle, low, high = (100 * x for x in (margin.mean, *margin.interval))
    if not _is_off(margin):
        axes.plot([low, high], [place, place], "-", color=colour, linewidth=1.4, zorder=2)
        axes.plot(middle, place, linestyle="", zorder=3, **style)
        return
    # Off the scale: a mark near the edge, an arrow out of the figure, and the number.
    side = 1 if middle > 0 else -1
    edge, mark, number = (side * share * limit for share in (1, 0.93, 0.89))
    axes.plot(mark, place, linestyle="", zorder=3, **style)
    arrow = {"arrowstyle": "->", "color": colour, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (edge, place), (mark, place), arrowprops=arrow)
    beside = {"ha": "right" if side > 0 else "left", "va": "center", "fontsize": 8}
    axes.annotate(margin.percent(), (number, place), color="0.15", **beside)


def _legend():
    return [
        Line2D([], [], color=colour, marker=marker, fillstyle=filling, markersize=6, label=side)
        for side, (colour, marker, filling) in SIDES.items()
    ]
