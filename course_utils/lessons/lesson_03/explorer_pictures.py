"""The three pictures of `explore_fine_tuning`, written as SVG.

Matplotlib takes 160 to 270 ms for three small figures, which a slider's learner feels; these
few lines and words take about 2 ms.
"""

import math
from typing import NamedTuple

import numpy as np

from course_utils.lessons.lesson_03.explorer_runs import LOSS, mean_points, points
from course_utils.teaching.svg import BLUE, INK, cross, dot, path, picture, ring, text

WIDTH, HEIGHT = 330, 262  # of a picture, in pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 318, 46, 218  # of the area inside the axes

#: The reference: a grey that stands out 3 to 1 from white.
_GREY, _GRID = "#949494", "#DDDDDD"
#: The reference's line: wide enough to be seen on both sides of one that lies on it.
_WIDE, _THICK, _DASHES = 5, 2.5, "10 3"
#: How opaque each seed's line is: paler than the mean's, and 3 to 1 from white too.
_THIN = 0.75

#: Where the logarithmic axes end at most; what lies beyond is drawn on the edge.
LOSSES, DRIFTS = (1e-4, 1e2), (1e-3, 1e4)
_MOST_TICKS, _MOST_DOTS = 8, 13


class Axis(NamedTuple):
    """The vertical axis.

    Attributes
    ----------
    low, high : float
        Its ends.
    ticks : list of float
    logarithmic : bool
    """

    low: float
    high: float
    ticks: list
    logarithmic: bool = True

    def y(self, value):
        """The height on the picture of a value, or of the edge that it lies beyond."""
        low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return _BOTTOM - (value - low) / (high - low) * (_BOTTOM - _TOP)


PERCENT = Axis(0, 100, [0, 25, 50, 75, 100], logarithmic=False)


