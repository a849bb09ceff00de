"""Cutting a set into parts, and the images that would give such a cut away."""

import hashlib
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.datasets.dataset import Dataset, Splits
from course_utils.datasets.reporting import CourseWarning, count_of, some_of
from course_utils.errors import CourseError
from course_utils.validation import number, require, whole_number

_SEED = 0
_ORDERS = 32  # in which groups are placed again until every part has every class
_BATCH = 256  # images decoded at once


def split(dataset: Dataset, validation: float = 0.2, test: float = 0.2, seed: int = 0) -> Splits:
    """Split a set into train, validation and test parts, class by class.

    Images with equal pixels always land on the same side, and so do images of one group where
    `dataset.groups` names groups. Without groups and equal images every class is split exactly as
    asked, and the splits of one seed are nested: a larger test or validation part contains the
    smaller one. What cannot be divided is placed greedily, large groups first, each where it
    brings the parts nearest to what they should have; `StratifiedGroupKFold` of scikit-learn
    is the same idea for parts of equal size.

    Parameters
    ----------
    dataset : Dataset
        Images that lie in files are decoded once, a few at a time, to find equal ones.
    validation, test : float
        A share of each class, above 0 and below 1, rounded by largest remainder but to one image
        at least. Everything else is train.
    seed : int

    Returns
    -------
    Splits
        Each part in the order of `dataset`, with every class in it.

    Raises
    ------
    CourseError
        If an argument makes no sense, a class has too few images or lies in too few groups, or no
        placement of the groups was found that has every class in every part.

    Warns
    -----
    CourseWarning
        If groups or equal images give a part less than half or more than twice the share asked
        for; with what came out.
    """
    parts = parts_of_images(dataset, validation, test, seed)
    _check_outcome(parts, dataset, (validation, test))
    return Splits(*(dataset.take(np.flatnonzero(parts == k)) for k in range(len(Splits._fields))))


def parts_of_images(
    dataset: Dataset, validation: float = 0.2, test: float = 0.2, seed: int = 0
) -> np.ndarray:
    """The part of each image in `split`, as its position in `Splits`: int, shape (n,)."""
    train = 1 - number(validation, "validation", above=0) - number(test, "test", above=0)
    require(
        train > 1e-9,
        f"validation={validation} and test={test} leave nothing for train: their sum must be "
        "below 1.",
    )
    random = np.random.default_rng(whole_number(seed, "seed"))
    require(len(dataset) > 0, f"The set {dataset.name!r} has no images: there is nothing to split.")
    bundles = _bundles(pixel_digests(dataset.images), _groups(dataset))
    counts = np.zeros((bundles.max() + 1, len(dataset.class_names)), dtype=np.int64)
    np.add.at(counts, (bundles, dataset.labels), 1)
    noun = "different image" if dataset.groups is None else "group"
    wanted = _wanted(counts, (train, validation, test), dataset.class_names, noun)
    # A few groups placed for size alone can leave a part without a class.
    for urgency in [0, *[counts.sum()] * _ORDERS]:
        parts = _place(counts, wanted, random, urgency)[bundles]
        if _tally(parts, dataset).all():
            break
    return parts


def apportion(total: int, proportions: np.ndarray) -> np.ndarray:
    """Whole numbers, shape (k,), that sum to `total`: its proportions by largest remainder.

    Of equal remainders the first wins; a proportion of 0 gets nothing.
    """
    exact = np.asarray(proportions) * total
    counts = np.floor(exact + 1e-9).astype(np.int64)  # 0.29 * 100 is a little below 29
    remainders = np.where(exact > 0, exact - counts, -np.inf)
    # Rounded, so that remainders that differ by rounding errors only count as equal.
    order = np.argsort(-np.round(remainders, 9), kind="stable")
    counts[order[: total - counts.sum()]] += 1
    return counts


def _groups(dataset: Dataset) -> np.ndarray | None:
    """The group of each image as text, or None if the set has none."""
    if dataset.groups is None:
        return None
    groups = np.asarray(dataset.groups).astype(str)
    require(
        groups.shape == (len(dataset),),
        f"The set {dataset.name!r} has groups of shape {groups.shape} for "
        f"{count_of(len(dataset), 'image')}: give one group for each image.",
    )
    return groups


