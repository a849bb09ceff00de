"""`materials`: small grey patches of twelve real photographs, made afresh on every call.

The photographs ship inside scikit-image and scikit-learn, so the set needs no network. Which
part of a set a patch belongs to is decided by *where* it lies: train, validation and test come
from rectangles of each photograph that share no pixel.

All arithmetic after the resize is on whole numbers, and the random stream is one that NumPy
promises never to change, so that every machine makes the same patches.
"""

import math
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from course_utils.datasets.dataset import Dataset, Splits
from course_utils.errors import CourseError


class Photograph(NamedTuple):
    """Where one material is found.

    Attributes
    ----------
    file : str
        A file of an installed package.
    train, validation, test : tuple of int
        The rectangle of each part: (left, top, right, bottom) in pixels, right and bottom
        excluded. No two share a pixel.
    sides : tuple of int
        Shortest and longest side, in pixels, of the squares cut from them.
    flattest : int
        A square whose grey levels have a smaller standard deviation is passed over: blank
        paper says nothing of the print beside it.
    """

    file: str
    train: tuple[int, int, int, int]
    validation: tuple[int, int, int, int]
    test: tuple[int, int, int, int]
    sides: tuple[int, int] = (48, 144)
    flattest: int = 4


# The left three fifths of a photograph of 512 by 512 pixels, and the rest cut in two.
_LEFT, _TOP_RIGHT, _BOTTOM_RIGHT = (0, 0, 308, 512), (308, 0, 512, 204), (308, 204, 512, 512)
_TOP, _BOTTOM_LEFT, _BOTTOM = (0, 0, 512, 308), (0, 308, 204, 512), (204, 308, 512, 512)
_CUT = (_LEFT, _TOP_RIGHT, _BOTTOM_RIGHT)

PHOTOGRAPHS = {
    "brick": Photograph("skimage/data/brick.png", *_CUT),
    "coins": Photograph(
        "skimage/data/coins.png",
        train=(4, 0, 232, 303),
        validation=(232, 0, 384, 121),
        test=(232, 121, 384, 303),
        sides=(48, 96),
    ),
    "fur": Photograph(
        "skimage/data/chelsea.png",
        train=(20, 90, 270, 250),
        validation=(140, 0, 225, 90),
        test=(225, 0, 340, 90),
        sides=(40, 80),
    ),
    "galaxies": Photograph(
        "skimage/data/hubble_deep_field.jpg",
        train=(0, 0, 600, 872),
        validation=(600, 0, 1000, 348),
        test=(600, 348, 1000, 872),
    ),
    "grass": Photograph("skimage/data/grass.png", *_CUT),
    "gravel": Photograph("skimage/data/gravel.png", *_CUT),
    "handwriting": Photograph(
        "skimage/data/text.png",
        train=(0, 0, 230, 172),
        validation=(230, 0, 448, 66),
        test=(230, 66, 448, 172),
        sides=(36, 64),
        flattest=14,
    ),
    "moon": Photograph(
        "skimage/data/moon.png",
        train=(0, 204, 512, 512),
        validation=(0, 0, 204, 204),
        test=(204, 0, 512, 204),
    ),
    "pagoda": Photograph(
        "sklearn/datasets/images/china.jpg",
        train=(100, 60, 340, 232),
        validation=(75, 232, 195, 345),
        test=(195, 232, 350, 345),
        sides=(48, 96),
    ),
    "petals": Photograph(
        "sklearn/datasets/images/flower.jpg",
        train=(180, 100, 336, 340),
        validation=(336, 100, 440, 196),
        test=(336, 196, 440, 340),
        sides=(48, 96),
    ),
    "print": Photograph(
        "skimage/data/page.png",
        train=(0, 0, 210, 191),
        validation=(210, 10, 285, 150),
        test=(285, 45, 384, 130),
        sides=(40, 72),
        flattest=14,
    ),
    "tissue": Photograph("skimage/data/ihc.png", _TOP, _BOTTOM_LEFT, _BOTTOM),
}

#: Patches of every class in each part.
COUNTS = {"train": 200, "validation": 40, "test": 60}

_LARGEST_TILT = 40  # grey levels that the light gains or loses between the middle and an edge
_MEANS = (96, 160)  # grey levels
_DEVIATIONS = (24, 56)  # grey levels


def load_materials(size: int = 64) -> Splits:
    """Make the `materials` set.

    Parameters
    ----------
    size : int
        Height and width of a patch in pixels.

    Returns
    -------
    Splits
        Images of shape (n, size, size, 3), uint8, the three channels equal; the classes take
        turns, so the first twelve images show one patch of each.

    Raises
    ------
    CourseError
        If an installed package lacks one of the photographs.
    """
    names = tuple(PHOTOGRAPHS)
    photographs = [_read_grey(PHOTOGRAPHS[name].file) for name in names]
    parts = []
    for part, count in COUNTS.items():
        images = np.empty((count, len(names), size, size, 3), dtype=np.uint8)
        for k, name in enumerate(names):
            squares = source_squares(name, part, photographs[k])
            for j, (square, random) in enumerate(squares):
                images[j, k] = _patch(photographs[k], square, size, random)[:, :, np.newaxis]
        labels = np.tile(np.arange(len(names), dtype=np.int64), count)
        images = images.reshape(-1, size, size, 3)
        parts.append(Dataset(images, labels, names, domain="material", name="materials"))
    return Splits(*parts)


