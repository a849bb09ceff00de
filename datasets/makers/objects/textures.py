"""Pictures for surfaces: procedural ones and patches of photographs, in linear light."""

import colorsys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, zoom

from .materials import MATERIALS

#: Photographs inside scikit-image that are free of conditions (see the data card).
PHOTOGRAPHS = ("brick.png", "grass.png", "gravel.png", "chelsea.png", "rocket.jpg")

_SIZE = 128


def colour(random, material):
    """A colour of a material in linear light, three numbers from 0 to 1."""
    ranges = MATERIALS[material].colours
    return _linear(
        np.array(colorsys.hsv_to_rgb(*(random.uniform(*span) % 1.001 for span in ranges)))
    )


def any_colour(random, most=0.28):
    """A colour for a wall, a floor or a box."""
    # Rooms are brown, beige and blue more often than pink.
    hue = random.normal(0.08, 0.05) % 1 if random.random() < 0.55 else random.uniform(0, 1)
    return _linear(
        np.array(colorsys.hsv_to_rgb(hue, random.beta(1.1, 2) * most, random.uniform(0.35, 0.95)))
    )


def _linear(srgb):
    return np.clip(srgb, 0, 1) ** 2.2


def noise(random, size=_SIZE, octaves=5, start=2, roughness=0.55):
    """Smooth noise that repeats at its edges, mean 0 and standard deviation about 1."""
    total = np.zeros((size, size))
    for k in range(octaves):
        cells = start * 2**k
        if cells > size // 2:
            break
        coarse = random.standard_normal((cells, cells))
        fine = zoom(coarse, size / cells, order=1, mode="grid-wrap", grid_mode=True)
        total += roughness**k * fine
    return total / total.std()


def mixed(low, high, share):
    """Two colours mixed by an array of shares from 0 to 1."""
    share = np.clip(share, 0, 1)[..., None]
    return np.asarray(low) * (1 - share) + np.asarray(high) * share


def wood(random, base):
    """Planks: long fibres, rings, and now and then a joint."""
    fibre = zoom(random.standard_normal((_SIZE, 6)), (1, _SIZE / 6), order=1)
    ring = np.sin(
        np.linspace(0, random.uniform(15, 50), _SIZE)[:, None] + 2.2 * noise(random, octaves=2)
    )
    picture = mixed(base * 0.55, base * 1.2, 0.5 + 0.22 * ring + 0.16 * fibre)
    if random.random() < 0.6:
        planks = int(random.integers(3, 8))
        rows = np.arange(_SIZE) * planks // _SIZE
        picture = picture * random.uniform(0.75, 1.15, planks)[rows][:, None, None]
        picture[np.diff(rows, prepend=-1) > 0] *= 0.35
    return picture


def tiles(random):
    """Tiles or bricks with joints, each a little different."""
    down, across = int(random.integers(2, 7)), int(random.integers(2, 7))
    y, x = np.mgrid[:_SIZE, :_SIZE] / _SIZE
    bond = random.random() < 0.4
    x = (x + (np.floor(y * down) % 2) * 0.5 / across) % 1 if bond else x
    row, column = (y * down).astype(int), (x * across).astype(int) % across
    each = (
        any_colour(random)
        * (1 + 0.12 * random.standard_normal((down, across)))[row, column][..., None]
    )
    if random.random() < 0.3:
        each = np.where(((row + column) % 2)[..., None] > 0, each, any_colour(random))
    joint = (np.minimum(y * down % 1, x * across % 1) < random.uniform(0.03, 0.1))[..., None]
    return np.where(joint, any_colour(random, 0.2), each) * (1 + 0.05 * noise(random)[..., None])


