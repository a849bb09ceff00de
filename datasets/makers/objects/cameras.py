"""Cameras, with what is inside them. Lengths in centimetres; the front looks towards -y."""

import numpy as np

from .solids import Part, ball, box, lathe, loft, moved, spline, spot, tube


def camera(random):
    """A reflex, rangefinder, compact, bridge or instant camera, with what is inside it."""
    kind = random.choice(["reflex", "reflex", "range", "compact", "instant", "twin"])
    size = {
        "reflex": (13.5, 6, 9),
        "range": (14, 4, 8),
        "compact": (10.5, 3.2, 6.2),
        "instant": (12, 8, 11),
        "twin": (8, 8.5, 14),
    }[kind]
    size = np.array(size) * random.uniform(0.92, 1.08, 3)
    wide, deep, tall = size
    warm = random.uniform(5, 16) if random.random() < 0.8 else -3.0
    heat = spot((wide * 0.25, 0, tall * 0.4), wide * 0.35, warm, warm * 0.25)
    body = random.choice(["dark plastic", "dark plastic", "leather", "metal", "plastic"])
    shell = _case(size, 0.25, random.uniform(0.4, 1.0))
    parts = [Part(moved(shell, (0, 0, tall / 2)), body, "body", heat)]
    if kind in ("range", "compact", "reflex") and random.random() < 0.6:
        band = box((wide * 1.01, deep * 1.02, tall * 0.22), 0.4, (0, 0, tall * 0.9))
        parts.append(Part(band, "metal", "band", heat))
    parts += _lenses(random, kind, wide, deep, tall, warm)
    parts += _fittings(random, kind, wide, deep, tall, body, heat)
    parts += _insides(random, wide, deep, tall, warm)
    return parts


def _case(size, wall, bevel):
    """A closed box with a hollow inside: two shells, the inner one turned inside out."""
    outer = box(size, bevel)
    inner = box(np.asarray(size) - 2 * wall, bevel * 0.8)
    vertices = np.vstack([outer.vertices, inner.vertices])
    faces = np.vstack([outer.faces, inner.faces[:, ::-1] + len(outer.vertices)])
    return outer._replace(vertices=vertices, faces=faces)


def _barrel(radius, length, steps, wall=0.3):
    """Profile of a stepped lens barrel, open to the front."""
    cuts = np.linspace(0, length, steps + 1)
    points = []
    for k in range(steps):
        r = radius * (1 - 0.07 * (k % 2))
        points += [(r, cuts[k]), (r, cuts[k + 1])]
    inner = [
        (radius * 0.9 - wall, length),
        (radius * 0.8 - wall, length * 0.75),
        (radius * 0.6, 0.0),
    ]
    return lathe(points + inner, 36, joined=True)


def _lenses(random, kind, wide, deep, tall, warm):
    radius, length = {
        "reflex": (3.5, random.uniform(4, 11)),
        "range": (2.6, random.uniform(2.5, 4.5)),
        "compact": (2.2, random.uniform(1.2, 3.5)),
        "instant": (2.7, random.uniform(1.5, 2.5)),
        "twin": (2.3, 2.0),
    }[kind]
    centres = (
        [(0, tall * 0.3), (0, tall * 0.68)]
        if kind == "twin"
        else [(random.uniform(-0.1, 0.12) * wide, tall * random.uniform(0.42, 0.5))]
    )
    material = random.choice(["dark plastic", "metal", "dark plastic"])
    parts = []
    for x, z in centres:
        place = {"move": (x, -deep / 2 + 0.1, z), "turn": (90, 0, 0)}
        barrel = moved(_barrel(radius, length, int(random.integers(2, 6))), **place)
        parts.append(Part(barrel, material, "barrel", warm * 0.35))
        for at, size in ((0.72, 0.8), (0.3, 0.62)):
            disc = ball(radius * size, (0, 0, length * at), (1, 1, 0.22), 24)
            parts.append(Part(moved(disc, **place), "coated glass", "glass", warm * 0.15))
        ring = lathe(
            [
                (radius * 1.1, -0.3),
                (radius * 1.1, 0.4),
                (radius * 0.95, 0.4),
                (radius * 0.95, -0.3),
            ],
            36,
            joined=True,
        )
        parts.append(Part(moved(ring, **place), "metal", "band", warm * 0.4))
    return parts


