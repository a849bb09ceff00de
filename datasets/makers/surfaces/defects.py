"""The five defects of `surfaces`, drawn on a patch in linear light.

A defect that changes the shape of the surface is a height map. Its shading follows from the
one light of the picture: `Light.shade` is Lambert's cosine law for a surface of that height.

Lengths are in pixels of the working picture, which is `SCALE` times as large as the one that
ships.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter, map_coordinates

#: Working pixels along one pixel of the shipped picture.
SCALE = 2
_FINER = 2  # strokes are drawn this much finer still, then averaged

# How much of red, green and blue a stain takes away: coffee, soot, rust, ink, algae.
_STAIN_COLOURS = np.array(
    [(0.35, 0.65, 1.0), (0.8, 0.8, 0.8), (0.25, 0.8, 1.1), (1.0, 0.7, 0.35), (0.9, 0.5, 0.9)]
)


class Light(NamedTuple):
    """A distant lamp: `azimuth` is where it stands (0 right, a quarter turn below), in radians."""

    azimuth: float
    elevation: float

    def towards(self):
        """The direction to the lamp in the picture: (x, y), of length one."""
        return np.array([np.cos(self.azimuth), np.sin(self.azimuth)])

    def shade(self, height):
        """Brightness of a matt surface relative to a level one, by Lambert's cosine law."""
        down, across = np.gradient(height)
        x, y = self.towards()
        slope = across * x + down * y
        steepness = np.sqrt(1 + across**2 + down**2)
        return np.clip((1 - slope / np.tan(self.elevation)) / steepness, 0.15, 2.5)


def scratch(surface, light, random, strength):
    """A groove with burrs on both sides; its bottom is polished or dirty."""
    size = len(surface)
    length = SCALE * random.uniform(30, 54)
    heading, bend = random.uniform(0, 2 * np.pi), random.uniform(-0.5, 0.5)
    width = SCALE * random.uniform(0.9, 1.4) * np.clip(strength, 1, 1.5)
    lines = np.zeros((size, size))
    centre = _place(size, random, 0.3)
    for line in range(1 + (random.random() < 0.35)):
        t = np.linspace(0, 1, 50)
        angle = heading + bend * (t - 0.5)
        steps = length * (1 - 0.4 * line) / len(t) * np.stack([np.cos(angle), np.sin(angle)], 1)
        points = np.cumsum(steps, axis=0)
        aside = (
            line * SCALE * random.uniform(2.5, 4.5) * np.array([-np.sin(heading), np.cos(heading)])
        )
        points += centre - points.mean(axis=0) + aside
        depth = np.sin(np.pi * t) ** 0.6 * (0.75 + 0.25 * _wobble(t, random))
        lines = np.maximum(lines, _stroke(size, points, np.full(len(t), width), depth))
    groove = gaussian_filter(lines, 0.35 * SCALE)
    burr = gaussian_filter(lines, 1.0 * SCALE)
    height = strength * random.uniform(1.0, 1.6) * (1.3 * burr - 1.1 * groove) * SCALE / 2
    # A bright groove would be lost on a surface that is nearly white.
    kind = random.choice([-0.65, 1.0]) if surface.mean() < 0.25 else -0.65
    tint = kind * random.uniform(0.75, 1.0) * strength
    bottom = np.clip(1 + tint * groove, 0.2, 2.2)
    return surface * (light.shade(height) * bottom)[..., None]


