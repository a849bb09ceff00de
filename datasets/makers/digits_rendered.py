"""`digits-rendered`: printed digits, drawn with the fonts that ship with matplotlib.

A made stand-in for the handwritten ones: light on dark as they are, but the shapes are those of
type designers. Each is drawn large, made bolder or lighter, warped, blurred and only then
brought to its size.
"""

import functools
from pathlib import Path

import numpy as np
from made import Made, check_request, random_for
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage
from skimage.transform import ProjectiveTransform, warp

from course_utils.errors import CourseError

NAME = "digits-rendered"
CLASS_NAMES = tuple("0123456789")
DOMAINS = ("rendered",)
SIZE = 32
PER_CLASS = 200
QUALITY = {"rendered": 90}

#: Font files whose ten digits are all there and stand on one line, and the group of each. An
#: oblique face is its upright face slanted: as slant varies anyway, the two are one group.
FONTS = {
    "DejaVuSans": "DejaVuSans",
    "DejaVuSans-Oblique": "DejaVuSans",
    "DejaVuSans-Bold": "DejaVuSans-Bold",
    "DejaVuSans-BoldOblique": "DejaVuSans-Bold",
    "DejaVuSansMono": "DejaVuSansMono",
    "DejaVuSansMono-Oblique": "DejaVuSansMono",
    "DejaVuSansMono-Bold": "DejaVuSansMono-Bold",
    "DejaVuSansMono-BoldOblique": "DejaVuSansMono-Bold",
    "DejaVuSerif": "DejaVuSerif",
    "DejaVuSerif-Italic": "DejaVuSerif",
    "DejaVuSerif-Bold": "DejaVuSerif-Bold",
    "DejaVuSerif-BoldItalic": "DejaVuSerif-Bold",
    "STIXGeneral": "STIXGeneral",
    "STIXGeneralItalic": "STIXGeneralItalic",
    "STIXGeneralBol": "STIXGeneralBol",
    "STIXGeneralBolIta": "STIXGeneralBolIta",
    "cmb10": "cmb10",
    "cmr10": "cmr10",
    "cmss10": "cmss10",
    "cmti10": "cmti10",
    "cmtt10": "cmtt10",
}

#: The parts of the set that are not train, and the groups that lie in them.
HELD_OUT = {
    "validation": ("DejaVuSans", "DejaVuSans-Bold"),
    "test": ("DejaVuSerif", "cmr10", "cmss10"),
}

_FINER = 4  # drawn this many times as large
_CANVAS = _FINER * SIZE
_GLYPH = 0.75  # height of a digit before the warp, as a share of the canvas

# What a picture is drawn from, uniformly; lengths in pixels of the finished picture.
_HEIGHTS = (21.0, 30.0)
_WIDTHS = (0.75, 1.2)  # times the font's own
_WEIGHTS = (-0.2, 1.0)  # by how much a stroke's edge moves out
_TURNS = (-12.0, 12.0)  # degrees
_SLANTS = (-0.35, 0.35)  # sideways per unit upwards
_PERSPECTIVES = (-0.2, 0.2)  # change of scale from one edge to the other
_BLURS = (0.0, 1.3)  # standard deviation
_STROKE_LEVELS = (170.0, 255.0)
_GROUND_LEVELS = (0.0, 60.0)
_NOISES = (0.0, 10.0)  # standard deviation, grey levels


def draw(class_name, number, domain=DOMAINS[0], seed=0):
    """Picture `number` of a printed digit.

    Parameters
    ----------
    class_name : str
        "0" to "9".
    number : int
        0 or more; the fonts take turns.
    domain : str
        "rendered".
    seed : int

    Returns
    -------
    Made
        Image of shape (32, 32, 3), the three channels equal; the group is the font's file,
        that of the upright face for an oblique one.

    Raises
    ------
    CourseError
        If the class, the domain or the number is not one of these.
    """
    check_request(NAME, class_name, CLASS_NAMES, domain, DOMAINS, number, seed)
    random = random_for(seed, domain, class_name, number)
    font = list(FONTS)[number % len(FONTS)]
    ink = _warped(_reweighted(_glyph(font, class_name), random), random)
    ink = ndimage.gaussian_filter(ink, _FINER * random.uniform(*_BLURS))
    ink = ink.reshape(SIZE, _FINER, SIZE, _FINER).mean(axis=(1, 3))
    grey = np.clip(np.rint(_lit(ink, random)), 0, 255).astype(np.uint8)
    return Made(np.repeat(grey[:, :, np.newaxis], 3, axis=2), FONTS[font])


def part_of(group):
    """The part of the set that a group of fonts belongs to: "train", "validation" or "test"."""
    return next((part for part, groups in HELD_OUT.items() if group in groups), "train")


@functools.cache
def _glyph(font, digit):
    """Signed distance, in pixels of the canvas, to the edge of a digit: positive inside."""
    import matplotlib

    file = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{font}.ttf")
    if not file.is_file():
        raise CourseError(
            f"The font {file.name} is missing from the installed matplotlib: install it again "
            "with `python -m pip install --force-reinstall matplotlib`."
        )
    typeface = ImageFont.truetype(str(file), _CANVAS)
    left, top, right, bottom = typeface.getbbox(digit)
    # All digits of all fonts get the same height; the warp makes it larger or smaller.
    scaled = typeface.font_variant(size=round(_CANVAS * _GLYPH * _CANVAS / (bottom - top)))
    left, top, right, bottom = scaled.getbbox(digit)
    picture = Image.new("L", (_CANVAS, _CANVAS))
    corner = ((_CANVAS - left - right) / 2, (_CANVAS - top - bottom) / 2)
    ImageDraw.Draw(picture).text(corner, digit, font=scaled, fill=255)
    inside = np.asarray(picture) > 127
    distance = ndimage.distance_transform_edt(inside) - ndimage.distance_transform_edt(~inside)
    distance.setflags(write=False)
    return distance


def _reweighted(distance, random):
    """The digit with its edge moved out or in (dilation or erosion by a disc): ink from 0 to 1."""
    return np.clip(0.5 + distance + _FINER * random.uniform(*_WEIGHTS), 0, 1)


def _warped(ink, random):
    """Size, width, slant, turn, perspective and place drawn at random."""
    height = random.uniform(*_HEIGHTS) / (_GLYPH * SIZE)
    width = height * random.uniform(*_WIDTHS)
    angle, slant = np.deg2rad(random.uniform(*_TURNS)), random.uniform(*_SLANTS)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.eye(3)
    matrix[:2, :2] = turn @ [[width, -slant * height], [0, height]]
    matrix[2, :2] = random.uniform(*_PERSPECTIVES, 2) / _CANVAS
    # Around the middle, then moved by up to what the height leaves free.
    to_middle, back = np.eye(3), np.eye(3)
    to_middle[:2, 2] = -(_CANVAS - 1) / 2
    free = _CANVAS * max(0.0, 0.94 - _GLYPH * height) / 2
    back[:2, 2] = (_CANVAS - 1) / 2 + random.uniform(-free, free, 2)
    return warp(ink, ProjectiveTransform(back @ matrix @ to_middle).inverse, order=1)


def _lit(ink, random):
    """Grey levels: stroke and ground of a level each, and some noise."""
    ground, stroke = random.uniform(*_GROUND_LEVELS), random.uniform(*_STROKE_LEVELS)
    noise = random.uniform(*_NOISES) * random.standard_normal(ink.shape)
    return ground + (stroke - ground) * ink + noise
