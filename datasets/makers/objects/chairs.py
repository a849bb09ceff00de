"""Chairs. Lengths in centimetres; the front looks towards -y."""

from itertools import pairwise

import numpy as np

from .solids import (
    Part,
    box,
    lathe,
    loft,
    moved,
    rod,
    smooth_profile,
    spline,
    spot,
    superellipse,
    tube,
)


def chair(random):
    """A dining chair, an office chair, an armchair, a shell on rods or one bent from a pipe."""
    kind = random.choice(["dining", "dining", "dining", "office", "arm", "shell", "pipe"])
    seat = random.uniform(42, 48)
    wide, deep = random.uniform(40, 47), random.uniform(39, 45)
    warm = random.uniform(5, 12) if random.random() < 0.75 else 0.0
    heat = spot((0, 0, seat + 2), wide * 0.25, warm, -0.3)
    leaned = spot((0, deep / 2, seat + 28), wide * 0.25, warm * 0.7, -0.3)
    build = {
        "dining": _dining,
        "office": _office,
        "arm": _armchair,
        "shell": _shell,
        "pipe": _pipe,
    }[kind]
    return build(random, seat, wide, deep, heat, leaned)


def _dining(random, seat, wide, deep, heat, leaned):
    stuff = random.choice(["wood", "wood", "wood", "plastic", "metal"])
    top = seat + random.uniform(38, 55)
    thick = random.uniform(1.4, 2.4)
    x, y = wide / 2 - thick, deep / 2 - thick
    lean = random.uniform(3, 9)
    splay = random.uniform(0, 4)
    parts = []
    soft = random.random() < 0.4
    cushion = "cloth" if soft else stuff
    pad = box((wide, deep, 5 if soft else 3), 1.5 if soft else 0.6, (0, 0, seat))
    parts.append(Part(pad, cushion, "seat", heat))
    for sx in (-1, 1):
        leg = rod((sx * x, -y, seat), (sx * (x + splay), -y - splay, 0), thick, thick * 0.65)
        parts.append(Part(leg, stuff, "frame"))
        post = spline(
            [(sx * (x + splay), y + splay, 0), (sx * x, y, seat), (sx * x, y + lean, top)], 14
        )
        parts.append(Part(tube(post, thick * 0.95), stuff, "frame", leaned))
    if random.random() < 0.6:
        for a, b in (((-x, -y), (-x, y)), ((x, -y), (x, y)), ((-x, 0), (x, 0))):
            height = seat * random.uniform(0.3, 0.42)
            rung = rod((*a, height), (*b, height), thick * 0.55, segments=8)
            parts.append(Part(rung, stuff, "frame"))
    back = random.choice(["ladder", "slats", "panel", "rail"])
    at = lambda z: y + lean * ((z - seat) / (top - seat)) ** 1.2  # noqa: E731
    if back in ("ladder", "rail"):
        count = int(random.integers(3, 5)) if back == "ladder" else 1
        for z in np.linspace(seat + (top - seat) * (0.35 if count > 1 else 0.85), top - 3, count):
            tall = 4.5 if back == "ladder" else 13
            bow = spline([(-x, at(z), z), (0, at(z) + 2.5, z), (x, at(z), z)], 10)
            parts.append(Part(tube(bow, tall / 2, squash=1.6 / tall * 1.4), stuff, "back", leaned))
    elif back == "slats":
        rail = box((2 * x, 2.4, 5), 0.8, (0, at(top - 3), top - 3))
        parts.append(Part(rail, stuff, "frame", leaned))
        for sx in np.linspace(-x * 0.7, x * 0.7, int(random.integers(3, 6))):
            slat = rod((sx, y, seat), (sx, at(top - 4), top - 4), 1.1, segments=8)
            parts.append(Part(slat, stuff, "back", leaned))
    else:
        tall = (top - seat) * random.uniform(0.55, 0.85)
        z = top - tall / 2
        panel = moved(
            box((2 * x, 3 if soft else 1.6, tall), 1.0),
            (0, at(z), z),
            turn=(-np.rad2deg(np.arctan2(lean, top - seat)), 0, 0),
        )
        parts.append(Part(panel, cushion, "back" if not soft else "seat", leaned))
    if random.random() < 0.2:
        for sx in (-1, 1):
            arm = spline(
                [
                    (sx * x, at(seat + 22), seat + 22),
                    (sx * (x + 2), 0, seat + 22),
                    (sx * (x + 1), -y * 0.7, seat + 20),
                    (sx * x, -y * 0.8, seat),
                ],
                16,
            )
            parts.append(Part(tube(arm, thick * 0.8), stuff, "frame"))
    return parts


