"""`sketch`: contours, creases and a little hatching, drawn by an unsteady hand on paper."""

from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates, maximum_filter

from .raster import first_seen
from .staging import stage

_FINE = 3  # the drawing is made this many times larger
_CREASE = np.cos(np.deg2rad(33))


class Style(NamedTuple):
    """What a drawing is made with.

    Attributes
    ----------
    ink : tuple of float
        Red, green and blue, 0 to 1.
    width : float
        Of a line, in pixels of the fine drawing.
    passes : tuple of int
        How often the lines are gone over: at least, and fewer than.
    wobble : float
        How far the hand goes astray, in the same pixels.
    gaps, grain : float
        How much of a line the pressure and the paper take away, 0 to 1.
    soft : float
        Standard deviation of the blur, in the same pixels.
    hatched : float
        Share of the drawings with hatching.
    strength : float
        Factor to what the ink covers.
    """

    ink: tuple[float, float, float]
    width: float
    passes: tuple[int, int]
    wobble: float
    gaps: float
    grain: float
    soft: float
    hatched: float
    strength: float


_STYLES = {
    "pencil": Style((0.22, 0.22, 0.24), 2.6, (1, 4), 3.0, 0.35, 0.5, 0.7, 0.5, 1.35),
    "pen": Style((0.06, 0.06, 0.09), 2.2, (1, 3), 2.2, 0.12, 0.05, 0.5, 0.45, 1.1),
    "brush": Style((0.05, 0.05, 0.05), 4.4, (1, 2), 3.0, 0.2, 0.15, 0.7, 0.1, 1.0),
    "charcoal": Style((0.13, 0.12, 0.12), 4.6, (1, 3), 4.2, 0.4, 0.9, 1.3, 0.6, 1.5),
    "ball-pen": Style((0.12, 0.18, 0.55), 2.0, (2, 4), 2.8, 0.2, 0.2, 0.5, 0.5, 1.1),
    "sanguine": Style((0.5, 0.2, 0.12), 3.6, (1, 3), 3.4, 0.35, 0.7, 1.0, 0.5, 1.5),
}


def draw_sketch(class_name, random, size, samples=None):
    """One drawing, uint8 (size, size, 3)."""
    staged = stage(class_name, random, tumble=6, fill=(0.62, 0.95))
    large = size * _FINE
    view = first_seen([part.mesh for part in staged.parts], staged.camera, large)
    outline, inner = lines(view, [part.tone + part.material for part in staged.parts])
    style = _STYLES[str(random.choice(list(_STYLES)))]
    ink = np.zeros((large, large))
    for _ in range(random.integers(*style.passes)):
        ink = np.maximum(ink, _stroke(random, outline, style, style.width))
        ink = np.maximum(ink, 0.85 * _stroke(random, inner, style, style.width * 0.75))
    if random.random() < style.hatched:
        ink = np.maximum(ink, _hatching(random, view, staged.camera))
    if random.random() < 0.35:
        ink = np.maximum(ink, _ground_line(random, view, large, style))
    ink = ink * (1 - style.grain * np.clip(0.5 + 0.5 * random.standard_normal(ink.shape), 0, 1))
    ink = gaussian_filter(ink, style.soft).reshape(size, _FINE, size, _FINE).mean((1, 3))
    return _on_paper(random, ink, style, size)


def lines(view, names):
    """Contours and inner lines of a view.

    Parameters
    ----------
    view : raster.View
    names : sequence of str
        What each mesh is: no line is drawn where two of the same name meet evenly.

    Returns
    -------
    outline, inner : array of bool, shape (size, size)
        Where the background or something clearly farther begins, and where the surface bends
        sharply or becomes another part.
    """
    lookup = {name: k for k, name in enumerate(dict.fromkeys(names))}
    kind = np.array([lookup[name] for name in names] + [-1])[view.mesh]
    outline, inner = (np.zeros(kind.shape, dtype=bool) for _ in range(2))
    seen = view.mesh >= 0
    near = np.where(seen, view.distance, 1e3)
    for axis in (0, 1):
        here = [slice(None)] * 2
        there = [slice(None)] * 2
        here[axis], there[axis] = slice(None, -1), slice(1, None)
        here, there = tuple(here), tuple(there)
        edge = seen[here] != seen[there]
        outline[here] |= edge
        both = seen[here] & seen[there]
        jump = both & (np.abs(near[here] - near[there]) > 0.09)
        bend = both & ((view.normal[here] * view.normal[there]).sum(-1) < _CREASE)
        other = both & (kind[here] != kind[there])
        inner[here] |= jump | bend | other
    return outline, inner & ~maximum_filter(outline, 2)