def crack(surface, light, random, strength):
    """A dark jagged path with branches, its width varying; the lips catch the light."""
    size = len(surface)
    length = SCALE * random.uniform(28, 48)
    width = SCALE * random.uniform(0.75, 1.3) * np.clip(strength, 1, 1.5)
    heading = random.uniform(0, 2 * np.pi)
    main = _jagged(length, heading, random)
    main += _place(size, random, 0.3) - main.mean(axis=0)
    paths = [(main, width)]
    for _ in range(random.integers(1, 4)):
        node = main[random.integers(len(main) // 5, 4 * len(main) // 5)]
        turn = random.choice([-1, 1]) * random.uniform(0.5, 1.2)
        branch = _jagged(length * random.uniform(0.2, 0.45), heading + turn, random)
        paths.append((branch - branch[0] + node, 0.7 * width))
    gap = np.zeros((size, size))
    for points, widest in paths:
        t = np.linspace(0, 1, len(points))
        taper = np.sqrt(1 - 0.85 * t) if widest < width else 1 - (2 * t - 1) ** 4
        widths = widest * (0.3 + 0.7 * taper) * random.uniform(0.55, 1.3, len(points))
        gap = np.maximum(gap, _stroke(size, points, widths, np.ones(len(points))))
    gap = gaussian_filter(gap, 0.25 * SCALE)
    darkness = np.clip(strength * random.uniform(0.6, 0.8), 0, 0.9)
    height = -0.5 * strength * gaussian_filter(gap, 0.5 * SCALE)
    return surface * (light.shade(height) * (1 - darkness * gap))[..., None]


def stain(surface, light, random, strength):
    """A dried drop: it takes away light by its thickness, most at its edge (the coffee ring)."""
    size = len(surface)
    radius = SCALE * random.uniform(7, 14)
    inside_by = _blot(size, _place(size, random, 0.22), radius, 0.14, random)
    inside = _step(inside_by / (0.5 * SCALE))
    ring = inside * np.exp(-np.maximum(inside_by, 0) / (random.uniform(0.8, 1.6) * SCALE))
    patchy = 1 + 0.35 * _clouds(size, 3 * SCALE, random)
    uneven = np.clip(1 + 0.5 * _clouds(size, 8 * SCALE, random), 0.2, 2)
    amount = strength * (random.uniform(0.25, 0.45) * inside * patchy + 0.75 * ring * uneven)
    for _ in range(random.integers(0, 3)):  # drops beside it
        angle, far = random.uniform(0, 2 * np.pi), radius * random.uniform(1.3, 1.8)
        centre = size / 2 + far * np.array([np.cos(angle), np.sin(angle)])
        drop = _blot(size, centre, SCALE * random.uniform(0.7, 1.6), 0.1, random)
        amount = np.maximum(amount, 0.5 * strength * _step(drop / (0.4 * SCALE)))
    colour = random.choice(_STAIN_COLOURS) * random.uniform(0.9, 1.1, 3)
    if np.ptp(surface, axis=-1).max() < 1e-6:  # a photograph without colour stays so
        colour = np.full(3, colour.mean())
    # What it takes away from the colour of *this* surface: a red stain on red would not show.
    reflected = surface.mean(axis=(0, 1))
    colour *= 0.8 / (colour @ reflected / reflected.sum())
    return surface * np.exp(-1.35 * np.clip(amount, 0, None)[..., None] * colour)


def hole(surface, light, random, strength):
    """A pit with a broken edge: dark, its far wall lit, the wall below the lamp in shadow."""
    size = len(surface)
    centre = _place(size, random, 0.2)
    radius = SCALE * random.uniform(3.4, 6.4)
    inside_by = _blot(size, centre, radius, 0.12, random)
    inside = _step(inside_by / (0.3 * SCALE))
    rows, columns = np.mgrid[:size, :size]
    x, y = light.towards()
    away = -((columns - centre[0]) * x + (rows - centre[1]) * y) / radius
    wall = _step((away - 0.45) / 0.18) * np.exp(-np.maximum(inside_by, 0) / (0.6 * SCALE))
    floor = np.clip(0.34 - 0.16 * strength, 0.06, 0.3) * (1 + 0.2 * _clouds(size, 2, random))
    depth = np.clip(floor + 0.75 * wall, 0.03, 1.1)
    lip = np.exp(-((inside_by / (1.0 * SCALE)) ** 2)) * (1 - inside)
    height = 0.9 * strength * gaussian_filter(lip, 0.4 * SCALE)
    return surface * (light.shade(height) * (1 - inside + inside * depth))[..., None]


def dent(surface, light, random, strength):
    """A shallow bowl (now and then a bump): it shades smoothly and pulls the texture with it."""
    size = len(surface)
    centre = _place(size, random, 0.25)
    radius = SCALE * random.uniform(7.5, 13.5)
    turn, stretch = random.uniform(0, np.pi), random.uniform(0.7, 1.0)
    rows, columns = np.mgrid[:size, :size].astype(float)
    dx, dy = columns - centre[0], rows - centre[1]
    along = dx * np.cos(turn) + dy * np.sin(turn)
    aside = (dy * np.cos(turn) - dx * np.sin(turn)) / stretch
    distance = np.hypot(along, aside) / radius * (1 + 0.06 * _clouds(size, 5 * SCALE, random))
    bowl = np.clip(1 - distance**2, 0, None) ** 2
    # 1.54 is the steepest slope of (1 - r^2)^2 at radius one.
    swing = np.clip(strength * random.uniform(0.36, 0.5), 0, 0.65)
    depth = swing * radius / 1.54 * np.tan(light.elevation)
    height = depth * bowl * (1 if random.random() < 0.25 else -1)
    pull = random.uniform(2.0, 3.5) * SCALE * np.stack(np.gradient(height))
    places = np.stack([rows, columns]) + pull
    moved = [
        map_coordinates(channel, places, order=1, mode="nearest")
        for channel in surface.T.swapaxes(1, 2)
    ]
    return np.stack(moved, axis=-1) * light.shade(height)[..., None]


def _place(size, random, margin):
    """A random point (x, y) at least `margin` of the side away from the edges."""
    return random.uniform(margin * size, (1 - margin) * size, size=2)


def _step(x):
    """A smooth step from 0 to 1 around 0."""
    return 0.5 * (1 + np.tanh(x))


def _wobble(t, random):
    """Smooth noise of about -1 to 1 along a line."""
    waves = [np.cos(2 * np.pi * (k * t + random.random())) for k in random.uniform(0.5, 6, 4)]
    return np.mean(waves, axis=0) * 1.6


def _clouds(size, grain, random):
    """Smooth noise of standard deviation one; `grain` is the size of its spots."""
    noise = gaussian_filter(random.standard_normal((size, size)), grain, mode="wrap")
    return noise / noise.std()


def _blot(size, centre, radius, roughness, random):
    """How far inside an irregular outline every pixel lies; negative outside."""
    rows, columns = np.mgrid[:size, :size]
    dx, dy = columns - centre[0], rows - centre[1]
    angle = np.arctan2(dy, dx)
    outline = np.ones_like(angle)
    for k in range(2, 9):
        outline += (
            roughness
            * (2 / k) ** 1.2
            * random.normal()
            * np.cos(k * angle + random.uniform(0, 2 * np.pi))
        )
    return radius * np.clip(outline, 0.35, 1.8) - np.hypot(dx, dy)


def _jagged(length, heading, random):
    """Points of a path that turns a little at every step and sharply now and then."""
    points, far, angle = [np.zeros(2)], 0.0, heading
    while far < length:
        step = SCALE * random.uniform(1.2, 3.2)
        sharp = random.normal(0, 0.75) if random.random() < 0.25 else random.normal(0, 0.25)
        angle = heading + 0.6 * (angle - heading) + sharp
        points.append(points[-1] + step * np.array([np.cos(angle), np.sin(angle)]))
        far += step
    return np.array(points)


def _stroke(size, points, widths, values):
    """A line through points (x, y) of varying width and value, 0 to 1, as a (size, size) map."""
    fine = Image.new("L", (_FINER * size, _FINER * size))
    pen = ImageDraw.Draw(fine)
    ends = zip(points[:-1], points[1:], widths, values, strict=False)
    for start, end, width, value in ends:
        fill = int(255 * np.clip(value, 0, 1))
        radius = _FINER * width / 2
        for x, y in np.linspace(_FINER * start, _FINER * end, 5):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    return np.asarray(fine.reduce(_FINER), dtype=float) / 255