def _bundles(digests: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
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


def _wanted(
    counts: np.ndarray, shares: tuple[float, ...], class_names: Sequence[str], noun: str
) -> np.ndarray:
    """Images of each class that each part should have: int, shape (3, k)."""
    for name, bundles in zip(class_names, (counts > 0).sum(axis=0), strict=True):
        require(
            bundles >= len(shares),
            f"The class {name!r} has {count_of(bundles, noun)}, too few for train, validation and "
            f"test: give it at least {len(shares)}.",
        )
    totals = counts.sum(axis=0)
    wanted = np.stack([apportion(total, np.array(shares)) for total in totals], axis=1)
    # No part can have less than the smallest bundle of a class.
    wanted[1:] = np.maximum(wanted[1:], np.where(counts > 0, counts, counts.max()).min(axis=0))
    wanted[0] = totals - wanted[1:].sum(axis=0)
    for name, left in zip(class_names, wanted[0], strict=True):
        require(
            left >= 1,
            f"validation={shares[1]} and test={shares[2]} leave no image of {name!r} for train: "
            "ask for smaller ones.",
        )
    return wanted


def _place(
    counts: np.ndarray, wanted: np.ndarray, random: np.random.Generator, urgency: float
) -> np.ndarray:
    """The part of each bundle: int, shape (b,), for `counts` of shape (b, k).

    `urgency` is what it is worth to bring a class to a part that has none of it yet.
    """
    parts = np.zeros(len(counts), dtype=np.int64)
    order = random.permutation(len(parts))
    sizes = counts.sum(axis=1)
    missing = wanted.astype(float)
    # Within a factor of two in size the order stays random, so that seeds differ.
    scale = np.frexp(sizes.astype(float))[1]
    several = order[sizes[order] > 1]
    for bundle in several[np.argsort(-scale[several], kind="stable")]:
        count = counts[bundle]
        # What the chi-squared distance of each part changes by when it takes the bundle.
        change = (count * (count - 2 * missing) / wanted).sum(axis=1)
        change -= urgency * ((count > 0) & (missing == wanted)).sum(axis=1)
        parts[bundle] = change.argmin()
        missing[parts[bundle]] -= count
    single = order[sizes[order] == 1]
    classes = counts[single].argmax(axis=1)
    for k in range(counts.shape[1]):
        # Later parts take from the ends, in turn, so that asking one for more takes nothing away.
        rest = single[classes == k]
        for part in (2, 1):
            taken = min(len(rest), max(0, int(missing[part, k])))
            parts[rest[:taken]] = part
            rest = rest[taken:][::-1]
    return parts


def _tally(parts: np.ndarray, dataset: Dataset) -> np.ndarray:
    """Images of each class in each part: int, shape (3, k)."""
    have = np.zeros((len(Splits._fields), len(dataset.class_names)), dtype=np.int64)
    np.add.at(have, (parts, dataset.labels), 1)
    return have


def _check_outcome(parts: np.ndarray, dataset: Dataset, shares: tuple[float, float]) -> None:
    """Raise if a class is missing in a part, and warn if a part is far from what was asked."""
    have = _tally(parts, dataset)
    for part, k in np.argwhere(have == 0)[:1]:
        raise CourseError(
            f"No way was found to give every part some images of every class: "
            f"{Splits._fields[part]} would have none of {dataset.class_names[k]!r}; give this "
            "class more groups, smaller ones, or split without groups "
            "(`dataclasses.replace(dataset, groups=None)`)."
        )
    notes = []
    for name, got, share in zip(Splits._fields[1:], have[1:], shares, strict=True):
        wanted = np.maximum(share * have.sum(axis=0), 1)
        off = np.flatnonzero((got < wanted / 2) | (got > 2 * wanted))
        if len(off):
            found = some_of([f"{got[k]} of {dataset.class_names[k]}" for k in off])
            notes.append(f"{name} has {found} instead of a share of {share:g} of each class")
    if notes:
        warnings.warn(
            f"Groups and equal images cannot be divided: {'; '.join(notes)}.",
            CourseWarning,
            stacklevel=3,
        )


def cut(
    labels: np.ndarray,
    digests: Sequence[str] | np.ndarray,
    class_names: Sequence[str],
    share: float,
    fewest: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Cut images in two by class, the same image twice always on the same side.

    Parameters
    ----------
    labels : array of int, shape (n,)
    digests : sequence of str or int, length n
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
        require(
            len(own) >= fewest,
            f"The class {name!r} has {count_of(len(own), 'different image')}, too few to split: "
            f"give it at least {fewest}.",
        )
        chosen.append(train_test_split(own, test_size=share, random_state=_SEED)[1])
    is_cut_out = np.isin(groups, groups[np.concatenate(chosen)])
    return np.flatnonzero(~is_cut_out), np.flatnonzero(is_cut_out)


def same_images(digests: Sequence[str]) -> list[list[int]]:
    """Positions of images whose pixels are equal: a list of lists of two or more."""
    together: dict[str, list[int]] = {}
    for position, digest in enumerate(digests):
        together.setdefault(digest, []).append(position)
    return [positions for positions in together.values() if len(positions) > 1]


def pixel_digests(images: Any) -> np.ndarray:
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
