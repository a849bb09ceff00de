"""Fractals of iterated function systems: arrays in, arrays out.

An iterated function system is a handful of affine maps of the plane, (x, y) to
(a x + b y + e, c x + d y + f). If every map pulls points closer together, there is exactly one
shape that is the union of its own images under the maps: the fractal. The chaos game finds it:
start anywhere, apply a map drawn at random, again and again, and mark where the point has been.

Sources: M. F. Barnsley, "Fractals Everywhere", 1988 (the chaos game); H. Kataoka et al.,
"Pre-training without Natural Images", 2020 (one class per system, how systems are drawn and
accepted, how a class varies); S. Draves and E. Reckase, "The Fractal Flame Algorithm", 2003
(brightness by the logarithm of the density, colour by the maps that led to a point).
"""

import functools

import numpy as np
from made import random_for

FEWEST_MAPS, MOST_MAPS = 2, 6
FEWEST_FILLED = 0.25  # share of the pixels; FractalDB asks for 0.2
# What the images of a shape under all maps cover together, as a multiple of the shape itself:
# less leaves scattered needles, more overlaps so much that only a cloud is seen.
LEAST_AREA, MOST_AREA = 0.7, 1.2
STRONGEST_MAP = 0.95  # the most by which a map may stretch any direction
WEIGHTS = (0.8, 1.2)  # what one column of a class's parameters is multiplied by

WALKERS, STEPS = 2000, 60
SETTLING = 12  # steps until a walker has forgotten where it started
_OUTSIDE = 0.002  # share of the points at each edge that the frame may leave out
_MARGIN = 0.04  # of the picture, at each edge
_GREY_SHARE = 0.2  # of the pictures


@functools.lru_cache(maxsize=4096)
def class_parameters(k, seed=0):
    """The maps of class `k`, drawn as in FractalDB.

    The number of maps is uniform from 2 to 6 and each of a to f uniform in [-1, 1]; a map that
    does not pull points together is drawn again (so that the fractal exists), and a whole system
    is drawn again until its maps keep enough area, but not too much, and its picture fills
    enough of the pixels. FractalDB goes up to more maps and asks for the filled pixels alone.

    Parameters
    ----------
    k : int
        Number of the class, 0, 1, 2, ... without end.
    seed : int

    Returns
    -------
    array of float64, shape (maps, 6), read-only
        Columns a, b, c, d, e, f. A pure function of `k` and `seed`.
    """
    random = random_for(seed, "fractal-class", k)
    while True:
        count = int(random.integers(FEWEST_MAPS, MOST_MAPS + 1))
        maps = np.array([_contraction(random) for _ in range(count)])
        if not LEAST_AREA <= areas(maps).sum() <= MOST_AREA:
            continue
        density, _ = accumulate(*chaos_game(maps, random, walkers=1000, steps=30), size=64)
        if filling_rate(density) >= FEWEST_FILLED:
            maps.setflags(write=False)
            return maps


def _contraction(random):
    """Six numbers in [-1, 1] of a map that pulls points together."""
    while True:
        drawn = random.uniform(-1, 1, 6)
        if largest_stretch(drawn[np.newaxis])[0] <= STRONGEST_MAP:
            return drawn


def areas(maps):
    """The factor |a d - b c| by which each map shrinks areas, shape (maps,)."""
    return np.abs(maps[:, 0] * maps[:, 3] - maps[:, 1] * maps[:, 2])


def largest_stretch(maps):
    """Largest singular value of each map's 2 by 2 matrix, shape (maps,)."""
    squares = (maps[:, :4] ** 2).sum(axis=1)
    rest = np.sqrt(np.maximum(squares**2 - 4 * areas(maps) ** 2, 0))
    return np.sqrt((squares + rest) / 2)


def varied(maps, random):
    """The same system with one of the columns a to f multiplied by 0.8 to 1.2, as in FractalDB."""
    maps = maps.copy()
    maps[:, random.integers(6)] *= random.uniform(*WEIGHTS)
    # A map stretched too far is pulled back: the fractal has to exist.
    maps[:, :4] *= np.minimum(1, STRONGEST_MAP / largest_stretch(maps))[:, np.newaxis]
    return maps


