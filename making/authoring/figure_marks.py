"""The marks of a matplotlib axes: what of it carries data, in which colour and which shape."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

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
        "line", "marker", "error bar", "points", "bar", "fill" or "arrow".
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

    artist: Artist
    what: str
    colours: list[np.ndarray]
    base: tuple[float, ...]
    alpha: float
    shape: tuple | None
    points: np.ndarray
    label: str


def marks(axes: Axes, ground: np.ndarray) -> list[Mark]:
    """Every mark of an axes that may carry data; `ground` is the sRGB colour behind them."""
    # Bars and error bars have their label as a whole; the parts themselves have none.
    labels, parts = {}, set()
    for each in axes.containers:
        if isinstance(each, ErrorbarContainer):
            line, *ends = each.lines
            parts |= {part for group in ends for part in group}
            labels[line] = str(each.get_label())
        elif isinstance(each, BarContainer):
            labels |= dict.fromkeys(each.patches, str(each.get_label()))
    found = []
    for line in axes.lines:
        found += _line(line, axes, ground, line in parts, labels.get(line))
    for collection in axes.collections:
        found += _collection(collection, axes, ground, collection in parts)
    for patch in axes.patches:
        if patch.get_fill():
            found.append(_fill(patch, ground, labels.get(patch)))
    for text in axes.texts:
        if (arrow := getattr(text, "arrow_patch", None)) is not None:
            found.append(_mark(arrow, "arrow", [arrow.get_edgecolor()], ground))
    return [mark for mark in found if _counts(mark.artist) and mark.alpha > 0]


def _counts(artist: Artist) -> bool:
    return artist.get_visible() and not str(artist.get_gid() or "").startswith(DECORATION)


def _mark(
    artist: Artist,
    what: str,
    colours: list,
    ground: np.ndarray,
    shape: tuple | None = None,
    points: Iterable = (),
    label: str | None = None,
) -> Mark:
    """A mark of one colour, the first; the others are what it may be seen by too."""
    *base, alpha = to_rgba(colours[0])
    seen = [blended(colour, ground) for colour in colours]
    label = str(artist.get_label()) if label is None else label
    places = np.reshape(np.asarray(points, dtype=float), (-1, 2))
    places = places[np.isfinite(places).all(axis=1)]
    label = "" if label.startswith("_") else label
    return Mark(artist, what, seen, tuple(base), alpha, shape, places, label)


def _line(
    line: Line2D, axes: Axes, ground: np.ndarray, is_part: bool, label: str | None
) -> Iterator[Mark]:
    """A line's stroke and its markers, one or two marks of one shape."""
    stroke = line.get_linestyle() not in _NONE and line.get_linewidth() > 0
    marked = line.get_marker() not in _NONE
    colour, edge, face = (
        to_rgba(each, line.get_alpha())
        for each in (line.get_color(), line.get_markeredgecolor(), line.get_markerfacecolor())
    )
    filled = not _is_ground(face, ground)
    points = line.get_transform().transform(np.asarray(line.get_xydata(), dtype=float))
    shape = None
    if not (is_part or _is_rule(line, axes)):
        # `get_linestyle` calls every pattern of one's own "--".
        dashes = str(getattr(line, "_unscaled_dash_pattern", line.get_linestyle()))
        shape = ("line", marked and line.get_marker(), stroke and dashes, filled)
    if stroke:
        yield _mark(line, "line", [colour], ground, shape, points, label)
    if marked:
        looks = [face, edge] if filled else [edge]
        yield _mark(line, "error bar" if is_part else "marker", looks, ground, shape, points, label)


def _is_ground(colour: Any, ground: np.ndarray) -> bool:
    """Whether a face has the colour of what is behind it, or none: its shape is hollow."""
    return np.allclose(blended(colour, ground), ground, atol=0.02)


def _is_rule(line: Line2D, axes: Axes) -> bool:
    """Whether a line without a name runs all across: its place says what it is."""
    follows = line.get_transform().contains_branch_seperately(axes.transData)
    return not all(follows) and str(line.get_label()).startswith("_")


def _collection(
    collection: Collection, axes: Axes, ground: np.ndarray, is_part: bool
) -> Iterator[Mark]:
    """Points, bands and bundles of lines."""
    if collection.get_array() is not None:
        return  # a scale of colours, told by its bar and not by names
    edges, faces = collection.get_edgecolor(), collection.get_facecolor()
    if isinstance(collection, LineCollection):
        ends = [np.asarray(each)[:, :2] for each in collection.get_segments() if len(each)]
        points = axes.transData.transform(np.concatenate([np.empty((0, 2)), *ends]))
        shape = None if is_part else ("lines", str(collection.get_linestyle()))
        for colour in np.unique(edges, axis=0):
            what = "error bar" if is_part else "line"
            yield _mark(collection, what, [colour], ground, shape, points)
    elif isinstance(collection, PathCollection):
        offsets = axes.transData.transform(np.ma.filled(collection.get_offsets(), np.nan))
        path = np.asarray(collection.get_paths()[0].vertices).round(3).tobytes()
        looks = faces if len(faces) else edges
        places = np.arange(len(offsets)) % max(len(looks), 1)
        for number, colour in enumerate(looks):
            filled = bool(len(faces)) and not _is_ground(colour, ground)
            own = colour if filled or not len(edges) else edges[number % len(edges)]
            shape = ("points", path, filled)
            yield _mark(collection, "points", [own], ground, shape, offsets[places == number])
    elif isinstance(collection, PolyCollection) and len(faces):
        hatch = collection.get_hatch() or ""
        is_edged = np.max(collection.get_linewidth(), initial=0) > 0 or hatch
        more = edges[:1] if is_edged else []
        yield _mark(collection, "fill", [faces[0], *more], ground, ("fill", hatch))


def _fill(patch: Patch, ground: np.ndarray, label: str | None) -> Mark:
    """A bar, a span or a box."""
    hatch, what = patch.get_hatch() or "", "fill" if label is None else "bar"
    face, edge = (
        to_rgba(each, patch.get_alpha()) for each in (patch.get_facecolor(), patch.get_edgecolor())
    )
    is_edged = hatch or (patch.get_linewidth() > 0 and edge[3] > 0)
    points = [patch.get_extents().get_points().mean(axis=0)] if isinstance(patch, Rectangle) else ()
    looks = [face, edge] if is_edged else [face]
    return _mark(patch, what, looks, ground, (what, hatch), points, label)
