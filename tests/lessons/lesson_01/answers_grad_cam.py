"""Right and wrong answers to 01-grad-cam."""

from functools import partial

import numpy as np
import torch


def _softmax(weights):
    return np.exp(weights) / np.exp(weights).sum()


def cam(activations, gradients, weigh=lambda weights: weights, relu=True):
    """The right answer, with a place to go wrong in each of its steps."""
    weights = weigh(np.mean(gradients, axis=(1, 2)))[:, None, None]
    heat = np.sum(weights * activations, axis=0)
    return np.maximum(heat, 0) if relu else heat


def _rescaled(activations, gradients):
    heat = cam(activations, gradients)
    return heat / max(heat.max(), 1e-9)


def _changes_its_input(activations, gradients):
    activations *= gradients.mean(axis=(1, 2), keepdims=True)
    return np.maximum(activations.sum(axis=0), 0)


def _mean_over_channels_for_weights(activations, gradients):
    return np.maximum((activations * np.mean(gradients, axis=0)).sum(axis=0), 0)


def _from_0_to_1(activations, gradients):
    heat = np.einsum("chw,c->hw", activations, gradients.mean((1, 2))).clip(0)
    return (heat - heat.min()) / (heat.max() - heat.min() + 1e-8)


# An exercise may leave open how: each of these is right.
RIGHT = [cam, lambda a, g: torch.relu(torch.tensor(cam(a, g, relu=False)))]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (lambda a, g: cam(a, g).T, "the rows and the columns of the activations"),
    (
        lambda a, g: np.maximum(a * g, 0).mean(axis=(1, 2)),
        "the rows and the columns of the activations",
    ),
    (lambda a, g: a, "the rows and the columns of the activations"),
    (partial(cam, weigh=_softmax), "nothing is rescaled"),
    (_rescaled, "nothing is rescaled", "rescaled"),
    (lambda a, g: cam(a, g * a[0].size), "nothing is rescaled", "weights-are-sums"),
    (lambda a, g: cam(a, g) / len(a), "the weighted channels are added up", "mean-over-channels"),
    (lambda a, g: np.maximum((a * g).max(axis=0), 0), "the weighted channels are added up"),
    (lambda a, g: np.maximum(np.mean(a * g, axis=0), 0), "the weighted channels are added up"),
    (partial(cam, weigh=np.abs), "keeps its sign and takes away"),
    (
        lambda a, g: np.maximum(a * g.mean(axis=(1, 2), keepdims=True), 0).sum(axis=0),
        "keeps its sign and takes away",
        "cut-off-before-the-sum",
    ),
    (
        lambda a, g: np.maximum((a * g).sum(axis=0), 0),
        "each channel has one weight, the mean of its gradients",
        "no-weight-per-channel",
    ),
    (
        lambda a, g: cam(a, np.tile(g.max(axis=(1, 2), keepdims=True), a[:1].shape)),
        "each channel has one weight, the mean of its gradients",
    ),
    (
        partial(cam, relu=False),
        "where the weighted sum lies below zero the map is 0",
        "nothing-cut-off",
    ),
    (
        lambda a, g: np.abs(cam(a, g, relu=False)),
        "where the weighted sum lies below zero the map is 0",
        "nothing-cut-off",
    ),
    (lambda a, g: cam(np.abs(a), g), "it agrees with the definition"),
    (_changes_its_input, "one of them changed in place"),
    (_mean_over_channels_for_weights, "keeps its sign", "no-weight-per-channel"),
    (_from_0_to_1, "nothing is rescaled", "rescaled"),
]
