"""Where the materials of `surfaces` lie: square cells of photographs that share no pixel."""

import functools
from typing import NamedTuple

import numpy as np
from PIL import Image

from course_utils.datasets.materials import packaged_photograph


class Material(NamedTuple):
    """One material and where it is found.

    Attributes
    ----------
    file : str
        A photograph inside an installed package.
    cells : tuple of tuple of int
        Squares of it that show nothing but the material: (left, top, side) in pixels.
    """

    file: str
    cells: tuple[tuple[int, int, int], ...]


def _grid(side, count):
    """Cells that tile the upper left of a photograph, `count` to a row and to a column."""
    places = range(0, side * count, side)
    return tuple((left, top, side) for top in places for left in places)


MATERIALS = {
    "brick": Material("skimage/data/brick.png", _grid(128, 4)),
    "cloth": Material(
        "skimage/data/astronaut.png",
        ((62, 306, 54), (130, 292, 48), (80, 444, 50), (292, 289, 46)),
    ),
    "glaze": Material(
        "skimage/data/coffee.png",
        ((98, 186, 54), (114, 240, 54), (409, 172, 45), (410, 217, 55)),
    ),
    "grass": Material("skimage/data/grass.png", _grid(256, 2)),
    "gravel": Material("skimage/data/gravel.png", _grid(256, 2)),
    "lawn": Material(
        "skimage/data/camera.png",
        ((345, 240, 80), (430, 240, 80), (425, 325, 85), (425, 415, 85), (195, 342, 58)),
    ),
    "plaster": Material(
        "skimage/data/astronaut.png",
        (
            (80, 5, 70),
            (303, 10, 76),
            (456, 0, 56),
            (456, 60, 56),
            (456, 120, 56),
            (459, 180, 52),
        ),
    ),
    "wood": Material(
        "skimage/data/coffee.png",
        (
            (500, 0, 100),
            (500, 100, 100),
            (500, 200, 100),
            (18, 292, 58),
            (30, 98, 56),
            (424, 0, 74),
        ),
    ),
}

# With a square tilted by at most 10 degrees, 0.85 of the cell is the most that stays inside.
_LARGEST_TILT = np.deg2rad(10)
_SHARES = (0.62, 0.84)


@functools.lru_cache(maxsize=len(MATERIALS))
def read_photograph(file):
    """A photograph that ships inside an installed package, in colour."""
    with Image.open(packaged_photograph(file)) as image:
        return image.convert("RGB")


def cut_patch(material, cell, size, random):
    """A square of random place, side and turn, cut out of one cell.

    Parameters
    ----------
    material : str
        A key of `MATERIALS`.
    cell : int
        Which of its cells.
    size : int
        Height and width of the patch in pixels.
    random : numpy.random.Generator

    Returns
    -------
    array of uint8, shape (size, size, 3)
        It holds no pixel from outside the cell.
    """
    left, top, side = MATERIALS[material].cells[cell]
    # Cut first: the resampling then knows nothing of what lies beyond the cell.
    square = read_photograph(MATERIALS[material].file).crop((left, top, left + side, top + side))
    tilt = random.uniform(-_LARGEST_TILT, _LARGEST_TILT)
    across = side * random.uniform(*_SHARES)
    reach = across * (np.cos(tilt) + abs(np.sin(tilt))) / 2
    centre = random.uniform(reach, side - reach, size=2)
    step = across / size
    row = step * np.array([np.cos(tilt), -np.sin(tilt)])
    column = step * np.array([np.sin(tilt), np.cos(tilt)])
    start = centre - (row.sum() * size / 2, column.sum() * size / 2)
    matrix = (*row, start[0], *column, start[1])
    patch = square.transform((size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    turned = np.rot90(np.asarray(patch), random.integers(4))
    return turned[:, ::-1] if random.integers(2) else turned
