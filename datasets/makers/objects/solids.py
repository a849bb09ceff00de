"""Closed bodies to build things from: everything is a stack of rings, capped or joined.

A mug, a tube, a blade and a lamp shade are all one loft, so all are closed the same way: every
edge belongs to two triangles that run along it in opposite directions. The X-ray pictures rest
on that.
"""

from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation


class Mesh(NamedTuple):
    """A closed surface of triangles, their corners counter-clockwise as seen from outside.

    Attributes
    ----------
    vertices : array of float, shape (n, 3)
    faces : array of int, shape (m, 3)
    """

    vertices: np.ndarray
    faces: np.ndarray


class Part(NamedTuple):
    """One body of one material.

    Attributes
    ----------
    mesh : Mesh
    material : str
        A key of `materials.MATERIALS`.
    tone : str
        Parts of one material and tone have the same colour.
    heat : float or function
        Degrees above the room's temperature, or a function that gives them for points (n, 3).
    """

    mesh: Mesh
    material: str
    tone: str = "body"
    heat: object = 0.0


def loft(rings, joined=False):
    """Join neighbouring rings of points by triangles.

    Parameters
    ----------
    rings : array, shape (rings, points, 3)
    joined : bool
        Whether the last ring meets the first one; else both are capped by a fan.

    Returns
    -------
    Mesh
    """
    rings = np.asarray(rings, dtype=float)
    count, around = rings.shape[:2]
    vertices = rings.reshape(-1, 3)
    here = np.arange(count * around).reshape(count, around)
    there = np.roll(here, -1, axis=0) if joined else here[1:]
    here_from = here if joined else here[:-1]
    a, b = here_from, np.roll(here_from, -1, axis=1)
    c, d = np.roll(there, -1, axis=1), there
    faces = [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    if not joined:
        vertices = np.vstack([vertices, rings[0].mean(0), rings[-1].mean(0)])
        first, last = np.full(around, len(vertices) - 2), np.full(around, len(vertices) - 1)
        faces.append(np.stack([first, np.roll(here[0], -1), here[0]], -1))
        faces.append(np.stack([last, here[-1], np.roll(here[-1], -1)], -1))
    return outward(Mesh(vertices, np.vstack(faces)))


def outward(mesh):
    """The mesh with its triangles turned so that it holds a positive volume."""
    return mesh if volume(mesh) >= 0 else Mesh(mesh.vertices, mesh.faces[:, ::-1])


def volume(mesh):
    """Volume inside a closed mesh, by the divergence theorem."""
    a, b, c = (mesh.vertices[mesh.faces[:, k]] - mesh.vertices.mean(0) for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def lathe(profile, segments=40, joined=False, flutes=0, depth=0.0):
    """Turn a profile of (radius, height) points around the z axis.

    With `flutes`, the radius swings that many times around by the fraction `depth`.
    """
    profile = np.asarray(profile, dtype=float)
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    swing = 1 + depth * np.cos(flutes * angle) if flutes else np.ones(segments)
    radius = np.maximum(profile[:, :1], 1e-3) * swing
    height = np.broadcast_to(profile[:, 1:], radius.shape)
    return loft(np.stack([radius * np.cos(angle), radius * np.sin(angle), height], -1), joined)


def hollow(outer, wall, floor=None):
    """Profile of a vessel: up the outside (radius, height), over the rim and down the inside."""
    outer = np.asarray(outer, dtype=float)
    floor = wall if floor is None else floor
    inner = outer.copy()
    inner[:, 0] = np.maximum(inner[:, 0] - wall, 1e-2)
    inner = inner[inner[:, 1] > outer[0, 1] + floor]
    start = np.array([[inner[0, 0], outer[0, 1] + floor]])
    lip = outer[-1] + [-wall / 2, wall / 3]
    bottom = np.array([[1e-3, outer[0, 1]]])
    last = np.array([[1e-3, outer[0, 1] + floor]])
    return np.vstack([bottom, outer, lip, inner[::-1], start, last])


def filling(outer, wall, level, floor=None):
    """Profile of what stands in such a vessel up to the height `level`."""
    outer = np.asarray(outer, dtype=float)
    bottom = outer[0, 1] + (wall if floor is None else floor)
    heights = np.linspace(bottom, level, 14)
    order = np.argsort(outer[:, 1], kind="stable")
    radius = np.interp(heights, outer[order, 1], outer[order, 0]) - wall
    return np.stack([np.maximum(radius, 1e-2), heights], -1)


def tube(path, radius, segments=14, closed=False, squash=1.0, up=(0.0, 0.0, 1.0)):
    """A round or flattened rod along a path.

    `radius` is measured along the part of `up` across the path, `squash` times as much across
    both. Either may vary along the path.
    """
    path = np.asarray(path, dtype=float)
    step = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    normal = np.empty_like(path)
    before = np.asarray(up, dtype=float)
    for k, along in enumerate(step):
        across = before - along * (before @ along)
        if np.linalg.norm(across) < 1e-3:
            across = np.cross(along, [0.31, 0.82, 0.47])
        before = normal[k] = across / np.linalg.norm(across)
    side = np.cross(step, normal)
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    radius = np.broadcast_to(radius, len(path))[:, None, None]
    squash = np.broadcast_to(squash, len(path))[:, None, None]
    section = (
        np.cos(angle)[:, None] * normal[:, None] + squash * np.sin(angle)[:, None] * (side[:, None])
    )
    return loft(path[:, None] + radius * section, closed)


def rod(start, end, radius, end_radius=None, **options):
    """A straight tube, perhaps tapering."""
    radii = [radius, radius if end_radius is None else end_radius]
    return tube(np.linspace(start, end, 2), radii, **options)


def box(size, bevel=0.0, centre=(0.0, 0.0, 0.0)):
    """A box of full edge lengths `size`, its edges cut off by `bevel`."""
    half = np.asarray(size, dtype=float) / 2
    bevel = min(bevel, 0.9 * half.min())
    signs = np.stack(np.meshgrid([-1, 1], [-1, 1], [-1, 1], indexing="ij"), -1).reshape(-1, 1, 3)
    cut = bevel * (1 - np.eye(3)) if bevel else np.zeros((1, 3))
    mesh = hull((signs * (half - cut)).reshape(-1, 3))
    return Mesh(mesh.vertices + np.asarray(centre), mesh.faces)


def hull(points):
    """Convex hull of points, shape (n, 3)."""
    found = ConvexHull(points)
    corners = found.points[found.simplices]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    turned = (normal * found.equations[:, :3]).sum(1) < 0
    faces = np.where(turned[:, None], found.simplices[:, ::-1], found.simplices)
    kept, faces = np.unique(faces, return_inverse=True)
    return Mesh(found.points[kept], faces.reshape(-1, 3))


def ball(radius, centre=(0.0, 0.0, 0.0), scale=(1.0, 1.0, 1.0), segments=24):
    """A ball, or an ellipsoid with `scale`."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, segments // 2 + 1)
    mesh = lathe(np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1), segments)
    return Mesh(mesh.vertices * scale + np.asarray(centre), mesh.faces)


def slab(left, right, thickness, low=0.0):
    """A flat blade between two lines of points (x, y) of equal number, from z = `low` up."""
    left, right = (np.asarray(line, dtype=float) for line in (left, right))
    bottom, top = (
        (lambda p: np.insert(p, 2, low, 1)),
        (lambda p: np.insert(p, 2, low + thickness, 1)),
    )
    return loft(np.stack([bottom(left), bottom(right), top(right), top(left)], 1))


def plate(outline, thickness):
    """A flat body with an outline (x, y) that every point can see its middle from."""
    outline = np.asarray(outline, dtype=float)
    return loft(np.stack([np.insert(outline, 2, z, 1) for z in (0, thickness)]))


def moved(mesh, move=(0, 0, 0), turn=(0, 0, 0), scale=1.0):
    """Scale, then turn about the x, y and z axes (degrees, in that order), then move a mesh."""
    vertices = mesh.vertices * scale
    if np.any(turn):
        vertices = Rotation.from_euler("xyz", turn, degrees=True).apply(vertices)
    mesh = Mesh(vertices + np.asarray(move, dtype=float), mesh.faces)
    return outward(mesh) if np.min(scale) < 0 else mesh


def spline(points, count, closed=False):
    """A smooth curve of `count` points through the given ones."""
    points = np.asarray(points, dtype=float)
    if closed:
        points = np.vstack([points, points[:1]])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    curve = CubicSpline(along, points, bc_type="periodic" if closed else "natural")
    return curve(np.linspace(0, along[-1], count, endpoint=not closed))


def smooth_profile(points, count=24):
    """A curve of (radius, height) through points of rising height that never overshoots them."""
    points = np.asarray(points, dtype=float)
    # Positions, not heights, drive the curve, so that a shoulder may be nearly level.
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return PchipInterpolator(along, points)(np.linspace(0, along[-1], count))


def superellipse(width, height, power=2.0, count=40):
    """Points (x, y) of an outline between an ellipse (power 2) and a rectangle (large power)."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    x, y = np.sign(c) * np.abs(c) ** (2 / power), np.sign(s) * np.abs(s) ** (2 / power)
    return np.stack([x * width / 2, y * height / 2], -1)


def gradient(low, high, bottom, top):
    """Heat that goes from `low` at the height `bottom` to `high` at `top`."""
    return lambda points: np.interp(points[:, 2], [bottom, top], [low, high])


def spot(centre, radius, excess, base=0.0):
    """Heat `base`, and `excess` more at a place, fading with the distance from it."""
    centre = np.asarray(centre, dtype=float)
    return lambda points: base + excess * np.exp(-((points - centre) ** 2).sum(1) / (2 * radius**2))