def _smooth(random, size, scale):
    """Noise that varies over about `scale` pixels, standard deviation about 1."""
    cells = int(np.ceil(size / scale)) + 3
    coarse = Image.fromarray(random.standard_normal((cells, cells)).astype(np.float32))
    left, top = random.uniform(0, cells - size / scale, 2)
    window = (left, top, left + size / scale, top + size / scale)
    return 1.4 * np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC, window), float)


def _stroke(random, edges, style, width):
    """Edges gone over once: shifted, of uneven pressure and width, with gaps."""
    size = len(edges)
    y, x = np.mgrid[:size, :size].astype(float)
    wobble = style.wobble * random.uniform(0.4, 1.0)
    y += 0.8 * wobble * _smooth(random, size, 48) + 0.25 * wobble * _smooth(random, size, 14)
    x += 0.8 * wobble * _smooth(random, size, 48) + 0.25 * wobble * _smooth(random, size, 14)
    thin = gaussian_filter(edges.astype(float), 0.8)
    # Two widths, chosen from place to place as the pressure changes.
    fine = np.clip(1.9 * gaussian_filter(thin, width * 0.22), 0, 1)
    bold = np.clip(2.6 * gaussian_filter(thin, width * 0.42), 0, 1)
    share = np.clip(0.5 + 0.5 * _smooth(random, size, 40), 0, 1)
    line = map_coordinates(fine, [y, x], order=1) * (1 - share)
    line += map_coordinates(bold, [y, x], order=1) * share
    pressure = np.clip(1.05 + style.gaps * (_smooth(random, size, 34) - 0.5), 0, 1)
    return line * pressure * random.uniform(0.75, 1.0)


def _hatching(random, view, camera):
    """Parallel lines where little light falls, crossed where it is darkest."""
    size = len(view.mesh)
    right, up, forward = camera.axes()
    light = random.choice([-1, 1]) * 0.7 * right + 0.6 * up - 0.5 * forward
    shade = view.normal @ (light / np.linalg.norm(light))
    shade = gaussian_filter(np.where(view.mesh >= 0, shade, 1.0), 2)
    y, x = np.mgrid[:size, :size].astype(float)
    y += 2 * _smooth(random, size, 60)
    angle = random.uniform(0.4, 1.2) * random.choice([-1, 1])
    spacing = random.uniform(5.5, 9)
    total = np.zeros((size, size))
    for turn, dark in ((0.0, random.uniform(0.05, 0.35)), (1.1, -0.25)):
        across = x * np.cos(angle + turn) + y * np.sin(angle + turn)
        stripe = np.clip(1.6 * np.cos(2 * np.pi * across / spacing) - 0.7, 0, 1)
        total = np.maximum(total, stripe * (shade < dark) * (view.mesh >= 0))
    return total * np.clip(0.7 + 0.3 * _smooth(random, size, 30), 0.1, 1) * random.uniform(0.4, 0.8)


def _ground_line(random, view, size, style):
    """A stroke or a few under the thing."""
    rows = np.flatnonzero((view.mesh >= 0).any(1))
    columns = np.flatnonzero((view.mesh >= 0).any(0))
    if not len(rows):
        return np.zeros((size, size))
    edges = np.zeros((size, size), dtype=bool)
    behind = view.mesh < 0
    for _ in range(random.integers(1, 4)):
        row = int(np.clip(rows[-1] - random.integers(-4, 20), 0, size - 1))
        left = max(int(columns[0] - random.integers(0, 60)), 0)
        edges[row, left : int(columns[-1] + random.integers(0, 60))] = True
    return 0.7 * _stroke(random, edges & behind, style, style.width * 0.8)


def _on_paper(random, ink, style, size):
    """Ink laid on paper that has a tone, grain, sometimes rulings or squares, and shading."""
    tone = np.array([1, random.uniform(0.95, 1), random.uniform(0.85, 1)]) * random.uniform(
        0.88, 0.99
    )
    if random.random() < 0.06:
        tone = np.array([0.78, 0.7, 0.58]) * random.uniform(0.9, 1.1)  # wrapping paper
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    a, b = random.normal(0, 0.03, 2)
    paper = tone * (1 + a * x + b * y + 0.006 * random.standard_normal((size, size)))[..., None]
    if random.random() < 0.18:
        step = int(random.integers(8, 15))
        ruled = np.zeros((size, size), dtype=bool)
        ruled[::step] = True
        if random.random() < 0.6:
            ruled[:, ::step] = True
        paper = np.where(ruled[..., None], paper * [0.86, 0.92, 0.98], paper)
    smudge = gaussian_filter(ink, 4) * random.choice([0, 0.12])
    share = np.clip(ink * style.strength + smudge, 0, 1)[..., None]
    return np.uint8(np.clip(paper * (1 - share) + np.array(style.ink) * share, 0, 1) * 255 + 0.5)
