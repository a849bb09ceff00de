"""`fractals`: pictures of iterated function systems, a source that contains no photograph.

The classes of the set are the first systems that `class_parameters` gives; there are as many
more as anybody wants. The mathematics is in `iterated_functions.py`.
"""

import re

from made import Made, check_request, random_for

from course_utils.errors import CourseError
from fractals.iterated_functions import draw_fractal

NAME = "fractals"
DOMAINS = ("fractal",)
SIZE = 64
PER_CLASS = 60
QUALITY = {"fractal": 75}
CLASS_NAMES = tuple(f"fractal-{k:04d}" for k in range(24))


def draw(class_name, number, domain=DOMAINS[0], seed=0):
    """Picture `number` of a class of fractals.

    Parameters
    ----------
    class_name : str
        "fractal-0000", "fractal-0001", ...: any number in four digits or more, not only the
        classes that ship.
    number : int
        0 or more.
    domain : str
        "fractal".
    seed : int
        Other seeds give other systems, and other pictures of them.

    Returns
    -------
    Made
        Image of shape (64, 64, 3); every picture is a group of its own.

    Raises
    ------
    CourseError
        If the class, the domain or the number is not one of these.
    """
    named = re.fullmatch(r"fractal-(\d{4,})", str(class_name), re.ASCII)
    if not named or class_name != f"fractal-{int(named[1]):04d}":
        raise CourseError(
            f"There is no class {class_name!r} of fractals: write 'fractal-' and a number in at "
            f"least four digits, such as {CLASS_NAMES[0]!r}."
        )
    # As many classes as wanted: the name was looked at above.
    check_request("fractals", class_name, (class_name,), domain, DOMAINS, number, seed)
    random = random_for(seed, domain, class_name, number)
    image = draw_fractal(int(named[1]), random, SIZE, seed)
    return Made(image, f"{class_name}-{number}")
