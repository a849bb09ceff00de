"""What things are made of: how a material looks to light and to X-rays."""

from typing import NamedTuple


class Material(NamedTuple):
    """One material.

    Attributes
    ----------
    finish : str
        How light meets it: a case of `photo._surface`.
    xray : str
        What a baggage scanner takes it for: a key of `ATTENUATION`.
    density : float
        Factor to that attenuation.
    colours : tuple of tuple
        Ranges of hue, saturation and value to draw a colour from, all from 0 to 1.
    """

    finish: str
    xray: str
    density: float
    colours: tuple


_ANY = ((0, 1), (0.05, 0.85), (0.12, 0.85))
_GREY = ((0, 1), (0, 0.06), (0.45, 0.8))

MATERIALS = {
    "ceramic": Material("glossy", "mixed", 1.0, ((0, 1), (0, 0.7), (0.2, 0.92))),
    "enamel": Material("glossy", "metal", 0.7, ((0, 1), (0.05, 0.8), (0.2, 0.9))),
    "plastic": Material("satin", "organic", 1.2, _ANY),
    "white plastic": Material("satin", "organic", 1.2, ((0, 1), (0, 0.05), (0.8, 0.95))),
    "clear plastic": Material("clear", "organic", 1.0, ((0.4, 0.62), (0.02, 0.4), (0.8, 1.0))),
    "dark plastic": Material("satin", "organic", 1.2, ((0, 1), (0, 0.35), (0.04, 0.3))),
    "rubber": Material("matt", "organic", 1.6, ((0, 1), (0, 0.6), (0.04, 0.3))),
    "leather": Material("satin", "organic", 1.0, ((0.0, 0.1), (0.1, 0.8), (0.05, 0.5))),
    "cloth": Material("cloth", "organic", 0.8, _ANY),
    "canopy": Material("cloth", "organic", 9.0, _ANY),
    "paper": Material("matt", "organic", 0.5, ((0, 1), (0, 0.5), (0.6, 0.97))),
    "wood": Material("wood", "organic", 1.2, ((0.04, 0.11), (0.35, 0.75), (0.2, 0.75))),
    "metal": Material("metal", "metal", 0.8, ((0.02, 0.14), (0, 0.55), (0.45, 0.9))),
    "steel": Material("metal", "metal", 1.0, _GREY),
    "cast iron": Material("satin", "metal", 1.0, ((0, 1), (0, 0.15), (0.03, 0.12))),
    "bottle glass": Material("clear", "mixed", 1.0, ((0.06, 0.42), (0.5, 0.9), (0.3, 0.8))),
    "clear glass": Material("clear", "mixed", 1.0, ((0.3, 0.6), (0.0, 0.15), (0.9, 1.0))),
    "white glass": Material("glossy", "mixed", 0.8, ((0.1, 0.15), (0, 0.1), (0.85, 0.95))),
    "coated glass": Material("mirror", "mixed", 1.2, ((0.5, 0.85), (0.2, 0.7), (0.03, 0.15))),
    "dark glass": Material("mirror", "mixed", 1.5, ((0, 1), (0, 0.6), (0.02, 0.1))),
    "lens": Material("lens", "mixed", 1.5, ((0.5, 0.6), (0, 0.1), (0.9, 1.0))),
    "bulb": Material("glossy", "mixed", 0.5, ((0.1, 0.15), (0, 0.1), (0.85, 0.95))),
    "lit bulb": Material("emitter", "mixed", 0.5, ((0.08, 0.14), (0.2, 0.5), (0.95, 1.0))),
    "lit shade": Material("glow", "organic", 2.0, ((0.0, 0.16), (0.1, 0.7), (0.6, 0.95))),
    "lit globe": Material("glow", "mixed", 0.8, ((0.08, 0.14), (0.1, 0.4), (0.9, 1.0))),
    "coffee": Material("glossy", "organic", 0.9, ((0.04, 0.07), (0.6, 0.8), (0.05, 0.25))),
    "tea": Material("glossy", "organic", 0.9, ((0.04, 0.09), (0.8, 0.95), (0.2, 0.5))),
    "milk": Material("glossy", "organic", 0.9, ((0.1, 0.15), (0.02, 0.12), (0.9, 0.97))),
    "wine": Material("glossy", "organic", 0.9, ((0.95, 1.0), (0.7, 0.95), (0.05, 0.25))),
    "water": Material("clear", "organic", 0.9, ((0.5, 0.6), (0.0, 0.1), (0.95, 1.0))),
    "juice": Material("glossy", "organic", 0.9, ((0.02, 0.3), (0.6, 0.95), (0.4, 0.9))),
    "battery": Material("satin", "metal", 0.5, _GREY),
    "circuit": Material("satin", "mixed", 1.5, _GREY),
}
