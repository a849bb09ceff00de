"""Find what in a figure some readers cannot see, or cannot tell apart.

`show_figure` hands every figure to `figure_findings` where the environment variable
`COURSE_AUDIT_FIGURES` says so, as `build.py` and `run_nbval.py` do: a lesson whose figure breaks a
rule fails there.

- Text has the contrast of WCAG 2.2's criterion 1.4.3, lines and fills that carry data that of
  1.4.11 (`figure_contrast`).
- In one axes colours differ in more than colour: in marker, dashes, hatch or filling, or each has
  its name beside it. This holds in grey too, where lightness may be all but equal.
- They stay apart under protanopia, deuteranopia and tritanopia (`figure_colours`).

What is decoration, and may be as faint as it likes: grids; a translucent band or trace about a
line of its colour; a fill that words stand on (they are judged as text); and what its code calls
so with `set_gid("decoration")`. Marks on top of a picture are not judged: what lies behind them is
another colour at every pixel, and a dark line inside a light one is what helps there.
"""

from itertools import combinations

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from course_utils.teaching.contrast import contrast
from making.authoring.figure_colours import APART, differences
from making.authoring.figure_contrast import MARKS, draw, text_findings
from making.authoring.figure_marks import TRANSLUCENT, marks

#: Pixels within which a name stands at a mark.
NEAR = 3


def figure_findings(figure: Figure) -> list[str]:
    """What in a figure breaks the rules above.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    list of str
        A sentence for each fault, naming the axes and what in it; empty if there is none.
    """
    drawing = draw(figure)
    found = []
    for text, sentence in text_findings(drawing):
        axes = text.axes
        found.append(f"{_name(axes) if axes is not None else 'the figure'}: {sentence}")
    for axes in figure.axes:
        if axes.get_visible() and not axes.images:
            found += [f"{_name(axes)}: {sentence}" for sentence in _axes_findings(axes, drawing)]
    return list(dict.fromkeys(found))


def _name(axes):
    """An axes for people: its number in the figure, and its title or what it measures."""
    number = axes.get_figure(root=True).axes.index(axes) + 1
    words = axes.get_title() or axes.get_ylabel() or axes.get_xlabel()
    words = " ".join(words.split())
    return f"axes {number} ({words!r})" if words else f"axes {number}"


def _axes_findings(axes, drawing):
    """Sentences about the marks of one axes."""
    ground = to_rgba(axes.get_facecolor())
    if not axes.axison or ground[3] == 0:
        ground = to_rgba(axes.get_figure(root=True).get_facecolor())
    ground = np.array(ground[:3]) * ground[3] + 1 - ground[3]
    found = marks(axes, ground)
    opaque = {mark.base for mark in found if mark.alpha >= TRANSLUCENT}
    middles = [box.get_points().mean(axis=0) for box in drawing.boxes]
    found = [
        mark
        for mark in found
        if not (mark.alpha < TRANSLUCENT and mark.base in opaque) and not _bears(mark, middles)
    ]
    faint = {mark.artist: sentence for mark, sentence in _faint(found, ground)}
    yield from faint.values()
    seen = [mark for mark in found if mark.shape is not None and mark.artist not in faint]
    yield from _alike(seen, axes, drawing)


def _bears(mark, middles):
    """Whether words stand on a fill."""
    if mark.what != "fill" or not hasattr(mark.artist, "get_extents"):
        return False
    extents = mark.artist.get_extents()
    return any(extents.contains(*middle) for middle in middles)


def _faint(found, ground):
    """(Mark, sentence) of what stands out too little from what is behind it."""
    for mark in found:
        highest = max(float(contrast(colour, ground)) for colour in mark.colours)
        if highest < MARKS - 0.005:
            sentence = (
                f"the {_called(mark)} has a contrast of {highest:.1f} with its ground; at least "
                f"{MARKS:g} is needed (WCAG 1.4.11)"
            )
            yield mark, sentence


def _called(mark):
    label = f" {mark.label!r}" if mark.label else ""
    return f"{mark.what}{label} in {to_hex(mark.base)}"


def _alike(found, axes, drawing):
    """Groups of one colour that only colour tells apart, or not even that."""
    groups = {}
    for mark in found:
        groups.setdefault(mark.base, []).append(mark)
    named = {base: _is_named(group, axes, drawing) for base, group in groups.items()}
    pairs = list(combinations(groups, 2))
    for one, other in pairs:
        shapes = [{mark.shape for mark in groups[base]} for base in (one, other)]
        if (shapes[0] <= shapes[1] or shapes[1] <= shapes[0]) and not (named[one] and named[other]):
            yield (
                f"{_group(groups[one])} and {_group(groups[other])} differ in colour alone: give "
                "them another marker, dashes or hatch, or their names beside them"
            )
    if pairs:
        yield from _too_near(pairs, groups)


def _too_near(pairs, groups):
    """Pairs of groups whose colours come too near each other for some readers."""
    ones, others = np.array(pairs).transpose(1, 0, 2)
    apart = differences(ones, others)
    for number, (one, other) in enumerate(pairs):
        vision = min(apart, key=lambda each: apart[each][number])
        distance = apart[vision][number]
        if distance < APART:
            yield (
                f"the colours of {_group(groups[one])} and {_group(groups[other])} are "
                f"{distance:.1f} apart in {vision} (CIEDE2000); at least {APART} is needed"
            )


def _group(group):
    """A group of one colour for people."""
    return f"the {_called(next((mark for mark in group if mark.label), group[0]))}"


def _is_named(group, axes, drawing):
    """Whether words in the axes, or at one tick, stand beside a group and say what it is."""
    labels = {mark.label for mark in group} - {""}
    points = np.concatenate([mark.points for mark in group])
    places = [*points, *(mark.points.mean(axis=0) for mark in group if len(mark.points))]
    for text in axes.texts:
        if text not in drawing.texts:
            continue
        if text.get_text() in labels:
            return True
        anchor = text.xy if hasattr(text, "xy") else text.get_position()
        anchor = axes.transData.transform(anchor)
        if places and np.min(np.linalg.norm(np.array(places) - anchor, axis=1)) <= NEAR:
            return True
    return len(points) > 0 and any(_at_names(points, axis, axes) for axis in (0, 1))


def _at_names(points, direction, axes):
    """Whether every point stands at a tick that is a name, not a number."""
    axis = (axes.xaxis, axes.yaxis)[direction]
    ticks = [
        axes.transData.transform((place, place))[direction]
        for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
        if any(letter.isalpha() for letter in label.get_text())
    ]
    if not ticks:
        return False
    return bool((np.abs(points[:, direction, None] - ticks).min(axis=1) <= NEAR).all())
