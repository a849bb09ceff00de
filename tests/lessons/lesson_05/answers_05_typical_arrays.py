"""Typical wrong answers to 05-adabn and 05-selector, as learners would write them."""

import math
import statistics

import numpy as np
import torch
import torch.nn.functional as F


def _torch_in_evaluation(activations, mean, variance, scale, shift, eps):
    tensors = [torch.tensor(x) for x in (activations, mean, variance, scale, shift)]
    return F.batch_norm(*tensors, training=False, eps=eps).numpy()


def _one_mean_of_all(activations, mean, variance, scale, shift, eps):
    plain = (activations - np.mean(activations)) / (np.var(activations) + eps) ** 0.5
    return np.einsum("c,ncij->ncij", scale, plain) + shift.reshape(1, -1, 1, 1)


def _torch_instance_norm(activations, mean, variance, scale, shift, eps):
    activations, scale, shift = (torch.tensor(x) for x in (activations, scale, shift))
    return F.instance_norm(activations, weight=scale, bias=shift, eps=eps).numpy()


def _without_new_axes(activations, mean, variance, scale, shift, eps):
    own_mean = np.mean(activations, axis=(0, 2, 3))
    own_variance = np.var(activations, axis=(0, 2, 3))
    return scale * (activations - own_mean) / np.sqrt(own_variance + eps) + shift


def _by_channel(of):
    """The layer with a loop over its channels, each of which `of` normalises."""

    def target_batch_norm(activations, mean, variance, scale, shift, eps):
        output = np.zeros(activations.shape)
        for k, values in enumerate(np.moveaxis(activations, 1, 0)):
            output[:, k] = of(values, scale[k], shift[k], eps)
        return output

    return target_batch_norm


def _sample_variance(values, scale, shift, eps):
    spread = math.sqrt(statistics.variance(values.ravel().tolist()) + eps)
    return scale * (values - values.mean()) / spread + shift


def _no_root(values, scale, shift, eps):
    return scale * (values - values.mean()) / (values.std() ** 2 + eps) + shift


def _no_scale(values, scale, shift, eps):
    return (values - values.mean()) / np.sqrt(values.var() + eps)


def _minus_equals(activations, mean, variance, scale, shift, eps):
    activations -= activations.mean(axis=(0, 2, 3), keepdims=True)
    activations /= np.sqrt((activations**2).mean(axis=(0, 2, 3), keepdims=True) + eps)
    return scale[:, None, None] * activations + shift[:, None, None]


def _by_image(weight, divided_by=sum):
    """The weighted accuracy with a loop over images."""

    def importance_weighted_accuracy(correct, p_target):
        total, weights = 0.0, []
        for right, p in zip(correct, p_target, strict=True):
            weights.append(weight(p))
            if right:
                total += weights[-1]
        return total / divided_by(weights)

    return importance_weighted_accuracy


def _target_like_and_right(correct, p_target):
    return float(np.logical_and(correct, p_target > 0.5).sum() / len(correct))


def _ignores_the_classifier(correct, p_target):
    return sum(bool(each) for each in correct) / len(correct)


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("05-adabn", _torch_in_evaluation, "measured on the source", "source-statistics"),
    ("05-adabn", _one_mean_of_all, "each channel has a mean of 0", "all-channels-together"),
    ("05-adabn", _torch_instance_norm, "those of all images together", "each-image-by-itself"),
    ("05-adabn", _without_new_axes, "each channel has a mean of 0", "along-columns"),
    ("05-adabn", _by_channel(_sample_variance), "n and not by n - 1", "over-n-less-one"),
    ("05-adabn", _by_channel(_no_root), "its root is what divides", "variance-for-its-root"),
    ("05-adabn", _by_channel(_no_scale), "multiplied by its own scale", "not-rescaled"),
    ("05-adabn", _minus_equals, "one of them changed in place", "changed-in-place"),
    ("05-selector", _by_image(lambda p: p / (1 - p), len), "plain", "not-by-the-weights"),
    (
        "05-selector",
        _by_image(lambda p: 1 - (1 - p)),
        "its odds, p / (1 - p)",
        "probability-for-odds",
    ),
    ("05-selector", _by_image(lambda p: 1 - p), "looks like the target counts", "upside-down"),
    (
        "05-selector",
        _by_image(lambda p: (1 - p) ** -1),
        "certainly not like the target",
        "numerator-left-out",
    ),
    ("05-selector", _target_like_and_right, "it is the plain accuracy", "a-threshold"),
    ("05-selector", _ignores_the_classifier, "target counts more", "plain-accuracy"),
]
