"""From attenuation to a radiograph: Beer-Lambert, scatter, blur, quantum noise, display."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

_PHOTONS = (2500, 12000)  # on a working pixel that nothing shades
_SCATTER = (0.25, 0.6)  # scattered rays relative to direct ones, on average over the picture


def expose(attenuation, random):
    """Intensity on the detector, relative to the open beam: direct and scattered, with noise.

    Parameters
    ----------
    attenuation : array, shape (size, size)
        The line integral of the attenuation coefficient: I = I0 exp(-attenuation).
    random : numpy.random.Generator

    Returns
    -------
    array, shape (size, size)
    """
    size = len(attenuation)
    direct = gaussian_filter(np.exp(-attenuation), random.uniform(0.5, 1.0), mode="nearest")
    scattered = random.uniform(*_SCATTER) * gaussian_filter(direct, size / 7, mode="nearest")
    photons = np.exp(random.uniform(*np.log(_PHOTONS)))
    return np.maximum(random.poisson(photons * (direct + scattered)), 1) / photons


def display(intensity, random):
    """Grey levels 0 to 1 as a viewer shows them: bone bright, air dark, edges a little lifted."""
    density = -np.log(intensity)
    lifted = density + random.uniform(0.2, 0.6) * (density - gaussian_filter(density, 8))
    inner = lifted[len(lifted) // 8 : -len(lifted) // 8, len(lifted) // 8 : -len(lifted) // 8]
    low, high = np.percentile(inner, (random.uniform(0.5, 4), random.uniform(97, 99.7)))
    grey = (lifted - low) / (high - low)
    grey = 0.06 + 0.86 * grey
    knee = np.where(grey > 0.7, 0.7 + 0.25 * np.tanh((grey - 0.7) / 0.35), grey)
    return np.clip(knee, 0, 1) ** random.uniform(0.7, 1.05)


def mark(grey, random):
    """Lay a side letter and the edges of the collimator over a picture."""
    size = len(grey)
    if random.random() < 0.6:
        right = random.random() < 0.5
        letter = Image.new("L", (size, size))
        place = (size * (0.06 if right else 0.88), size * random.uniform(0.03, 0.12))
        font = ImageFont.load_default(size * random.uniform(0.06, 0.09))
        ImageDraw.Draw(letter).text(place, "R" if right else "L", fill=255, font=font)
        grey = np.maximum(grey, 0.95 * np.asarray(letter) / 255)
    for quarter in range(4):
        if random.random() < 0.2:
            edge = int(size * random.uniform(0.01, 0.06))
            grey = np.rot90(grey, quarter).copy()
            grey[:edge] *= 0.12
            grey = np.rot90(grey, -quarter)
    return grey
