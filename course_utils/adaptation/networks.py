"""Networks in two parts: what the domains are to share (features), and a classifier on top."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.adaptation.inputs import as_inputs
from course_utils.validation import require, whole_number
from course_utils.visualisation import activations

_SMALLEST = 8  # pixels: the three halvings of `small_cnn` leave one


class AdaptationNetwork(nn.Module):
    """A classifier whose features can be taken out, since adaptation works on them.

    Parameters
    ----------
    features : nn.Module
        From inputs (n, ...) to features (n, n_features).
    classifier : nn.Module
        From features to logits (n, n_classes): an `nn.Linear`, or a module made of some.

    Attributes
    ----------
    n_features, n_classes : int

    Raises
    ------
    CourseError
        If the classifier holds no `nn.Linear`, which the two numbers are read from.
    """

    def __init__(self, features: nn.Module, classifier: nn.Module) -> None:
        super().__init__()
        linear = [module for module in classifier.modules() if isinstance(module, nn.Linear)]
        require(
            bool(linear),
            "The classifier holds no nn.Linear: end the network with one, from its features to a "
            "logit for each class.",
        )
        self.features = features
        self.classifier = classifier
        self.n_features = linear[0].in_features
        self.n_classes = linear[-1].out_features

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (n, n_classes) of inputs (n, ...)."""
        return self.classifier(self.features(x))


def small_cnn(n_classes: int, size: int = 32, seed: int = 0) -> AdaptationNetwork:
    """A small convolutional network for pictures, quick on two cores.

    Three convolutions, each followed by BatchNorm and ReLU, and a mean over the places; it has
    about 100,000 weights and 128 features.

    Parameters
    ----------
    n_classes : int
    size : int
        Height and width of the pictures in pixels. On larger pictures the first convolution
        skips more places, so that a step costs about the same.
    seed : int
        Draws the weights it starts from.

    Returns
    -------
    AdaptationNetwork

    Raises
    ------
    CourseError
        If `size` is below 8 or `n_classes` below 2.
    """
    whole_number(size, "size, in pixels,", _SMALLEST)
    whole_number(n_classes, "n_classes", 2)
    with seeded(seed):
        features = nn.Sequential(
            *_convolution(3, 32, kernel=5, stride=max(2, size // 16)),
            *_convolution(32, 64, kernel=3, stride=2),
            *_convolution(64, 128, kernel=3, stride=2),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        return AdaptationNetwork(features, nn.Linear(128, n_classes))


def feature_network(
    n_inputs: int, n_classes: int, width: int = 256, seed: int = 0
) -> AdaptationNetwork:
    """A small network on top of frozen features: a layer with BatchNorm, and a classifier.

    Parameters
    ----------
    n_inputs : int
        Length of a frozen feature vector.
    n_classes : int
    width : int
        Number of features it learns.
    seed : int
        Draws the weights it starts from.

    Returns
    -------
    AdaptationNetwork

    Raises
    ------
    CourseError
        If `n_inputs` or `width` is below 1, or `n_classes` below 2.
    """
    whole_number(n_classes, "n_classes", 2)
    whole_number(n_inputs, "n_inputs", 1)
    whole_number(width, "width", 1)
    with seeded(seed):
        features = nn.Sequential(nn.Linear(n_inputs, width), nn.BatchNorm1d(width), nn.ReLU())
        return AdaptationNetwork(features, nn.Linear(width, n_classes))


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw torch's random numbers from `seed`, and leave the caller's own sequence as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


@contextlib.contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Put a network into evaluation mode, without gradients, and put every module back after."""
    with activations.evaluating(network), torch.no_grad():
        yield


def run_in_batches(
    network: nn.Module, inputs: Any, module: nn.Module | None = None, batch_size: int = 512
) -> np.ndarray:
    """Run inputs through a network in evaluation mode; nothing in the network changes.

    Parameters
    ----------
    network : nn.Module
    inputs : array or tensor
        See `as_inputs`.
    module : nn.Module, optional
        The part of the network to run; by default all of it.
    batch_size : int
        Bounds the memory, and has no effect on what comes out.

    Returns
    -------
    array of float32, shape (n, ...)
    """
    run = network if module is None else module
    with evaluating(network):
        return torch.cat([run(batch) for batch in as_inputs(inputs).split(batch_size)]).numpy()


def _convolution(n_in, n_out, kernel, stride):
    # No bias: BatchNorm takes the mean away and adds a shift of its own.
    convolution = nn.Conv2d(n_in, n_out, kernel, stride, padding=kernel // 2, bias=False)
    return convolution, nn.BatchNorm2d(n_out), nn.ReLU()
