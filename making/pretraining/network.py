"""The network under training, its optimiser and its average: all that a checkpoint holds."""

import copy
import dataclasses
import math
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from transformers import ResNetForImageClassification

from course_utils.bases.resnet50_torch import new_classifier, pooled_features
from course_utils.datasets import Dataset
from course_utils.validation import require
from making.pretraining.recipe import Recipe


def build_network(n_classes: int, seed: int = 0) -> ResNetForImageClassification:
    """The course's ResNet50 with random weights: strides where Keras has them.

    The last BatchNorm of every block starts at zero, so that each block starts as the identity,
    which lets the rate be large from the start (Goyal et al. 2017, arXiv:1706.02677, section
    5.1). The rest starts as `transformers` has it: convolutions from He's normal distribution.

    Parameters
    ----------
    n_classes : int
    seed : int

    Returns
    -------
    transformers.ResNetForImageClassification
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = new_classifier(n_classes)
    for stage in network.resnet.encoder.stages:
        for block in stage.layers:
            torch.nn.init.zeros_(block.layer[-1].normalization.weight)
    # On processors convolutions are fastest with a pixel's channels side by side.
    return network.to(memory_format=torch.channels_last)


def as_inputs(images: np.ndarray, size: int) -> torch.Tensor:
    """Pictures (batch, height, width, 3) as a tensor (batch, 3, size, size)."""
    inputs = torch.from_numpy(images).permute(0, 3, 1, 2)
    if inputs.shape[-1] != size:
        inputs = functional.interpolate(inputs, size=(size, size), mode="area")
    return inputs


def top1_accuracy(network: ResNetForImageClassification, part: Dataset) -> float:
    """Share of a part's pictures whose class the network names, in 32-bit arithmetic."""
    with torch.inference_mode():
        features = torch.from_numpy(pooled_features(network.eval(), part.images))
        return float(np.mean(network.classifier(features).argmax(1).numpy() == part.labels))


class Training:
    """A run at one moment: everything that its next step depends on.

    Parameters
    ----------
    recipe : Recipe
    n_classes : int

    Attributes
    ----------
    network, average : transformers.ResNetForImageClassification
        The network that learns, and the exponential average of its weights and statistics.
    step : int
        Steps taken.
    seconds : float
        Time spent on them, earlier sessions included.
    """

    def __init__(self, recipe: Recipe, n_classes: int) -> None:
        self.recipe = recipe
        self.network = build_network(n_classes, recipe.seed).train()
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimiser = _optimiser(self.network, recipe)
        self.step, self.seconds = 0, 0.0

    def progress(self) -> float:
        """Share of the run that is over, 1 or more when it is done."""
        return self.recipe.progress(self.step, self.seconds)

    def take_step(self, images: np.ndarray, labels: np.ndarray) -> float:
        """Learn from one batch.

        Parameters
        ----------
        images : array of float32, shape (batch, size, size, 3)
        labels : array of int64, shape (batch,)

        Returns
        -------
        float
            The loss on this batch, before the step.

        Raises
        ------
        CourseError
            If the loss is no longer a number.
        """
        recipe, progress = self.recipe, self.progress()
        for group in self.optimiser.param_groups:
            group["lr"] = recipe.rate_at(progress)
        inputs = as_inputs(images, recipe.size_at(progress))
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.precision == "bfloat16"):
            logits = self.network(inputs).logits.float()
        targets = torch.from_numpy(labels)
        loss = functional.cross_entropy(logits, targets, label_smoothing=recipe.label_smoothing)
        self.optimiser.zero_grad()
        loss.backward()
        value = loss.item()
        require(
            math.isfinite(value),
            f"The training loss is no longer a number after {self.step:,} steps: start again with "
            f"a learning rate lower than {recipe.rate}.",
        )
        self.optimiser.step()
        self.step += 1
        self._update_average()
        return value

    @torch.no_grad()
    def _update_average(self):
        decay = self.recipe.decay_at(self.step)
        current = self.network.state_dict()
        for name, averaged in self.average.state_dict().items():
            if averaged.is_floating_point():
                averaged.lerp_(current[name], 1 - decay)
            else:  # BatchNorm's count of batches
                averaged.copy_(current[name])

    def state(self) -> dict[str, Any]:
        """All that the next step depends on, for a checkpoint."""
        return {
            "recipe": dataclasses.asdict(self.recipe),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to the moment at which `state()` was taken."""
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds = state["step"], state["seconds"]


def _optimiser(network, recipe):
    """Stochastic gradient descent; weight decay on kernels only, which have several axes."""
    kernels = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return torch.optim.SGD(
        [
            {"params": kernels, "weight_decay": recipe.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ],
        lr=recipe.rate,
        momentum=recipe.momentum,
        nesterov=True,
    )
