"""The three pictures of `explore_fine_tuning`: accuracy, loss, and how far the weights moved."""

import math
from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from course_utils.lessons.lesson_03.explorer_runs import Runs, Setting

#: Where the logarithmic axes end at most; what lies beyond is drawn on the edge.
LOSSES, DRIFTS = (1e-4, 1e2), (1e-3, 1e4)

_BLUE, _RED, _INK = "#0072B2", "#D55E00", "#333333"
_GREY = "#949494"  # of the reference: it stands out 3 to 1 from white


def draw_accuracy(axes: Axes, runs: Runs, setting: Setting) -> None:
    """Validation accuracy of one setting against the step, as `_draw_curves` draws it."""
    curves = (100 * runs[each].accuracies for each in (setting, runs.reference(setting.target)))
    _draw_curves(axes, runs, setting, *curves)
    axes.set(ylim=(0, 100), yticks=range(0, 101, 25))


def draw_loss(axes: Axes, runs: Runs, setting: Setting) -> None:
    """Training loss against the step; a cross marks where a seed's was last a number."""
    run = runs[setting]
    ends = decades([each.losses for each in runs.of_target(setting.target)], LOSSES)
    each = (np.clip(run.losses, *ends), runs[runs.reference(setting.target)].losses)
    _draw_curves(axes, runs, setting, *each)
    for losses in each[0]:
        lost = np.flatnonzero(np.isnan(losses))
        if len(lost) and lost[0]:
            last = lost[0] - 1
            axes.plot(run.steps[last], losses[last], "x", color=_RED, ms=9, mew=2.5, zorder=4)
    _logarithmic(axes, ends)


def _draw_curves(
    axes: Axes, runs: Runs, setting: Setting, curves: np.ndarray, reference: np.ndarray
) -> None:
    """Curves against the step: thin for each seed, thick for their mean.

    Behind them, wide, grey and dashed, the mean of the head alone at the target's best rate for
    it. `curves` and `reference` are of shape (seeds, points).
    """
    run, best = runs[setting], runs.reference(setting.target)
    style = {"color": _BLUE, "linestyle": "-", "clip_on": False}
    mean = {"marker": "o", "markersize": 4.5, "markevery": -(-len(run.steps) // 13), "zorder": 3}
    label = f"mean of {len(curves)} seeds"
    axes.plot(run.steps, curves.mean(axis=0), linewidth=2, label=label, **mean, **style)
    thin = axes.plot(run.steps, curves.T, linewidth=0.8, alpha=0.75, **style)
    thin[0].set_label("each seed")
    if setting != best:
        behind = {"color": _GREY, "linestyle": (0, (2, 0.7)), "linewidth": 4, "zorder": 1}
        label = f"head alone at its best (rate {best.rate:g})"
        axes.plot(runs[best].steps, reference.mean(axis=0), label=label, **behind)
    last = max(each.steps[-1] for each in runs.of_target(setting.target))
    axes.set(xlim=(0, last), xlabel="training step")
    axes.locator_params(axis="x", nbins=5, integer=True)
    above = {"loc": "lower left", "bbox_to_anchor": (-0.02, 1.02), "borderaxespad": 0.2}
    axes.legend(handlelength=2.6, labelspacing=0.25, **above)


def draw_drift(axes: Axes, runs: Runs, setting: Setting) -> None:
    """Weight drift of each group as bars, with a ring for each seed."""
    every = [each for run in runs.of_target(setting.target) for each in run.drift.values()]
    low, high = decades(every, DRIFTS)
    for place, drifts in enumerate(runs[setting].drift.values()):
        mean, seen = drifts.mean(), np.clip(drifts[drifts > 0], low, high)
        if mean > 0:  # NaN is not
            axes.bar(place, min(mean, high), 0.72, color=_BLUE, alpha=0.75)
        rings = {"marker": "o", "fillstyle": "none", "markersize": 4.5, "markeredgewidth": 0.8}
        axes.plot([place] * len(seen), seen, color=_INK, linestyle="", clip_on=False, **rings)
        above = {"xytext": (0, 6), "textcoords": "offset points", "ha": "center"}
        top = max(seen, default=low)
        axes.annotate(drift_label(mean), (place, top), fontweight="bold", **above)
    groups = list(runs[setting].drift)
    axes.set_xticks(range(len(groups)), groups)
    axes.set(xlim=(-0.6, len(groups) - 0.4), xlabel="group of layers")
    axes.set_title("bar and number: mean, ring: each seed", loc="left", fontsize=9, pad=18)
    axes.grid(axis="x", visible=False)
    _logarithmic(axes, (low, high))


def decades(values: Iterable[np.ndarray], limits: tuple[float, float]) -> tuple[float, float]:
    """The whole decades that positive values lie in, within limits: one axis for all settings of
    a target, so that nothing moves but the curves."""
    every = np.concatenate([np.ravel(each) for each in values])
    inside = np.clip(every[every > 0], *limits)
    low, high = np.log10(inside.min()), np.log10(inside.max())
    return 10.0 ** math.floor(low), 10.0 ** math.ceil(high)


def _logarithmic(axes: Axes, ends: tuple[float, float]) -> None:
    low, high = (round(math.log10(end)) for end in ends)
    ticks = [10.0**power for power in range(low, high + 1)]
    axes.set(yscale="log", ylim=ends)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()


def drift_label(percent: float) -> str:
    """A drift in words: two digits, "frozen" for none, "NaN" where it was no number."""
    if math.isnan(percent):
        return "NaN"
    if not percent:
        return "frozen"
    return f"{percent:,.0f}" if percent >= 10 else f"{float(f'{percent:.2g}'):g}"
