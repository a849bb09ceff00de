"""Where things of a body fall in the picture, and how thick they are along the ray.

Body coordinates are x to the right of the picture, y down and z away from the front of the
chest. One unit is half the picture's width at zoom 1, about 18 cm of a person.
"""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.signal import fftconvolve


class Pose(NamedTuple):
    """How the patient stands before the detector, for parallel rays along z.

    Attributes
    ----------
    yaw, pitch : float
        Turn about the vertical and the horizontal axis, in radians.
    roll : float
        Turn in the picture's plane, in radians.
    zoom : float
        Pictured size relative to the body.
    shift : tuple of float
        Where the middle of the body falls: (x, y), in units.
    size : int
        Height and width of the picture in pixels.
    """

    yaw: float
    pitch: float
    roll: float
    zoom: float
    shift: tuple[float, float]
    size: int

    @property
    def scale(self):
        """Pixels per unit."""
        return self.zoom * self.size / 2

    def project(self, points):
        """Pixel (column, row) of points (x, y, z), an array of shape (n, 3)."""
        x = points[:, 0] + points[:, 2] * np.sin(self.yaw)
        y = points[:, 1] + points[:, 2] * np.sin(self.pitch)
        column = np.cos(self.roll) * x - np.sin(self.roll) * y + self.shift[0]
        row = np.sin(self.roll) * x + np.cos(self.roll) * y + self.shift[1]
        return np.stack([column, row], axis=1) * self.scale + self.size / 2

    def grid(self, depth=0.0):
        """Body coordinates x and y, at depth z, of every pixel: two (size, size) arrays."""
        place = (np.arange(self.size) + 0.5 - self.size / 2) / self.scale
        column, row = np.meshgrid(place - self.shift[0], place - self.shift[1])
        x = np.cos(self.roll) * column + np.sin(self.roll) * row
        y = -np.sin(self.roll) * column + np.cos(self.roll) * row
        return x - depth * np.sin(self.yaw), y - depth * np.sin(self.pitch)


def ball(x, y, centre, radii, turn=0.0):
    """Thickness along the ray of an ellipsoid as deep as the mean of its two radii."""
    dx, dy = x - centre[0], y - centre[1]
    along = (dx * np.cos(turn) + dy * np.sin(turn)) / radii[0]
    aside = (dy * np.cos(turn) - dx * np.sin(turn)) / radii[1]
    return 2 * np.mean(radii) * np.sqrt(np.clip(1 - along**2 - aside**2, 0, None))


def step(x):
    """A smooth step from 0 to 1 around 0."""
    return 0.5 * (1 + np.tanh(x))


def tube(pose, points, radius, weights=1.0, hollow=0.0):
    """Thickness along the ray of a round tube about a path in space.

    A path adds its length, at every point, to a disc about that point. Across a straight tube
    in the picture's plane this gives the chord 2 sqrt(r^2 - d^2); seen end on, the whole length.

    Parameters
    ----------
    pose : Pose
    points : array, shape (n, 3)
        The path in body coordinates.
    radius : float
        In units.
    weights : float or array of shape (n,)
        Density along the path.
    hollow : float
        How much of the inner six tenths is missing, 0 to 1 (marrow in a bone).

    Returns
    -------
    array, shape (size, size)
        Thickness in units.
    """
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    middle = (points[1:] + points[:-1]) / 2
    weights = np.broadcast_to(weights, len(points))[1:] * lengths * pose.scale
    return line_thickness(pose, middle, weights, radius, hollow)


def line_thickness(pose, points, lengths, radius, hollow=0.0):
    """As `tube`, for loose points that each stand for a length of path in pixels."""
    columns, rows = pose.project(points).T
    edges = np.arange(pose.size + 1)
    path = np.histogram2d(rows, columns, bins=(edges, edges), weights=lengths)[0]
    kernel = _disc(radius * pose.scale) - hollow * _disc(
        0.6 * radius * pose.scale, radius * pose.scale
    )
    return np.clip(fftconvolve(path, kernel, mode="same"), 0, None) / pose.scale


def _disc(radius, reach=None):
    """A disc of ones with a soft edge, in an array wide enough for `reach` pixels."""
    reach = int(np.ceil(radius if reach is None else reach)) + 1
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.clip(radius - np.hypot(rows, columns) + 0.5, 0, 1)


def clouds(size, grain, random):
    """Smooth noise of standard deviation one; `grain` is the size of its spots in pixels."""
    noise = gaussian_filter(random.standard_normal((size, size)), grain, mode="wrap")
    return noise / noise.std()
