"""Right and wrong answers to 05-coral."""

from functools import partial

import numpy as np
import torch


def _own_mean(sample):
    return sample.mean(dim=0)


def _covariance(sample, centre=_own_mean, less=1):
    centred = sample - centre(sample)
    return centred.T @ centred / (len(sample) - less)


def _sum_of_squares(difference):
    return (difference**2).sum()


def coral_loss(
    source, target, covariance=_covariance, distance=_sum_of_squares, by=lambda d: 4 * d**2
):
    """The right answer, with a place to go wrong in each of its steps."""
    return distance(covariance(source) - covariance(target)) / by(source.shape[1])


def _by_torch(source, target):
    difference = torch.cov(source.T) - torch.cov(target.T)
    return torch.linalg.norm(difference.reshape(1, -1)) ** 2 / (4 * source.shape[1] ** 2)


def _as_published(source, target):
    """The mean taken off by a product with ones, as in many a published implementation."""

    def covariance(x):
        ones = torch.ones((1, len(x))) @ x
        return (x.T @ x - ones.T @ ones / len(x)) / (len(x) - 1)

    return torch.mean((covariance(source) - covariance(target)) ** 2) / 4


def _of_distances(source, target):
    return ((source - target[: len(source)][: len(target)]) ** 2).mean()


def _no_centring(source, target):
    return coral_loss(source, target, lambda x: _covariance(x, lambda x: 0))


def _one_mean_for_both(source, target):
    mean = torch.cat([source, target]).mean(dim=0)
    return coral_loss(source, target, lambda x: _covariance(x, lambda x: mean))


def _divided_by_n(source, target):
    return coral_loss(source, target, lambda x: _covariance(x, less=0))


def _divided_by_nothing(source, target):
    return coral_loss(source, target, lambda x: _covariance(x) * (len(x) - 1))


def _divided_by_the_sources_n(source, target):
    n = len(source) - 1
    return coral_loss(source, target, lambda x: _covariance(x) * (len(x) - 1) / n)


def _variances_only(source, target):
    return ((source.var(dim=0) - target.var(dim=0)) ** 2).sum() / (4 * source.shape[1] ** 2)


def _in_numpy(source, target):
    return np.sum((np.cov(source.numpy().T) - np.cov(target.numpy().T)) ** 2) / 4


def _numpy_in_a_tensor(source, target):
    source, target = (torch.tensor(x.detach().numpy()) for x in (source, target))
    return coral_loss(source, target)


def _target_detached(source, target):
    return coral_loss(source, target.detach())


def _centres_in_place(source, target):
    source -= source.mean(dim=0)
    target -= target.mean(dim=0)
    return coral_loss(source, target)


# An exercise may leave open how: each of these is right.
RIGHT = [coral_loss, _as_published, _by_torch]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (_of_distances, "the same images in another order"),
    (_in_numpy, "expected a tensor with a single number, got a value of type float64"),
    (
        lambda source, target: coral_loss(source, target).item(),
        "got a value of type float",
        "cut-from-the-graph",
    ),
    (lambda source, target: None, "got None"),
    (
        partial(coral_loss, distance=lambda difference: difference**2),
        "a tensor with a single number, got one of shape (1, 1)",
    ),
    (_centres_in_place, "one of them changed in place", "changed-in-place"),
    (
        lambda source, target: coral_loss(source.T, target.T),
        "the same images in another order",
        "images-for-features",
    ),
    (_no_centring, "each domain is centred on its own mean", "not-centred"),
    (_one_mean_for_both, "each domain is centred on its own mean"),
    (_divided_by_n, "a covariance divides by n - 1", "over-n"),
    (_divided_by_nothing, "a covariance divides by n - 1"),
    (_divided_by_the_sources_n, "a covariance divides by n - 1, each domain by its own"),
    (_variances_only, "the whole matrices are compared, not only variances"),
    (
        partial(coral_loss, distance=torch.linalg.norm),
        "its distance is squared again",
        "norm-not-squared",
    ),
    (
        partial(coral_loss, distance=lambda difference: difference.abs().sum()),
        "its distance is squared again",
    ),
    (partial(coral_loss, by=lambda d: d**2), "divided by 4 d²", "another-factor"),
    (partial(coral_loss, by=lambda d: 4), "divided by 4 d²", "another-factor"),
    (partial(coral_loss, by=lambda d: 4 * d), "divided by 4 d²", "another-factor"),
    (partial(coral_loss, by=lambda d: 4 * d**4), "divided by 4 d²", "another-factor"),
    (
        partial(coral_loss, distance=lambda difference: difference.sum() ** 2),
        "the squared differences of all d × d entries",
    ),
    (_numpy_in_a_tensor, "the result is cut off from the graph", "cut-from-the-graph"),
    (_target_detached, "as the gradient for target, got none: it is cut off", "cut-from-the-graph"),
]
