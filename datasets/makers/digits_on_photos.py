"""`digits-on-photos`: real handwritten digits blended into photographs, by the MNIST-M recipe.

The recipe is that of Ganin et al., "Domain-Adversarial Training of Neural Networks", JMLR 2016:
the absolute difference, channel by channel, between a digit and a random patch of a colour
photograph. There the digits are MNIST's and the photographs BSDS500's; here the digits are
scikit-learn's, as in the set `digits`, and the photographs ship inside scikit-image and
scikit-learn.

A digit keeps the part (train, validation, test) that it has in `digits`, and each part has its
own blocks of every photograph: neither digits nor pixels of photographs cross over.
"""

import functools
from typing import NamedTuple

import numpy as np
from made import Made, check_request, random_for
from PIL import Image

from course_utils.datasets.digits import load_digits
from course_utils.datasets.materials import packaged_photograph
from course_utils.errors import CourseError

NAME = "digits-on-photos"
CLASS_NAMES = tuple("0123456789")
DOMAINS = ("on-photos",)
SIZE = 32
PER_CLASS = 174  # what the rarest digit has, so that no digit is shown twice
QUALITY = {"on-photos": 90}

PHOTOGRAPHS = (
    "skimage/data/astronaut.png",
    "skimage/data/chelsea.png",
    "skimage/data/coffee.png",
    "skimage/data/ihc.png",
    "skimage/data/retina.jpg",
    "skimage/data/rocket.jpg",
    "sklearn/datasets/images/china.jpg",
    "sklearn/datasets/images/flower.jpg",
)

#: A photograph is cut into 5 by 5 blocks, and so many in each row belong to a part.
BLOCKS = {"train": 3, "validation": 1, "test": 1}
_ACROSS = sum(BLOCKS.values())
_SIDES = (32, 80)  # pixels of the square that becomes a patch; as far as a block has them
_DARKEST = 16  # mean grey level: on black, beside the retina, a digit would stay as it is


class Digit(NamedTuple):
    """One handwritten digit.

    Attributes
    ----------
    image : array of uint8, shape (32, 32, 3)
    index : int
        Its place in scikit-learn's set, 0 to 1796.
    part : str
        Its part of the set `digits`: "train", "validation" or "test".
    """

    image: np.ndarray
    index: int
    part: str


def draw(class_name, number, domain=DOMAINS[0], seed=0, blend=1.0):
    """Picture `number` of a handwritten digit in a photograph.

    Parameters
    ----------
    class_name : str
        "0" to "9".
    number : int
        0 or more: which handwritten digit of this class; beyond the last they come again, on
        other patches.
    domain : str
        "on-photos".
    seed : int
        Other seeds put the digits on other patches.
    blend : float
        0 (the plain digit) to 1 (MNIST-M).

    Returns
    -------
    Made
        Image of shape (32, 32, 3); the group is "digit-" and the index in scikit-learn's set.

    Raises
    ------
    CourseError
        If an argument is not one of these, or a photograph is missing.
    """
    check_request(NAME, class_name, CLASS_NAMES, domain, DOMAINS, number, seed)
    digits = handwritten_digits()[class_name]
    digit = digits[number % len(digits)]
    patch = _patch(digit.part, random_for(seed, domain, class_name, number))
    return Made(blend_into(digit.image, patch, blend), f"digit-{digit.index}")


def blend_into(digit, patch, blend=1.0):
    """Blend a digit into a patch of a photograph: the absolute difference of the two.

    Parameters
    ----------
    digit, patch : arrays of uint8, equal shapes
    blend : float
        The patch is multiplied by it first: 0 gives the plain digit, 1 the full MNIST-M recipe,
        and between them the photograph fades in.

    Returns
    -------
    array of uint8, the same shape

    Raises
    ------
    CourseError
        If `blend` is not between 0 and 1, or the shapes differ.
    """
    if not 0 <= blend <= 1:
        raise CourseError(f"A digit cannot be blended by {blend}: choose a number from 0 to 1.")
    digit, patch = np.asarray(digit), np.asarray(patch)
    if digit.shape != patch.shape:
        raise CourseError(
            f"A digit of shape {digit.shape} does not fit a patch of shape {patch.shape}: make "
            "them the same."
        )
    return np.rint(np.abs(blend * patch.astype(float) - digit.astype(float))).astype(np.uint8)


