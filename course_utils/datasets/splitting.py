"""Cutting a set into parts, and the images that would give such a cut away."""

import hashlib
import numbers
import warnings

import numpy as np

from course_utils.datasets.allocating import allocate, apportion
from course_utils.datasets.dataset import Splits
from course_utils.datasets.reporting import CourseWarning, counted, listed
from course_utils.errors import CourseError

_SEED = 0
_BATCH = 256  # images decoded at once


def split(dataset, validation=0.2, test=0.2, seed=0, grouped=None):
    """Split a set into train, validation and test parts, class by class.

    Images with equal pixels always land on the same side, and so do images of one group if
    `grouped`. Without groups and equal images every class is split exactly as asked, and the
    splits of one seed are nested: a larger test or validation part contains the smaller one.
    Otherwise bundles that cannot be divided are placed greedily and then moved and swapped (see
    `allocate`), which comes near what was asked but is not nested.

    Parameters
    ----------
    dataset : Dataset
        Images that lie in files are decoded once, a few at a time, to find equal ones.
    validation, test : float or int
        Either a share of each class, above 0 and below 1, rounded by largest remainder but to one
        image at least, or a whole number of images of each class. Everything else is train.
    seed : int
    grouped : bool, optional
        Whether to keep each group of `dataset.groups` on one side; by default if there are groups.

    Returns
    -------
    Splits
        Each part in the order of `dataset`, with every class in it.

    Raises
    ------
    CourseError
        If an argument makes no sense, a class has too few images or lies in too few groups, or no
        allocation of the groups was found that has every class in every part.

    Warns
    -----
    CourseWarning
        If groups or equal images make a part differ from the whole number asked for, or give it
        less than half or more than twice the share asked for; with what came out.
    """
    positions = split_positions(dataset, validation, test, seed, grouped)
    return Splits(*(dataset.take(chosen) for chosen in positions))


def split_positions(dataset, validation=0.2, test=0.2, seed=0, grouped=None):
    """Positions of the images of each part of `split`: three arrays of int, each rising."""
    asked = {"validation": _size(validation, "validation"), "test": _size(test, "test")}
    if sum(size for size in asked.values() if isinstance(size, float)) > 1 - 1e-9:
        raise CourseError(
            f"validation={validation} and test={test} leave nothing for train: their sum must be "
            "below 1."
        )
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or seed < 0:
        raise CourseError(f"seed must be a whole number from 0 on, not {seed!r}.")
    if not len(dataset):
        raise CourseError(f"The set {dataset.name!r} has no images: there is nothing to split.")
    groups = _groups(dataset, grouped)
    bundles = _bundles(pixel_digests(dataset.images), groups)
    counts = np.zeros((bundles.max() + 1, len(dataset.class_names)), dtype=np.int64)
    np.add.at(counts, (bundles, dataset.labels), 1)
    noun = "different image" if groups is None else "group"
    wanted, least = _wanted(counts, asked, dataset.class_names, noun)
    parts = allocate(counts, wanted, least, np.random.default_rng(seed))[bundles]
    _check_outcome(parts, dataset, wanted, asked)
    return tuple(np.flatnonzero(parts == part) for part in range(len(Splits._fields)))


def _size(value, part):
    """A share as float or a number per class as int, checked."""
    if isinstance(value, numbers.Integral) and not isinstance(value, bool) and value >= 1:
        return int(value)
    real = isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral)
    if real and 0 < value < 1:
        return float(value)
    raise CourseError(
        f"{part} must be a share of each class above 0 and below 1, or a whole number of images "
        f"per class from 1 on, not {value!r}."
    )


def _groups(dataset, grouped):
    """The group of each image, or None if groups do not count."""
    if grouped not in (None, True, False):
        raise CourseError(f"grouped must be True, False or None, not {grouped!r}.")
    if dataset.groups is None and grouped:
        raise CourseError(
            f"The set {dataset.name!r} has no groups: give it some with "
            "`dataclasses.replace(dataset, groups=...)`, or split it with grouped=False."
        )
    if dataset.groups is None or grouped is False:
        return None
    groups = np.asarray(dataset.groups).astype(str)
    if groups.shape != (len(dataset),):
        raise CourseError(
            f"The set {dataset.name!r} has groups of shape {groups.shape} for "
            f"{counted(len(dataset), 'image')}: give one group for each image."
        )
    return groups


