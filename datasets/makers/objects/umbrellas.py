"""Umbrellas, open or furled. Lengths in centimetres."""

import numpy as np

from .solids import Part, gradient, lathe, loft, moved, plate, rod, smooth_profile, tube


def umbrella(random):
    """An open umbrella or parasol, or a furled one with a crook or a straight grip; upright."""
    if random.random() < 0.16:
        return _furled(random)
    ribs = int(random.choice([6, 8, 8, 8, 10]))
    wide = random.uniform(42, 55)
    deep = wide * random.uniform(0.32, 0.62)
    wet = random.uniform(-14, -7) if random.random() < 0.7 else random.uniform(6, 14)
    length = wide * random.uniform(1.25, 1.6)
    scallop = random.uniform(0.06, 0.16)
    colours = random.choice(["one", "alternate", "alternate", "single gore"])
    parts = []
    for k in range(ribs):
        tone = {"one": "body", "alternate": ["body", "accent"][k % 2]}.get(
            colours, "accent" if k == 0 else "body"
        )
        gore = _gore(2 * np.pi * k / ribs, 2 * np.pi / ribs, wide, deep, scallop)
        heat = gradient(wet, wet * 0.5, length - deep, length)
        parts.append(Part(moved(gore, (0, 0, length)), "canopy", tone, heat))
        angle = 2 * np.pi * k / ribs
        out = np.array([np.cos(angle), np.sin(angle), 0])
        runner, joint = length - deep * 1.3, _dome(0.5, deep) + length
        stretcher = rod((0, 0, runner), out * wide * 0.5 + [0, 0, joint - 0.8], 0.5, segments=6)
        radii = np.linspace(0.02, 1, 10)
        rib = np.stack([out * wide * t + [0, 0, length + _dome(t, deep) - 0.6] for t in radii])
        parts += [Part(stretcher, "steel", "rib", wet * 0.3)]
        parts += [Part(tube(rib, 0.55, 6), "steel", "rib", wet * 0.5)]
    parts.append(Part(rod((0, 0, 0), (0, 0, length + 4), 1.1, segments=10), "steel", "shaft", 0.0))
    return parts + _umbrella_grip(random, 1.0)


def _dome(fraction, deep):
    return -deep * (0.55 * fraction**2 + 0.45 * fraction**3.5)


def _gore(start, angle, wide, deep, scallop):
    """One panel of the canopy: taut at the ribs, sagging and cut in between them."""
    along = np.linspace(0.02, 1, 12)[:, None]
    across = np.linspace(0, 1, 9)[None]
    between = 4 * across * (1 - across)
    reach = along * (1 - scallop * between * along**2)
    height = _dome(reach, deep) + 0.0 * across - 0.1 * deep * between * along * (1 - along)
    turn = start + angle * across
    top = np.stack([wide * reach * np.cos(turn), wide * reach * np.sin(turn), height], -1)
    bottom = top - [0, 0, 0.35]
    return loft(np.concatenate([top, bottom[:, ::-1]], axis=1))


def _umbrella_grip(random, size):
    held = random.uniform(6, 12)
    material = random.choice(["wood", "wood", "plastic", "rubber"])
    if random.random() < 0.65:
        radius = 5.0 * size
        angle = np.linspace(0, np.pi * 1.05, 16)
        crook = np.stack([radius - radius * np.cos(angle), 0 * angle, -radius * np.sin(angle)], -1)
        path = np.vstack([[(0, 0, 10 * size), (0, 0, 5 * size)], crook])
    else:
        path = np.array([(0, 0, 11.0), (0, 0, 5.0), (0, 0, 0), (0, 0, -1.5)]) * size
    return [Part(tube(path, 1.5 * size, 12, up=(0, 1, 0)), material, "handle", held)]


def _furled(random):
    length, wide = random.uniform(70, 85), random.uniform(4.0, 6.5)
    wet = random.uniform(-14, -7) if random.random() < 0.7 else random.uniform(6, 14)
    loose = random.uniform(0.12, 0.3)
    low = length * random.uniform(0.16, 0.24)
    profile = smooth_profile(
        [(wide * 0.75, low), (wide, low + 6), (wide * 0.75, length * 0.55), (1.0, length * 0.95)],
        20,
    )
    cloth = lathe(profile, 64, flutes=8, depth=loose)
    # Folds wind a little around the shaft.
    turn = np.deg2rad(random.uniform(0, 60)) * cloth.vertices[:, 2] / length
    x, y, z = cloth.vertices.T
    twisted = np.stack(
        [x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn), z], -1
    )
    around = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    band = plate(1.02 * wide * np.stack([np.cos(around), np.sin(around)], -1), 2.2)
    return [
        Part(
            cloth._replace(vertices=twisted), "cloth", "body", gradient(wet, wet * 0.4, low, length)
        ),
        Part(moved(band, (0, 0, length * 0.42)), "cloth", "accent", wet * 0.6),
        Part(rod((0, 0, 0), (0, 0, length + 5), 0.9, segments=10), "steel", "shaft", 0.0),
        *_umbrella_grip(random, 1.2),
    ]
