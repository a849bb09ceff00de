"""Which thing is where: build it, lay or stand it, and point the camera at it."""

from typing import NamedTuple

import numpy as np

from .cameras import camera
from .chairs import chair
from .lamps import lamp
from .raster import Camera
from .solids import Mesh, Part, moved
from .spectacles import glasses
from .teapots import teapot
from .tools import hammer, scissors
from .umbrellas import umbrella
from .vessels import bottle, mug

BUILDERS = {
    "bottle": bottle,
    "camera": camera,
    "chair": chair,
    "glasses": glasses,
    "hammer": hammer,
    "lamp": lamp,
    "mug": mug,
    "scissors": scissors,
    "teapot": teapot,
    "umbrella": umbrella,
}


class Pose(NamedTuple):
    """A way in which a thing rests, and from where it is seen.

    Attributes
    ----------
    weight : float
        Share of the pictures.
    turn : tuple of float
        Degrees about the x, y and z axes.
    heights : tuple of float
        Lowest and highest camera, degrees above the horizon.
    sides : tuple of tuple
        Ranges of the camera's direction around the thing, degrees: 0 is +x, -90 the front.
    """

    weight: float
    turn: tuple
    heights: tuple
    sides: tuple = ((0, 360),)


POSES = {
    "bottle": (Pose(0.88, (0, 0, 0), (3, 28)), Pose(0.12, (90, 0, 0), (25, 65))),
    "camera": (
        Pose(0.92, (0, 0, 0), (5, 38), ((-142, -38),)),
        Pose(0.08, (-90, 0, 0), (30, 70), ((-142, -38),)),
    ),
    "chair": (
        Pose(0.72, (0, 0, 0), (6, 32), ((-165, -15),)),
        Pose(0.24, (0, 0, 0), (6, 32), ((15, 165),)),
        Pose(0.04, (90, 0, 0), (10, 45)),
    ),
    "glasses": (
        Pose(0.76, (0, 0, 0), (4, 42), ((-138, -42),)),
        Pose(0.1, (0, 180, 0), (10, 50), ((-138, -42),)),
        Pose(0.14, (0, 0, 0), (15, 55), ((50, 130),)),
    ),
    "hammer": (Pose(0.94, (90, 0, 0), (42, 88)), Pose(0.06, (180, 0, 0), (4, 30))),
    "lamp": (Pose(0.98, (0, 0, 0), (3, 24)), Pose(0.02, (90, 0, 0), (15, 50))),
    "mug": (
        Pose(0.94, (0, 0, 0), (8, 42), ((-115, 115),)),
        Pose(0.06, (90, 0, 0), (12, 45), ((-170, -10),)),
    ),
    "scissors": (
        Pose(0.97, (0, 0, 0), (50, 88)),
        Pose(0.03, (90, 0, 0), (4, 35), ((-120, -60), (60, 120))),
    ),
    "teapot": (Pose(1.0, (0, 0, 0), (6, 38), ((-140, -40), (40, 140))),),
    "umbrella": (
        Pose(0.55, (0, 0, 0), (3, 18)),
        Pose(0.2, (114, 0, 0), (8, 40)),
        Pose(0.25, (24, 0, 0), (3, 20)),
    ),
}
_FURLED = (Pose(0.65, (90, 0, 0), (15, 80)), Pose(0.35, (0, 0, 0), (3, 25)))


class Stage(NamedTuple):
    """A thing ready to be pictured: it stands on z = 0 and fits a ball of radius 1.

    Attributes
    ----------
    parts : list of Part
        Their meshes stand where the camera sees them.
    sources : list of array
        The vertices of each mesh as it was built, in centimetres: heat is known there.
    camera : Camera
    """

    parts: list[Part]
    sources: list[np.ndarray]
    camera: Camera


def stage(class_name, random, tumble=0.0, fill=(0.84, 1.0)):
    """Build one thing of a class, pose it and aim a camera at it.

    Parameters
    ----------
    class_name : str
        A key of `BUILDERS`.
    random : numpy.random.Generator
    tumble : float
        Degrees by which it may be turned at random out of its pose.
    fill : tuple of float
        Least and greatest share of the frame's width or height that it takes.

    Returns
    -------
    Stage
    """
    parts = BUILDERS[class_name](random)
    furled = class_name == "umbrella" and not any(part.tone == "rib" for part in parts)
    poses = _FURLED if furled else POSES[class_name]
    weights = np.array([pose.weight for pose in poses])
    pose = poses[random.choice(len(poses), p=weights / weights.sum())]
    if class_name == "mug" and any(pose.turn):
        parts = [part for part in parts if part.tone not in ("drink", "spoon")]  # spilt
    sources = [part.mesh.vertices for part in parts]
    meshes = [moved(part.mesh, turn=pose.turn) for part in parts]
    if tumble:
        meshes = [
            moved(mesh, turn=turn) for turn in [random.normal(0, tumble, 3)] for mesh in meshes
        ]
    meshes = _fitted(meshes)
    side = random.uniform(*pose.sides[random.integers(len(pose.sides))])
    height = random.uniform(*pose.heights)
    aimed = aim(random, np.vstack([mesh.vertices for mesh in meshes]), side, height, fill)
    placed = [part._replace(mesh=mesh) for part, mesh in zip(parts, meshes, strict=True)]
    return Stage(placed, sources, aimed)


def _fitted(meshes):
    points = np.vstack([mesh.vertices for mesh in meshes])
    low, high = points.min(0), points.max(0)
    middle = (low + high) / 2
    scale = 1 / np.linalg.norm(points - middle, axis=1).max()
    shift = np.array([middle[0], middle[1], low[2]])
    return [Mesh((mesh.vertices - shift) * scale, mesh.faces) for mesh in meshes]


def aim(random, points, side, height, fill):
    """A camera that sees points in a part of its frame, rarely a little beyond it."""
    side, height = np.deg2rad([side, height])
    away = np.array([np.cos(side) * np.cos(height), np.sin(side) * np.cos(height), np.sin(height)])
    target = (points.min(0) + points.max(0)) / 2
    eye = target + away * random.uniform(3.4, 7)
    roll = np.deg2rad(random.normal(0, 3.5))
    level = np.cross(away, [0, 0, 1])
    level /= np.linalg.norm(level)
    up = np.cos(roll) * np.cross(level, away) + np.sin(roll) * level
    camera = Camera(eye, target, up, 1.0)
    share = random.uniform(*fill)
    slack = max(1 - share, 0) + (0.2 if random.random() < 0.1 else 0.02)
    shift = random.uniform(-1, 1, 2) * slack
    for _ in range(3):  # turning the camera changes the outline a little, so settle
        image, _ = camera.project(points)
        low, high = image.min(0), image.max(0)
        spread = camera.spread * (high - low).max() / 2 / share
        centre = (low + high) / 2 * camera.spread - shift * spread
        right, above, forward = camera.axes()
        distance = np.linalg.norm(camera.target - eye)
        target = eye + distance * (forward + centre[0] * right - centre[1] * above)
        camera = Camera(eye, target, up, spread)
    return camera
