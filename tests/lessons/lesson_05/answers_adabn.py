"""Right and wrong answers to 05-adabn."""

import numpy as np
import torch
import torch.nn.functional as F


def _root(variance, eps):
    return np.sqrt(variance + eps)


def target_batch_norm(
    activations, mean, variance, scale, shift, eps, axis=(0, 2, 3), ddof=0, root=_root, own=None
):
    """The right answer, with a place to go wrong in each of its steps."""
    statistics = own or (lambda x, mean, variance: _statistics(x, axis, ddof))
    mean, variance = statistics(activations, mean, variance)
    normalised = (activations - mean) / root(variance, eps)
    return scale[:, None, None] * normalised + shift[:, None, None]


def _statistics(activations, axis, ddof=0):
    kept = {"axis": axis, "keepdims": True}
    return activations.mean(**kept), activations.var(**kept, ddof=ddof)


def _by_channel(activations, mean, variance, scale, shift, eps):
    output = np.empty(activations.shape)
    for k in range(activations.shape[1]):
        values = activations[:, k]
        deviations = (values - values.mean()) / (values.var() + eps) ** 0.5
        output[:, k] = scale[k] * deviations + shift[k]
    return output


def _from_the_source(activations, mean, variance):
    return mean[:, None, None], variance[:, None, None]


def _half_and_half(activations, mean, variance):
    own = _statistics(activations, (0, 2, 3))
    return (own[0] + mean[:, None, None]) / 2, (own[1] + variance[:, None, None]) / 2


def _along_columns(activations, mean, variance, scale, shift, eps):
    own_mean, own_variance = _statistics(activations, (0, 2, 3))
    return scale * (activations - own_mean) / _root(own_variance, eps) + shift


def _shift_before_scale(activations, mean, variance, scale, shift, eps):
    plain = target_batch_norm(
        activations, mean, variance, np.ones_like(scale), np.zeros_like(shift), eps
    )
    return scale[:, None, None] * (plain + shift[:, None, None])


def _in_place(activations, *layer):
    output = target_batch_norm(activations, *layer)
    activations -= activations.mean()
    return output


def _with(**wrong):
    return lambda *arguments: target_batch_norm(*arguments, **wrong)


def _torch_instance_norm(activations, mean, variance, scale, shift, eps):
    activations, scale, shift = (torch.tensor(x) for x in (activations, scale, shift))
    return F.instance_norm(activations, weight=scale, bias=shift, eps=eps).numpy()


def _without_new_axes(activations, mean, variance, scale, shift, eps):
    own_mean = np.mean(activations, axis=(0, 2, 3))
    own_variance = np.var(activations, axis=(0, 2, 3))
    return scale * (activations - own_mean) / np.sqrt(own_variance + eps) + shift


# An exercise may leave open how: each of these is right.
RIGHT = [target_batch_norm, _by_channel]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (
        lambda activations, *layer: activations.mean(axis=(0, 2, 3)),
        "the output has the shape of the activations",
    ),
    (lambda *arguments: None, "the output has the shape of the activations"),
    (_in_place, "one of them changed in place", "changed-in-place"),
    (_with(own=_from_the_source), "measured on the source play no part", "source-statistics"),
    (_with(own=_half_and_half), "measured on the source play no part"),
    (_with(axis=None), "each channel has a mean of 0", "all-channels-together"),
    (lambda activations, *layer: activations, "each channel has a mean of 0"),
    (_with(axis=(2, 3)), "the statistics are those of all images together", "each-image-by-itself"),
    (_with(axis=0), "the statistics are those of all positions together"),
    (_with(axis=(0, 3)), "the statistics are those of all positions together"),
    (_with(axis=(1, 2, 3)), "each channel has a mean of 0"),
    (_with(ddof=1), "divided by n and not by n - 1", "over-n-less-one"),
    (
        _with(root=lambda variance, eps: variance + eps),
        "its root is what divides",
        "variance-for-its-root",
    ),
    (_along_columns, "each channel is then multiplied by its own scale", "along-columns"),
    (_shift_before_scale, "each channel is then multiplied by its own scale"),
    (
        lambda activations, mean, variance, scale, shift, eps: target_batch_norm(
            activations, mean, variance, np.ones_like(scale), np.zeros_like(shift), eps
        ),
        "each channel is then multiplied by its own scale",
        "not-rescaled",
    ),
    (_with(root=lambda variance, eps: np.sqrt(variance)), "eps keeps 0 / 0 away"),
    (
        _with(root=lambda variance, eps: np.sqrt(variance) + eps),
        "eps is added to the variance, before the root",
    ),
    (
        _with(root=lambda variance, eps: np.sqrt(variance + 1e-5)),
        "eps is added to the variance, before the root",
    ),
    (_torch_instance_norm, "those of all images together", "each-image-by-itself"),
    (_without_new_axes, "each channel has a mean of 0", "along-columns"),
]
