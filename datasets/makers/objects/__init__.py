"""`objects`: ten kinds of everyday things as snapshots, drawings, baggage scans and thermograms.

Every thing is built from closed bodies of known material and temperature, so that one model can
be photographed, drawn, X-rayed and seen by its heat. The four domains show different things:
no picture has a twin in another domain.
"""

from made import Made, check_request, random_for

from .photo import draw_photo
from .sketch import draw_sketch
from .staging import BUILDERS
from .thermal import draw_thermal
from .xray import draw_xray

CLASS_NAMES = tuple(BUILDERS)
DOMAINS = ("photo", "sketch", "xray", "thermal")
SIZE = 96
PER_CLASS = 120
QUALITY = {"photo": 90, "sketch": 80, "xray": 86, "thermal": 84}

_DRAWN_BY = {
    "photo": draw_photo,
    "sketch": draw_sketch,
    "xray": draw_xray,
    "thermal": draw_thermal,
}


def draw(class_name, number, domain=DOMAINS[0], seed=0, *, _samples=None):
    """Draw one picture.

    Parameters
    ----------
    class_name : str
        One of `CLASS_NAMES`.
    number : int
        Which picture of that class and domain, from 0.
    domain : str
        One of `DOMAINS`.
    seed : int
        Another seed gives another set.

    Returns
    -------
    Made
        The picture, uint8 of shape (SIZE, SIZE, 3), in a group of its own: no two pictures show
        the same thing.

    Raises
    ------
    CourseError
        If there is no such class, domain, number or seed.
    """
    check_request("objects", class_name, CLASS_NAMES, domain, DOMAINS, number, seed)
    random = random_for(seed, "objects", domain, class_name, number)
    # `_samples` only makes the tests quicker: fewer light paths, and so a grainier picture.
    image = _DRAWN_BY[domain](class_name, random, SIZE, _samples)
    return Made(image, f"{domain}-{class_name}-{number}")