@functools.cache
def handwritten_digits():
    """The digits of each class in scikit-learn's order: a dict, class name to list of `Digit`."""
    from sklearn import datasets

    levels = (datasets.load_digits().images.astype(np.int64) * 255 // 16).astype(np.uint8)
    # No two of them are equal, so its own pixels say which one an image of `digits` is.
    indices = {level.tobytes(): index for index, level in enumerate(levels)}
    small, shown = load_digits(size=levels.shape[1]), load_digits(size=SIZE)
    by_class = {name: [] for name in CLASS_NAMES}
    for part in BLOCKS:
        originals, pictures = getattr(small, part), getattr(shown, part)
        for level, image, label in zip(
            originals.images, pictures.images, pictures.labels, strict=True
        ):
            index = indices[level[:, :, 0].tobytes()]
            by_class[CLASS_NAMES[label]].append(Digit(image, index, part))
    return {name: sorted(ones, key=lambda one: one.index) for name, ones in by_class.items()}


def part_of(group):
    """The part of the set `digits` that a picture's digit belongs to.

    Parameters
    ----------
    group : str
        The group of a picture, such as "digit-1203".

    Returns
    -------
    str
        "train", "validation" or "test".

    Raises
    ------
    CourseError
        If there is no such group.
    """
    parts = _parts()
    if group not in parts:
        raise CourseError(
            f"{NAME} has no group {group!r}: choose one from 'digit-0' to 'digit-{len(parts) - 1}'."
        )
    return parts[group]


@functools.cache
def _parts():
    """The part of every group."""
    digits = [digit for ones in handwritten_digits().values() for digit in ones]
    return {f"digit-{digit.index}": digit.part for digit in digits}


def blocks(shape, part):
    """The rectangles of a photograph that patches of one part are cut from.

    Parameters
    ----------
    shape : tuple of int
        Height and width of the photograph in pixels.
    part : str
        "train", "validation" or "test".

    Returns
    -------
    list of tuple
        (left, top, right, bottom) in pixels, right and bottom excluded. Every row and every
        column of blocks has its share of each part.
    """
    parts = np.repeat(list(BLOCKS), list(BLOCKS.values()))
    across, down = ([side * k // _ACROSS for k in range(_ACROSS + 1)] for side in shape[::-1])
    return [
        (across[x], down[y], across[x + 1], down[y + 1])
        for y in range(_ACROSS)
        for x in range(_ACROSS)
        if parts[(x + 2 * y) % _ACROSS] == part
    ]


def _patch(part, random):
    """A random square of a random photograph, of shape (32, 32, 3)."""
    photograph = _photograph(PHOTOGRAPHS[random.integers(len(PHOTOGRAPHS))])
    owned = blocks((photograph.height, photograph.width), part)
    while True:
        left, top, right, bottom = owned[random.integers(len(owned))]
        side = int(random.integers(_SIDES[0], min(_SIDES[1], right - left, bottom - top) + 1))
        x = int(random.integers(left, right - side + 1))
        y = int(random.integers(top, bottom - side + 1))
        # Cut first: a resize of a box inside a picture also weighs in pixels just outside it.
        square = photograph.crop((x, y, x + side, y + side))
        patch = np.asarray(square.resize((SIZE, SIZE), Image.Resampling.BOX))
        if patch.mean() >= _DARKEST:
            return patch


@functools.cache
def _photograph(file):
    """A colour photograph that ships inside an installed package."""
    with Image.open(packaged_photograph(file)) as image:
        return image.convert("RGB")
