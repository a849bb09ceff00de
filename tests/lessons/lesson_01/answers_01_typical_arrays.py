"""Typical wrong answers to 01-grad-cam and 01-texture-channel, as learners might write them."""

import numpy as np
import torch


def _weights_by_place(activations, gradients):
    rows, columns = np.shape(activations)[1:]
    heat = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            heat[r, c] = max(0, activations[:, r, c] @ gradients[:, r, c])
    return heat


def _mean_over_channels_for_weights(activations, gradients):
    return np.maximum((activations * np.mean(gradients, axis=0)).sum(axis=0), 0)


def _weights_are_sums(activations, gradients):
    weights = [gradient.sum() for gradient in gradients]
    heat = sum(w * a for w, a in zip(weights, activations, strict=True))
    return np.where(heat > 0, heat, 0)


def _mean_of_the_channels(activations, gradients):
    weights = torch.tensor(gradients).mean(dim=(1, 2))
    return torch.relu((weights[:, None, None] * torch.tensor(activations)).mean(dim=0))


def _relu_in_the_loop(activations, gradients):
    heat = 0
    for activation, gradient in zip(activations, gradients, strict=True):
        heat = heat + (gradient.mean() * activation).clip(min=0)
    return heat


def _no_relu(activations, gradients):
    return np.einsum("chw,c->hw", activations, gradients.mean((1, 2)))


def _from_0_to_1(activations, gradients):
    heat = np.einsum("chw,c->hw", activations, gradients.mean((1, 2))).clip(0)
    return (heat - heat.min()) / (heat.max() - heat.min() + 1e-8)


def _leads(means, labels, k):
    chosen = np.asarray(labels) == k
    lead = np.array([column[chosen].mean() - column[~chosen].mean() for column in means.T])
    return lead, means.std(axis=0)


def _how_far_ahead(means, labels, k):
    lead, spread = _leads(means, labels, k)
    return max(a / s for a, s in zip(lead, spread, strict=True) if s > 0)


def _loudest(means, labels, k):
    rows = [row for row, label in zip(means, labels, strict=True) if label == k]
    totals = np.sum(rows, axis=0).tolist()
    return totals.index(max(totals))


def _loudest_in_its_units(means, labels, k):
    return int(np.argmax(means[labels == k].mean(axis=0) / (means.std(axis=0) + 1e-9)))


def _widest_lead(means, labels, k):
    lead, _ = _leads(means, labels, k)
    return int(lead.argsort()[-1])


def _squared_lead(means, labels, k):
    lead, spread = _leads(means, labels, k)
    return int(np.argmax(lead**2 / (spread**2 + 1e-12)))


def _own_spread(means, labels, k):
    lead, _ = _leads(means, labels, k)
    return int(np.argmax(lead / np.maximum(means[labels == k].std(axis=0), 1e-12)))


def _two_spreads(means, labels, k):
    lead, _ = _leads(means, labels, k)
    parts = means[labels == k], means[labels != k]
    both = np.sqrt(sum(part.var(axis=0, ddof=1) for part in parts) / 2)
    return int(np.argmax(lead / np.where(both > 0, both, np.inf)))


def _nan_wins(means, labels, k):
    lead, spread = _leads(means, labels, k)
    return int(torch.argmax(torch.tensor(lead) / torch.tensor(spread)))


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("01-grad-cam", _weights_by_place, "one weight", "no-weight-per-channel"),
    ("01-grad-cam", _mean_over_channels_for_weights, "keeps its sign", "no-weight-per-channel"),
    ("01-grad-cam", _weights_are_sums, "nothing is rescaled", "weights-are-sums"),
    ("01-grad-cam", _mean_of_the_channels, "are added up", "mean-over-channels"),
    ("01-grad-cam", _relu_in_the_loop, "keeps its sign", "cut-off-before-the-sum"),
    ("01-grad-cam", _no_relu, "below zero the map is 0", "nothing-cut-off"),
    ("01-grad-cam", _from_0_to_1, "nothing is rescaled", "rescaled"),
    ("01-texture-channel", _how_far_ahead, "expected the number of a channel", "gives-the-lead"),
    ("01-texture-channel", _loudest, "loud for every class", "compares-with-nothing"),
    (
        "01-texture-channel",
        _loudest_in_its_units,
        "answers more to class k",
        "compares-with-nothing",
    ),
    ("01-texture-channel", _widest_lead, "its own standard deviations", "lead-in-raw-units"),
    ("01-texture-channel", _squared_lead, "falls silent for class k", "sign-of-the-lead"),
    ("01-texture-channel", _own_spread, "the standard deviation", "spread-of-a-part"),
    ("01-texture-channel", _two_spreads, "over all images", "spread-of-a-part"),
    ("01-texture-channel", _nan_wins, "a channel that never answers", "nan-wins"),
]