def _bundles(digests, groups):
    """Number of the bundle of each image: what is linked by equal pixels or groups is one."""
    _, same = np.unique(digests, return_inverse=True)
    if groups is None:
        return same
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _, group = np.unique(groups, return_inverse=True)
    # Nodes are groups and different images; an image links its group with its pixels.
    nodes = group.max() + 1 + same.max() + 1
    links = (np.ones(len(group)), (group, group.max() + 1 + same))
    _, component = connected_components(coo_array(links, shape=(nodes, nodes)), directed=False)
    return np.unique(component[group], return_inverse=True)[1]


def _wanted(counts, asked, class_names, noun):
    """Images of each class that each part wants, and those it needs: two arrays (3, k)."""
    wanted = np.zeros((len(Splits._fields), len(class_names)), dtype=np.int64)
    for k, name in enumerate(class_names):
        bundles, images = int((counts[:, k] > 0).sum()), int(counts[:, k].sum())
        fixed = sum(size for size in asked.values() if isinstance(size, int))
        fewest = fixed + sum(1 for size in asked.values() if isinstance(size, float)) + 1
        if bundles < len(wanted):
            raise CourseError(
                f"The class {name!r} has {counted(bundles, noun)}, too few for train, validation "
                f"and test: give it at least {len(wanted)}."
            )
        if images < fewest:
            raise CourseError(
                f"The class {name!r} has {counted(images, 'image')}, too few for {fixed} in "
                f"validation and test and some in every part: give it at least {fewest}, or ask "
                "for fewer."
            )
        wanted[:, k] = apportion(images, asked.values())
        if wanted[0, k] < 1:
            raise CourseError(
                f"validation={asked['validation']} and test={asked['test']} leave no image of "
                f"{name!r} for train: ask for smaller ones."
            )
    least = np.ones_like(wanted)
    for part, size in enumerate(asked.values(), start=1):
        if isinstance(size, int):
            least[part] = size
    return wanted, least


def _check_outcome(parts, dataset, wanted, asked):
    """Raise if a class is missing in a part, and warn if a part is far from what was asked."""
    have = np.zeros_like(wanted)
    np.add.at(have, (parts, dataset.labels), 1)
    for part, k in np.argwhere(have == 0)[:1]:
        raise CourseError(
            f"No way was found to give every part some images of every class: "
            f"{Splits._fields[part]} would have none of {dataset.class_names[k]!r}; give this "
            "class more groups, smaller ones, or split with grouped=False."
        )
    notes = []
    for part, (name, size) in enumerate(asked.items(), start=1):
        ratio = have[part] / wanted[part]
        exact = isinstance(size, int)
        off = (ratio != 1) if exact else (ratio < 0.5) | (ratio > 2)
        if off.any():
            found = listed(
                [f"{have[part, k]} of {dataset.class_names[k]}" for k in off.nonzero()[0]]
            )
            meant = f"{size} of each class" if exact else f"a share of {size:g} of each class"
            notes.append(f"{name} has {found} instead of {meant}")
    if notes:
        warnings.warn(
            f"Groups and equal images cannot be divided: {'; '.join(notes)}.",
            CourseWarning,
            stacklevel=4,
        )


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


def pixel_digests(images):
    """Digest of each image's pixels, equal for equal ones; decodes a few at a time.

    Parameters
    ----------
    images : array of uint8, shape (n, ...), or `LazyImages`

    Returns
    -------
    array of str, shape (n,)
    """
    digests = []
    for start in range(0, len(images), _BATCH):
        for image in np.asarray(images[start : start + _BATCH]):
            digests.append(hashlib.sha256(f"{image.shape}|".encode() + image.tobytes()).hexdigest())
    return np.array(digests)
