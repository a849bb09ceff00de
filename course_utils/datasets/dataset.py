"""`Dataset`, the first of the course's three nouns, and the three parts it is split into."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from course_utils.errors import CourseError


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled inputs of one domain: images, or sentences, or features.

    Attributes
    ----------
    inputs : array of shape (n, ...)
        Images are uint8, (n, height, width, 3): red, green, blue, 0 to 255. Either a NumPy array
        or an object that decodes image files when indexed: both have `shape` and `dtype`, take
        a number, a slice or an array of numbers, and become a NumPy array with `numpy.asarray`.
    labels : array of int64, shape (n,)
        Positions in `class_names`.
    class_names : tuple of str
    domain : str
        What kind of picture this is ("photo", "sketch", ...).
    name : str
        The name or the folder it was loaded from.
    groups : array of str, shape (n,), optional
        Images of one group share something that would give a test away: a patient, a font, a
        photograph. None if nothing is known of such groups.
    """

    inputs: Any
    labels: np.ndarray
    class_names: tuple[str, ...]
    domain: str = "photo"
    name: str = ""
    groups: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def images(self) -> Any:
        """The inputs, by the name that suits a set of images."""
        return self.inputs

    def take(self, indices: Any) -> "Dataset":
        """The images at `indices` (whole numbers, shape (m,)), in that order, as a Dataset.

        Images that lie in files are chosen, not decoded.
        """
        choose = getattr(self.inputs, "subset", self.inputs.__getitem__)
        groups = None if self.groups is None else self.groups[indices]
        return replace(self, inputs=choose(indices), labels=self.labels[indices], groups=groups)

    def per_class(self, n: int, seed: int) -> "Dataset":
        """Draw `n` images of every class, without repetition, in random order.

        The draws of one seed are nested: those for a smaller `n` are part of those for a larger
        one, so that a learning curve adds images and never swaps them.

        Raises
        ------
        CourseError
            If some class has fewer than `n` images.
        """
        counts = np.bincount(self.labels, minlength=len(self.class_names))
        if counts.min() < n:
            scarce = self.class_names[int(counts.argmin())]
            raise CourseError(
                f"The set {self.name!r} has {counts.min()} images of {scarce!r}, fewer than the "
                f"{n} per class asked for: ask for at most {counts.min()}."
            )
        random = np.random.default_rng(seed)
        orders = [
            random.permutation(np.flatnonzero(self.labels == k))
            for k in range(len(self.class_names))
        ]
        drawn = np.concatenate([order[:n] for order in orders])
        return self.take(np.random.default_rng([seed, n]).permutation(drawn))


class Splits(NamedTuple):
    """Train, validation and test parts of one set: `train, validation, test = load_dataset(...)`.

    Train fits weights, validation picks settings, test is looked at once, at the end.
    """

    train: Dataset
    validation: Dataset
    test: Dataset
