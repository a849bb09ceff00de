"""Fine-tuning in PyTorch: the ideas of the Keras side, for networks that are a row of parts."""

import copy
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from course_utils.datasets.batches import shuffled_batches
from course_utils.validation import one_of, require, whole_number

#: The learning rate falls linearly, in the end to this share of what it was.
LAST_RATE = 0.02


def with_new_head(
    parts: dict[str, nn.Module], n_features: int, n_classes: int, seed: int = 0
) -> nn.Sequential:
    """A row of pretrained parts with pooling and an untrained head for another task.

    Parameters
    ----------
    parts : dict of str to nn.Module
        From the pictures to the last map, (n, n_features, height, width). They are copied.
    n_features, n_classes : int
    seed : int
        Draws the head's weights. The caller's own random numbers stay as they were.

    Returns
    -------
    nn.Sequential
        The parts under their names, then `"pool"` and `"head"`; it gives logits (n, n_classes).
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = nn.Linear(n_features, n_classes)
    row = nn.Sequential()
    for name, part in parts.items():
        row.add_module(name, copy.deepcopy(part))
    row.add_module("pool", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()))
    row.add_module("head", head)
    return row.eval()


def fine_tune_network(
    network: nn.Sequential,
    inputs: torch.Tensor,
    labels: Any,
    learning_rate: float,
    steps: int,
    depth: int | None = None,
    batch_size: int = 32,
    l2_sp: float = 0.0,
    seed: int = 0,
    every: int | None = None,
    look: Callable[[int, nn.Sequential], Any] | None = None,
    progress: bool = False,
) -> list[float]:
    """Train the head and the last parts of a network, in place, on a handful of labelled inputs.

    What lies below the first part that learns is frozen: it runs once, and its activations serve
    every step. BatchNorm takes the statistics of the batch in parts that learn and the source's
    in frozen ones. Adam; cross-entropy; the rate falls linearly.

    Parameters
    ----------
    network : nn.Sequential
        As `with_new_head` makes it.
    inputs : tensor, shape (n, ...)
    labels : array of int, shape (n,)
    learning_rate : float
        At the start.
    steps : int
    depth : int, optional
        How many of the parts before pooling learn, counted from the last: 0 trains the head
        alone, None everything.
    batch_size : int
    l2_sp : float
        Weight of half the squared distance of the parts' weights from where they started, the
        head left out (Li, Grandvalet and Davoine 2018, arXiv:1802.01483).
    seed : int
        Draws the batches.
    every : int, optional
        After so many steps, again and again and at the end, `look` is called.
    look : callable, optional
        Takes the number of steps done and the network, in evaluation mode.
    progress : bool

    Returns
    -------
    list of float
        The loss of each step, without the penalty.

    Raises
    ------
    CourseError
        If `depth` is more than the network has parts, inputs and labels differ in number, or
        `steps` or `batch_size` is below 1.
    """
    frozen, learning = _divided(network, depth)
    require(
        len(inputs) == len(labels) > 0,
        f"There are {len(inputs)} inputs and {len(labels)} labels: give as many.",
    )
    steps, batch_size = whole_number(steps, "steps", 1), whole_number(batch_size, "batch_size", 1)
    with torch.no_grad():
        inputs = torch.cat([frozen(batch) for batch in inputs.split(256)])
    labels = torch.as_tensor(np.asarray(labels), dtype=torch.long)
    starts = {name: weight.detach().clone() for name, weight in learning.named_parameters()}
    optimiser = torch.optim.Adam(learning.parameters(), lr=learning_rate)
    falling = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, LAST_RATE, total_iters=steps)
    losses = []
    batches = shuffled_batches(len(labels), min(batch_size, len(labels)), seed)
    bar = tqdm(islice(batches, steps), total=steps, disable=not progress)
    for step, chosen in enumerate(bar, start=1):
        learning.train()
        loss = functional.cross_entropy(learning(inputs[chosen]), labels[chosen])
        optimiser.zero_grad()
        (loss + l2_sp * _distance(learning, starts)).backward()
        optimiser.step()
        falling.step()
        losses.append(loss.item())
        if look and (step == steps or (every and step % every == 0)):
            look(step, network.eval())
    network.eval()
    return losses


def run_network(
    network: nn.Sequential, inputs: torch.Tensor, until: str | None = None, batch_size: int = 256
) -> np.ndarray:
    """What a network, or its first parts, give for inputs, in evaluation mode.

    Parameters
    ----------
    network : nn.Sequential
    inputs : tensor, shape (n, ...)
    until : str, optional
        The last part to run, such as `"pool"` for the features.
    batch_size : int
        Bounds the memory.

    Returns
    -------
    array of float32, shape (n, ...)
    """
    names = [name for name, _ in network.named_children()]
    if until is not None:
        one_of(until, "The network's part", names)
    row = (network if until is None else network[: names.index(until) + 1]).eval()
    with torch.no_grad():
        return torch.cat([row(batch) for batch in inputs.split(batch_size)]).numpy()


def _divided(network, depth):
    """The frozen parts and those that learn; gradients are on in the second alone."""
    before_pooling = len(network) - 2
    depth = before_pooling if depth is None else depth
    require(
        0 <= depth <= before_pooling,
        f"depth={depth} parts cannot learn: the network has {before_pooling} before pooling.",
    )
    cut = before_pooling - depth
    network.requires_grad_(False)
    frozen, learning = network[:cut].eval(), network[cut:]
    learning.requires_grad_(True)
    return frozen, learning


def _distance(learning, starts):
    """Half the squared distance of the weights from their start, the head left out."""
    moved = [
        (weight - starts[name]).square().sum()
        for name, weight in learning.named_parameters()
        if not name.startswith("head")
    ]
    return sum(moved) / 2 if moved else 0.0
