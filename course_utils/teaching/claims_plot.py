"""The figure of the claims ledger: every condition of every claim, on one line of points."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from course_utils.claims.evidence import Evidence, Judged
from course_utils.validation import require

#: Points beyond which a condition is drawn at the edge, its number beside it: a few are so large
#: that all others would shrink to a line.
LIMIT = 60
ROW_INCHES = 0.165

#: Colour, marker and filling of each word: colour alone tells nothing.
WORDS: dict[str, tuple[str, str, Any]] = {
    "supported": ("#0072B2", "o", "full"),
    "contradicted": ("#D55E00", "v", "full"),
    "no difference that matters": ("#4D4D4D", "D", "full"),
    "undecided": ("#707070", "s", "none"),
}


def forest(evidence: Sequence[Evidence]) -> Figure:
    """A forest plot: the difference of each primary condition with its interval, around zero.

    Claims stand with their verdicts in bold, their conditions below in the order in which they
    were written; right of zero is for the claim. The interval is that by which the condition was
    judged, and two short lines stand at plus and minus the smallest difference that matters. Exact
    counts, which are no points and have no interval, are left out.

    Parameters
    ----------
    evidence : sequence of Evidence
        One for each claim, from top to bottom.

    Raises
    ------
    CourseError
        If there is no evidence.
    """
    evidence = [
        replace(each, conditions=tuple(c for c in each.conditions if not c.is_exact))
        for each in evidence
        if not all(condition.is_exact for condition in each.conditions)
    ]
    require(
        len(evidence) > 0,
        "A forest plot needs the evidence of at least one claim that is not about exact counts.",
    )
    conditions = [condition for each in evidence for condition in each.conditions]
    shown = [100 * abs(end) for m in conditions if not _is_off(m) for end in m.interval]
    # All conditions on the scale, in tens, with some air.
    limit = min(LIMIT, 10 * math.ceil((max(shown, default=0) + 1) / 10))
    height = sum(len(each.conditions) + 1.5 for each in evidence)
    figure, axes = plt.subplots(figsize=(9.5, 0.95 + ROW_INCHES * (height - 0.5)))
    axes.axvline(0, color="0.25", linewidth=1)
    place, places, labels = 0.0, [], []
    for each in evidence:
        places += [place + row for row in range(len(each.conditions) + 1)]
        labels += [f"{each.id}: {each.verdict}", *(condition.name for condition in each.conditions)]
        for row, condition in enumerate(each.conditions, start=1):
            _draw(axes, place + row, condition, limit)
        place = places[-1] + 1.5  # half a row of air before the next claim
    axes.set(xlim=(-limit, limit), ylim=(places[-1] + 0.6, -0.6))
    axes.set_xlabel("difference in points (right of zero: for the claim)")
    axes.set_yticks(places, labels, fontsize=8, color="0.25")
    claims = {f"{each.id}: {each.verdict}" for each in evidence}
    for text in axes.get_yticklabels():
        if text.get_text() in claims:
            text.set(fontweight="bold", color="black")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    figure.legend(handles=_legend(), loc="outside upper right", ncols=len(WORDS))
    return figure


def _is_off(condition: Judged) -> bool:
    return 100 * abs(condition.mean) > LIMIT


def _draw(axes: Axes, place: float, condition: Judged, limit: float) -> None:
    colour, marker, filling = WORDS[condition.word]
    style = {"color": colour, "marker": marker, "fillstyle": filling, "markersize": 5, "zorder": 3}
    middle, low, high = (100 * x for x in (condition.mean, *condition.interval))
    matters = 100 * condition.difference_that_matters
    axes.vlines([-matters, matters], place - 0.3, place + 0.3, color=colour, linewidth=1)
    if not _is_off(condition):
        axes.plot([low, high], [place, place], "-", color=colour, linewidth=1.4, zorder=2)
        axes.plot(middle, place, linestyle="", **style)
        return
    # Off the scale: a mark near the edge, an arrow out of the figure, and the number.
    side = 1 if middle > 0 else -1
    edge, mark, number = (side * share * limit for share in (1, 0.93, 0.89))
    axes.plot(mark, place, linestyle="", **style)
    arrow = {"arrowstyle": "->", "color": colour, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (edge, place), (mark, place), arrowprops=arrow)
    beside = {"ha": "right" if side > 0 else "left", "va": "center", "fontsize": 8}
    axes.annotate(condition.percent(), (number, place), color="0.15", **beside)


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=colour, marker=marker, fillstyle=filling, markersize=6, label=word)
        for word, (colour, marker, filling) in WORDS.items()
    ]
