"""Other things that lie about: books, boxes, balls, fruit, pencils, coins, cables, blocks."""

import numpy as np

from .solids import Part, ball, box, hollow, lathe, loft, moved, rod, spline, tube


def clutter(random, kinds=None):
    """One thing of about unit size that is of no class, standing on z = 0, as a list of parts."""
    make = {
        "book": _book,
        "books": _books,
        "box": _box,
        "ball": _ball,
        "fruit": _fruit,
        "pencil": _pencil,
        "coins": _coins,
        "cable": _cable,
        "block": _block,
        "bowl": _bowl,
        "sheet": _sheet,
    }
    return make[str(random.choice(kinds or list(make)))](random)


def _tone(random):
    return f"clutter {random.integers(1000)}"


def _book(random, low=0.0):
    wide, deep, thick = (
        random.uniform(0.5, 0.7),
        random.uniform(0.75, 0.95),
        random.uniform(0.08, 0.2),
    )
    tone = _tone(random)
    pages = box((wide * 0.96, deep * 0.94, thick * 0.8), 0, (0.01, 0, low + thick / 2))
    covers = [box((wide, deep, thick * 0.1), 0, (0, 0, low + thick * t)) for t in (0.05, 0.95)]
    spine = box((thick * 0.1, deep, thick), 0, (-wide / 2, 0, low + thick / 2))
    return [Part(pages, "paper", "pages")] + [Part(m, "plastic", tone) for m in (*covers, spine)]


def _books(random):
    parts, low = [], 0.0
    for _ in range(random.integers(2, 5)):
        book = _book(random, low)
        turn = (0, 0, random.uniform(-20, 20))
        parts += [part._replace(mesh=moved(part.mesh, turn=turn)) for part in book]
        low = max(part.mesh.vertices[:, 2].max() for part in book)
    return parts


def _box(random):
    size = random.uniform(0.3, 0.9, 3)
    return [
        Part(
            box(size, 0.02, (0, 0, size[2] / 2)),
            str(random.choice(["paper", "plastic", "wood"])),
            _tone(random),
        )
    ]


def _ball(random):
    return [
        Part(
            ball(0.4, (0, 0, 0.4)), str(random.choice(["plastic", "rubber", "wood"])), _tone(random)
        )
    ]


def _fruit(random):
    scale = (1, 1, random.uniform(0.8, 1.3))
    stalk = rod((0, 0, 0.6), (0.03, 0, 0.75), 0.02, segments=6)
    return [
        Part(ball(0.35, (0, 0, 0.35), scale), "plastic", _tone(random)),
        Part(stalk, "wood", "stalk"),
    ]


def _pencil(random):
    length = random.uniform(0.8, 1.3)
    body = rod((-length / 2, 0, 0.04), (length / 2, 0, 0.04), 0.04, segments=6)
    tip = rod((length / 2, 0, 0.04), (length / 2 + 0.12, 0, 0.04), 0.04, 0.005, segments=6)
    return [Part(body, "plastic", _tone(random)), Part(tip, "wood", "tip")]


def _coins(random):
    parts = []
    for _ in range(random.integers(2, 6)):
        radius = random.uniform(0.08, 0.14)
        coin = lathe([(radius, 0), (radius, 0.025)], 24)
        parts.append(Part(moved(coin, (*random.uniform(-0.4, 0.4, 2), 0)), "metal", _tone(random)))
    return parts


def _cable(random):
    turns = random.uniform(1.5, 3)
    t = np.linspace(0, 1, 60)
    radius = 0.45 - 0.12 * t + 0.03 * np.sin(9 * t)
    angle = 2 * np.pi * turns * t
    path = np.stack([radius * np.cos(angle), 0.8 * radius * np.sin(angle), 0.03 + 0.08 * t], -1)
    return [Part(tube(path, 0.025, 8), "rubber", _tone(random))]


def _block(random):
    sides = int(random.choice([3, 5, 6]))
    high = random.uniform(0.3, 0.9)
    return [
        Part(
            lathe([(0.35, 0), (0.35 * random.uniform(0.3, 1), high)], sides), "wood", _tone(random)
        )
    ]


def _bowl(random):
    t = np.linspace(0, 1, 10)
    outer = np.stack([0.22 + 0.3 * np.sqrt(t), 0.32 * t], -1)
    return [Part(lathe(hollow(outer, 0.03)), "ceramic", _tone(random))]


def _sheet(random):
    corner = spline([(-0.5, 0, 0.004), (0, 0, 0.004), (0.5, 0, 0.06)], 12)
    across = np.array([0, random.uniform(0.9, 1.3), 0])
    rings = np.stack(
        [
            corner - across / 2,
            corner + across / 2,
            corner + across / 2 + [0, 0, 0.006],
            corner - across / 2 + [0, 0, 0.006],
        ],
        1,
    )
    return [Part(loft(rings), "paper", "sheet")]
