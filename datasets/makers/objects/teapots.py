"""Teapots, their lids, spouts and handles. Lengths in centimetres."""

import numpy as np

from .solids import Part, ball, filling, gradient, hollow, lathe, loft, smooth_profile, spline, tube


def teapot(random):
    """A teapot: round, squat, tall or straight, with a side or a bail handle, of several makes."""
    kind = random.choice(["round", "squat", "tall", "drum", "pear"])
    wide, height = random.uniform(6.5, 8), 11 * random.uniform(0.9, 1.1)
    wide, height = {
        "squat": (wide * 1.12, height * 0.75),
        "tall": (wide * 0.78, height * 1.3),
    }.get(kind, (wide, height))
    shape = {
        "round": [(0.55, 0), (0.85, 0.15), (1, 0.45), (0.8, 0.82), (0.45, 1)],
        "squat": [(0.6, 0), (0.92, 0.2), (1, 0.5), (0.78, 0.85), (0.42, 1)],
        "tall": [(0.8, 0), (1, 0.1), (0.9, 0.55), (0.7, 0.95), (0.62, 1)],
        "drum": [(0.9, 0), (1, 0.06), (1, 0.8), (0.85, 0.95), (0.5, 1)],
        "pear": [(0.6, 0), (0.95, 0.18), (1, 0.35), (0.65, 0.75), (0.5, 1)],
    }[kind]
    outer = smooth_profile(np.array(shape) * [wide, height], 30)
    material = random.choice(["ceramic", "ceramic", "ceramic", "metal", "cast iron", "enamel"])
    hot = random.uniform(30, 55) if random.random() < 0.85 else random.uniform(-6, -3)
    level = height * random.uniform(0.5, 0.85)
    wall = random.uniform(0.3, 0.5)
    heat = gradient(hot * 0.85, hot * 0.5, level, height * 1.1)
    parts = [
        Part(lathe(hollow(outer, wall), 44), material, "body", heat),
        Part(lathe(filling(outer, wall, level), 44), "tea", "drink", hot),
        *_lid(random, outer, height, material, hot),
        Part(_spout(random, outer, height), material, "body", hot * 0.7),
    ]
    return [*parts, _pot_handle(random, outer, height, material, hot)]


def _lid(random, outer, height, material, hot):
    rim = outer[-1, 0] * 1.04
    dome = height * random.uniform(0.06, 0.14)
    profile = [
        (rim, height),
        (rim, height + 0.25),
        (rim * 0.7, height + dome * 0.8),
        (0.2, height + dome),
    ]
    tone = random.choice(["body", "body", "accent"])
    size = random.uniform(0.8, 1.2)
    knob = ball(size, (0, 0, height + dome + size * 0.7), (1, 1, random.uniform(0.7, 1.1)), 18)
    return [Part(lathe(profile), material, tone, hot * 0.5), Part(knob, material, tone, hot * 0.3)]


def _spout(random, outer, height):
    at = lambda z: np.interp(z, outer[:, 1], outer[:, 0]) - 0.4  # noqa: E731
    low, top = height * random.uniform(0.25, 0.45), height * random.uniform(0.9, 1.08)
    reach = at(low) + random.uniform(4.0, 5.5)
    if random.random() < 0.65:  # a swan's neck
        points = [
            (at(low), 0, low),
            (reach * 0.78, 0, low + 0.18 * height),
            (reach * 0.88, 0, top * 0.75),
            (reach * 1.08, 0, top),
        ]
    else:
        points = [(at(low), 0, low), (reach * 0.85, 0, (low + top) / 2), (reach * 1.05, 0, top)]
    path = spline(points, 22)
    radius = np.linspace(random.uniform(1.5, 2.1), random.uniform(0.6, 0.85), 22)
    # Down the outside and up again on the inside: a spout is a pipe.
    outside = tube(path, radius, 16, up=(1, 0, 0))
    rings = outside.vertices[: len(path) * 16].reshape(len(path), 16, 3)
    share = np.maximum(1 - 0.35 / radius, 0.3)[:, None, None]
    inner = path[:, None] + (rings - path[:, None]) * share
    return loft(np.concatenate([rings, inner[::-1]]), joined=True)


def _pot_handle(random, outer, height, material, hot):
    at = lambda z: np.interp(z, outer[:, 1], outer[:, 0]) - 0.2  # noqa: E731
    thick = random.uniform(0.45, 0.75)
    grip = random.choice([material, material, "wood", "plastic"])
    if random.random() < 0.3:  # a bail over the top
        side = at(height * 0.85)
        top = height * random.uniform(1.55, 1.8)
        path = spline(
            [
                (-side, 0, height * 0.85),
                (-side * 1.05, 0, height * 1.25),
                (0, 0, top),
                (side * 1.05, 0, height * 1.25),
                (side, 0, height * 0.85),
            ],
            30,
        )
        return Part(tube(path, thick, up=(0, 1, 0)), grip, "handle", hot * 0.15)
    high, low = height * random.uniform(0.78, 0.92), height * random.uniform(0.2, 0.35)
    reach = random.uniform(3.4, 5.0)
    middle = at(height * 0.5)
    path = spline(
        [
            (-at(high), 0, high),
            (-middle - reach * 0.8, 0, high * 1.08),
            (-middle - reach, 0, height * 0.6),
            (-middle - reach * 0.45, 0, low * 1.2),
            (-at(low), 0, low),
        ],
        28,
    )
    return Part(
        tube(path, thick, squash=random.uniform(0.9, 1.5), up=(1, 0, 0)), grip, "handle", hot * 0.2
    )
