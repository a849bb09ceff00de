"""`photo`: a small snapshot, path traced by Mitsuba 3.

Wenzel Jakob, Sébastien Speierer, Nicolas Roussel, Delio Vicini: Dr.Jit, a just-in-time compiler
for differentiable rendering, ACM Transactions on Graphics 41(4), 2022.
"""

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.restoration import denoise_nl_means

from .clutter import clutter
from .rooms import lights, room
from .solids import moved
from .staging import stage
from .surfaces import shape, surface

SAMPLES = 14  # light paths for each of the four quarters of a pixel


def draw_photo(class_name, random, size, samples=None):
    """One snapshot, uint8 (size, size, 3)."""
    mi = _mitsuba()
    staged = stage(class_name, random)
    others = _others(random, staged)
    tones = {}
    scene = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 6, "rr_depth": 4},
        "sensor": _sensor(mi, staged.camera, size, samples or SAMPLES, random),
        **room(mi, random, staged.camera),
        **lights(mi, random, staged.camera),
    }
    for k, part in enumerate([*staged.parts, *others]):
        key = (part.material, part.tone)
        if key not in tones:
            tones[key] = surface(mi, random, part.material)
        scene[f"part {k}"] = shape(mi, part.mesh, tones[key])
    light = np.array(mi.render(mi.load_dict(scene), seed=int(random.integers(2**31))))
    return _developed(random, _resolved(light))


def _mitsuba():
    # Imported here: it takes a second and nothing else needs it. This variant runs one ray at a
    # time through plain C++, so its pictures depend on no compiler and no graphics card.
    import mitsuba as mi

    if mi.variant() != "scalar_rgb":
        mi.set_variant("scalar_rgb")
    return mi


def _sensor(mi, camera, size, samples, random):
    distance = float(np.linalg.norm(camera.target - camera.eye))
    look = mi.ScalarTransform4f().look_at(
        *(v.tolist() for v in (camera.eye, camera.target, camera.up))
    )
    return {
        "type": "thinlens",
        "fov": float(2 * np.rad2deg(np.arctan(camera.spread))),
        "aperture_radius": float(random.choice([0.002, 0.02, 0.05])) * distance / 5,
        "focus_distance": distance,
        "to_world": look,
        "film": {
            "type": "hdrfilm",
            "width": 2 * size,
            "height": 2 * size,
            "pixel_format": "rgb",
            "rfilter": {"type": "box"},
        },
        "sampler": {"type": "independent", "sample_count": samples},
    }


def _others(random, staged):
    """Clutter around the thing, mostly behind or beside it and now and then before it."""
    points = np.vstack([part.mesh.vertices for part in staged.parts])
    reach = np.linalg.norm(points[:, :2], axis=1).max()
    toward = staged.camera.eye - staged.camera.target
    facing = np.arctan2(toward[1], toward[0])
    parts = []
    for _ in range(random.choice([0, 1, 2, 3], p=[0.42, 0.32, 0.18, 0.08])):
        size = random.uniform(0.35, 0.9)
        if random.random() < 0.85:
            angle = facing + np.pi + random.uniform(-1.5, 1.5)
            distance = reach + size * 0.65 + random.uniform(0, 0.9)
        else:
            angle = facing + random.uniform(-1.2, 1.2)
            distance = reach + size * 0.65 + random.uniform(0.1, 0.6)
            size *= 0.6
        place = (distance * np.cos(angle), distance * np.sin(angle), 0)
        turn = (0, 0, random.uniform(0, 360))
        parts += [p._replace(mesh=moved(p.mesh, place, turn, size)) for p in clutter(random)]
    return parts


def _resolved(light):
    """Quarters of pixels averaged, the bright ones weighing less: no fireflies.

    Brian Karis: Tone mapping, Graphic Rants, 2013.
    """
    size = len(light) // 2
    quarters = light.reshape(size, 2, size, 2, 3)
    weights = 1 / (1 + quarters.max(-1, keepdims=True) / max(np.median(light), 1e-3) / 3)
    return (quarters * weights).sum((1, 3)) / weights.sum((1, 3))


def _developed(random, light):
    """Exposure, white balance, lens shading, noise and a film's curve."""
    size = len(light)
    grey = light @ [0.3, 0.6, 0.1]
    key = np.exp(np.log(grey + 1e-3).mean())
    light = light / key * random.uniform(0.15, 0.27) * random.normal(1, 0.03, 3)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    light = light * (1 - random.uniform(0, 0.22) * (x**2 + y**2)[..., None] / 2)
    light = gaussian_filter(light, (random.uniform(0, 0.45),) * 2 + (0,))
    grain = random.uniform(0.002, 0.008)
    curve = np.clip(1 - np.exp(-1.9 * np.maximum(light, 0)), 0, 1) ** (1 / 2.2)
    # What is left of the path tracer's noise goes before a camera's own, finer noise comes.
    calm = denoise_nl_means(curve, patch_size=3, patch_distance=4, h=0.05, channel_axis=-1)
    curve = 0.2 * curve + 0.8 * calm
    curve = np.clip(curve + grain * random.standard_normal(curve.shape), 0, 1)
    contrast = curve * curve * (3 - 2 * curve)
    return np.uint8(
        np.clip(curve + random.uniform(0.5, 1.0) * (contrast - curve), 0, 1) * 255 + 0.5
    )