def decades(values, limits):
    """A logarithmic axis of whole decades around the positive values, within limits (Axis)."""
    values = np.array([value for value in values if value is not None], dtype=float)
    inside = np.clip(values[np.isfinite(values) & (values > 0)], *limits)
    if not len(inside):
        inside = np.array(limits)
    low = math.floor(math.log10(inside.min()) + 1e-9)
    high = max(math.ceil(math.log10(inside.max()) - 1e-9), low + 1)
    every = -(-(high - low + 1) // _MOST_TICKS)
    return Axis(10.0**low, 10.0**high, [10.0**k for k in range(low, high + 1, every)])


def loss_axis(runs, target):
    """One axis for all losses of a target, so that nothing moves but the curves (Axis)."""
    curves = (points(run, LOSS)[1] for run in runs.of_target(target))
    return decades(np.concatenate(list(curves)), LOSSES)


def drift_axis(runs, target):
    """One axis for all drifts of a target, in percent (Axis)."""
    drifts = [_percent(value) for run in runs.of_target(target) for value in run["drift"].values()]
    return decades(drifts, DRIFTS)


def curve_picture(runs, setting, column):
    """Curves of one setting against the step: thin for each seed, thick for their mean.

    Behind them, wide, grey and dashed, the mean of the head alone at the target's best rate for
    it. A cross marks where a seed's loss was last a number.

    Parameters
    ----------
    runs : Runs
    setting : Setting
    column : {LOSS, ACCURACY}

    Returns
    -------
    str
        An SVG file.
    """
    axis = loss_axis(runs, setting.target) if column == LOSS else PERCENT
    last = max(run["curve"][-1][0] for run in runs.of_target(setting.target))
    scale = 1 if column == LOSS else 100
    reference = runs.reference(setting.target)

    def line(steps, values):
        return [
            (_LEFT + step / max(last, 1) * (_RIGHT - _LEFT), axis.y(scale * value))
            for step, value in zip(steps, values, strict=True)
        ]

    parts = [_frame(axis), _steps(last)]
    parts += _legend(len(runs[setting]), reference if reference != setting else None)
    if reference not in (None, setting):
        parts.append(path(line(*mean_points(runs[reference], column)), _GREY, _WIDE, _DASHES))
    for run in runs[setting].values():
        steps, values = points(run, column)
        parts.append(path(line(steps, values), BLUE, 1, opacity=_THIN))
    mean = line(*mean_points(runs[setting], column))
    parts.append(path(mean, BLUE, _THICK))
    every = -(-len(mean) // _MOST_DOTS)
    parts += [dot(x, y) for x, y in mean[::-every] if not math.isnan(y)]
    parts += [cross(*line(*end)[0]) for end in _lost(runs[setting]) if column == LOSS]
    return picture(WIDTH, HEIGHT, parts)


def drift_picture(runs, setting):
    """Weight drift of each group as bars, with a ring for each seed.

    Parameters
    ----------
    runs : Runs
    setting : Setting

    Returns
    -------
    str
        An SVG file.
    """
    axis = drift_axis(runs, setting.target)
    drifts = drift_of(runs, setting)
    parts = [_frame(axis)]
    slot = (_RIGHT - _LEFT) / len(drifts)
    for k, (group, values) in enumerate(drifts.items()):
        middle, mean = _LEFT + (k + 0.5) * slot, float(np.mean(values))
        parts.append(text(middle, _BOTTOM + 18, group, "middle"))
        top = axis.y(mean) if mean > 0 else _BOTTOM  # NaN is not above zero
        if mean > 0:
            parts.append(
                f'<rect x="{middle - slot * 0.36:.1f}" y="{top:.1f}" width="{slot * 0.72:.1f}" '
                f'height="{_BOTTOM - top:.1f}" fill="{BLUE}" fill-opacity="0.75"/>'
            )
        heights = [axis.y(value) for value in values if value > 0]
        parts += [ring(middle, height) for height in heights]
        top = min([top, *heights])
        parts.append(text(middle, top - 8, drift_label(mean), "middle", weight="600"))
    parts.append(text((_LEFT + _RIGHT) / 2, HEIGHT - 8, "group of layers", "middle"))
    several = "bar and number: mean, ring: each seed"
    parts.append(text(_LEFT, 16, several if len(runs[setting]) > 1 else "the one seed"))
    return picture(WIDTH, HEIGHT, parts)


def drift_of(runs, setting):
    """Drift in percent of each group, by its name: a list with a float for each seed."""
    groups = sorted({group for run in runs[setting].values() for group in run["drift"]})
    return {
        group: [_percent(run["drift"].get(group)) for run in runs[setting].values()]
        for group in groups
    }


def drift_label(percent):
    """A drift in words: two digits, "frozen" for none, "NaN" where it was no number."""
    if math.isnan(percent):
        return "NaN"
    if not percent:
        return "frozen"
    return f"{percent:,.0f}" if percent >= 10 else f"{float(f'{percent:.2g}'):g}"


def _percent(fraction):
    """In percent; NaN where there is no finite number."""
    fraction = math.nan if fraction is None else fraction
    return 100 * fraction if math.isfinite(fraction) else math.nan


def _lost(seeds):
    """For each seed whose loss became no number, its last step before, and its loss there."""
    for run in seeds.values():
        steps, values = points(run, LOSS)
        bad = np.flatnonzero(np.isnan(values))
        if len(bad) and bad[0] > 0:
            yield steps[bad[0] - 1 : bad[0]], values[bad[0] - 1 : bad[0]]


def _frame(axis):
    """The lines across, their numbers, and the two axes."""
    parts = []
    for tick in axis.ticks:
        y = axis.y(tick)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_RIGHT}" stroke="{_GRID}"/>')
        parts.append(text(_LEFT - 6, y + 4, f"{tick:g}", "end"))
    parts.append(f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="{INK}"/>')
    return "".join(parts)


def _steps(last):
    """The numbers of the steps below the axis, and what they are."""
    parts = [text((_LEFT + _RIGHT) / 2, HEIGHT - 8, "training step", "middle")]
    unit = 10 ** math.floor(math.log10(max(last, 1)))
    unit = next(u for u in (unit / 5, unit / 2, unit, unit * 2) if last / u <= 5)
    for k in range(int(last / unit) + 1):
        x = _LEFT + k * unit / max(last, 1) * (_RIGHT - _LEFT)
        parts.append(f'<path d="M{x:.1f} {_BOTTOM}v4" stroke="{INK}"/>')
        parts.append(text(x, _BOTTOM + 18, f"{k * unit:g}", "middle"))
    return "".join(parts)


def _legend(seeds, reference):
    """What the lines are, above them."""
    ends = [(_LEFT, 12), (_LEFT + 26, 12)]
    parts = [path(ends, BLUE, _THICK), dot(_LEFT + 13, 12)]
    parts.append(text(_LEFT + 32, 16, f"mean of {seeds} seeds" if seeds > 1 else "the one seed"))
    if seeds > 1:
        parts.append(path([(_LEFT + 166, 12), (_LEFT + 192, 12)], BLUE, 1, opacity=_THIN))
        parts.append(text(_LEFT + 198, 16, "each seed"))
    if reference is not None:
        parts.append(path([(_LEFT, 29), (_LEFT + 26, 29)], _GREY, _WIDE, _DASHES))
        parts.append(text(_LEFT + 32, 33, f"head alone at its best (rate {reference.rate:g})"))
    return parts
