"""Dots with their intervals, a panel for each target: charts of lesson 06."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from course_utils.lessons.lesson_06.cells import WIDTH
from course_utils.measuring.results import compare, paired_difference

_GAIN, _HARM = "#0072B2", "#D55E00"
#: How a difference is drawn by the answer of `compare`: a shape for each, not a colour alone.
_LOOKS = {
    "above": {"marker": "^", "color": _GAIN, "markersize": 9},
    "within noise": {"marker": "o", "color": "0.45", "markersize": 7, "markerfacecolor": "white"},
    "below": {"marker": "v", "color": _HARM, "markersize": 9},
}


def _panels(targets, names, apart=0):
    """A panel for each target with a row for each name: figure, panels and the rows' places.

    The first `apart` rows are set apart from the rest, on a ground of their own.
    """
    places = np.arange(len(names)) + 0.6 * (np.arange(len(names)) >= apart) * bool(apart)
    height = 1.25 + 0.36 * (places[-1] + 1)
    figure, every = plt.subplots(
        1, len(targets), figsize=(WIDTH, height), sharey=True, squeeze=False
    )
    for axes, target in zip(every[0], targets, strict=True):
        axes.set_title(target)
        axes.set_ylim(places[-1] + 0.6, -0.6)
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        rules = {"color": "0.9", "lw": 1, "zorder": 0, "gid": "decoration"}
        axes.hlines(places, 0, 1, transform=axes.get_yaxis_transform(), **rules)
        if apart:
            ground = {"color": "0.94", "linewidth": 0, "zorder": -1, "gid": "decoration"}
            axes.axhspan(-0.6, apart - 0.4 + 0.2, **ground)
    every[0, 0].set_yticks(places, names)
    return figure, every[0], places


def _dot(axes, middle, low, high, place, **look):
    """A mean with its interval, level."""
    span = [[middle - low], [high - middle]]
    axes.errorbar([middle], [place], xerr=span, linestyle="", elinewidth=1.8, **look)


def _limits(result):
    """Mean and interval of a Result in percent or points."""
    return 100 * np.array([result.mean, *result.interval])


def _verdict_legend(figure, words, entries=()):
    """The three shapes in words, and what else there is to name."""
    handles = [
        Line2D([], [], linestyle="", label=word, **_LOOKS[kind]) for kind, word in words.items()
    ]
    figure.legend(handles=[*handles, *entries], loc="outside upper center", ncols=5)


def tau_chart(taus, null="source accuracy"):
    """How well each score ranks the sources of each target.

    Parameters
    ----------
    taus : dict of str to dict of str to tuple (float, float, float)
        For each score, for each target, weighted Kendall tau with its interval: (tau, low, high).
    null : str, optional
        The score that knows nothing of the target, drawn first and set apart, with a dotted
        line down from it: what a score has to beat. None if there is none.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each target, a row for each score. Triangles where the interval lies on one
        side of zero, hollow circles where it doesn't; the null is a square.
    """
    names = sorted(taus, key=lambda name: name != null)
    targets = list(taus[names[0]])
    has_null = null in taus
    figure, panels, places = _panels(targets, names, apart=int(has_null))
    for axes, target in zip(panels, targets, strict=True):
        axes.axvline(0, color="0.3", linewidth=1.2)
        if has_null:
            axes.axvline(taus[null][target][0], color="0.3", linewidth=1.2, linestyle=":")
        for name, place in zip(names, places, strict=True):
            tau, low, high = taus[name][target]
            kind = "above" if low > 0 else "below" if high < 0 else "within noise"
            look = _LOOKS[kind]
            if name == null:
                look = {"marker": "s", "color": "black", "markersize": 7}
            _dot(axes, tau, low, high, place, **look)
        axes.set(xlim=(-1.08, 1.08), xticks=(-1, -0.5, 0, 0.5, 1))
        axes.xaxis.set_major_formatter(lambda tick, _: f"{tick:g}".replace("-", "−"))
    words = "weighted Kendall τ of score and transfer gap (1: same order, −1: reversed)"
    figure.supxlabel(words, fontsize=11)
    words = {"above": "ranks well", "within noise": "can't be told", "below": "ranks backwards"}
    null_look = {"marker": "s", "color": "black", "markersize": 7}
    entries = [Line2D([], [], linestyle=":", label="the null: to be beaten", **null_look)]
    _verdict_legend(figure, words, entries if has_null else ())
    return figure


def mixture_chart(arms, reference=None):
    """Test accuracy of single sources and mixtures, beside that of one arm.

    Parameters
    ----------
    arms : dict of str to dict of str to Result
        For each target, for each arm, the test accuracy, a fraction, all with the same seeds.
        The first is drawn on top.
    reference : str, optional
        The arm to compare with, drawn as a line and a band; by default the first.

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
    names = list(next(iter(arms.values())))
    reference = names[0] if reference is None else reference
    figure, panels, places = _panels(list(arms), names)
    for axes, rows in zip(panels, arms.values(), strict=True):
        middle, low, high = _limits(rows[reference])
        # The reference's own dot has the same interval as a bar.
        axes.axvspan(low, high, color="0.9", linewidth=0, zorder=-1, gid="decoration")
        axes.axvline(middle, color="black", linewidth=1.5, linestyle="--")
        for name, place in zip(names, places, strict=True):
            look = _LOOKS[compare(paired_difference(rows[name], rows[reference]))]
            if name == reference:
                look = {"marker": "D", "color": "black", "markersize": 7}
            _dot(axes, *_limits(rows[name]), place, **look)
        axes.locator_params(axis="x", nbins=5)
    figure.supxlabel("test accuracy (%)", fontsize=11)
    words = {
        "above": "better, seed by seed",
        "within noise": "within noise",
        "below": "worse",
    }
    look = {"marker": "D", "color": "black", "markersize": 7, "linestyle": "--"}
    _verdict_legend(figure, words, [Line2D([], [], label=reference, **look)])
    return figure


def remedies_chart(gaps, untreated=None, label="gap to scratch (points of accuracy)"):
    """What each remedy makes of the transfer gap.

    Parameters
    ----------
    gaps : dict of str to dict of str to Result
        For each target, for each remedy, the gap over scratch (or over the untreated arm), a
        fraction. A remedy that a target lacks leaves its row empty there.
    untreated : str, optional
        The arm without a remedy, set apart on top, with a dotted line down from it; by default
        the first.
    label : str
        What is measured, with its unit.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each target: blue triangles up where the interval lies above zero, orange
        ones down where it lies below, hollow circles where it holds zero.
    """
    names = list(dict.fromkeys(name for rows in gaps.values() for name in rows))
    untreated = names[0] if untreated is None else untreated
    names.sort(key=lambda name: name != untreated)
    figure, panels, places = _panels(list(gaps), names, apart=1)
    for axes, rows in zip(panels, gaps.values(), strict=True):
        axes.axvline(0, color="0.3", linewidth=1.4)
        mean = 100 * rows[untreated].mean
        axes.axvline(mean, color="0.3", linewidth=1.2, linestyle=":")
        for name, place in zip(names, places, strict=True):
            if name in rows:
                _dot(axes, *_limits(rows[name]), place, **_LOOKS[compare(rows[name])])
        axes.locator_params(axis="x", nbins=5)
    panels[0].get_yticklabels()[0].set_weight("bold")
    figure.supxlabel(label, fontsize=11)
    words = {"above": "gain", "within noise": "noise: holds zero", "below": "harm"}
    dotted = Line2D([], [], color="0.3", linestyle=":", label=f"{untreated}: its mean")
    _verdict_legend(figure, words, [dotted])
    return figure
