"""Hammers and scissors. Lengths in centimetres."""

import numpy as np

from .solids import Part, ball, box, gradient, lathe, loft, moved, slab, spline, spot, tube


def hammer(random):
    """A claw, ball, cross-peen or sledge hammer, or a mallet; its handle along z."""
    kind = random.choice(["claw", "claw", "ball", "cross", "sledge", "mallet"])
    length = random.uniform(26, 34)
    held = gradient(random.uniform(4, 11), 0.5, length * 0.2, length * 0.65)
    struck = random.uniform(-4, -1) if random.random() < 0.4 else random.uniform(3, 16)
    parts = _hammer_handle(random, length, held)
    size = random.uniform(0.9, 1.15)
    metal = random.choice(["steel", "steel", "cast iron"])
    head = {"claw": _claw, "ball": _ball_peen, "cross": _cross_peen}.get(kind)
    if head:
        meshes = head(size)
        material = metal
    elif kind == "sledge":
        meshes = [box((11 * size, 4.4 * size, 4.4 * size), 0.7)]
        material = metal
    else:
        radius, half = 3.4 * size, 5.2 * size
        profile = [
            (radius * 0.9, -half),
            (radius, -half + 0.4),
            (radius, half - 0.4),
            (radius * 0.9, half),
        ]
        meshes = [moved(lathe(profile), turn=(0, 90, 0))]
        material = random.choice(["wood", "rubber", "plastic"])
    heat = spot((-5, 0, length), 5, struck, struck * 0.3)
    return parts + [Part(moved(m, (0, 0, length)), material, "head", heat) for m in meshes]


def _hammer_handle(random, length, held):
    material = random.choice(["wood", "wood", "wood", "steel", "plastic"])
    thick = random.uniform(1.1, 1.4)
    heights = np.linspace(0, length + 1, 24)
    along = heights / length
    radius = thick * np.interp(along, [0, 0.08, 0.3, 0.6, 1.1], [1.05, 1.15, 1.0, 0.72, 0.8])
    path = np.stack([np.zeros(24), np.zeros(24), heights], -1)
    parts = [Part(tube(path, radius, 18, squash=0.75, up=(1, 0, 0)), material, "handle", held)]
    if material != "wood" or random.random() < 0.25:
        grip = int(24 * random.uniform(0.4, 0.5))
        mesh = tube(path[:grip], radius[:grip] * 1.2, 18, squash=0.8, up=(1, 0, 0))
        parts.append(Part(mesh, "rubber", "grip", held))
    return parts


def _poll(size, start, end):
    """The round striking end, along x from `start` to `end`."""
    radius = 1.75 * size
    profile = [
        (radius * 0.72, -start),
        (radius * 0.68, -(start + end) / 2),
        (radius, -end + 1.6),
        (radius, -end + 0.3),
        (radius * 0.85, -end),
    ]
    profile = [(r, -z) for r, z in profile]
    return moved(lathe(profile, 24), turn=(0, 90, 0))


def _claw(size):
    meshes = [_poll(size, 0.5, -6.5 * size), box((3.6 * size, 2.8 * size, 3.2 * size), 0.5)]
    for side in (-1, 1):
        path = spline(
            [
                (1, side * 0.7, 0.4),
                (3.5 * size, side * 0.9, 0.7),
                (6 * size, side * 1.2, -0.2),
                (8 * size, side * 1.5, -2.4 * size),
            ],
            14,
        )
        meshes.append(tube(path, np.linspace(1.3, 0.3, 14) * size, 12, squash=0.55))
    return meshes


def _ball_peen(size):
    neck = moved(lathe([(1.3 * size, 0.0), (1.0 * size, 4.0 * size)], 20), turn=(0, 90, 0))
    middle = box((3.6 * size, 3.0 * size, 3.0 * size), 0.6)
    return [_poll(size, 0.5, -6 * size), middle, neck, ball(1.75 * size, (4.8 * size, 0, 0))]


def _cross_peen(size):
    rings = [
        [(x, y * w, z * h) for y, z in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        for x, w, h in ((1.0, 1.4, 1.5), (3.5, 1.4, 1.3), (7.0, 1.4, 0.25))
    ]
    wedge = moved(loft(rings), scale=size)
    poll = box((6.5 * size, 2.7 * size, 2.9 * size), 0.35, (-2.9 * size, 0, 0))
    return [box((3.4 * size, 2.9 * size, 3.1 * size), 0.4), wedge, poll]


def scissors(random):
    """Scissors lying flat, from closed to wide open: paper, kitchen, nail, tailor's, child's."""
    kind = random.choice(["paper", "kitchen", "nail", "tailor", "child"])
    blade = {"paper": 10, "kitchen": 9.5, "nail": 4, "tailor": 13, "child": 6.5}[kind]
    blade *= random.uniform(0.9, 1.1)
    opening = random.uniform(8, 65)
    plastic = kind != "nail" and random.random() < 0.8
    held = random.uniform(5, 12)
    cold = random.uniform(-4, 1)
    eyes = [random.uniform(0.85, 1.1) for _ in range(2)]
    if kind == "tailor":
        eyes[1] *= 1.45
    width = random.uniform(0.75, 1.0) * (0.6 if kind == "nail" else 1.0)
    material = random.choice(["plastic", "plastic", "rubber"]) if plastic else "steel"
    bow = random.uniform(0.35, 0.55) * (1 if plastic else 0.7)
    parts = []
    for side, eye in zip((-1, 1), eyes, strict=True):
        tip = 0.35 if kind == "child" else 0.06
        edge = np.array([(-width * 0.8, 0), (-width * 0.7, blade * 0.5), (-tip - 0.2, blade)])
        back = np.array([(width * 0.8, 0), (width * 0.55, blade * 0.5), (tip - 0.2, blade * 0.99)])
        long_edge, long_back = spline(edge, 10), spline(back, 10)
        low = 0.0 if side > 0 else -0.25
        length = random.uniform(4.0, 5.0) * (0.9 if kind == "nail" else 1.0)
        shank = spline([(0, 0.8), (0.25, -length * 0.45), (1.1, -length)], 10)
        across = np.linspace(width * 0.8, width * 0.55, 10)[:, None] * [1, 0]
        eye_wide, eye_long = 3.0 * eye, random.uniform(4.2, 5.6) * eye
        centre = np.array([1.15 + eye_wide * 0.3, -length - eye_long * 0.42])
        angle = np.linspace(0, 2 * np.pi, 36, endpoint=False)
        # An eye is drawn out to a drop towards the pivot.
        loop = np.stack([eye_wide / 2 * np.cos(angle), eye_long / 2 * np.sin(angle)], -1)
        loop[:, 0] *= 1 - 0.18 * np.sin(angle)
        loop = np.insert(loop + centre, 2, low + 0.12, 1)
        meshes = [
            (slab(long_edge, long_back, 0.22, low), "steel", cold),
            (
                slab(shank - across, shank + across, 0.22 if not plastic else 0.5, low),
                "steel" if not plastic else material,
                cold if not plastic else held * 0.7,
            ),
            (tube(loop, bow, 12, closed=True, squash=1.2), material, held),
        ]
        for mesh, stuff, heat in meshes:
            mesh = moved(mesh, scale=(side, 1, 1))
            # The halves cross at the pivot: the blade of the left handle lies on the right.
            turned = moved(mesh, turn=(0, 0, side * opening / 2))
            parts.append(Part(turned, stuff, "steel" if stuff == "steel" else "handle", heat))
    screw = lathe([(0.5, -0.4), (0.5, 0.4), (0.3, 0.5)], 16)
    return [*parts, Part(screw, "steel", "screw", cold)]
