"""Dots with their intervals, a panel for each target: charts of lesson 06."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from course_utils.lessons.lesson_06.heat_maps import WIDTH
from course_utils.measuring.results import Result, compare, paired_difference

_GAIN, _HARM = "#0072B2", "#D55E00"
#: How a difference is drawn by the answer of `compare`: a shape for each, not a colour alone.
_LOOKS = {
    "above": {"marker": "^", "color": _GAIN, "markersize": 9},
    "undecided": {"marker": "o", "color": "0.45", "markersize": 7, "markerfacecolor": "white"},
    "below": {"marker": "v", "color": _HARM, "markersize": 9},
    "reference": {"marker": "D", "color": "black", "markersize": 7},
}
#: A dot: middle and interval, in the axis's units, and a key of `_LOOKS`.
_Dot = tuple[float, float, float, str]


def tau_chart(
    taus: dict[str, dict[str, tuple[float, float, float]]], null: str = "source accuracy"
) -> Figure:
    """How well each score ranks the sources of each target.

    Parameters
    ----------
    taus : dict of str to dict of str to tuple (float, float, float)
        For each score, for each target, weighted Kendall tau with its interval: (tau, low, high).
    null : str
        The score that knows nothing of the target, drawn first, with a dotted line down from it:
        what a score has to beat.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each target, a row for each score. Triangles where the interval lies on one
        side of zero, hollow circles where it doesn't; the null is a diamond.
    """

    def dot(name, tau, low, high):
        kind = "above" if low > 0 else "below" if high < 0 else "undecided"
        return tau, low, high, "reference" if name == null else kind

    names = sorted(taus, key=lambda name: name != null)
    figure, panels = _dot_panels(
        {
            target: {name: dot(name, *taus[name][target]) for name in names}
            for target in taus[names[0]]
        },
        {
            "above": "ranks well",
            "undecided": "undecided",
            "below": "ranks backwards",
            "reference": "the null: to be beaten",
        },
        "weighted Kendall τ of score and transfer gap (1: same order, −1: reversed)",
    )
    for axes in panels.values():
        axes.set(xlim=(-1.08, 1.08), xticks=(-1, -0.5, 0, 0.5, 1))
        axes.xaxis.set_major_formatter(lambda tick, _: f"{tick:g}".replace("-", "−"))
    _draw_levels(panels, {target: tau for target, (tau, *_) in taus[null].items()}, zero=True)
    return figure


def mixture_chart(arms: dict[str, dict[str, Result]], reference: str) -> Figure:
    """Test accuracy of single sources and mixtures, beside that of one arm.

    Parameters
    ----------
    arms : dict of str to dict of str to Result
        For each target, for each arm, the test accuracy, a fraction, all with the same seeds.
        The first is drawn on top.
    reference : str
        The arm to compare with, drawn as a dotted line.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each target. A triangle where the difference to the reference, seed by
        seed, lies beyond its noise, a hollow circle where it doesn't. The bars are those of the
        accuracies: two may overlap and yet differ, since what the seeds share cancels.

    Raises
    ------
    CourseError
        If an arm has another number of seeds than the reference.
    """
    dots = {
        target: {
            name: _dot(result, compare(paired_difference(result, rows[reference])))
            for name, result in rows.items()
        }
        | {reference: _dot(rows[reference], "reference")}
        for target, rows in arms.items()
    }
    words = {"above": "better, seed by seed", "undecided": "undecided", "below": "worse"}
    figure, panels = _dot_panels(dots, words | {"reference": reference}, "test accuracy (%)")
    _draw_levels(panels, {target: 100 * rows[reference].mean for target, rows in arms.items()})
    return figure


def remedies_chart(gaps: dict[str, dict[str, Result]]) -> Figure:
    """What each remedy makes of the transfer gap.

    Parameters
    ----------
    gaps : dict of str to dict of str to Result
        For each target, for each remedy, the gap over scratch, a fraction; the first is the arm
        without a remedy. A remedy that a target lacks leaves its row empty there.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each target: blue triangles up where the interval lies above zero, orange
        ones down where it lies below, hollow circles where it holds zero. The dotted line is the
        mean without a remedy.
    """
    dots = {
        target: {name: _dot(result, compare(result)) for name, result in rows.items()}
        for target, rows in gaps.items()
    }
    words = {"above": "gain", "undecided": "undecided: holds zero", "below": "harm"}
    figure, panels = _dot_panels(dots, words, "gap to scratch (points of accuracy)")
    untreated = {target: 100 * next(iter(rows.values())).mean for target, rows in gaps.items()}
    _draw_levels(panels, untreated, zero=True)
    return figure


def _dot(result: Result, kind: str) -> _Dot:
    low, high = result.interval
    return 100 * result.mean, 100 * low, 100 * high, kind


def _dot_panels(
    dots: dict[str, dict[str, _Dot]], words: dict[str, str], xlabel: str
) -> tuple[Figure, dict[str, Axes]]:
    """A panel for each target, by its name, with a row for each name, the first on top.

    `words` says what each look means, for the legend.
    """
    names = list(dict.fromkeys(name for rows in dots.values() for name in rows))
    figure, every = plt.subplots(
        1, len(dots), figsize=(WIDTH, 1.25 + 0.36 * len(names)), sharey=True, squeeze=False
    )
    for axes, (target, rows) in zip(every[0], dots.items(), strict=True):
        for name, (middle, low, high, kind) in rows.items():
            span = [[middle - low], [high - middle]]
            place = names.index(name)
            axes.errorbar(
                [middle], [place], xerr=span, linestyle="", elinewidth=1.8, **_LOOKS[kind]
            )
        axes.set_title(target)
        axes.locator_params(axis="x", nbins=5)
        axes.tick_params(axis="y", length=0)
    every[0, 0].set_yticks(range(len(names)), names)
    every[0, 0].set_ylim(len(names) - 0.5, -0.5)
    handles = [
        Line2D([], [], linestyle="", label=word, **_LOOKS[kind]) for kind, word in words.items()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=4)
    figure.supxlabel(xlabel, fontsize=11)
    return figure, dict(zip(dots, every[0], strict=True))


def _draw_levels(panels: dict[str, Axes], levels: dict[str, float], zero: bool = False) -> None:
    """A dotted line at a level of each panel, and a firm one at zero."""
    for target, axes in panels.items():
        axes.axvline(levels[target], color="0.3", linewidth=1.2, linestyle=":")
        if zero:
            axes.axvline(0, color="0.3", linewidth=1.2, linestyle="-")
