"""Cutting a folder into parts, and the images that would give such a cut away."""

import numpy as np

from course_utils.datasets.reporting import counted
from course_utils.errors import CourseError

_SEED = 0


def cut(labels, digests, class_names, share, fewest):
    """Cut images in two by class, the same image twice always on the same side.

    Parameters
    ----------
    labels : array of int, shape (n,)
    digests : sequence of str, length n
        Equal for images with equal pixels.
    class_names : sequence of str
    share : float
        The part of every class's different images that is cut out, rounded up.
    fewest : int
        Different images that a class must have.

    Returns
    -------
    rest, cut_out : arrays of int
        Positions, each in rising order. The same on every call.

    Raises
    ------
    CourseError
        If a class has fewer than `fewest` different images.
    """
    from sklearn.model_selection import train_test_split

    _, firsts, groups = np.unique(np.asarray(digests), return_index=True, return_inverse=True)
    chosen = []
    for k, name in enumerate(class_names):
        # An image with two labels counts for the class it was met in first.
        own = np.sort(firsts[labels[firsts] == k])
        if len(own) < fewest:
            raise CourseError(
                f"The class {name!r} has {counted(len(own), 'different image')}, too few to split: "
                f"give it at least {fewest}."
            )
        chosen.append(train_test_split(own, test_size=share, random_state=_SEED)[1])
    is_cut_out = np.isin(groups, groups[np.concatenate(chosen)])
    return np.flatnonzero(~is_cut_out), np.flatnonzero(is_cut_out)


def same_images(digests):
    """Positions of images whose pixels are equal: a list of lists of two or more."""
    together = {}
    for position, digest in enumerate(digests):
        together.setdefault(digest, []).append(position)
    return [positions for positions in together.values() if len(positions) > 1]