def fabric(random, base):
    """A weave, often with checks or stripes."""
    y, x = np.mgrid[:_SIZE, :_SIZE]
    weave = np.sin(x * np.pi / 2) * np.sin(y * np.pi / 2) * 0.12
    picture = np.broadcast_to(base, (_SIZE, _SIZE, 3)).copy()
    if random.random() < 0.6:
        other, count = any_colour(random), int(random.integers(2, 9))
        bar_x, bar_y = ((v * count // _SIZE) % 2 for v in (2 * x, 2 * y))
        share = random.choice([0, 1]) * bar_y * 0.5 + bar_x * 0.5
        picture = mixed(base, other, share)
    return picture * (1 + weave + 0.06 * noise(random))[..., None]


def plaster(random, base):
    """Stone, concrete, carpet, paint: one colour with noise of some strength."""
    strength = random.choice([0.02, 0.06, 0.15])
    grain = random.choice([0, 0.12]) * random.standard_normal((_SIZE, _SIZE))
    second = any_colour(random) if random.random() < 0.3 else base * 0.6
    return mixed(base, second, 0.25 + strength * noise(random) + grain)


def pattern(random, base, other):
    """Decoration of a mug or of a cloth: stripes, dots, checks, bands or splashes."""
    y, x = np.mgrid[:_SIZE, :_SIZE] / _SIZE
    count = int(random.integers(2, 7))
    kind = random.choice(["stripes", "bands", "dots", "checks", "splash", "band"])
    share = {
        "stripes": lambda: (x * count % 1) < random.uniform(0.2, 0.6),
        "bands": lambda: (y * count % 1) < random.uniform(0.2, 0.6),
        "dots": lambda: (
            np.hypot(x * count % 1 - 0.5, y * count % 1 - 0.5) < random.uniform(0.2, 0.4)
        ),
        "checks": lambda: (x * count % 1 < 0.5) ^ (y * count % 1 < 0.5),
        "splash": lambda: noise(random, octaves=3) > random.uniform(0, 1),
        "band": lambda: abs(y - 0.5) < random.uniform(0.1, 0.35),
    }[kind]()
    return mixed(base, other, share.astype(float))


def photograph(random):
    """A patch of a photograph."""
    picture = _read(str(random.choice(PHOTOGRAPHS)))
    side = int(random.uniform(0.3, 0.95) * min(picture.size))
    left, top = (int(random.integers(0, extent - side + 1)) for extent in picture.size)
    patch = picture.crop((left, top, left + side, top + side)).resize(
        (_SIZE, _SIZE), Image.Resampling.BOX
    )
    return _linear(np.asarray(patch) / 255)


@cache
def _read(name):
    folder = Path(find_spec("skimage").submodule_search_locations[0], "data")
    with Image.open(folder / name) as image:
        return image.convert("RGB")


def ground(random, shares=(0.34, 0.05, 0.13, 0.42, 0.06)):
    """A table, a floor or a wall: wood, tiles, fabric, plaster or a photograph, in such shares."""
    kind = random.choice(["wood", "tiles", "fabric", "plaster", "photograph"], p=shares)
    picture = {
        "wood": lambda: wood(random, colour(random, "wood")),
        "tiles": lambda: tiles(random),
        "fabric": lambda: fabric(random, any_colour(random)),
        "plaster": lambda: plaster(random, any_colour(random)),
        "photograph": lambda: photograph(random),
    }[kind]()
    # What lies on a table stands out from it: a ground has less contrast than things have.
    middle = picture.mean((0, 1))
    return np.clip(middle + random.uniform(0.35, 0.85) * (picture - middle), 0.01, 0.95)


def surroundings(random):
    """Light from all around, as a panorama (64, 128, 3): sky or ceiling, walls, some windows."""
    warm = np.array([1, random.uniform(0.8, 1), random.uniform(0.55, 1.1)])
    height = np.linspace(1, -1, 64)[:, None, None]
    level = 0.35 + 0.35 * np.clip(height, -0.6, 1) + 0.1 * noise(random, 128, 3)[:64, :, None]
    light = np.clip(level, 0.05, 2) * warm
    for _ in range(random.integers(1, 4)):
        wide, tall = random.integers(6, 26), random.integers(6, 16)
        top, left = random.integers(3, 26), random.integers(0, 128 - wide)
        tint = np.array([1, random.uniform(0.85, 1.05), random.uniform(0.6, 1.3)])
        light[top : top + tall, left : left + wide] = tint * random.uniform(3, 9)
    return gaussian_filter(light, (1, 1, 0))
