"""The room a snapshot is taken in: floor, wall, and where the light comes from."""

import numpy as np

from .surfaces import matt, picture, principled, rgb
from .textures import ground, surroundings

_WALLS = (0.06, 0.05, 0.04, 0.8, 0.05)  # mostly plaster


def room(mi, random, camera):
    """A floor or table top, mostly with a wall some way behind."""
    t = mi.ScalarTransform4f
    forward = camera.target - camera.eye
    away = np.rad2deg(np.arctan2(forward[1], forward[0])) + random.normal(0, 18)
    turn = t().rotate([0, 0, 1], float(random.uniform(0, 360)))
    top = picture(mi, ground(random), 28 / random.uniform(2, 6))
    floor = {
        "type": "rectangle",
        "to_world": turn @ t().scale(14.0),
        "bsdf": principled(top, 0.25) if random.random() < 0.3 else matt(top),
    }
    distance = float(random.uniform(1.3, 5))
    stand = (
        t().rotate([0, 0, 1], float(away))
        @ t().translate([distance, 0, 0])
        @ t().rotate([0, 1, 0], -90.0)
    )
    wall = {
        "type": "rectangle",
        "to_world": stand @ t().rotate([0, 0, 1], 90.0) @ t().scale(14.0),
        "bsdf": matt(picture(mi, ground(random, _WALLS), 28 / random.uniform(2, 7))),
    }
    return {"floor": floor, "wall": wall} if random.random() < 0.8 else {"floor": floor}


def lights(mi, random, camera):
    """Light from all around, and mostly one lamp or the camera's flash."""
    t = mi.ScalarTransform4f
    turn = t().rotate([0, 0, 1], float(random.uniform(0, 360))) @ t().rotate([1, 0, 0], 90.0)
    found = {
        "around": {
            "type": "envmap",
            "bitmap": mi.Bitmap(np.float32(surroundings(random))),
            "to_world": turn,
            "scale": float(random.uniform(0.3, 0.9)),
        }
    }
    if random.random() < 0.1:
        flash = camera.eye + camera.axes()[1] * 0.3
        power = float(np.sum((camera.eye - camera.target) ** 2)) * 1.6
        found["flash"] = {
            "type": "point",
            "position": flash.tolist(),
            "intensity": rgb([power] * 3),
        }
    elif random.random() < 0.85:
        angle = np.arctan2(*(camera.eye - camera.target)[[1, 0]]) + random.uniform(-1.5, 1.5)
        height = random.uniform(0.35, 1.3)
        place = 9 * np.array(
            [np.cos(angle) * np.cos(height), np.sin(angle) * np.cos(height), np.sin(height)]
        )
        wide = random.uniform(0.4, 2.2)
        tint = np.array([1, random.uniform(0.75, 1), random.uniform(0.5, 1.1)])
        radiance = tint * random.uniform(25, 85) / wide**2
        found["key"] = {
            "type": "rectangle",
            "emitter": {"type": "area", "radiance": rgb(radiance)},
            "to_world": t().look_at(place.tolist(), [0, 0, 0.5], [0.1, 0.2, 1])
            @ t().scale(float(wide)),
        }
    return found
