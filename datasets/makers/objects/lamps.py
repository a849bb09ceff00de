"""Lamps: on tables, desks and floors, lit or not. Lengths in centimetres."""

from itertools import pairwise

import numpy as np

from .solids import Part, ball, gradient, hollow, lathe, moved, rod, smooth_profile, spot


def lamp(random):
    """A table lamp, a desk lamp with a jointed arm, a floor lamp or a globe on a stand."""
    kind = random.choice(["table", "table", "table", "desk", "desk", "floor", "globe"])
    lit = random.random() < 0.75
    return {"table": _table, "desk": _desk, "floor": _floor, "globe": _globe}[kind](random, lit)


def _bulb(at, size, lit):
    return Part(
        ball(size, at, (1, 1, 1.15), 16),
        "lit bulb" if lit else "bulb",
        "bulb",
        70.0 if lit else 0.0,
    )


def _shade(random, low, tall, bottom, top, lit, wall=0.45):
    belly = random.choice([0, 0, 0.08, -0.1])
    t = np.linspace(0, 1, 10)
    radius = bottom + (top - bottom) * t + belly * bottom * 4 * t * (1 - t)
    heights = low + tall * t
    loop = np.vstack(
        [np.stack([radius, heights], -1), np.stack([radius - wall, heights], -1)[::-1]]
    )
    warm = spot((0, 0, low + tall * 0.6), tall * 0.6, 20, 8) if lit else 0.0
    flutes = {"flutes": 20, "depth": 0.025} if random.random() < 0.25 else {}
    mesh = lathe(loop, 60 if flutes else 40, joined=True, **flutes)
    return Part(mesh, "lit shade" if lit else "cloth", "shade", warm)


def _table(random, lit):
    tall = random.uniform(20, 28)
    body = random.choice(["gourd", "column", "ball", "cone", "vase", "tripod"])
    stuff = random.choice(["ceramic", "metal", "wood", "plastic", "clear glass"])
    shapes = {
        "gourd": [(5, 0), (7.5, 0.1), (8, 0.3), (4, 0.6), (4.5, 0.75), (1.5, 1)],
        "column": [(7.5, 0), (7.5, 0.06), (2.2, 0.1), (1.8, 0.9), (1.5, 1)],
        "ball": [(3.5, 0), (7.5, 0.25), (8.5, 0.45), (6, 0.78), (1.5, 1)],
        "cone": [(8, 0), (7.5, 0.05), (3, 0.7), (1.5, 1)],
        "vase": [(4, 0), (4.5, 0.08), (7.5, 0.65), (5.5, 0.9), (1.5, 1)],
    }
    if body == "tripod":
        parts = [
            Part(
                rod((np.cos(a) * 10, np.sin(a) * 10, 0), (0, 0, tall * 0.95), 0.9, segments=8),
                "wood",
                "body",
            )
            for a in np.array([0, 2.1, 4.2]) + 0.4
        ]
    else:
        profile = smooth_profile(np.array(shapes[body]) * [1, tall], 30)
        parts = [
            Part(lathe(hollow(profile, 0.6)), stuff, "body", gradient(0, 4 if lit else 0, 0, tall))
        ]
    bottom = random.uniform(12, 17)
    high = random.uniform(14, 20)
    low = tall * random.uniform(0.88, 1.0)
    shade = _shade(random, low, high, bottom, bottom * random.choice([1.0, 0.75, 0.5]), lit)
    parts += [
        Part(rod((0, 0, tall * 0.9), (0, 0, low + high * 0.45), 0.7, segments=8), "metal", "rod")
    ]
    return [*parts, _bulb((0, 0, low + high * 0.5), 3, lit), shade]


def _desk(random, lit):
    stuff = random.choice(["metal", "plastic", "enamel"])
    joints = np.array(
        [
            (0, 0, 2),
            (random.uniform(-12, -4), 0, random.uniform(22, 28)),
            (random.uniform(12, 20), 0, random.uniform(36, 44)),
        ]
    )
    parts = [Part(lathe(smooth_profile([(10, 0), (10, 1.5), (2, 3.5)], 12)), stuff, "body")]
    for a, b in pairwise(joints):
        offsets = (-1.3, 1.3) if random.random() < 0.4 else (0,)
        for dy in offsets:
            aside = np.array([0, dy, 0])
            parts.append(Part(rod(a + aside, b + aside, 0.9, segments=10), stuff, "arm"))
    parts += [Part(ball(1.9, j, segments=14), stuff, "joint") for j in joints[1:]]
    length, mouth = random.uniform(11, 15), random.uniform(7, 10)
    profile = smooth_profile(
        [(2.2, 0), (3.2, length * 0.2), (mouth * 0.85, length * 0.7), (mouth, length)], 14
    )
    loop = np.vstack([profile, (profile - [0.4, 0])[::-1]])
    tilt = random.uniform(115, 165)
    turn = (0, tilt, 0)
    hot = 30.0 if lit else 0.0
    cap = lathe([(2.2, -1.0), (2.2, 0.3)], 20)
    head = [
        Part(moved(lathe(loop, joined=True), joints[2], turn), stuff, "body", hot),
        Part(moved(cap, joints[2], turn), stuff, "body", hot),
    ]
    bulb = _bulb((0, 0, length * 0.62), 2.8, lit)
    return [*parts, *head, bulb._replace(mesh=moved(bulb.mesh, joints[2], turn))]


def _floor(random, lit):
    tall = random.uniform(75, 95)
    parts = [Part(rod((0, 0, 1), (0, 0, tall), 1.3, segments=10), "metal", "body")]
    if random.random() < 0.4:
        for a in np.array([0, 2.1, 4.2]) + 0.5:
            foot = (np.cos(a) * 24, np.sin(a) * 24, 0)
            parts.append(Part(rod(foot, (0, 0, tall * 0.75), 1.5, segments=8), "wood", "leg"))
    else:
        parts.append(Part(lathe([(16, 0), (16, 1.6), (3, 3)]), "metal", "body"))
    bottom, high = random.uniform(18, 24), random.uniform(18, 26)
    shade = _shade(random, tall - 4, high, bottom, bottom * random.choice([1, 0.7, 0.45]), lit, 0.5)
    return [*parts, _bulb((0, 0, tall + high * 0.3), 4, lit), shade]


def _globe(random, lit):
    stuff = random.choice(["metal", "wood", "ceramic"])
    size = random.uniform(8, 11)
    high = random.uniform(6, 26)
    base = smooth_profile([(7, 0), (7, 1.5), (1.6, 3), (1.4, high), (3, high + 2)], 20)
    angle = np.linspace(-np.pi / 2, np.pi / 2, 17)
    arc = np.stack([np.cos(angle), np.sin(angle)], -1)
    bubble = lathe(np.vstack([size * arc, (size - 0.5) * arc[::-1]]), 32, joined=True)
    globe = moved(bubble, (0, 0, high + 1 + size))
    heat = spot((0, 0, high + size), size, 25, 10) if lit else 0.0
    return [
        Part(lathe(base), stuff, "body"),
        Part(globe, "lit globe" if lit else "white glass", "shade", heat),
    ]
