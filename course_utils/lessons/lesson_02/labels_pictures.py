"""The two pictures of `explore_labels`, written as SVG: bars at one number of labels, and curves.

No arm is told from the others by its colour alone: its bar has a name beside it and a filling of
its own, its curve has marks and dashes of its own.
"""

import math
from typing import NamedTuple

from course_utils.teaching.svg import BLUE, INK, RED, path, picture, text


class Look(NamedTuple):
    """How an arm is named and drawn.

    Attributes
    ----------
    name : (str, str)
        In two lines.
    colour : str
    filling : {"solid", "striped", "hollow"}
        Of its bar; solid, square or hollow are the marks on its curve.
    dashes : str
        Of its curve, as SVG has them.
    shift : int
        Of its marks, in pixels to the right: marks of two arms may share a height.
    """

    name: tuple[str, str]
    colour: str
    filling: str
    dashes: str
    shift: int

    def said(self):
        """The name in one line (str)."""
        return " ".join(self.name)


LOOKS = {
    "small": Look(("small network,", "from scratch"), RED, "striped", "7 4", -4),
    "random-frozen": Look(("frozen ResNet50,", "random weights"), INK, "hollow", "2 3", 0),
    "frozen": Look(("frozen ResNet50,", "pretrained"), BLUE, "solid", "", 4),
}

BARS_WIDTH, CURVES_WIDTH, HEIGHT = 430, 400, 286  # in pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 122, 342, 30, 242  # the area of the bars
_START, _END, _CEILING = 50, 388, 64  # the area of the curves, with the same bottom
_BAR = 36  # thickness in pixels
_MARGIN = 24  # from the first and last number of labels to the area's sides

_TICKS, _GRID = (0, 25, 50, 75, 100), "#DDDDDD"
_GUESSING = "5 4"


