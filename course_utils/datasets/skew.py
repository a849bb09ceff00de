"""Class proportions as a dial: the same images, some classes made rare or taken away."""

import math

import numpy as np

from course_utils.datasets.dataset import Dataset
from course_utils.datasets.splitting import apportion
from course_utils.errors import CourseError
from course_utils.validation import number, require, whole_number


def label_drift(n_classes: int, amount: float) -> np.ndarray:
    """Class proportions between uniform and half of the classes gone.

    The last floor(n_classes / 2) classes give way to the others, evenly: the proportions are a
    mixture of the uniform ones, with weight 1 - amount, and of those uniform over the classes that
    stay. So the total variation distance from uniform grows in proportion to the amount, up to
    floor(n_classes / 2) / n_classes.

    Parameters
    ----------
    n_classes : int
        At least 2.
    amount : float
        0 (uniform) to 1 (half of the classes gone).

    Returns
    -------
    array of float, shape (n_classes,)
        Sums to 1.

    Raises
    ------
    CourseError
        Fewer than 2 classes, or an amount outside 0 to 1.
    """
    n_classes = whole_number(n_classes, "n_classes", at_least=2)
    amount = number(amount, "amount", at_least=0, at_most=1)
    staying = np.arange(n_classes) < n_classes - n_classes // 2
    return (1 - amount) / n_classes + amount * staying / staying.sum()


def skewed(part: Dataset, proportions: np.ndarray, n: int, seed: int) -> Dataset:
    """Draw `n` images with given class proportions, without repetition, in random order.

    Counts are the proportions of n rounded by largest remainder (of equal ones the first class
    wins). Each class is drawn in one order per seed, so that the draws of one seed for other
    proportions share as many images as their counts allow: between them only the skew changes.

    Parameters
    ----------
    part : Dataset
    proportions : array of float, shape (number of classes,)
        At least 0, with sum 1, in the order of `part.class_names`.
    n : int
        At least 1.
    seed : int

    Raises
    ------
    CourseError
        If some class has too few images, or the proportions are none.
    """
    proportions = _checked(proportions, part)
    counts = apportion(whole_number(n, "n", at_least=1), proportions)
    available = np.bincount(part.labels, minlength=len(proportions))
    if (counts > available).any():
        raise CourseError(_too_few(part, proportions, counts, available))
    random = np.random.default_rng(seed)
    orders = [random.permutation(np.flatnonzero(part.labels == k)) for k in range(len(counts))]
    drawn = np.concatenate([order[:count] for order, count in zip(orders, counts, strict=True)])
    return part.take(random.permutation(drawn))


def _too_few(
    part: Dataset, proportions: np.ndarray, counts: np.ndarray, available: np.ndarray
) -> str:
    """Which class has too few images, and what could be drawn instead."""
    scarce = int((counts - available).argmax())
    wanted = proportions > 0
    # A count is never below its exact number rounded down, so that no larger n can do.
    largest = math.floor(((available[wanted] + 1) / proportions[wanted]).min())
    while (apportion(largest, proportions) > available).any():
        largest -= 1
    sentence = (
        f"The set {part.name!r} has {available[scarce]} images of "
        f"{part.class_names[scarce]!r}, fewer than the {counts[scarce]} that these proportions "
        f"of {counts.sum()} images take: "
    )
    if largest:
        return sentence + f"ask for at most {largest} images."
    return sentence + "give that class the proportion 0."


def _checked(proportions: np.ndarray, part: Dataset) -> np.ndarray:
    """Proportions in double precision, with sum 1."""
    proportions = np.asarray(proportions, dtype=np.float64)
    require(
        proportions.shape == (len(part.class_names),),
        f"There must be one proportion for each of the {len(part.class_names)} classes of the set "
        f"{part.name!r}, but they have shape {proportions.shape}.",
    )
    require(
        bool((proportions >= 0).all()) and math.isclose(proportions.sum(), 1, abs_tol=1e-6),
        f"Class proportions must be at least 0 and sum to 1, but these sum to "
        f"{proportions.sum():.6g}, the least being {proportions.min():.6g}.",
    )
    return proportions / proportions.sum()
