"""The marks of a matplotlib axes: what of it carries data, in which colour and which shape."""

from typing import NamedTuple

import numpy as np
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.patches import Rectangle

from making.authoring.figure_contrast import blended

#: An artist whose gid begins like this is no more than a ground or a ruled line.
DECORATION = "decoration"

#: A fill with less than this alpha is a band about the line of its colour.
TRANSLUCENT = 0.5

_NONE = (None, "", " ", "none", "None")


class Mark(NamedTuple):
    """One look of one artist.

    Attributes
    ----------
    artist : matplotlib.artist.Artist
    what : str
        "line", "marker", "error bar", "points", "bar", "fill", "outline" or "arrow".
    colours : list of array, each of shape (3,)
        As they are seen: one of them has to stand out from the ground.
    base : tuple of float
        The colour itself, before it is blended with the ground.
    alpha : float
    shape : tuple or None
        What tells it from a mark of another colour; None for what belongs to another mark.
    points : array of shape (n, 2)
        Where it stands, in pixels.
    label : str
        Empty if it has none.
    """

    artist: object
    what: str
    colours: list
    base: tuple
    alpha: float
    shape: tuple | None
    points: np.ndarray
    label: str


def marks(axes, ground):
    """Every Mark of an axes that may carry data; `ground` is the colour behind them, sRGB."""
    parts = {part for each in axes.containers if isinstance(each, ErrorbarContainer)
             for part in [*each.lines[1], *each.lines[2]]}  # fmt: skip
    labels = _container_labels(axes)
    found = []
    for line in axes.lines:
        found += _line(line, axes, ground, line in parts, labels)
    for collection in axes.collections:
        found += _collection(collection, axes, ground, collection in parts)
    for patch in axes.patches:
        found += _patch(patch, axes, ground, labels)
    for text in axes.texts:
        arrow = getattr(text, "arrow_patch", None)
        if arrow is not None:
            found.append(_mark(arrow, "arrow", arrow.get_edgecolor(), ground))
    return [mark for mark in found if _counts(mark.artist) and mark.alpha > 0]


def _counts(artist):
    return artist.get_visible() and not str(artist.get_gid() or "").startswith(DECORATION)


def _mark(artist, what, colour, ground, shape=None, points=(), more=(), label=None):
    """A Mark of one colour; `more` are others that it may be seen by."""
    alpha = to_rgba(colour)[3]
    colours = [blended(each, ground) for each in (colour, *more)]
    label = str(artist.get_label()) if label is None else label
    points = np.reshape(np.asarray(points, dtype=float), (-1, 2))
    points = points[np.isfinite(points).all(axis=1)]
    label = "" if label.startswith("_") else label
    return Mark(artist, what, colours, to_rgba(colour)[:3], alpha, shape, points, label)


def _container_labels(axes):
    """The labels of bars and error bars, by their artists: the parts themselves have none."""
    labels = {}
    for each in axes.containers:
        if isinstance(each, ErrorbarContainer) and each.lines[0] is not None:
            labels[each.lines[0]] = str(each.get_label())
        elif isinstance(each, BarContainer):
            labels.update(dict.fromkeys(each.patches, str(each.get_label())))
    return labels


def _seen(colour, alpha):
    """A colour with its artist's alpha."""
    rgba = to_rgba(colour)
    return (*rgba[:3], rgba[3] if alpha is None else alpha)