def bars_picture(results, guessing):
    """A bar for each arm, with the 95 % interval of its mean, and a line at guessing.

    Parameters
    ----------
    results : dict of str to Result
        Test accuracy by the arms of `LOOKS`.
    guessing : float
        From 0 to 1.

    Returns
    -------
    str
        An SVG file.
    """
    parts = [_grid_across(), *_guessing_upright(guessing)]
    slot = (_BOTTOM - _TOP) / len(results)
    for k, (arm, result) in enumerate(results.items()):
        middle = _TOP + (k + 0.5) * slot
        first, second = LOOKS[arm].name
        parts.append(text(_LEFT - 10, middle - 3, first, "end"))
        parts.append(text(_LEFT - 10, middle + 12, second, "end"))
        parts += _bar(LOOKS[arm], _x(result.mean), middle - _BAR / 2)
        low, high = (_x(bound) for bound in result.interval)
        parts += _haloed(
            f"M{low:.1f} {middle:.1f}H{high:.1f}"
            f"M{low:.1f} {middle - 5:.1f}v10M{high:.1f} {middle - 5:.1f}v10"
        )
        parts.append(_number(high + 8, middle + 4, result.percent()))
    parts.append(f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="{INK}"/>')
    parts.append(text((_LEFT + _RIGHT) / 2, HEIGHT - 10, "test accuracy (%)", "middle"))
    return picture(BARS_WIDTH, HEIGHT, parts)


def curves_picture(curves, labels, guessing):
    """Test accuracy against labelled pictures per class, with a frame around the chosen number.

    Parameters
    ----------
    curves : dict of str to dict of int to Result
        By the arms of `LOOKS`, then by labels per class: the same numbers for every arm.
    labels : int
        The chosen number.
    guessing : float
        From 0 to 1.

    Returns
    -------
    str
        An SVG file.
    """
    numbers = sorted(next(iter(curves.values())))
    places = dict(zip(numbers, _logarithmic(numbers), strict=True))
    parts = [_grid_up(), *_legend(curves)]
    parts.append(path([(_START, _y(guessing)), (_END, _y(guessing))], INK, 1.5, _GUESSING))
    parts.append(
        f'<rect x="{places[labels] - 14:.1f}" y="{_CEILING}" width="28" '
        f'height="{_BOTTOM - _CEILING + 24}" rx="4" fill="none" stroke="{INK}"/>'
    )
    for arm, curve in curves.items():
        parts += _curve(LOOKS[arm], {places[n]: curve[n] for n in numbers})
    for n, x in places.items():
        weight = "700" if n == labels else "400"
        parts.append(text(x, _BOTTOM + 18, str(n), "middle", weight=weight))
    axis = "labelled pictures per class (logarithmic axis)"
    parts.append(text((_START + _END) / 2, HEIGHT - 6, axis, "middle"))
    return picture(CURVES_WIDTH, HEIGHT, parts)


def _x(share):
    """Where a share lies on the bars' axis; never beyond its ends."""
    return _LEFT + min(max(share, 0), 1) * (_RIGHT - _LEFT)


def _y(share):
    """Where a share lies on the curves' axis; never beyond its ends."""
    return _BOTTOM - min(max(share, 0), 1) * (_BOTTOM - _CEILING)


def _logarithmic(numbers):
    """A place on the axis for each number (list of float); a single one is in the middle."""
    low, high = math.log(numbers[0]), math.log(numbers[-1])
    if low == high:
        return [(_START + _END) / 2]
    scale = (_END - _START - 2 * _MARGIN) / (high - low)
    return [_START + _MARGIN + (math.log(n) - low) * scale for n in numbers]


def _bar(look, end, top):
    """A bar from the axis to `end`: filled, striped, or hollow."""
    width = end - _LEFT
    filled = look.colour if look.filling == "solid" else "white"
    yield (
        f'<rect x="{_LEFT}" y="{top:.1f}" width="{width:.1f}" height="{_BAR}" fill="{filled}" '
        f'stroke="{look.colour}" stroke-width="2"/>'
    )
    if look.filling == "striped":
        stripes = "".join(f"M{_LEFT + x} {top:.1f}v{_BAR}" for x in range(6, int(width), 6))
        yield f'<path d="{stripes}" stroke="{look.colour}" stroke-width="2.5"/>'


def _number(x, y, words):
    """Bold words on a white ground of their own, before the lines of the grid."""
    width = 5.5 * len(words) + 6
    ground = f'<rect x="{x - 3:.1f}" y="{y - 13:.1f}" width="{width}" height="18" fill="white"/>'
    return ground + text(x, y, words, weight="600")


def _haloed(commands):
    """A dark line on a white one that is wider: it is seen on a filled bar, too."""
    yield f'<path d="{commands}" fill="none" stroke="white" stroke-width="5"/>'
    yield f'<path d="{commands}" fill="none" stroke="{INK}" stroke-width="2"/>'


def _grid_across():
    """Upright lines behind the bars, and their numbers below."""
    return "".join(
        f'<path d="M{_x(tick / 100):.1f} {_TOP}V{_BOTTOM}" stroke="{_GRID}"/>'
        + text(_x(tick / 100), _BOTTOM + 18, str(tick), "middle")
        for tick in _TICKS
    )


def _grid_up():
    """Level lines behind the curves with their numbers, and the two axes."""
    lines = "".join(
        f'<path d="M{_START} {_y(tick / 100):.1f}H{_END}" stroke="{_GRID}"/>'
        + text(_START - 6, _y(tick / 100) + 4, str(tick), "end")
        for tick in _TICKS
    )
    return f'{lines}<path d="M{_START} {_CEILING}V{_BOTTOM}H{_END}" fill="none" stroke="{INK}"/>'


def _guessing_upright(guessing):
    """The line at guessing between the bars, and its number above it."""
    x = _x(guessing)
    yield path([(x, _TOP), (x, _BOTTOM)], INK, 1.5, _GUESSING)
    yield text(x - 4, _TOP - 10, f"guessing: {100 * guessing:.1f}")


def _curve(look, results):
    """A line through the means with their intervals and marks; `results` by place."""
    places = [(x + look.shift, _y(result.mean)) for x, result in results.items()]
    yield path(places, look.colour, 2.5, look.dashes)
    for (x, y), result in zip(places, results.values(), strict=True):
        low, high = (_y(bound) for bound in result.interval)
        bar = f"M{x:.1f} {low:.1f}V{high:.1f}"
        yield f'<path d="{bar}" stroke="{look.colour}" stroke-width="1.5"/>'
        yield _mark(look, x, y)


def _mark(look, x, y):
    """A disc, a square or a ring."""
    if look.filling == "striped":
        return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{look.colour}"/>'
    fill = look.colour if look.filling == "solid" else "white"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{look.colour}" '
        'stroke-width="1.5"/>'
    )


def _legend(arms):
    """What the curves are, above them, a line each."""
    for k, arm in enumerate(arms):
        look, y = LOOKS[arm], 12 + 17 * k
        yield path([(_START, y), (_START + 30, y)], look.colour, 2.5, look.dashes)
        yield _mark(look, _START + 15, y)
        yield text(_START + 38, y + 4, look.said())
    x = _START + 222
    yield path([(x, 12), (x + 30, 12)], INK, 1.5, _GUESSING)
    yield text(x + 38, 16, "guessing")
