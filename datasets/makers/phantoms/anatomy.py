"""One made patient: a chest as thicknesses of soft tissue, air and bone along the ray."""

from typing import NamedTuple

import numpy as np
from scipy.interpolate import PchipInterpolator

from .geometry import ball, step, tube
from .vessels import vessel_paths, vessel_thickness


class Patient(NamedTuple):
    """The build of a patient, in units of `geometry` unless said otherwise.

    `width` is half the rib cage's, `depth` the chest's from front to back; `domes` are the
    heights of the two halves of the diaphragm (right of the patient first, which is left in
    the picture); `heart` is its size relative to a usual one; `breasts` their thickness;
    `bend` how far the spine leaves the middle; `rib` the radius of a rib; `fat` what lies
    outside the ribs; `bubble` the radius of the air in the stomach.
    """

    width: float
    depth: float
    apex: float
    domes: tuple[float, float]
    heart: float
    breasts: float
    bend: float
    rib: float
    slope: float
    fat: float
    bubble: float
    bone: float
    vessels: tuple[np.ndarray, np.ndarray, np.ndarray]


def make_patient(random):
    """Draw the build of a patient."""
    width = random.uniform(0.66, 0.8)
    left = random.uniform(0.36, 0.54)
    patient = Patient(
        width=width,
        depth=random.uniform(0.95, 1.2),
        apex=random.uniform(-0.76, -0.64),
        domes=(left - random.uniform(0.0, 0.09), left),
        heart=random.uniform(0.82, 1.2),
        breasts=random.uniform(0.05, 0.2) if random.random() < 0.4 else 0.0,
        bend=random.normal(0, 0.02),
        rib=random.uniform(0.026, 0.034),
        slope=random.uniform(0.38, 0.56),
        fat=random.uniform(0.06, 0.16),
        bubble=random.uniform(0.05, 0.12) if random.random() < 0.5 else 0.0,
        bone=random.uniform(0.8, 1.25),
        vessels=None,
    )
    return patient._replace(vessels=vessel_paths(patient, random))


def cage(patient, y):
    """Half the inner width of the rib cage at height y."""
    base = 0.3
    up = np.clip((base - y) / (base - patient.apex), 0, 1)
    down = np.clip(y - base, 0, None)
    return patient.width * (1 - up**2.6) ** (1 / 2.2) * (1 - 0.12 * down)


def lungs(patient, x, y):
    """Thickness of air-filled lung along the ray, both lungs, heart not yet taken away."""
    side = (x > 0).astype(int)
    outer, inner = cage(patient, y), 0.07
    across = np.clip((np.abs(x) - inner) / np.maximum(outer - inner, 1e-3), 0, 1)
    profile = np.clip(4 * across * (1 - across), 0, 1) ** 0.45
    tall = np.clip((y - patient.apex) / 0.75, 0, 1)
    deep = 0.78 * patient.depth * np.sqrt(1 - (1 - tall) ** 2)
    dome = np.array(patient.domes)[side] + 1.1 * (np.abs(x) - 0.42 * patient.width) ** 2
    above = step((dome - y) / 0.018)
    recess = 0.16 * step((dome + 0.16 - y) / 0.05)  # lung behind the dome
    return deep * profile * np.maximum(above, recess)


def heart_and_vessels(patient, x, y):
    """Thickness of heart, aorta and the tissue between the lungs."""
    h = patient.heart
    base = patient.domes[1] - 0.12
    left = ball(x, y, (0.13 * h, base - 0.12), (0.3 * h, 0.21 * h), 0.62)
    right = ball(x, y, (-0.06, base - 0.18), (0.15 * h, 0.23 * h))
    knob = ball(x, y, (0.12, -0.28), (0.095, 0.1))
    trunk = ball(x, y, (0.1 * h, -0.12), (0.1, 0.13))
    hilum = sum(1.1 * ball(x, y, (s * 0.19, -0.02), (0.075, 0.12), s * 0.35) for s in (-1, 1))
    wide = 0.13 + 0.02 * np.cos(9 * y) + 0.03 * step((y + 0.1) / 0.1)
    middle = 0.85 * step((wide - np.abs(x - 0.015)) / 0.035) * step((y + 0.85) / 0.1)
    together = np.maximum.reduce([left, right, knob, trunk])
    return np.maximum(together, middle) + hilum


def windpipe(pose):
    """Thickness of the air in windpipe and main bronchi."""
    down = np.stack([np.zeros(60), np.linspace(-1.2, -0.2, 60), np.full(60, 0.05)], 1)
    paths = [(down, 0.036)]
    for s in (-1, 1):
        t = np.linspace(0, 1, 30)
        side = np.stack([s * 0.15 * t, -0.2 + 0.16 * t, np.full(30, 0.05)], 1)
        paths.append((side, 0.025))
    return sum(tube(pose, path, radius) for path, radius in paths)