def source_squares(
    class_name: str, part: str, photograph: Image.Image | None = None
) -> list[tuple[tuple[int, int, int, int], np.random.RandomState]]:
    """The squares of a photograph that one part's patches are cut from.

    Parameters
    ----------
    class_name : str
        A key of `PHOTOGRAPHS`.
    part : str
        "train", "validation" or "test".
    photograph : PIL.Image.Image, optional
        The photograph in grey, if it is already loaded.

    Returns
    -------
    list of tuple
        For each patch its square (left, top, right, bottom) in pixels, wholly inside
        the part's rectangle, and the random stream that goes on to vary its light.
    """
    source = PHOTOGRAPHS[class_name]
    if photograph is None:
        photograph = _read_grey(source.file)
    left, top, right, bottom = getattr(source, part)
    shortest, longest = source.sides
    # RandomState rather than default_rng: its stream is frozen for good, and so are the patches.
    random = np.random.RandomState([list(PHOTOGRAPHS).index(class_name), list(COUNTS).index(part)])
    squares = []
    while len(squares) < COUNTS[part]:
        side = _draw(random, shortest, longest)
        x = _draw(random, left, right - side)
        y = _draw(random, top, bottom - side)
        stream = np.random.RandomState(_draw(random, 0, 2**31 - 1))
        square = (x, y, x + side, y + side)
        if _mean_and_deviation(np.asarray(photograph.crop(square)))[1] >= source.flattest:
            squares.append((square, stream))
    return squares


def _patch(
    photograph: Image.Image,
    square: tuple[int, int, int, int],
    size: int,
    random: np.random.RandomState,
) -> np.ndarray:
    """One square as a patch of shape (size, size), uint8, with its light made its own."""
    # 0 leaves it as it is; 1 to 7 are PIL's two flips, three quarter turns and two diagonals.
    turn = _draw(random, 0, 7)
    # Cut first: a resize of a box inside a picture also weighs in pixels just outside it.
    patch = photograph.crop(square).resize((size, size), Image.Resampling.BILINEAR)
    if turn:
        patch = patch.transpose(Image.Transpose(turn - 1))
    pixels = np.asarray(patch, dtype=np.int64)
    mean, deviation = _mean_and_deviation(pixels)
    new_mean, new_deviation = _draw(random, *_MEANS), _draw(random, *_DEVIATIONS)
    pixels = (pixels - mean) * new_deviation // max(deviation, 1) + new_mean
    # Light from one side: a plane through the middle, so that the mean stays where it is.
    tilt_x, tilt_y = (_draw(random, -_LARGEST_TILT, _LARGEST_TILT) for _ in range(2))
    ramp = 2 * np.arange(size, dtype=np.int64) - (size - 1)
    pixels = pixels + (tilt_x * ramp[np.newaxis, :] + tilt_y * ramp[:, np.newaxis]) // size
    return np.clip(pixels, 0, 255).astype(np.uint8)


def _draw(random: np.random.RandomState, lowest: int, highest: int) -> int:
    """A whole number, both ends included; 64 bits, since the default differs on Windows."""
    return int(random.randint(lowest, highest + 1, dtype=np.int64))


def _mean_and_deviation(pixels: np.ndarray) -> tuple[int, int]:
    """Mean and standard deviation of grey levels, both rounded down to whole numbers."""
    pixels = pixels.astype(np.int64)
    mean = int(pixels.sum()) // pixels.size
    variance = int(((pixels - mean) ** 2).sum()) // pixels.size
    return mean, math.isqrt(variance)


def packaged_photograph(file: str) -> Path:
    """Where a photograph lies that ships inside scikit-image or scikit-learn.

    Parameters
    ----------
    file : str
        Such as "skimage/data/brick.png".

    Raises
    ------
    CourseError
        If the installed package lacks it.
    """
    package, _, inside = file.partition("/")
    found = find_spec(package)  # locates the package without the seconds its import takes
    places = found.submodule_search_locations if found else None
    path = Path(places[0], inside) if places else None
    if path is None or not path.is_file():
        distribution = {"skimage": "scikit-image", "sklearn": "scikit-learn"}[package]
        raise CourseError(
            f"The photograph {file} is missing from the installed {distribution}: install it "
            f"again with `python -m pip install --force-reinstall {distribution}`."
        )
    return path


def _read_grey(file: str) -> Image.Image:
    """A photograph that ships inside an installed package, in grey."""
    with Image.open(packaged_photograph(file)) as image:
        # JPEG keeps brightness apart from colour: taking it as it is spares a conversion.
        image.draft("L", image.size)
        return image.convert("L")
