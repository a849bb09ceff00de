"""The blood vessels of the lungs: trees that branch outward from both hila."""

import numpy as np

from .geometry import line_thickness

_RADII = np.array([0.026, 0.02, 0.014, 0.01, 0.007])
_MOST = 0.11  # units of blood on one ray: where many vessels meet they go round each other
_STEP = 0.008  # units between two points of a path


def vessel_paths(patient, random):
    """Draw the trees of one patient.

    Parameters
    ----------
    patient : Patient
        Its width, depth and domes bound the trees.
    random : numpy.random.Generator

    Returns
    -------
    tuple of (points, shape (n, 3); generation of every point, shape (n,))
    """
    points, generations = [], []
    for side in (-1, 1):
        dome = patient.domes[side > 0]
        for angle in np.linspace(-1.25, 1.25, 6) + random.normal(0, 0.12, 6):
            start = np.array([side * 0.13, -0.03 + 0.05 * angle, random.normal(0, 0.04)])
            way = np.array([side * np.cos(angle), np.sin(angle), random.normal(0, 0.5)])
            reach = 0.24 if angle > 0 else 0.2
            stack = [(start, way / np.linalg.norm(way), 0, reach)]
            while stack:
                start, way, generation, length = stack.pop()
                path, way = _branch(start, way, length, random)
                points.append(path)
                generations.append(np.full(len(path), generation))
                end = path[-1]
                inside = patient.apex + 0.08 < end[1] < dome + 0.1
                if generation + 1 < len(_RADII) and inside:
                    for _ in range(2):
                        turned = way + random.normal(0, 0.38, 3)
                        turned /= np.linalg.norm(turned)
                        far = length * random.uniform(0.6, 0.95)
                        stack.append((end, turned, generation + 1, far))
    return np.concatenate(points), np.concatenate(generations)


def vessel_thickness(pose, paths):
    """Thickness of blood along the ray, in units, shape (size, size)."""
    points, generations = paths
    total = np.zeros((pose.size, pose.size))
    for generation, radius in enumerate(_RADII):
        chosen = points[generations == generation]
        lengths = np.full(len(chosen), _STEP * pose.scale)
        total += line_thickness(pose, chosen, lengths, radius)
    return _MOST * np.tanh(total / _MOST)


def _branch(start, way, length, random):
    """Points along one gently bending vessel, and the direction in which it ends."""
    count = max(int(length / _STEP), 2)
    bend = random.normal(0, 0.5, 3) / count
    ways = way + bend * np.arange(count)[:, None]
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    return start + np.cumsum(_STEP * ways, axis=0), ways[-1]