def _cushion(wide, deep, thick, centre, turn=(0, 0, 0), power=4.0):
    outline = superellipse(wide, deep, power, 32)
    heights = np.array([-0.5, -0.42, -0.2, 0.2, 0.42, 0.5]) * thick
    shrink = np.array([0.86, 0.95, 1, 1, 0.95, 0.86])
    rings = [np.insert(outline * s, 2, z, 1) for s, z in zip(shrink, heights, strict=True)]
    return moved(loft(rings), centre, turn)


def _office(random, seat, wide, deep, heat, leaned):
    stuff = random.choice(["cloth", "cloth", "leather", "plastic"])
    tall = random.uniform(30, 62)
    frame = random.choice(["plastic", "metal"])
    y = deep / 2
    parts = [Part(_cushion(wide, deep, 8, (0, 0, seat)), stuff, "seat", heat)]
    back = _cushion(
        wide * random.uniform(0.8, 1), tall, 6, (0, y + 3, seat + 12 + tall / 2), (80, 0, 0), 3.5
    )
    parts.append(Part(back, stuff, "seat", leaned))
    brace = spline(
        [(0, 4, seat - 5), (0, y + 5, seat - 4), (0, y + 9, seat + 8), (0, y + 7, seat + 24)], 14
    )
    parts.append(Part(tube(brace, 2.2), frame, "frame"))
    parts.append(Part(rod((0, 0, 8), (0, 0, seat - 3), 2.6), "steel", "column"))
    for k in range(5):
        a = 2 * np.pi * k / 5 + 0.3
        out = np.array([np.cos(a), np.sin(a), 0])
        spoke = rod(out * 2 + [0, 0, 11], out * 29 + [0, 0, 7], 3, 1.8, segments=8)
        parts.append(Part(spoke, frame, "frame"))
        wheel = moved(
            lathe([(2.8, -1.6), (3.2, 0), (2.8, 1.6)], 14),
            out * 29 + [0, 0, 3.2],
            (90, 0, np.rad2deg(a)),
        )
        parts.append(Part(wheel, "plastic", "wheel"))
    if random.random() < 0.6:
        for sx in (-1, 1):
            x = sx * (wide / 2 + 3)
            arm = spline([(x * 0.8, 0, seat - 3), (x, 0, seat), (x, 2, seat + 20)], 10)
            parts.append(Part(tube(arm, 1.8), frame, "frame"))
            parts.append(Part(box((6, 25, 3.5), 1.2, (x, 0, seat + 21)), "rubber", "arm"))
    return parts


def _armchair(random, seat, wide, deep, heat, leaned):
    wide, deep, seat = wide * 1.45, deep * 1.45, seat * 0.9
    stuff = random.choice(["cloth", "cloth", "leather"])
    top = seat + random.uniform(32, 45)
    side = random.uniform(9, 13)
    shift = spot(
        (0, deep * 0.25, seat + 24), wide * 0.25, leaned(np.array([[0, 22, seat + 28]]))[0]
    )
    parts = [
        Part(box((wide - 2 * side, deep, 16), 4, (0, 0, seat - 6)), stuff, "seat", heat),
        Part(box((wide - 2, deep, seat - 20), 3, (0, 2, 10 + (seat - 20) / 2)), stuff, "body"),
        Part(
            moved(
                box((wide - side, 15, top - 14), 6),
                (0, deep / 2 - 3, 14 + (top - 14) / 2),
                (-8, 0, 0),
            ),
            stuff,
            "body",
            shift,
        ),
    ]
    for sx in (-1, 1):
        high = seat + random.uniform(12, 16)
        arm = box((side, deep, high - 8), 4.5, (sx * (wide - side) / 2, -1, 8 + (high - 8) / 2))
        parts.append(Part(arm, stuff, "body"))
        for sy in (-1, 1):
            foot = (sx * (wide / 2 - 6), sy * (deep / 2 - 7))
            parts.append(Part(rod((*foot, 12), (*foot, 0), 3, 1.8, segments=10), "wood", "foot"))
    return parts