def trunk(patient, x, y):
    """Thickness of the whole body along the ray, arms down, shoulders and neck included."""
    heights = [-1.6, -1.05, -0.93, -0.82, -0.66, -0.4, 0.1, 0.7, 1.6]
    halves = np.array([0.24, 0.27, 0.42, 0.85, 1.12, 1.08, 0.99, 0.98, 1.02])
    half = PchipInterpolator(heights, halves * (patient.width + patient.fat))(y)
    depths = np.array([0.55, 0.55, 0.6, 0.7, 0.85, 0.97, 1.0, 1.0, 1.0])
    deep = PchipInterpolator(heights, depths)(y) * (patient.depth + patient.fat)
    body = deep * np.clip(1 - np.abs(x / half) ** 2.6, 0, None) ** 0.5
    for s in (-1, 1):
        breast = ball(x, y, (s * 0.42 * patient.width / 0.73, 0.3), (0.3, 0.24))
        body = body + patient.breasts * breast / 0.54
    return body


def bones(patient, pose):
    """Thickness of bone along the ray: ribs, collar bones, shoulder blades, spine."""
    total = _spine(patient, pose)
    for s in (-1, 1):
        for k in range(10):
            total = total + _rib(patient, pose, k, s)
        total = total + _shoulder(patient, pose, s)
    return total * patient.bone


def soft_tissue(patient, pose):
    """Thickness of soft tissue, and of lung, along the ray: two (size, size) arrays."""
    x, y = pose.grid()
    heart = heart_and_vessels(patient, *pose.grid(-0.15))
    air = np.clip(lungs(patient, x, y) - heart, 0, None)
    vessels = vessel_thickness(pose, patient.vessels) * np.clip(air / 0.45, 0, 1)
    body = trunk(patient, x, y)
    air = np.minimum(air, 0.86 * body)
    pipe = windpipe(pose)
    bubble = 0.0
    if patient.bubble:
        place = (0.36 * patient.width / 0.73, patient.domes[1] + 0.11)
        bubble = ball(x, y, place, (1.5 * patient.bubble, 0.75 * patient.bubble), 0.2)
    # Lung is not empty: a quarter of it is tissue and blood.
    return np.clip(body - 0.75 * air - pipe - bubble, 0, None) + 1.15 * vessels, air


def _rib(patient, pose, k, side):
    """One rib: from the spine back and outward, then round to the front and down."""
    angle = np.linspace(0.07, 0.76 - 0.02 * max(0, k - 6), 260) * np.pi
    start = patient.apex + 0.02 + 0.128 * k
    drop = patient.slope * (0.55 + 0.45 * min(k, 5) / 5)
    front = (1 - np.cos(angle)) / 2
    y = start + drop * front - 0.02 * np.sin(2 * angle)
    wide = cage(patient, np.array([max(start + 0.45 * drop, patient.apex + 0.14)]))[0] + 0.012
    x = side * (0.03 + (wide - 0.03) * np.sin(angle) ** 0.85)
    z = patient.depth / 2 * 0.8 * np.cos(angle) * min(1, 0.55 + 0.1 * k)
    fade = np.clip((angle[-1] - angle) / 0.25, 0.0, 1)  # the end is cartilage
    weights = (0.75 + 0.25 * np.cos(angle)) * fade
    return 0.8 * tube(pose, np.stack([x, y, z], 1), patient.rib, weights, hollow=0.55)


def _shoulder(patient, pose, side):
    """Collar bone, shoulder blade and the head of the upper arm."""
    t = np.linspace(0, 1, 160)
    w = patient.width / 0.73
    x = side * (0.07 + 0.66 * w * t)
    y = patient.apex + 0.17 - 0.13 * t - 0.03 * np.sin(2 * np.pi * t)
    collar = tube(pose, np.stack([x, y, np.full(160, -0.3)], 1), 0.033, 1.0, hollow=0.5)
    px, py = pose.grid(0.3)
    blade_edge = np.stack(
        [side * (0.56 + 0.22 * t) * w, patient.apex + 0.72 - 0.55 * t, np.full(160, 0.3)], 1
    )
    blade = 0.3 * tube(pose, blade_edge, 0.035)
    sheet = 0.02 * step((np.abs(px) - 0.6 * w) / 0.05) * step((0.0 - py) / 0.2)
    head = 0.35 * ball(px, py, (side * 0.92 * w, patient.apex + 0.1), (0.12, 0.13))
    return 1.2 * collar + blade + sheet + head


def _spine(patient, pose):
    """Vertebrae with gaps between them, and the spines that point backward."""
    x, y = pose.grid(0.3)
    x = x - patient.bend * np.sin(2.2 * y)
    pitch = 0.115
    phase = (y / pitch) % 1 - 0.5
    half = 0.072 * (1 + 0.15 * y) * (1 - 0.12 * np.cos(2 * np.pi * phase))
    body = step((half - np.abs(x)) / 0.008) * (0.35 + 0.65 * step((0.38 - np.abs(phase)) / 0.05))
    arch = np.exp(-(((np.abs(x) - 0.045) / 0.014) ** 2) - (((phase + 0.1) * pitch / 0.022) ** 2))
    tip = np.exp(-((x / 0.012) ** 2) - (((phase - 0.25) * pitch / 0.03) ** 2))
    return 0.042 * body + 0.03 * arch + 0.03 * tip
