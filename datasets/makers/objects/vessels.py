"""Mugs and bottles: hollow, often with something in them. Lengths in centimetres."""

import numpy as np

from .solids import Part, ball, filling, gradient, hollow, lathe, smooth_profile, spline, tube


def mug(random):
    """A mug or cup: straight, tapered, barrel, bowl-shaped, espresso, tall; often on a saucer."""
    kind = random.choice(["straight", "tapered", "barrel", "bowl", "espresso", "tall", "flared"])
    height = random.uniform(8, 10.5) * {"espresso": 0.65, "tall": 1.35, "bowl": 0.75}.get(kind, 1)
    radius = random.uniform(3.7, 4.7) * {"espresso": 0.75, "bowl": 1.2}.get(kind, 1)
    foot, middle, top = {
        "straight": (1, 1, 1),
        "tapered": (random.uniform(0.65, 0.8), 0.88, 1),
        "barrel": (0.82, 1.08, 0.95),
        "bowl": (0.5, 0.9, 1.05),
        "espresso": (0.72, 0.95, 1),
        "tall": (random.uniform(0.75, 1), 0.95, 1),
        "flared": (0.85, 0.86, 1.12),
    }[kind]
    outer = smooth_profile(
        [
            (foot * radius * 0.9, 0),
            (foot * radius, 0.4),
            (middle * radius, height * 0.5),
            (top * radius, height),
        ]
    )
    material = random.choice(["ceramic", "ceramic", "ceramic", "ceramic", "enamel", "plastic"])
    wall = random.uniform(0.25, 0.45)
    drink = random.choice(["coffee", "tea", "milk", "none"], p=[0.4, 0.35, 0.1, 0.15])
    hot = random.uniform(22, 50) if random.random() < 0.8 else random.uniform(-14, -6)
    level = height * random.uniform(0.7, 0.9)
    parts = [
        Part(
            lathe(hollow(outer, wall)),
            material,
            "body",
            gradient(hot * 0.75, hot * 0.45, level * 0.8, height),
        )
    ]
    if drink != "none":
        parts.append(Part(lathe(filling(outer, wall * 0.9, level)), drink, "drink", hot))
    handle = _mug_handle(random, outer, height)
    tone = random.choice(["body", "body", "accent"])
    parts.append(Part(handle, material, tone, hot * 0.25))
    if random.random() < {"espresso": 0.85, "bowl": 0.8}.get(kind, 0.15):
        parts += _saucer(random, radius, material, hot)
    return parts


def _mug_handle(random, outer, height):
    high, low = height * random.uniform(0.75, 0.9), height * random.uniform(0.15, 0.38)
    reach = random.uniform(2.2, 3.6) * (0.75 + 0.03 * height)
    at = lambda z: np.interp(z, outer[:, 1], outer[:, 0]) - 0.15  # noqa: E731
    shape = random.choice(["loop", "square", "ear"])
    bends = {
        "loop": [(0.75, 1.02), (1, 0.5), (0.7, 0.0)],
        "square": [(0.8, 1.0), (1, 0.9), (1, 0.15), (0.8, 0.0)],
        "ear": [(0.8, 1.15), (1.1, 0.8), (0.6, 0.25)],
    }[shape]
    points = [(at(high), 0, high)]
    points += [(at(high) + reach * x, 0, low + (high - low) * z) for x, z in bends]
    points += [(at(low), 0, low)]
    thick = random.uniform(0.4, 0.65)
    return tube(spline(points, 26), thick, squash=random.uniform(0.9, 1.7), up=(1, 0, 0))


def _saucer(random, radius, material, hot):
    wide = radius * random.uniform(1.6, 1.95)
    profile = smooth_profile([(wide * 0.5, -0.5), (wide * 0.75, 0.1), (wide, 1.0)], 10)
    dish = lathe(hollow(profile, 0.35, 0.4))
    parts = [Part(dish, material, "body", hot * 0.12)]
    if random.random() < 0.5:
        handle = spline(
            [
                (0, -wide * 0.75, 0.7),
                (wide * 0.35, -wide * 0.7, 0.9),
                (wide * 0.95, -wide * 0.55, 1.5),
            ],
            12,
        )
        parts.append(Part(tube(handle, 0.28), "steel", "spoon", hot * 0.1))
        bowl = ball(1.3, (-0.6, -wide * 0.76, 0.8), (1, 0.65, 0.3), 16)
        parts.append(Part(bowl, "steel", "spoon", hot * 0.1))
    return parts


