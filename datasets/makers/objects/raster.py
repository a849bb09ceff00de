"""Every crossing of every camera ray with closed meshes, by projecting triangles.

A renderer stops at the first surface or walks through a few; a thickness needs all of them.
Whether a ray passes left or right of an edge is worked out once per edge, in the same direction
for both of its triangles, so that no ray slips between them.
"""

from typing import NamedTuple

import numpy as np


class Camera(NamedTuple):
    """A pinhole camera that looks from `eye` at `target`.

    Attributes
    ----------
    eye, target, up : array of float, shape (3,)
    spread : float
        Tangent of half the angle of view.
    """

    eye: np.ndarray
    target: np.ndarray
    up: np.ndarray
    spread: float

    def axes(self):
        """Unit vectors to the right, up and forward, as rows of an array (3, 3)."""
        forward = self.target - self.eye
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, self.up)
        right = right / np.linalg.norm(right)
        return np.stack([right, np.cross(right, forward), forward])

    def project(self, points):
        """Image coordinates, -1 to 1 from left to right and top to bottom, and depths."""
        x, y, z = (self.axes() @ (points - self.eye).T).astype(float)
        return np.stack([x, -y], -1) / (z[:, None] * self.spread), z

    def rays(self, size):
        """Directions of the rays through the pixels, shape (size * size, 3), 1 deep."""
        at = (np.arange(size) + 0.5 + _OFF_GRID) / size * 2 - 1
        y, x = np.meshgrid(at, at, indexing="ij")
        image = np.stack([x * self.spread, -y * self.spread, np.ones_like(x)], -1)
        return image.reshape(-1, 3) @ self.axes()


class Crossings(NamedTuple):
    """Where rays cross triangles; every attribute has one row per crossing.

    Attributes
    ----------
    pixel : array of int
        Row times size plus column.
    face : array of int
        Number of the triangle, counted through all meshes.
    weights : array of float, shape (n, 3)
        Barycentric coordinates of the place in its triangle.
    distance : array of float
        Along the ray from the eye.
    leaving : array of bool
        Whether the ray goes out of the body there.
    """

    pixel: np.ndarray
    face: np.ndarray
    weights: np.ndarray
    distance: np.ndarray
    leaving: np.ndarray


_OFF_GRID = 1.2345e-4  # of a pixel: keeps rays off the vertices of meshes with round coordinates


def joined(meshes):
    """All meshes as one: vertices, faces, and for every face the number of its mesh."""
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes])
    vertices = np.vstack([mesh.vertices for mesh in meshes])
    faces = np.vstack([m.faces + s for m, s in zip(meshes, starts, strict=False)])
    return vertices, faces, np.repeat(np.arange(len(meshes)), [len(m.faces) for m in meshes])


def crossings(vertices, faces, camera, size):
    """All crossings of the rays of a square picture with triangles.

    Parameters
    ----------
    vertices : array, shape (n, 3)
        All of them in front of the camera.
    faces : array of int, shape (m, 3)
    camera : Camera
    size : int
        Height and width in pixels.

    Returns
    -------
    Crossings
    """
    image, depth = camera.project(vertices)
    screen = (image + 1) / 2 * size - 0.5 - _OFF_GRID
    corners = screen[faces]
    low = np.maximum(np.ceil(corners.min(1)), 0).astype(int)
    high = np.minimum(np.floor(corners.max(1)), size - 1).astype(int)
    spans = np.maximum(high - low + 1, 0)
    counts = spans[:, 0] * spans[:, 1]
    face = np.repeat(np.arange(len(faces)), counts)
    within = np.arange(len(face)) - np.repeat(np.cumsum(counts) - counts, counts)
    x = low[face, 0] + within % np.maximum(spans[face, 0], 1)
    y = low[face, 1] + within // np.maximum(spans[face, 0], 1)
    sides, areas = [], []
    for k in range(3):
        left, area = _side(screen, faces[:, (k + 1) % 3], faces[:, (k + 2) % 3], face, x, y)
        sides.append(left)
        areas.append(area)
    inside = (sides[0] == sides[1]) & (sides[1] == sides[2])
    face, x, y = face[inside], x[inside], y[inside]
    areas = np.stack(areas, -1)[inside]
    # Linear on the screen is the reciprocal of the depth, not the depth.
    over_depth = areas / areas.sum(1, keepdims=True) / depth[faces[face]]
    deep = 1 / over_depth.sum(1)
    pixel = y * size + x
    length = np.linalg.norm(camera.rays(size), axis=1)[pixel]
    return Crossings(pixel, face, over_depth * deep[:, None], deep * length, sides[0][inside])


def _side(screen, start, end, face, x, y):
    """Whether points lie left of their faces' edges, and twice the area of the triangle there."""
    turned = start > end
    a, b = screen[np.where(turned, end, start)], screen[np.where(turned, start, end)]
    along = b - a
    area = along[face, 0] * (y - a[face, 1]) - along[face, 1] * (x - a[face, 0])
    turned = turned[face]
    return (area >= 0) ^ turned, np.where(turned, -area, area)


def thickness(meshes, camera, size):
    """Length of every ray inside every closed mesh.

    Parameters
    ----------
    meshes : sequence of Mesh
    camera : Camera
        Outside all of them.
    size : int

    Returns
    -------
    array, shape (len(meshes), size, size)
        In the meshes' unit of length.
    """
    vertices, faces, mesh = joined(meshes)
    found = crossings(vertices, faces, camera, size)
    # What leaves counts forwards and what enters backwards: the order does not matter.
    signed = np.where(found.leaving, found.distance, -found.distance)
    where = mesh[found.face] * size * size + found.pixel
    total = np.bincount(where, signed, minlength=len(meshes) * size * size)
    return np.maximum(total.reshape(len(meshes), size, size), 0)


class View(NamedTuple):
    """What a camera sees first in every pixel; arrays of shape (size, size) or (size, size, 3).

    Attributes
    ----------
    mesh : array of int
        Number of the mesh, -1 where there is none.
    distance : array of float
        Infinite where there is none.
    normal : array of float
        Of the triangle.
    place : array of float
        Where in `sources`' coordinates the ray meets it.
    """

    mesh: np.ndarray
    distance: np.ndarray
    normal: np.ndarray
    place: np.ndarray


def first_seen(meshes, camera, size, sources=None):
    """The nearest surface in every pixel.

    Parameters
    ----------
    meshes : sequence of Mesh
    camera : Camera
    size : int
    sources : sequence of array, optional
        For every mesh other coordinates of its vertices to report places in.

    Returns
    -------
    View
    """
    vertices, faces, mesh = joined(meshes)
    found = crossings(vertices, faces, camera, size)
    order = np.lexsort([found.distance, found.pixel])
    _, start = np.unique(found.pixel[order], return_index=True)
    first = order[start]
    pixel, face = found.pixel[first], faces[found.face[first]]
    corners = vertices[face]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    origin = vertices if sources is None else np.vstack(sources)
    view = View(
        np.full(size * size, -1),
        np.full(size * size, np.inf),
        np.zeros((size * size, 3)),
        np.zeros((size * size, 3)),
    )
    view.mesh[pixel] = mesh[found.face[first]]
    view.distance[pixel] = found.distance[first]
    view.normal[pixel] = normal
    view.place[pixel] = np.einsum("nk,nkd->nd", found.weights[first], origin[face])
    return View(*(a.reshape(size, size, *a.shape[1:]) for a in view))
