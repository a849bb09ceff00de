"""Right and wrong answers to 01-grad-cam and 01-texture-channel."""

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


def favourite_channel(means, labels, k, units=lambda means, chosen: means.std(axis=0), lead=None):
    """The right answer, with a place to go wrong in each of its steps."""
    chosen = labels == k
    ahead = means[chosen].mean(axis=0) - means[~chosen].mean(axis=0)
    ahead = ahead if lead is None else lead(ahead)
    with np.errstate(invalid="ignore"):
        return int(np.argmax(np.nan_to_num(ahead / units(means, chosen))))


def _with_nan(means, labels, k):
    chosen = labels == k
    ahead = means[chosen].mean(axis=0) - means[~chosen].mean(axis=0)
    return int(np.argmax(ahead / means.std(axis=0)))


def _by_class_means(means, labels, k):
    """Balanced classes have one mean of the others, taken by images or by classes."""
    others = [means[labels == other].mean(axis=0) for other in set(labels) - {k}]
    ahead = means[labels == k].mean(axis=0) - np.mean(others, axis=0)
    return np.argmax(ahead / (means.std(axis=0, ddof=1) + 1e-8))


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("01-grad-cam", cam),
    ("01-grad-cam", lambda a, g: torch.relu(torch.tensor(cam(a, g, relu=False)))),
    ("01-texture-channel", favourite_channel),
    ("01-texture-channel", _by_class_means),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    ("01-grad-cam", lambda a, g: cam(a, g).T, "the rows and the columns of the activations"),
    (
        "01-grad-cam",
        lambda a, g: np.maximum(a * g, 0).mean(axis=(1, 2)),
        "the rows and the columns of the activations",
    ),
    ("01-grad-cam", lambda a, g: a, "the rows and the columns of the activations"),
    ("01-grad-cam", lambda a, g: cam(a, g, weigh=_softmax), "nothing is rescaled"),
    ("01-grad-cam", lambda a, g: cam(a, g, weigh=np.sign), "nothing is rescaled"),
    ("01-grad-cam", _rescaled, "nothing is rescaled", "rescaled"),
    (
        "01-grad-cam",
        lambda a, g: cam(a, g * a[0].size),
        "nothing is rescaled",
        "weights-are-sums",
    ),
    (
        "01-grad-cam",
        lambda a, g: cam(a, g) / len(a),
        "the weighted channels are added up",
        "mean-over-channels",
    ),
    (
        "01-grad-cam",
        lambda a, g: np.maximum((a * g).max(axis=0), 0),
        "the weighted channels are added up",
    ),
    (
        "01-grad-cam",
        lambda a, g: np.maximum(np.mean(a * g, axis=0), 0),
        "the weighted channels are added up",
    ),
    ("01-grad-cam", lambda a, g: cam(a, g, weigh=np.abs), "keeps its sign and takes away"),
    (
        "01-grad-cam",
        lambda a, g: np.maximum(a * g.mean(axis=(1, 2), keepdims=True), 0).sum(axis=0),
        "keeps its sign and takes away",
        "cut-off-before-the-sum",
    ),
    (
        "01-grad-cam",
        lambda a, g: np.maximum((a * g).sum(axis=0), 0),
        "each channel has one weight, the mean of its gradients",
        "no-weight-per-channel",
    ),
    (
        "01-grad-cam",
        lambda a, g: cam(a, np.tile(g.max(axis=(1, 2), keepdims=True), a[:1].shape)),
        "each channel has one weight, the mean of its gradients",
    ),
    (
        "01-grad-cam",
        lambda a, g: cam(a, g, relu=False),
        "where the weighted sum lies below zero the map is 0",
        "nothing-cut-off",
    ),
    (
        "01-grad-cam",
        lambda a, g: np.abs(cam(a, g, relu=False)),
        "where the weighted sum lies below zero the map is 0",
        "nothing-cut-off",
    ),
    ("01-grad-cam", lambda a, g: cam(np.abs(a), g), "it agrees with the definition"),
    ("01-grad-cam", _changes_its_input, "one of them changed in place"),
    (
        "01-texture-channel",
        lambda m, y, k: favourite_channel(m, y, k, lead=np.negative),
        "it is the one that answers more to class k",
        "sign-of-the-lead",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: m[y == k].mean(axis=0) - m[y != k].mean(axis=0),
        "expected the number of a channel",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: float(favourite_channel(m, y, k)),
        "expected the number of a channel",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: int(np.argmax(m.mean(axis=1))),
        "it is the one that answers more to class k",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: int(np.argmax(m.mean(axis=0) / m.std(axis=0))),
        "it is the one that answers more to class k",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: int(np.argmax(m[y == k].mean(axis=0))),
        "a channel that is loud for every class is no favourite",
        "compares-with-nothing",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: favourite_channel(m, y, k, lead=np.abs),
        "a channel that falls silent for class k is not its favourite",
        "sign-of-the-lead",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: favourite_channel(m, y, k, units=lambda m, chosen: 1),
        "its lead counts in its own standard deviations",
        "lead-in-raw-units",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: favourite_channel(m, y, k, units=lambda m, chosen: m.std()),
        "its lead counts in its own standard deviations",
        "lead-in-raw-units",
    ),
    ("01-texture-channel", _with_nan, "a channel that never answers", "nan-wins"),
    (
        "01-texture-channel",
        lambda m, y, k: favourite_channel(m, y, k, units=lambda m, chosen: m.mean(axis=0)),
        "it agrees with the definition",
    ),
    (
        "01-texture-channel",
        lambda m, y, k: favourite_channel(m, y, k, units=lambda m, chosen: m[~chosen].std(axis=0)),
        "it agrees with the definition",
        "spread-of-a-part",
    ),
]
