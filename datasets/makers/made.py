"""What every maker gives: one picture, with its class and the group it must stay with.

A maker is a module (or a folder with an `__init__.py`) beside this one. It has:

`CLASS_NAMES` : tuple of str
    The classes at the default settings.
`DOMAINS` : tuple of str
    The kinds of picture it can draw; the first is the default.
`SIZE` : int
    Height and width of its pictures in pixels, as shipped.
`PER_CLASS` : int
    Pictures of every class and domain that ship.
`QUALITY` : dict, domain to int or None
    Quality of the WebP file a shipped picture is kept in, 1 to 100; None keeps every pixel.
`draw(class_name, number, domain=DOMAINS[0], seed=0)` : function
    Picture `number` (0, 1, 2, ... without end) of a class, as a `Made`. A pure function of its
    arguments: pictures can be drawn in any order, by any number of processes, and more can be
    drawn later.
"""

import zlib
from typing import NamedTuple

import numpy as np

from course_utils.errors import CourseError


class Made(NamedTuple):
    """A picture and the group it belongs to.

    Attributes
    ----------
    image : array of uint8, shape (size, size, 3)
        Red, green, blue.
    group : str
        Pictures of one group share something that would give a test away (a font, a patient,
        a patch of a photograph): a split never puts them on two sides.
    """

    image: np.ndarray
    group: str


def random_for(seed, *names):
    """A random generator of its own for each seed and names (text or whole numbers).

    The numbers do not depend on the order in which pictures are drawn, nor on Python's hash.
    """
    words = [zlib.crc32(name.encode()) if isinstance(name, str) else int(name) for name in names]
    return np.random.default_rng([seed, *words])


def check_request(maker, class_name, class_names, domain, domains, number, seed):
    """Explain an argument of `draw` that names nothing.

    Raises
    ------
    CourseError
        If the class or the domain is not one of the maker's, or number or seed is below 0.
    """
    for noun, name, names in (("class", class_name, class_names), ("domain", domain, domains)):
        if name not in names:
            raise CourseError(f"{maker} has no {noun} {name!r}: choose from {', '.join(names)}.")
    for noun, value in (("picture number", number), ("seed", seed)):
        if value < 0:
            raise CourseError(f"{maker} has no {noun} {value}: numbers start at 0.")
