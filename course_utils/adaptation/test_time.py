"""Adaptation of a finished network, without any source data: AdaBN and Tent."""

import copy
import math
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from course_utils.adaptation.confusion import EntropyLoss
from course_utils.adaptation.inputs import as_inputs
from course_utils.adaptation.networks import evaluating
from course_utils.validation import require


def adapt_batch_norm(network: nn.Module, inputs: Any, batch_size: int = 256) -> nn.Module:
    """AdaBN: give a network the target's BatchNorm statistics (Li et al. 2016).

    Each unit is normalised by its mean and variance over target inputs, in place of those over
    source inputs. No weight changes.

    Li, Wang, Shi, Liu, Hou, "Revisiting batch normalization for practical domain adaptation",
    arXiv:1603.04779, 2016.

    Parameters
    ----------
    network : nn.Module
        Stays as it is.
    inputs : array or tensor
        Target inputs; see `as_inputs`.
    batch_size : int
        The most inputs run at once; the statistics are averaged over the batches.

    Returns
    -------
    nn.Module
        A copy of the network.

    Raises
    ------
    CourseError
        If the network has no BatchNorm, or there are fewer than 2 inputs.
    """
    adapted = copy.deepcopy(network)
    layers = _batch_norms(adapted)
    inputs = as_inputs(inputs)
    _check_enough(inputs)
    with evaluating(adapted):
        kept = [layer.momentum for layer in layers]
        for layer in layers:
            layer.reset_running_stats()
            layer.momentum = None  # a plain average over all batches
            layer.train()
        for batch in _shuffled_batches(len(inputs), batch_size):
            adapted(inputs[batch])
        for layer, momentum in zip(layers, kept, strict=True):
            layer.momentum = momentum
    return adapted


class Tent:
    """Go on learning in use: make each batch's predictions certain (Wang et al. 2021).

    Only the scale and shift of BatchNorm learn, by the entropy of the predictions, and BatchNorm
    always takes the statistics of the batch itself.

    Wang, Shelhamer, Liu, Olshausen, Darrell, "Tent: fully test-time adaptation by entropy
    minimization", ICLR 2021.

    Parameters
    ----------
    network : nn.Module
        Stays as it is: all of this happens to a copy, `self.network`.
    learning_rate : float
        0 leaves only the statistics of the batch.

    Raises
    ------
    CourseError
        If the network has no BatchNorm with a scale and a shift.
    """

    def __init__(self, network: nn.Module, learning_rate: float = 1e-3) -> None:
        self._entropy = EntropyLoss()
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        learnt = []
        for layer in _batch_norms(self.network):
            # Without running statistics BatchNorm takes the batch's, in evaluation mode too.
            layer.track_running_stats = False
            layer.running_mean = layer.running_var = None
            learnt += [w.requires_grad_() for w in layer.parameters(recurse=False)]
        require(bool(learnt), "The network's BatchNorm has no scale and shift for Tent to learn.")
        self._optimizer = torch.optim.Adam(learnt, lr=learning_rate)

    def update(self, target_batch: Any) -> dict[str, float]:
        """Make one step on target inputs (m, ...); returns {"entropy": nats before the step}."""
        inputs = as_inputs(target_batch)
        _check_enough(inputs)
        entropy = self._entropy(self.network(inputs))
        require(
            math.isfinite(entropy.item()),
            "Tent's entropy is no longer a finite number: lower learning_rate.",
        )
        self._optimizer.zero_grad()
        entropy.backward()
        self._optimizer.step()
        return {"entropy": entropy.item()}

    def predict(self, inputs: Any, batch_size: int = 256) -> np.ndarray:
        """Logits of inputs: array (n, n_classes); learns nothing.

        What comes out for one input depends on the others in its batch. More than `batch_size`
        inputs are therefore put into batches in a random, always equal, order: those of one
        class, should they come together, would pass for a shift.
        """
        return self._run(self.network, inputs, batch_size)

    def features(self, inputs: Any, batch_size: int = 256) -> np.ndarray:
        """Features of inputs: array (n, n_features); otherwise like `predict`."""
        return self._run(self.network.features, inputs, batch_size)

    def _run(self, module, inputs, batch_size):
        inputs = as_inputs(inputs)
        _check_enough(inputs)
        order = _shuffled_batches(len(inputs), batch_size)
        with evaluating(self.network):
            outputs = torch.cat([module(inputs[batch]) for batch in order])
        return outputs[torch.cat(order).argsort()].numpy()


def _batch_norms(network):
    layers = [module for module in network.modules() if isinstance(module, _BatchNorm)]
    require(
        bool(layers),
        "The network has no BatchNorm layer, and this method changes nothing else: build it with "
        "some, or choose another method.",
    )
    return layers


def _shuffled_batches(n, batch_size):
    """Indices of `n` examples in as many batches as are needed, their lengths about equal."""
    order = torch.randperm(n, generator=torch.Generator().manual_seed(0))
    return order.tensor_split(math.ceil(n / batch_size))


def _check_enough(inputs):
    require(len(inputs) >= 2, "One input has no statistics: give a batch of at least 2.")