def chaos_game(maps, random, walkers=WALKERS, steps=STEPS):
    """Play the chaos game with many walkers at once.

    Parameters
    ----------
    maps : array of float, shape (maps, 6)
    random : numpy.random.Generator
    walkers, steps : int
        The first `SETTLING` of the steps leave no mark.

    Returns
    -------
    points : array of float64, shape (n, 2)
        x and y; n is walkers times the steps that leave a mark.
    tints : array of float64, shape (n,)
        From 0 to 1: which maps led to the point, the last counting most.
    """
    shares = areas(maps)
    # A map that flattens everything to a line has no area, and still has to be drawn.
    shares = np.maximum(shares, 0.01 * shares.max() + 1e-12)
    bounds = np.cumsum(shares / shares.sum())[:-1]
    choices = np.searchsorted(bounds, random.random((steps, walkers)), side="right")
    a, b, c, d, e, f = np.ascontiguousarray(maps.T)
    own_tints = np.linspace(0, 1, len(maps))
    x, y, tint = np.zeros(walkers), np.zeros(walkers), np.full(walkers, 0.5)
    marks = np.empty((3, steps - SETTLING, walkers))
    for step, chosen in enumerate(choices):
        x, y = a[chosen] * x + b[chosen] * y + e[chosen], c[chosen] * x + d[chosen] * y + f[chosen]
        tint = (tint + own_tints[chosen]) / 2
        if step >= SETTLING:
            marks[:, step - SETTLING] = x, y, tint
    return marks[:2].reshape(2, -1).T, marks[2].ravel()


def accumulate(points, tints, size):
    """Count the points in every pixel of a square frame that just holds them.

    Returns
    -------
    density : array of float64, shape (size, size)
        Points per pixel, row 0 at the top.
    tint : array of float64, shape (size, size)
        Mean tint of a pixel's points; 0 where there are none.
    """
    sample = points[-len(points) // 4 :]  # the last steps show the whole fractal as well as all
    last = len(sample) - 1
    outside = int(_OUTSIDE * last)
    ordered = np.partition(sample, (outside, last - outside), axis=0)
    lowest, highest = ordered[outside], ordered[last - outside]
    side = max((highest - lowest).max(), 1e-9) / (1 - 2 * _MARGIN)
    places = ((points - (lowest + highest) / 2) / side + 0.5) * size
    inside = ((places >= 0) & (places < size)).all(axis=1)
    column, row = places[inside].astype(np.int64).T
    pixel = (size - 1 - row) * size + column
    density = np.bincount(pixel, minlength=size * size)
    tint = np.bincount(pixel, weights=tints[inside], minlength=size * size)
    tint = tint / np.maximum(density, 1)
    return density.reshape(size, size).astype(float), tint.reshape(size, size)


def filling_rate(density):
    """Share of the pixels that hold at least one point."""
    return float((density > 0).mean())


def draw_fractal(k, random, size=64, seed=0):
    """One picture of class `k`.

    The class decides the maps; the instance decides the weight of one column, one of the eight
    turns and mirror images, the colours and the brightness.

    Parameters
    ----------
    k : int
        Number of the class.
    random : numpy.random.Generator
        What makes this instance differ from others of its class.
    size : int
        Height and width in pixels.
    seed : int
        Seed of the classes.

    Returns
    -------
    array of uint8, shape (size, size, 3)
        The fractal on black, in one picture of five grey, else coloured.
    """
    maps = varied(class_parameters(k, seed), random)
    # Twice the size: the mean over 2 by 2 pixels smooths the edges.
    density, tint = accumulate(*chaos_game(maps, random), 2 * size)
    picture = coloured(density, tint, random).reshape(size, 2, size, 2, 3).mean(axis=(1, 3))
    picture = np.rot90(picture, random.integers(4))
    if random.integers(2):
        picture = picture[:, ::-1]
    return np.ascontiguousarray((255 * picture + 0.5).astype(np.uint8))


def coloured(density, tint, random):
    """Brightness by the logarithm of the density, colour by the tint; values from 0 to 1.

    Parameters
    ----------
    density, tint : arrays of shape (size, size)
    random : numpy.random.Generator
        Draws the exposure and a palette: three cosine waves of the tint, one for each channel.

    Returns
    -------
    array of float64, shape (size, size, 3)
    """
    exposure = random.uniform(0.6, 1.1)
    light = np.log1p(density)
    light = (light / light.max()) ** exposure
    saturation = 0.0 if random.random() < _GREY_SHARE else random.uniform(0.5, 1.0)
    hue, waves = random.random(), random.uniform(0.3, 1.2) * random.choice([-1, 1])
    phases = hue + waves * tint[:, :, np.newaxis] + np.arange(3) / 3
    colour = 1 - saturation * (0.5 + 0.5 * np.cos(2 * np.pi * phases))
    # The densest places glow: their colour turns towards white.
    colour = colour + (1 - colour) * 0.6 * light[:, :, np.newaxis] ** 3
    return light[:, :, np.newaxis] * colour
