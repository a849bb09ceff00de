"""What can be wrong with a lung, and what only looks so."""

import numpy as np
from scipy.ndimage import gaussian_filter

from .anatomy import lungs
from .geometry import ball, clouds, tube

#: Attenuation that the middle of a nodule adds along the ray: least and greatest. A rib adds
#: about 0.2. This is the dial for how hard nodules are.
NODULE_PEAKS = (0.45, 1.05)
#: The same for the densest part of an infiltrate.
INFILTRATE_PEAKS = (0.4, 0.85)
#: Diameter of a nodule as a share of the picture's width at zoom 1.
NODULE_DIAMETERS = (0.05, 0.12)

_HIDDEN = 0.2  # share of lesions that may lie behind heart or diaphragm, where lung is thin


def find_place(patient, random, margin=0.0):
    """A random point (x, y, z) of the lungs."""
    thinnest = 0.12 if random.random() < _HIDDEN else 0.4
    while True:
        x = random.uniform(-patient.width + margin, patient.width - margin)
        y = random.uniform(patient.apex + 0.08, max(patient.domes))
        thick = float(lungs(patient, np.array(x), np.array(y)))
        central = abs(x) < 0.14 or (0 < x < 0.3 and y > 0.05)  # behind heart and spine
        if thick > thinnest and (thinnest < 0.4 or not central):
            return np.array([x, y, random.uniform(-0.4, 0.4) * thick])


def make_nodule(patient, random):
    """Draw one to four nodules: round masses, one in three with spikes.

    Returns
    -------
    list of dict
        Arguments of `nodule_attenuation`.
    """
    count = random.choice([1, 2, 3, 4], p=[0.4, 0.25, 0.2, 0.15])
    return [
        {
            "place": find_place(patient, random, 0.06),
            "radius": random.uniform(*NODULE_DIAMETERS),  # half of 2 units is the width
            "peak": random.uniform(*NODULE_PEAKS),
            "spikes": random.integers(5, 12) if random.random() < 0.35 else 0,
            "shape": int(random.integers(2**31)),
        }
        for _ in range(count)
    ]


def nodule_attenuation(pose, place, radius, peak, spikes, shape):
    """What a nodule adds to the attenuation, shape (size, size)."""
    random = np.random.default_rng(shape)
    x, y = pose.grid(place[2])
    dx, dy = x - place[0], y - place[1]
    angle = np.arctan2(dy, dx)
    outline = np.ones_like(angle)
    for k in range(2, 6):
        outline += 0.16 / k * random.normal() * np.cos(k * angle + random.uniform(0, 2 * np.pi))
    apart = np.hypot(dx, dy) / (radius * outline)
    mass = np.sqrt(np.clip(1 - apart**2, 0, None))
    for turn in random.uniform(0, 2 * np.pi, spikes):
        t = np.linspace(0.6, random.uniform(1.3, 1.9), 40)
        path = np.zeros((40, 3)) + place
        path[:, 0] += radius * t * np.cos(turn)
        path[:, 1] += radius * t * np.sin(turn)
        spike = tube(pose, path, 0.012, np.clip((t[-1] - t) / 0.5, 0, 1))
        mass = np.maximum(mass, 0.5 * spike / 0.024)
    return peak * gaussian_filter(mass, 0.012 * pose.scale)


def make_infiltrate(patient, random):
    """Draw an infiltrate: overlapping soft clouds about a point of one lung.

    Returns
    -------
    list of dict
        The one set of arguments of `infiltrate_attenuation`.
    """
    centre = find_place(patient, random)
    spread = random.uniform(0.1, 0.2)
    count = random.integers(8, 18)
    return [
        {
            "places": centre + random.normal(0, 1, (count, 3)) * (spread, spread, 0.3 * spread),
            "radii": random.uniform(0.1, 0.2, count),
            "peak": random.uniform(*INFILTRATE_PEAKS),
            "shape": int(random.integers(2**31)),
        }
    ]


def infiltrate_attenuation(pose, air, places, radii, peak, shape):
    """What an infiltrate adds to the attenuation, shape (size, size); only where there is lung."""
    random = np.random.default_rng(shape)
    total = np.zeros_like(air)
    for place, radius in zip(places, radii, strict=True):
        x, y = pose.grid(place[2])
        total += np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / (2 * (0.6 * radius) ** 2))
    patchy = np.clip(1 + 0.28 * clouds(pose.size, 0.035 * pose.scale, random), 0, None)
    # Where clouds lie over each other the lung is full, and no more is added.
    return peak * (1 - np.exp(-total * patchy)) * np.clip(air / 0.4, 0, 1)


def harmless_spots(patient, pose, shape, random):
    """Shadows that are no lesion: nipples, and the electrodes and wires of a monitor.

    The patient's own (nipples) follow `shape`, those of the day follow `random`.
    """
    own = np.random.default_rng(shape)
    total = np.zeros((pose.size, pose.size))
    x, y = pose.grid(-0.45)
    seen = own.random(2) < 0.3
    low, radius, peak = own.uniform(0.22, 0.34), own.uniform(0.028, 0.045), own.uniform(0.1, 0.22)
    for side, is_seen in zip((-1, 1), seen, strict=True):
        if is_seen:
            spot = ball(x, y, (side * 0.58 * patient.width, low), (radius, radius))
            total += peak * (spot / (2 * radius)) ** 0.7
    if random.random() < 0.25:
        for _ in range(random.integers(1, 4)):
            total += _electrode(pose, x, y, random)
    return total


def _electrode(pose, x, y, random):
    """A metal stud on the chest with its wire, which leaves downward or to a side."""
    start = np.array([random.uniform(-0.6, 0.6), random.uniform(-0.5, 0.5)])
    stud = 0.7 * ball(x, y, start, (0.026, 0.026)) / 0.052
    t = np.linspace(0, 1, 200)
    reach = random.choice([-1, 1]) * random.uniform(0.2, 0.9)
    end = start + np.array([reach, random.uniform(0.5, 1.4)])
    sag = random.uniform(-0.25, 0.25) * np.sin(np.pi * t)
    path = np.stack(
        [start[0] + (end[0] - start[0]) * t + sag, start[1] + (end[1] - start[1]) * t**1.3], 1
    )
    wire = tube(pose, np.column_stack([path, np.full(200, -0.45)]), 0.009)
    return stud + 14 * wire