_BOTTLES = {  # (radius, height) as fractions of the belly's radius and the whole height
    "bordeaux": [(0.92, 0), (1, 0.02), (1, 0.6), (0.9, 0.68), (0.42, 0.76), (0.37, 0.97)],
    "burgundy": [(0.92, 0), (1, 0.02), (1, 0.42), (0.75, 0.6), (0.42, 0.76), (0.36, 0.97)],
    "beer": [(0.92, 0), (1, 0.02), (1, 0.55), (0.75, 0.66), (0.45, 0.8), (0.4, 0.96)],
    "water": [
        (0.8, 0),
        (1, 0.05),
        (0.93, 0.35),
        (0.88, 0.45),
        (1, 0.6),
        (0.8, 0.78),
        (0.36, 0.9),
        (0.36, 0.95),
    ],
    "milk": [(0.92, 0), (1, 0.02), (1, 0.55), (0.65, 0.75), (0.55, 0.88), (0.6, 0.97)],
    "flask": [(0.95, 0), (1, 0.02), (1, 0.78), (0.85, 0.84), (0.62, 0.87), (0.62, 0.9)],
    "sauce": [(0.85, 0), (1, 0.04), (0.85, 0.4), (0.95, 0.55), (0.5, 0.78), (0.3, 0.96)],
}


def bottle(random):
    """A wine, beer, water, milk, sauce or insulated bottle, full or not, labelled or not."""
    kind = random.choice(list(_BOTTLES))
    height = random.uniform(22, 30)
    radius = height * random.uniform(0.115, 0.16) * (1.25 if kind in ("milk", "flask") else 1)
    outer = smooth_profile(np.array(_BOTTLES[kind]) * [radius, height], 40)
    material = {
        "water": "clear plastic",
        "milk": "clear glass",
        "flask": "metal",
        "sauce": "plastic",
    }.get(kind, "bottle glass")
    if kind in ("water", "flask", "sauce") and random.random() < 0.35:
        material = random.choice(["plastic", "metal", "clear plastic"])
    flutes = {"flutes": int(random.integers(8, 14)), "depth": 0.02} if kind == "water" else {}
    cold = random.uniform(-17, -9) if random.random() < 0.75 else random.uniform(6, 20)
    level = height * random.uniform(0.35, 0.8)
    heat = gradient(cold, cold * 0.4, level, height)
    wall = random.uniform(0.25, 0.4) if "glass" in material else 0.15
    parts = [Part(lathe(hollow(outer, wall), **flutes), material, "body", heat)]
    if random.random() < 0.8:
        drink = "milk" if kind == "milk" else random.choice(["wine", "water", "juice"])
        parts.append(Part(lathe(filling(outer, wall * 1.6, level)), drink, "drink", cold))
    return (
        parts + _bottle_top(random, kind, outer, height, cold) + _label(random, outer, height, cold)
    )


def _bottle_top(random, kind, outer, height, cold):
    neck = outer[-1, 0]
    if kind in ("bordeaux", "burgundy"):
        cork = lathe([(neck * 0.75, height * 0.9), (neck * 0.75, height * 1.01)], 20)
        sleeve = lathe(
            [
                (neck + 0.1, height * 0.83),
                (neck + 0.1, height),
                (neck - 0.1, height),
                (neck - 0.1, height * 0.83),
            ],
            24,
            joined=True,
        )
        parts = [Part(cork, "wood", "cork", cold * 0.4)]
        return (
            [*parts, Part(sleeve, "metal", "cap", cold * 0.5)] if random.random() < 0.7 else parts
        )
    if random.random() < 0.15:
        return []
    if kind == "sauce" or (kind == "flask" and random.random() < 0.4):
        top = [
            (neck * 1.3, height * 0.9),
            (neck * 1.3, height),
            (neck * 0.5, height * 1.03),
            (neck * 0.4, height * 1.1),
        ]
    else:
        wide = neck * random.uniform(1.1, 1.25)
        top = [(wide, height * 0.93), (wide, height * 0.99), (wide * 0.9, height)]
    return [Part(lathe(top, 28), random.choice(["plastic", "metal"]), "cap", cold * 0.4)]


def _label(random, outer, height, cold):
    if random.random() > 0.65:
        return []
    low = height * random.uniform(0.1, 0.2)
    high = low + height * random.uniform(0.18, 0.32)
    heights = np.linspace(low, high, 8)
    radius = np.interp(heights, outer[:, 1], outer[:, 0])
    loop = np.vstack(
        [
            np.stack([radius * 1.035, heights], -1),
            np.stack([radius * 1.005, heights], -1)[::-1],
        ]
    )
    return [Part(lathe(loop, joined=True), "paper", "label", cold * 0.8)]
