"""Glasses and sunglasses. Lengths in centimetres; the front looks towards -y."""

import numpy as np

from .solids import Part, box, moved, plate, rod, spline, spot, superellipse, tube


def glasses(random):
    """Spectacles or sunglasses: round, square, aviator, cat-eye, narrow; arms open or folded."""
    kind = random.choice(["round", "square", "aviator", "cat", "narrow", "panto"])
    wide = random.uniform(4.6, 5.4)
    tall = wide * {"round": 0.95, "square": 0.72, "narrow": 0.5, "cat": 0.68}.get(kind, 0.86)
    outline = superellipse(wide, tall, {"square": 4.0, "narrow": 3.2}.get(kind, 2.2), 40)
    x, z = outline.T
    if kind == "aviator":  # drops towards the cheek
        z = z - 0.14 * x * (z < 0) + 0.05 * x
        x = x * (1 + 0.1 * z / tall)
    elif kind == "cat":  # rises towards the temple
        z = z + np.where(z > 0, 0.45 * np.clip(x / wide + 0.3, 0, 1) * z, 0)
        x = x * (1 + 0.22 * z / tall)
    elif kind == "panto":
        x = x * (1 + 0.16 * z / tall)
    thick = random.uniform(0.12, 0.2) if random.random() < 0.3 else random.uniform(0.25, 0.42)
    frame = "metal" if thick < 0.2 else "plastic"
    dark = random.random() < 0.45
    lens = "dark glass" if dark else "lens"
    gap = random.uniform(1.6, 2.2)
    held = random.uniform(3, 9)
    touch = spot((0, 0, 0), 3.0, held, held * 0.35)
    parts = []
    for side in (-1, 1):
        middle = side * (wide + gap) / 2
        ring = np.stack([side * x + middle, 0.02 * (side * x + middle) ** 2, z], -1)
        rim = tube(ring, thick, 10, closed=True, squash=random.uniform(0.8, 1.4), up=(0, 1, 0))
        parts.append(Part(rim, frame, "frame", touch))
        disc = moved(plate(np.stack([x * side, z], -1), 0.15), turn=(90, 0, 0))
        bowed = disc.vertices + np.array([middle, 0.08, 0])
        bowed[:, 1] += 0.02 * bowed[:, 0] ** 2
        parts.append(Part(disc._replace(vertices=bowed), lens, "lens", held * 0.15))
    high = tall * random.uniform(0.1, 0.3)
    inner = gap / 2 + 0.15
    arch = spline([(-inner, 0, high - 0.15), (0, -0.12, high + 0.15), (inner, 0, high - 0.15)], 10)
    parts.append(Part(tube(arch, max(thick, 0.16), 10), frame, "frame", touch))
    if kind == "aviator":
        bar = [(-inner - 0.6, 0, tall * 0.47), (inner + 0.6, 0, tall * 0.47)]
        parts.append(Part(rod(*bar, 0.13, segments=8), frame, "frame", touch))
    return parts + _temples(random, wide, tall, gap, thick, frame, held)


def _temples(random, wide, tall, gap, thick, frame, held):
    corner = wide + gap / 2 + 0.1
    back = 0.02 * corner**2
    high = tall * 0.28
    length = random.uniform(11.5, 13.5)
    folded = random.random() < 0.25
    tone = random.choice(["frame", "frame", "accent"])
    parts = []
    for side in (-1, 1):
        hinge = np.array([side * corner, back, high])
        if folded:
            inward = 1.0 + (0.5 if side > 0 else 0.0)
            points = [
                hinge,
                hinge + np.array([side * 0.2, inward, 0]),
                hinge + np.array([-side * length * 0.5, inward + 0.3, -0.1]),
                hinge + np.array([-side * length * 0.72, inward + 0.5, -0.3]),
                hinge + np.array([-side * length * 0.88, inward + 0.5, -1.6]),
            ]
        else:
            points = [
                hinge,
                hinge + np.array([side * 0.25, 1.5, 0.1]),
                hinge + np.array([side * 0.3, length * 0.6, 0]),
                hinge + np.array([side * 0.2, length * 0.78, -0.3]),
                hinge + np.array([side * 0.1, length, -2.6]),
            ]
        path = spline(points, 22)
        arm = tube(path, max(thick * 0.9, 0.16), 10, squash=0.6)
        hot = spot(path[-4], 2.5, held, held * 0.4)
        parts.append(Part(arm, frame, tone, hot))
        parts.append(Part(box((0.5, 0.6, 0.5), 0.1, hinge), frame, "frame", held * 0.4))
    return parts
