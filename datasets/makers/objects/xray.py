"""`xray`: what a baggage scanner shows, by the Lambert-Beer law through closed bodies.

For each material the rays' length inside it is exact; the three colours of a scanner's picture
fade at rates of their own, so that organic things come out orange, metal blue, and what is
between, or both at once, green.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from .clutter import clutter
from .materials import MATERIALS
from .raster import thickness
from .solids import Part, box, lathe, loft, moved, rod, spline, superellipse, tube
from .staging import stage

#: Attenuation of red, green and blue per unit of length (a thing fits a ball of radius 1).
ATTENUATION = {
    "organic": np.array([0.16, 0.75, 1.9]),
    "mixed": np.array([2.6, 1.0, 2.3]),
    "metal": np.array([8.0, 5.2, 2.4]),
}
_FINE = 2  # rays per pixel along an edge


def draw_xray(class_name, random, size, samples=None):
    """One scan, uint8 (size, size, 3)."""
    staged = stage(class_name, random, tumble=35, fill=(0.6, 0.95))
    depth = attenuation(staged.parts, staged.camera, size * _FINE)
    # A scanner's display is stretched until what one looks for shows; the rest is left as it is.
    weak = np.percentile(depth[..., 2][depth[..., 2] > 0.02], 60)
    depth = depth * np.clip(random.uniform(0.7, 1.4) / weak, 0.8, 4)
    depth = depth + random.uniform(1.0, 2.2) * attenuation(
        _baggage(random, staged.camera), staged.camera, size * _FINE
    )
    depth = depth.reshape(size, _FINE, size, _FINE, 3).mean((1, 3))
    return _scanned(random, depth, size)


def attenuation(parts, camera, size):
    """Sum over bodies of thickness times attenuation, shape (size, size, 3), no unit."""
    rates = np.stack(
        [MATERIALS[p.material].density * ATTENUATION[MATERIALS[p.material].xray] for p in parts]
    )
    inside = thickness([part.mesh for part in parts], camera, size)
    return np.tensordot(inside, rates, axes=(0, 0))


def transmitted(depth):
    """Colour on white of rays that were attenuated by `depth`, from 0 to 1: exp(-depth)."""
    return np.exp(-depth)


def _baggage(random, camera):
    """A bag's shell and what else lies in it, before and behind, all in the camera's frame."""
    parts = []
    if random.random() < 0.75:
        parts += _bag(random)
    things = [_straps, _coin_purse, _zip, _thing, _thing, _thing, _pens, _wires, _keys]
    for _ in range(random.integers(1, 5)):
        made = things[random.integers(len(things))](random)
        size = random.uniform(0.45, 0.9)
        place = np.append(random.uniform(-1, 1, 2), random.uniform(-0.8, 0.8))
        # Pushed outwards, so that the thing itself is overlapped but not buried.
        place[:2] *= random.uniform(0.7, 1.1) / max(np.abs(place[:2]).max(), 0.3)
        turn = (*random.normal(0, 25, 2), random.uniform(0, 360))
        parts += [part._replace(mesh=moved(part.mesh, place, turn, size)) for part in made]
    # From the picture's own axes (right, up, towards the camera) to the stage's.
    right, up, forward = camera.axes()
    turn = np.stack([right, up, -forward])
    distance = np.linalg.norm(camera.target - camera.eye)
    scale = np.array([1, 1, 0.5]) * distance * camera.spread
    return [
        part._replace(
            mesh=part.mesh._replace(vertices=(part.mesh.vertices * scale) @ turn + camera.target)
        )
        for part in parts
    ]


def _bag(random):
    """An outline of cloth with a thicker rim, larger or smaller than the frame."""
    wide, tall = random.uniform(1.6, 2.6, 2)
    power = random.uniform(3, 8)
    outline = superellipse(wide, tall, power, 60)
    outline += random.uniform(-0.25, 0.25, 2)
    rim = tube(np.insert(outline, 2, 0, 1), random.uniform(0.02, 0.05), 8, closed=True)
    sheet = loft([np.insert(outline, 2, z, 1) for z in (-0.5, -0.5 + random.uniform(0.03, 0.12))])
    return [Part(rim, "rubber"), Part(sheet, "cloth")]


def _thing(random):
    kinds = ["book", "box", "ball", "block", "fruit", "cable", "books"]
    return clutter(random, kinds)


def _straps(random):
    points = [
        (-1.3, 0, 0),
        (-0.4, random.normal(0, 0.3), 0),
        (0.4, random.normal(0, 0.3), 0),
        (1.3, 0, 0),
    ]
    strap = tube(spline(points, 30), 0.09, 8, squash=0.2, up=(0, 1, 0))
    buckle = tube(
        np.array([(-0.14, -0.14, 0), (0.14, -0.14, 0), (0.14, 0.14, 0), (-0.14, 0.14, 0)]),
        0.025,
        8,
        closed=True,
    )
    return [Part(strap, "cloth"), Part(buckle, str(random.choice(["steel", "plastic"])))]


def _zip(random):
    path = spline(
        [(-1.2, 0, 0), (0, random.normal(0, 0.2), 0), (1.2, random.normal(0, 0.2), 0)], 44
    )
    return [Part(box((0.028, 0.07, 0.04), 0, p), "metal") for p in path]


def _coin_purse(random):
    return clutter(random, ["coins"])


def _pens(random):
    parts = []
    for _ in range(random.integers(1, 4)):
        y = random.uniform(-0.25, 0.25)
        turn = (0, 0, random.uniform(-25, 25))
        shell = rod((-0.5, y, 0), (0.5, y, 0), 0.045, segments=10)
        lead = rod((-0.45, y, 0), (0.56, y, 0), 0.014, segments=6)
        parts += [Part(moved(shell, turn=turn), "plastic"), Part(moved(lead, turn=turn), "steel")]
    return parts


def _wires(random):
    """A charger: a block with parts in it and a coiled lead of copper."""
    t = np.linspace(0, 1, 70)
    angle = 2 * np.pi * random.uniform(1.5, 3.5) * t
    path = np.stack(
        [(0.35 + 0.2 * t) * np.cos(angle), (0.25 + 0.2 * t) * np.sin(angle), 0.1 * t], -1
    )
    block = box((0.3, 0.2, 0.15), 0.02)
    coil = lathe([(0.07, -0.05), (0.07, 0.05)], 14)
    return [
        Part(tube(path, 0.02, 6), "metal"),
        Part(block, "plastic"),
        Part(coil, "metal"),
        Part(box((0.26, 0.03, 0.12)), "circuit"),
    ]


def _keys(random):
    parts = []
    ring = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    hoop = np.stack([0.16 * np.cos(ring), 0.16 * np.sin(ring), 0 * ring], -1)
    parts.append(Part(tube(hoop, 0.015, 6, closed=True), "steel"))
    for _ in range(random.integers(2, 5)):
        head = tube(
            np.stack([0.1 * np.cos(ring) + 0.25, 0.1 * np.sin(ring), 0 * ring], -1),
            0.03,
            6,
            closed=True,
        )
        meshes = [head, box((0.35, 0.06, 0.03), 0, (0.5, 0, 0))]
        meshes += [box((0.03, 0.05, 0.03), 0, (x, -0.05, 0)) for x in (0.48, 0.56, 0.65)]
        turn = (0, 0, random.uniform(0, 360))
        parts += [Part(moved(mesh, turn=turn), "metal") for mesh in meshes]
    return parts


def _scanned(random, depth, size):
    """The detector's blur, gain, column errors and noise."""
    light = transmitted(depth * random.uniform(0.8, 1.3))
    light = gaussian_filter(light, (random.uniform(0.25, 0.6),) * 2 + (0,))
    light = light * (1 + 0.004 * random.standard_normal((1, size, 1)))
    light = light + random.uniform(0.003, 0.009) * random.standard_normal((size, size, 1))
    light = 0.03 + 0.96 * light  # a screen's black is not quite black
    return np.uint8(np.clip(light, 0, 1) * 255 + 0.5)
