"""`thermal`: what a heat camera shows: a temperature for every place, in false colours."""

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from .clutter import clutter
from .raster import first_seen
from .solids import moved
from .staging import stage

#: Colours from cold to hot, as red, green, blue from 0 to 255.
PALETTES = {
    "iron": [
        (0, 0, 10),
        (45, 0, 120),
        (145, 0, 150),
        (220, 70, 60),
        (250, 150, 10),
        (255, 235, 110),
        (255, 255, 240),
    ],
    "lava": [
        (0, 0, 4),
        (40, 11, 84),
        (101, 21, 110),
        (159, 42, 99),
        (212, 72, 66),
        (245, 125, 21),
        (250, 193, 39),
        (252, 255, 164),
    ],
    "white hot": [(5, 5, 5), (250, 250, 250)],
    "black hot": [(250, 250, 250), (5, 5, 5)],
    "arctic": [(5, 10, 60), (20, 90, 190), (120, 150, 160), (230, 160, 60), (255, 235, 150)],
}
_SHARES = {"iron": 0.38, "lava": 0.3, "white hot": 0.16, "black hot": 0.06, "arctic": 0.1}
_FINE = 2


def draw_thermal(class_name, random, size, samples=None):
    """One thermogram, uint8 (size, size, 3)."""
    staged = stage(class_name, random)
    others = _others(random, staged)
    heat = temperatures(staged, others, random, size * _FINE)
    heat = heat.reshape(size, _FINE, size, _FINE).mean((1, 3))
    heat = gaussian_filter(heat, random.uniform(0.4, 0.9))
    noise = random.uniform(0.04, 0.12)
    heat = heat + noise * random.standard_normal(heat.shape)
    heat = heat + noise * random.uniform(0.2, 0.8) * random.standard_normal(size)[None]
    low, high = heat.min(), heat.max()
    span = max(high - low, random.uniform(4, 8))  # a camera does not stretch noise over all colours
    low -= random.uniform(0, 0.12) * span
    name = random.choice(list(_SHARES), p=list(_SHARES.values()))
    return false_colours((heat - low) / (span * random.uniform(0.95, 1.15)), name)


def false_colours(share, palette):
    """Colours, uint8 (..., 3), of values from 0 (cold) to 1 (hot)."""
    stops = np.array(PALETTES[palette], dtype=float)
    at = np.linspace(0, 1, len(stops))
    mixed = np.stack([np.interp(share, at, stops[:, k]) for k in range(3)], -1)
    return np.uint8(mixed + 0.5)


def temperatures(staged, others, random, size):
    """Degrees above the room's temperature in every pixel, shape (size, size)."""
    parts = [*staged.parts, *(part for part, _ in others)]
    sources = [*staged.sources, *(part.mesh.vertices for part, _ in others)]
    view = first_seen([part.mesh for part in parts], staged.camera, size, sources)
    heat = _background(random, staged, size)
    facing = np.abs((view.normal * -staged.camera.rays(size).reshape(size, size, 3)).sum(-1))
    # Seen at a glancing angle a surface sends less of its own heat and mirrors the room.
    emitted = 1 - 0.55 * (1 - np.clip(facing, 0, 1)) ** 3
    for k, part in enumerate(parts):
        where = view.mesh == k
        if not where.any():
            continue
        own = part.heat if k < len(staged.parts) else others[k - len(staged.parts)][1]
        degrees = own(view.place[where]) if callable(own) else own
        bare = 0.7 if part.material in ("steel", "metal") else 1.0
        # Things of one part differ a little, or edges inside one temperature would be lost.
        shift = _offset(part, random)
        heat[where] = degrees * emitted[where] * bare + shift + 0.9 * (emitted[where] - 1)
    return heat


def _offset(part, random):
    return 0.35 * random.standard_normal() + (-0.8 if part.material in ("steel", "metal") else 0.4)


def _background(random, staged, size):
    """Floor and wall: a little colder or warmer, uneven, warmed where the thing stands."""
    camera = staged.camera
    rays = camera.rays(size)
    down = np.where(rays[:, 2] < -1e-3, -camera.eye[2] / np.minimum(rays[:, 2], -1e-3), np.inf)
    far = random.uniform(6, 11)
    floor = down < far
    place = camera.eye[:2] + rays[:, :2] * np.where(floor, down, 0)[:, None]
    room = random.uniform(-3, -1) * random.choice([-1, 1, 1])
    wall = room + random.uniform(-2.5, 2.5)
    heat = np.where(floor, room, wall).reshape(size, size)
    cells = random.standard_normal((5, 5))
    heat = heat + random.uniform(0.1, 0.5) * zoom(cells, size / 5, order=3)[:size, :size]
    warmth = _contact(staged)
    glow = warmth * np.exp(-((place**2).sum(1)) / 0.35) * floor
    return heat + random.uniform(0.1, 0.35) * glow.reshape(size, size)


def _contact(staged):
    """Mean heat of what is near the ground."""
    values = []
    for part, source in zip(staged.parts, staged.sources, strict=True):
        low = part.mesh.vertices[:, 2] < 0.15
        if low.any():
            values.append(np.mean(part.heat(source[low])) if callable(part.heat) else part.heat)
    return float(np.mean(values)) if values else 0.0


def _others(random, staged):
    """Clutter near room temperature, rarely warm or cold, as pairs of a part and its heat."""
    points = np.vstack([part.mesh.vertices for part in staged.parts])
    reach = np.linalg.norm(points[:, :2], axis=1).max()
    toward = staged.camera.eye - staged.camera.target
    behind = np.arctan2(toward[1], toward[0]) + np.pi
    found = []
    for _ in range(random.choice([0, 1, 2, 3], p=[0.35, 0.3, 0.2, 0.15])):
        size = random.uniform(0.5, 1.0)
        angle = behind + random.uniform(-1.7, 1.7)
        distance = reach + 0.65 * size + random.uniform(0, 1)
        place = (distance * np.cos(angle), distance * np.sin(angle), 0)
        heat = random.normal(0, 1.5) + (random.uniform(-8, 12) if random.random() < 0.25 else 0)
        turn = (0, 0, random.uniform(0, 360))
        for part in clutter(random):
            mesh = moved(part.mesh, place, turn, size)
            found.append((part._replace(mesh=mesh), heat))
    return found