def _fittings(random, kind, wide, deep, tall, body, heat):
    parts = []
    if kind == "reflex":
        rings = [
            [(x * w, y * d, z) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            for w, d, z in ((2.9, 2.6, tall - 0.2), (2.2, 2.2, tall + 1.6), (1.4, 1.6, tall + 2.1))
        ]
        parts.append(Part(loft(rings), body, "body", heat))
        grip = box((2.6, deep + 2.4, tall * 0.92), 0.9, (-wide / 2 + 0.9, -0.9, tall * 0.46))
        parts.append(Part(grip, "rubber", "grip", heat))
    if kind == "twin":
        band = box((wide * 0.92, deep * 0.9, 2.6), 0.2, (0, 0, tall + 1.0))
        parts.append(Part(band, "metal", "band", heat))
    else:
        window = box((2.2, 0.3, 1.4), 0.1, (wide * 0.28, -deep / 2, tall * 0.86))
        parts.append(Part(window, random.choice(["coated glass", "white plastic"]), "window", heat))
        button = lathe([(0.75, 0), (0.75, 0.6), (0.6, 0.8)], 18)
        parts.append(Part(moved(button, (-wide * 0.36, -deep * 0.15, tall)), "metal", "knob", heat))
    if kind in ("reflex", "range"):
        dial = lathe([(1.1, 0), (1.1, 0.8)], 24, flutes=12, depth=0.05)
        parts.append(Part(moved(dial, (wide * 0.34, 0, tall)), "metal", "knob", heat))
    if kind == "twin":
        crank = moved(lathe([(1.0, 0), (1.0, 0.8)], 20), (wide / 2, 0, tall * 0.6), (0, 90, 0))
        parts.append(Part(crank, "metal", "knob", heat))
    if kind == "instant":
        slope = box((wide * 0.98, deep * 0.45, tall * 0.35), 0.8, (0, -deep * 0.55, tall * 0.12))
        stripe = box((1.4, deep * 1.01, tall * 1.005), 0.5, (0, 0.05, tall / 2))
        parts += [Part(slope, body, "body", heat), Part(stripe, "plastic", "accent", heat)]
    if random.random() < 0.3:
        x = wide / 2
        strap = spline(
            [
                (-x, 0, tall * 0.85),
                (-x - 3, 2, tall * 0.5),
                (-x * 0.7, deep * 1.2, 0.4),
                (x * 0.7, deep * 1.3, 0.4),
                (x + 3, 2, tall * 0.5),
                (x, 0, tall * 0.85),
            ],
            40,
        )
        parts.append(Part(tube(strap, 0.6, 8, squash=0.25), "cloth", "strap"))
    return parts


def _insides(random, wide, deep, tall, warm):
    """Battery, board and film spools or sensor: only the X-ray shows them."""
    battery = box((wide * 0.14, deep * 0.5, tall * 0.7), 0.1, (-wide * 0.36, 0, tall * 0.45))
    board = box((wide * 0.6, 0.2, tall * 0.7), 0, (wide * 0.05, deep * 0.25, tall * 0.5))
    parts = [Part(battery, "battery", "inside", warm), Part(board, "circuit", "inside", warm)]
    if random.random() < 0.5:
        for x in (-0.22, 0.36):
            spool = lathe([(0.9, tall * 0.15), (0.9, tall * 0.85)], 16)
            parts.append(Part(moved(spool, (wide * x, 0, 0)), "metal", "inside", warm))
    return parts
