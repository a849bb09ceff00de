"""`Outputs`: all that a label-free selector may look at."""

from dataclasses import dataclass

import numpy as np

from course_utils.errors import CourseError


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

    def __post_init__(self):
        for name in ("source_features", "source_logits", "target_features", "target_logits"):
            array = np.asarray(getattr(self, name))
            if array.ndim != 2 or not array.size:
                raise CourseError(
                    f"`{name}` must be an array of two dimensions with a row for each image, "
                    f"not of shape {array.shape}."
                )
            object.__setattr__(self, name, array)
        object.__setattr__(self, "source_labels", np.asarray(self.source_labels))
        for kind in ("features", "logits"):
            shapes = [getattr(self, f"{domain}_{kind}").shape for domain in ("source", "target")]
            if shapes[0][1] != shapes[1][1]:
                raise CourseError(
                    f"Source and target {kind} must have equally many columns, but have "
                    f"{shapes[0][1]} and {shapes[1][1]}: take both from the same network."
                )
        rows = [len(self.source_features), len(self.source_logits)]
        check_labels(self.source_labels, "source", self.source_logits)
        if rows[0] != rows[1] or len(self.target_features) != len(self.target_logits):
            raise CourseError(
                "Features and logits must be of the same images: there are "
                f"{rows[0]} and {rows[1]} source rows, {len(self.target_features)} and "
                f"{len(self.target_logits)} target rows."
            )

    @property
    def diverged(self):
        """Whether a feature or a logit is infinite or not a number."""
        arrays = (
            self.source_features,
            self.source_logits,
            self.target_features,
            self.target_logits,
        )
        return not all(np.isfinite(array).all() for array in arrays)


def check_labels(labels, domain, logits):
    """Labels must be whole numbers that name a column of `logits`, one for each row."""
    if labels.shape != (len(logits),):
        raise CourseError(
            f"There must be one {domain} label for each of the {len(logits)} rows of logits, "
            f"but the labels have shape {labels.shape}."
        )
    n_classes = logits.shape[1]
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= n_classes:
        raise CourseError(
            f"The {domain} labels must be whole numbers from 0 to {n_classes - 1}, one class for "
            "each column of the logits."
        )
