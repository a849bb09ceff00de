"""CORAL: make the covariances of two domains agree, in closed form or as a loss."""

from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.validation import finite, number, require


def coral_transform(source: Any, target: Any, regularisation: float = 1.0) -> np.ndarray:
    """Source features whitened, then coloured with the target's covariance.

    Each row x of the source becomes x A with

        A = C_S^(-1/2) C_T^(1/2),    C = cov + regularisation I,

    where cov is the covariance of each domain, over n - 1. Without regularisation the result
    has the target's covariance exactly; with it, directions in which the source hardly varies
    are not blown up. Sun, Feng and Saenko 2016, "Return of Frustratingly Easy Domain
    Adaptation", arXiv:1511.05547, algorithm 1, where the regularisation is 1.

    Nothing is centred: the mean m of the source becomes m A and is not moved to the target's.
    The paper standardises every feature within each domain beforehand, and so should you: it
    makes the means agree, and gives the 1 of the regularisation its scale.

    Parameters
    ----------
    source : array of shape (n, d)
    target : array of shape (m, d)
        No row corresponds to one of the source; n and m may differ.
    regularisation : float
        Added to every variance, in squared units of the features; 0 or more.

    Returns
    -------
    array of shape (n, d)
        In the source's precision; the work is done in double precision.

    Raises
    ------
    CourseError
        Features of different widths, fewer than 2 examples in a domain, values that are not
        finite, a negative regularisation, or none for a source whose covariance needs it.
    """
    source, target = np.asarray(source), np.asarray(target)
    check_domains(source, target)
    for features, name in ((source, "source features"), (target, "target features")):
        finite(features, name)
    ridge = number(regularisation, "regularisation", at_least=0) * np.eye(source.shape[1])
    whiten = _power(covariance(source.astype(np.float64)) + ridge, -1 / 2)
    colour = _power(covariance(target.astype(np.float64)) + ridge, 1 / 2)
    return (source @ whiten @ colour).astype(np.result_type(source, np.float32))


class CoralLoss(nn.Module):
    """How far apart the covariances of two batches are: deep CORAL.

    With the covariances C_S and C_T (over n - 1) of d features, the loss is

        ||C_S - C_T||² / (4 d²),

    the squared Frobenius norm: zero if and only if the covariances agree, whatever the means.
    Sun and Saenko 2016, "Deep CORAL: Correlation Alignment for Deep Domain Adaptation",
    arXiv:1607.01719, equation 1.
    """

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of one batch of each domain.

        Parameters
        ----------
        source : tensor of shape (n, d)
        target : tensor of shape (m, d)

        Returns
        -------
        scalar tensor
            0 or more, in the fourth power of the features' units.

        Raises
        ------
        CourseError
            Features of different widths, or fewer than 2 examples in a batch.
        """
        check_domains(source, target)
        difference = covariance(source) - covariance(target)
        return (difference**2).sum() / (4 * source.shape[1] ** 2)


def covariance(features: Any) -> Any:
    """Covariance (d, d) of features (n, d), over n - 1; of an array or a tensor."""
    centred = features - features.mean(0)
    return centred.T @ centred / (len(features) - 1)


def check_domains(source: Any, target: Any, at_least: int = 2) -> None:
    """Raise a `CourseError` unless both are (examples, features), equally wide, long enough."""
    for name, features in (("source", source), ("target", target)):
        require(
            features.ndim == 2 and len(features) >= at_least,
            f"The {name} features must have the shape (examples, features) with at least "
            f"{at_least} example{'s' * (at_least > 1)}, not {tuple(features.shape)}.",
        )
    require(
        source.shape[1] == target.shape[1],
        f"Source and target must have the same features: the source has {source.shape[1]} of them, "
        f"the target {target.shape[1]}.",
    )


def _power(matrix, exponent):
    """A symmetric matrix without negative eigenvalues, raised to a power."""
    values, vectors = np.linalg.eigh(matrix)
    rounding = values[-1] * len(values) * np.finfo(values.dtype).eps
    require(
        exponent > 0 or values[0] > rounding,
        "The source features do not vary in every direction, so they cannot be whitened as they "
        "are: give a regularisation above 0.",
    )
    return (vectors * values.clip(min=0) ** exponent) @ vectors.T