def _shell(random, seat, wide, deep, heat, leaned):
    """A moulded seat and back in one, on four splayed rods or a trumpet foot."""
    tall = random.uniform(32, 42)
    path = spline(
        [
            (0, -deep / 2, seat + 1),
            (0, 0, seat - 2),
            (0, deep * 0.42, seat + 2),
            (0, deep * 0.55, seat + 14),
            (0, deep * 0.68, seat + tall),
        ],
        26,
    )
    half = (
        wide / 2 * np.interp(np.linspace(0, 1, 26), [0, 0.1, 0.5, 0.85, 1], [0.8, 1, 1, 0.9, 0.55])
    )
    across = np.linspace(-1, 1, 15)
    step = np.gradient(path, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    normal = np.stack([step[:, 0], -step[:, 2], step[:, 1]], -1)
    curl = random.uniform(4, 9) * across**4
    front = path[:, None] + half[:, None, None] * across[None, :, None] * [1, 0, 0]
    front = front + curl[None, :, None] * normal[:, None]
    back = front - 1.3 * normal[:, None]
    mesh = loft(np.concatenate([front, back[:, ::-1]], axis=1))
    both = lambda points: np.maximum(heat(points), leaned(points))  # noqa: E731
    stuff = random.choice(["plastic", "plastic", "wood"])
    parts = [Part(mesh, stuff, "seat", both)]
    leg = random.choice(["wood", "metal"])
    if random.random() < 0.75:
        for sx in (-1, 1):
            for sy in (-1, 1):
                top, foot = (sx * 12, sy * 11, seat - 1), (sx * 22, sy * 21, 0)
                parts.append(Part(rod(top, foot, 1.6, 1.1, segments=10), leg, "frame"))
    else:
        foot = smooth_profile([(24, 0), (23, 1), (5, 4), (2.5, seat * 0.5), (8, seat - 1)], 22)
        parts.append(Part(lathe(foot), leg, "frame"))
    return parts


def _pipe(random, seat, wide, deep, heat, leaned):
    """One bent pipe carries seat and back: no hind legs."""
    tall, x, y = random.uniform(38, 46), wide / 2, deep / 2
    stuff = random.choice(["leather", "wood", "cloth"])
    parts = []
    half = [
        (0, y, 1.4),
        (x * 0.7, y, 1.4),
        (x, y * 0.8, 1.4),
        (x, -y * 0.8, 1.4),
        (x, -y, 5),
        (x, -y, seat - 5),
        (x, -y * 0.8, seat),
        (x, y * 0.75, seat),
        (x, y, seat + 5),
        (x, y + 6, seat + tall),
    ]
    for sx in (-1, 1):
        # Straight runs with rounded corners: a spline through halfway points would sway.
        dense = np.vstack([np.linspace(a, b, 5)[:-1] for a, b in pairwise(half)] + [half[-1:]])
        parts.append(Part(tube(dense * [sx, 1, 1], 1.4, 10), "steel", "frame"))
    parts.append(Part(box((wide, deep * 0.9, 2.5), 0.8, (0, -2, seat + 1)), stuff, "seat", heat))
    high = random.uniform(16, 26)
    back = moved(box((wide, 2.5, high), 0.8), (0, y + 5, seat + tall - high / 2), (-9, 0, 0))
    return [*parts, Part(back, stuff, "seat", leaned)]
