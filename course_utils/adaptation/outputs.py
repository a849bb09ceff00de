"""`Outputs`: all that a label-free selector may look at."""

from dataclasses import dataclass

import numpy as np

from course_utils.validation import class_labels, require

#: The arrays with a row for each image.
_ARRAYS = ("source_features", "source_logits", "target_features", "target_logits")


@dataclass(frozen=True, eq=False)
class Outputs:
    """What a candidate makes of held-out source images and of target images.

    Attributes
    ----------
    source_features : array of shape (n, d)
        Features of labelled source images that the candidate was not trained on.
    source_logits : array of shape (n, k)
    source_labels : array of int, shape (n,)
        Classes, 0 to k - 1.
    target_features : array of shape (m, d)
    target_logits : array of shape (m, k)

    Raises
    ------
    CourseError
        If the shapes do not fit together, or a label is no class.
    """

    source_features: np.ndarray
    source_logits: np.ndarray
    source_labels: np.ndarray
    target_features: np.ndarray
    target_logits: np.ndarray

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            array = np.asarray(getattr(self, name))
            require(
                array.ndim == 2 and array.size > 0,
                f"`{name}` must be an array of two dimensions with a row for each image, not of "
                f"shape {array.shape}.",
            )
            object.__setattr__(self, name, array)
        for kind in ("features", "logits"):
            source, target = (getattr(self, f"{domain}_{kind}") for domain in ("source", "target"))
            require(
                source.shape[1] == target.shape[1],
                f"Source and target {kind} must have equally many columns, but have "
                f"{source.shape[1]} and {target.shape[1]}: take both from the same network.",
            )
        labels = class_labels(self.source_labels, "source labels", *self.source_logits.shape)
        object.__setattr__(self, "source_labels", labels)
        rows = [len(getattr(self, name)) for name in _ARRAYS]
        require(
            rows[0] == rows[1] and rows[2] == rows[3],
            f"Features and logits must be of the same images: there are {rows[0]} and {rows[1]} "
            f"source rows, {rows[2]} and {rows[3]} target rows.",
        )

    @property
    def diverged(self) -> bool:
        """Whether a feature or a logit is infinite or not a number."""
        return not all(np.isfinite(getattr(self, name)).all() for name in _ARRAYS)
