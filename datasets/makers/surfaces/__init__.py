"""`surfaces`: patches of real materials for visual inspection, good or with one made defect."""

import numpy as np
from made import Made, check_request, random_for
from scipy.ndimage import gaussian_filter

from . import defects
from .photographs import MATERIALS, cut_patch

CLASS_NAMES = ("good", "scratch", "crack", "stain", "hole", "dent")
DOMAINS = ("photo",)
SIZE = 96
PER_CLASS = 120
QUALITY = {"photo": 94}

#: Least and greatest strength of a defect; 1 is plain to see for someone who looks for it.
STRENGTHS = (1.2, 1.7)

_MEAN_LEVELS = (100, 160)  # grey levels of the finished patch
_GAMMA = 2.2
_LARGEST_CONTRAST = 0.3  # deviation over mean, in linear light: gravel would hide any defect


def draw(class_name, number, domain=DOMAINS[0], seed=0):
    """Draw one patch.

    Parameters
    ----------
    class_name : str
        One of `CLASS_NAMES`.
    number : int
        Which patch of the class: 0, 1, 2, ...
    domain : str
        One of `DOMAINS`.
    seed : int
        Another seed gives other patches.

    Returns
    -------
    Made
        Its group is the material and the cell of the photograph that the patch is cut from.

    Raises
    ------
    CourseError
        If the class, the domain or the number does not exist.
    """
    check_request("surfaces", class_name, CLASS_NAMES, domain, DOMAINS, number, seed)
    material, cell = source_cell(number, domain, seed)
    random = random_for(seed, "surfaces", domain, class_name, number)
    photograph = cut_patch(material, cell, SIZE * defects.SCALE, random)
    light = defects.Light(random.uniform(0, 2 * np.pi), np.deg2rad(random.uniform(25, 50)))
    surface = _light_up((photograph / 255) ** _GAMMA, light, random)
    if class_name != "good":
        strength = random.uniform(*STRENGTHS) * _needed(surface)
        surface = getattr(defects, class_name)(surface, light, random, strength)
    return Made(_photograph(surface, random), f"{material}-{cell:02d}")


def source_cell(number, domain=DOMAINS[0], seed=0):
    """The material and cell behind patch `number`: the same for every class.

    The materials take turns, and the cells of each in a shuffled order: every class shows
    each material equally often, so that the material tells nothing about the class.

    Returns
    -------
    tuple of (str, int)
    """
    names = list(MATERIALS)
    material = names[number % len(names)]
    order = random_for(seed, "surfaces", domain, "cells", material).permutation(
        len(MATERIALS[material].cells)
    )
    return material, int(order[number // len(names) % len(order)])


def _light_up(surface, light, random):
    """Give a patch in linear light a new brightness and a fall-off from the lamp's side."""
    level = (random.uniform(*_MEAN_LEVELS) / 255) ** _GAMMA
    contrast = surface.std(axis=(0, 1)).max() / surface.mean(axis=(0, 1)).max()
    surface = surface ** min(random.uniform(0.85, 1.15), _LARGEST_CONTRAST / contrast)
    ramp = np.linspace(-1, 1, len(surface))
    x, y = light.towards()
    falloff = 1 + random.uniform(0.05, 0.25) * (x * ramp[None, :] + y * ramp[:, None])
    # The strongest colour has its say too: by the mean of all three a pure red would burn out.
    colour = surface.mean(axis=(0, 1))
    return level * surface / (0.5 * colour.mean() + 0.5 * colour.max()) * falloff[..., None]


def _needed(surface):
    """What a defect's strength is multiplied by: a busy texture hides a weak one."""
    grey = surface.mean(axis=-1) / surface.mean()
    detail = np.median(np.abs(grey - gaussian_filter(grey, 3 * defects.SCALE)))
    return np.clip(0.85 + 7 * detail, 0.85, 1.8)


def _photograph(surface, random):
    """The picture of a surface in linear light: averaged to `SIZE`, grain added, in grey levels."""
    blocks = surface.reshape(SIZE, defects.SCALE, SIZE, defects.SCALE, 3)
    levels = 255 * np.clip(blocks.mean(axis=(1, 3)), 0, 1) ** (1 / _GAMMA)
    grain = random.uniform(1.0, 2.5) * random.standard_normal((SIZE, SIZE, 1))
    return np.clip(np.rint(levels + grain), 0, 255).astype(np.uint8)