def _line(line, axes, ground, is_part, labels):
    """A Line2D's stroke and markers, one or two Marks of one shape."""
    stroke = line.get_linestyle() not in _NONE and line.get_linewidth() > 0
    marked = line.get_marker() not in _NONE
    edge = _seen(line.get_markeredgecolor(), line.get_alpha())
    face = line.get_markerfacecolor()
    faces = [] if str(face) in _NONE else [_seen(face, line.get_alpha())]
    filled = bool(faces) and not _is_ground(faces[0], ground)
    colour = _seen(line.get_color(), line.get_alpha())
    points = line.get_transform().transform(np.asarray(line.get_xydata(), dtype=float))
    shape = (
        ("line", line.get_marker() if marked else "", _dashes(line) if stroke else "", filled)
        if not (is_part or _is_rule(line, axes))
        else None
    )
    label = labels.get(line)
    if stroke:
        yield _mark(line, "line", colour, ground, shape, points, label=label)
    if marked:
        own = faces[0] if filled else edge
        what = "error bar" if is_part else "marker"
        yield _mark(line, what, own, ground, shape, points, [edge], label)


def _is_ground(colour, ground):
    """Whether a face has the colour of what is behind it: its shape is hollow."""
    return np.allclose(blended(colour, ground), ground, atol=0.02)


def _dashes(line):
    """What tells a line's dashes from another's; `get_linestyle` calls all own patterns "--"."""
    return str(getattr(line, "_unscaled_dash_pattern", line.get_linestyle()))


def _is_rule(line, axes):
    """Whether a line without a name runs all across: its place says what it is."""
    follows = line.get_transform().contains_branch_seperately(axes.transData)
    return not all(follows) and str(line.get_label()).startswith("_")


def _collection(collection, axes, ground, is_part):
    """Points, bands and bundles of lines."""
    if collection.get_array() is not None:
        return  # a scale of colours, told by its bar and not by names
    alpha = collection.get_alpha()
    edges, faces = collection.get_edgecolor(), collection.get_facecolor()
    widths = collection.get_linewidth()
    if isinstance(collection, LineCollection):
        for colour in np.unique(edges, axis=0):
            shape = None if is_part else ("lines", str(collection.get_linestyle()))
            what = "error bar" if is_part else "line"
            points = axes.transData.transform(np.concatenate([[(0, 0)], *_ends(collection)]))[1:]
            yield _mark(collection, what, colour, ground, shape, points)
    elif isinstance(collection, PathCollection):
        offsets = axes.transData.transform(np.ma.filled(collection.get_offsets(), np.nan))
        path = np.round(collection.get_paths()[0].vertices, 3).tobytes()
        looks = faces if len(faces) else edges
        places = np.arange(len(offsets)) % max(len(looks), 1)
        for number, colour in enumerate(looks):
            filled = bool(len(faces)) and not _is_ground(colour, ground)
            own = colour if filled or not len(edges) else edges[number % len(edges)]
            shape = ("points", path, filled)
            yield _mark(collection, "points", own, ground, shape, offsets[places == number])
    elif isinstance(collection, PolyCollection) and len(faces):
        hatch = collection.get_hatch() or ""
        more = [edges[0]] if len(edges) and (np.max(widths, initial=0) > 0 or hatch) else []
        yield _mark(collection, "fill", _seen(faces[0], alpha), ground, ("fill", hatch), more=more)


def _ends(collection):
    return [np.asarray(segment)[:, :2] for segment in collection.get_segments() if len(segment)]


def _patch(patch, axes, ground, labels):
    """Bars, spans, boxes and outlines."""
    alpha, hatch = patch.get_alpha(), patch.get_hatch() or ""
    stroke = patch.get_linewidth() > 0 and to_rgba(patch.get_edgecolor())[3] > 0
    edge = _seen(patch.get_edgecolor(), alpha)
    face = _seen(patch.get_facecolor(), alpha)
    points, what = (), "outline"
    if isinstance(patch, Rectangle):
        points = [patch.get_extents().get_points().mean(axis=0)]
    if patch in labels:
        what = "bar"
    elif patch.get_fill():
        what = "fill"
    shape = None if what == "outline" else (what, hatch)
    if what == "outline":
        if stroke:
            yield _mark(patch, what, edge, ground)
        return
    more = [edge] if stroke or hatch else []
    yield _mark(patch, what, face, ground, shape, points, more, labels.get(patch))
