"""How a network of the zoo is pretrained: the same budget and recipe whatever the source."""

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from course_utils.bases.zoo import build_zoo_network, zoo_inputs
from course_utils.datasets.batches import shuffled_batches

if TYPE_CHECKING:
    from torch import nn

STEPS = 800
BATCH_SIZE = 64
#: Peak of the learning rate, reached after a twentieth of the steps, then falling to 0.
LEARNING_RATE = 0.1
_WARM_UP = 0.05
_MOMENTUM = 0.9
_WEIGHT_DECAY = 5e-4
#: Each picture of a batch is moved by up to so many pixels; never mirrored: that breaks digits.
_SHIFT = 4
#: Softens what the teacher says, and what the pupil says (Hinton et al. 2015).
TEMPERATURE = 4.0


def pretrain(
    images: np.ndarray,
    targets: np.ndarray,
    n_classes: int,
    steps: int = STEPS,
    seed: int = 0,
    batch_size: int = BATCH_SIZE,
) -> "nn.Module":
    """Train a network of the zoo from random weights.

    Stochastic gradient descent with Nesterov momentum, on randomly moved pictures.

    Parameters
    ----------
    images : array of uint8, shape (n, 64, 64, 3)
    targets : array
        Labels, shape (n,), for cross-entropy; or a teacher's logits, shape (n, n_classes), for
        distillation: the Kullback-Leibler divergence of softened answers (Hinton, Vinyals and
        Dean 2015, arXiv:1503.02531).
    n_classes : int
    steps : int
    seed : int
        Of the start, the batches and the moves.
    batch_size : int

    Returns
    -------
    transformers.ResNetForImageClassification
        In evaluation mode.
    """
    import torch

    network = build_zoo_network(n_classes, seed).train()
    optimiser = torch.optim.SGD(
        network.parameters(),
        lr=LEARNING_RATE,
        momentum=_MOMENTUM,
        nesterov=True,
        weight_decay=_WEIGHT_DECAY,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    random = np.random.default_rng([seed, 1])
    for chosen in islice(shuffled_batches(len(images), batch_size, random), steps):
        inputs = zoo_inputs(_moved(images[chosen], random))
        loss = _loss(network(inputs).logits, torch.from_numpy(targets[chosen]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval()


def answers(network: "nn.Module", images: np.ndarray, batch_size: int = 256) -> np.ndarray:
    """Logits of a network for pictures: array of float32, shape (n, classes)."""
    import torch

    with torch.inference_mode():
        return np.concatenate(
            [
                network(zoo_inputs(images[first : first + batch_size])).logits.numpy()
                for first in range(0, len(images), batch_size)
            ]
        )


def accuracy(network: "nn.Module", images: np.ndarray, labels: np.ndarray) -> float:
    """Share of the pictures that a network names rightly (float)."""
    return float(np.mean(answers(network, images).argmax(axis=1) == labels))


def _rate(step, steps):
    """The learning rate at a step, as a share of its peak."""
    warm = max(1, round(_WARM_UP * steps))
    return (step + 1) / warm if step < warm else (steps - step) / max(1, steps - warm)


def _moved(images, random):
    """Each picture moved by a few pixels, its edge repeated where nothing was."""
    size = images.shape[1]
    padded = np.pad(images, [(0, 0), (_SHIFT, _SHIFT), (_SHIFT, _SHIFT), (0, 0)], mode="edge")
    corners = random.integers(0, 2 * _SHIFT + 1, size=(len(images), 2))
    return np.stack(
        [
            picture[y : y + size, x : x + size]
            for picture, (y, x) in zip(padded, corners, strict=True)
        ]
    )


def _loss(logits, targets):
    from torch.nn import functional

    if targets.ndim == 1:
        return functional.cross_entropy(logits, targets)
    soft = functional.log_softmax(logits / TEMPERATURE, dim=1)
    teacher = functional.log_softmax(targets / TEMPERATURE, dim=1)
    divergence = functional.kl_div(soft, teacher, reduction="batchmean", log_target=True)
    return TEMPERATURE**2 * divergence
