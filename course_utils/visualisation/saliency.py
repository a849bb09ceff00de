"""Which parts of an image an answer rests on, and whether such maps can be believed."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_utils.validation import require
from course_utils.visualisation.activations import (
    as_inputs,
    evaluating,
    module_named,
    record,
    stage_names,
)


def grad_cam(
    network: Any, name: str, images: Any, target: Callable, preprocess: Callable = as_inputs
) -> np.ndarray:
    """Grad-CAM: a module's maps, weighted by how much the score rises with each of them.

    A channel's weight is its gradient's mean over the map; where the weighted sum is negative,
    0 is given (Selvaraju et al. 2017, arXiv:1610.02391, equations 1 and 2).

    Parameters
    ----------
    network : torch.nn.Module
    name : str
        A module that gives maps, as `network.named_modules()` spells it.
    images : array of shape (n, height, width, 3)
        Red, green and blue, 0 to 255.
    target : function
        From the network's output to one score for each image (torch.Tensor of shape (n,)).
    preprocess : function
        From images to what the network takes.

    Returns
    -------
    array of float32, shape (n, height, width)
        0 and above, in units of the score; enlarged bilinearly to the size of the images.

    Raises
    ------
    CourseError
        Unknown module, a target of another shape, or one that does not depend on the module.
    """
    import torch
    from torch.nn import functional

    with evaluating(network), record(network, [name]) as recorded, torch.enable_grad():
        inputs = preprocess(images).requires_grad_()  # a graph, even where all weights are fixed
        scores = _one_per_image(target(network(inputs)), len(images))
        maps: Any = recorded.get(name)
        slopes = _gradient(scores.sum(), maps, name)
    weights = slopes.mean(dim=(2, 3), keepdim=True)
    heat = functional.relu((weights * maps.detach()).sum(dim=1, keepdim=True))
    heat = functional.interpolate(heat, size=np.shape(images)[1:3], mode="bilinear")
    return heat[:, 0].float().numpy()


def occlusion(
    score: Callable[[np.ndarray], Any],
    images: Any,
    window: int = 16,
    stride: int = 8,
    fill: Any = (124, 117, 104),
) -> np.ndarray:
    """Cover a part of the images at a time, and see how much the score falls.

    (Zeiler and Fergus 2014, arXiv:1311.2901, section 4.2)

    Parameters
    ----------
    score : function
        From images (n, height, width, 3), float32, to one score for each: a tensor or an array
        of shape (n,).
    images : array of shape (n, height, width, 3)
    window : int
        Side in pixels of the square that covers.
    stride : int
        Pixels from one square to the next; the last in a row is cut off at the edge.
    fill : tuple of float, or float
        Colour of the square; by default the mean colour of ImageNet.

    Returns
    -------
    array of float32, shape (n, height, width)
        For each pixel the mean fall of the score over all squares that cover it; below zero
        where covering it made the score rise.

    Raises
    ------
    CourseError
        If window or stride is not a whole number above zero, a stride above the window leaves
        pixels uncovered, or the window is larger than the images.
    """
    images = np.array(images, np.float32)
    number, height, width = images.shape[:3]
    require(
        1 <= stride <= window <= min(height, width),
        f"The stride must be at least 1 pixel and at most the window, and the window at most the "
        f"image, {height} by {width}: not stride={stride} and window={window}.",
    )
    before = _numbers(score(images), number)
    falls, times = np.zeros((number, height, width)), np.zeros((height, width))
    for top in range(0, height - window + stride, stride):
        for left in range(0, width - window + stride, stride):
            square = np.s_[top : top + window, left : left + window]
            covered = images.copy()
            covered[:, *square] = fill
            fall = before - _numbers(score(covered), number)
            falls[:, *square] += fall[:, np.newaxis, np.newaxis]
            times[square] += 1
    return (falls / times).astype(np.float32)


def randomised_copies(
    network: Any, names: list[str] | None = None, seed: int = 0
) -> Iterator[tuple[str, Any]]:
    """Copies of a network with more and more of it random, from the top downwards.

    For the sanity check of Adebayo et al. 2018, arXiv:1810.03292, section 3.1: a map that stays
    as it was, while the weights that it should explain are gone, explains nothing.

    Parameters
    ----------
    network : torch.nn.Module
        Stays as it is.
    names : list of str, optional
        Modules from the bottom to the top; by default `stage_names(network)`, and
        `classifier` behind them if the network has one.
    seed : int

    Yields
    ------
    name : str
        The module randomised last; those above it are random too.
    copy : torch.nn.Module
        One at a time is held here.

    Raises
    ------
    CourseError
        If the network has no such module.
    """
    import torch

    if names is None:
        names = stage_names(network) + ["classifier"] * hasattr(network, "classifier")
    generator = torch.Generator().manual_seed(seed)
    for name in reversed(names):
        network = copy.deepcopy(network)
        randomise(module_named(network, name), generator)
        yield name, network


def randomise(module: Any, generator: Any) -> None:
    """Give a module and all in it new starting weights, in place.

    Weights of convolutions and dense layers are drawn as He et al. 2015 (arXiv:1502.01852)
    draw them, their biases are 0; normalisation layers become the identity.

    Parameters
    ----------
    module : torch.nn.Module
    generator : torch.Generator
    """
    import torch

    for part in module.modules():
        weight = getattr(part, "weight", None)
        if isinstance(weight, torch.Tensor) and weight.ndim > 1:
            torch.nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator)
            if part.bias is not None:
                torch.nn.init.zeros_(part.bias)
        elif hasattr(part, "reset_parameters"):
            part.reset_parameters()


def _gradient(score, maps, name):
    """The gradient of a score with respect to a module's maps."""
    import torch

    require(
        getattr(maps, "ndim", 0) == 4,
        f"The module {name!r} gives no maps of these images: name another.",
    )
    (slopes,) = torch.autograd.grad(score, maps, allow_unused=True)
    require(
        slopes is not None,
        f"The target does not depend on the module {name!r}: name one below it.",
    )
    return slopes


def _one_per_image(scores, number):
    """Check that a target gave one score for each image."""
    shape = tuple(getattr(scores, "shape", ()))
    require(
        shape == (number,),
        f"The target must give one score for each of the {number} images, a tensor of shape "
        f"({number},), not {shape}.",
    )
    return scores


def _numbers(scores, number):
    """Scores, a tensor or an array, as an array."""
    scores = scores.detach() if hasattr(scores, "detach") else scores
    return np.asarray(_one_per_image(scores, number), dtype=np.float64)
