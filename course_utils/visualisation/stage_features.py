"""The networks of the experiment on depth, and what their stages make of images."""

from collections.abc import Callable
from functools import cache
from itertools import islice
from typing import Any

import numpy as np

from course_utils.datasets import Dataset
from course_utils.datasets.batches import shuffled_batches
from course_utils.visualisation.activations import as_inputs, evaluating, record, stage_names

BATCH_SIZE = 64
TRAINING_BATCH = 32

#: A ResNet's depths, from pixels to answer.
STAGES = ("stem", "stage 1", "stage 2", "stage 3", "stage 4")


def stage_features(network: Any, images: np.ndarray) -> dict[str, np.ndarray]:
    """Every stage's output, averaged over the picture: one forward pass gives them all.

    In 32 bits on every processor: a random network gives all images nearly the same features,
    and in bfloat16 the little that tells them apart would drown in rounding.

    Parameters
    ----------
    network : transformers.ResNetModel
    images : array-like of uint8, shape (n, height, width, 3)

    Returns
    -------
    dict of str to array of float32, shape (n, channels)
        For each of `STAGES`.
    """
    import torch

    names = dict(zip(STAGES, stage_names(network), strict=True))
    pooled: dict[str, list[np.ndarray]] = {stage: [] for stage in STAGES}
    with torch.inference_mode(), evaluating(network), record(network, names.values()) as maps:
        for start in range(0, len(images), BATCH_SIZE):
            network(as_inputs(images[start : start + BATCH_SIZE]))
            for stage, name in names.items():
                pooled[stage].append(maps[name].mean(dim=(2, 3)).numpy())
    return {stage: np.concatenate(batches) for stage, batches in pooled.items()}


@cache
def pretrained_network() -> Any:
    """The shipped ResNet50, without its classifier."""
    from transformers import ResNetModel

    from course_utils.bases import course_weights

    return ResNetModel.from_pretrained(course_weights("resnet50", framework="torch")).eval()


def random_network(seed: int) -> Any:
    """A ResNet50 of the same build, as it is before any training.

    Its BatchNorm layers have their first statistics (mean 0, variance 1): they change nothing.
    """
    import torch
    from transformers import ResNetModel

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return ResNetModel(pretrained_network().config).eval()


def fine_tune(
    network: Any, dataset: Dataset, *, steps: int, learning_rate: float, seed: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Train a network, under a new linear head, on a labelled set; all its weights move.

    BatchNorm keeps the statistics it came with. AdamW, one rate for head and base.

    Parameters
    ----------
    network : transformers.ResNetModel
        Changed in place.
    dataset : Dataset
        Seen in random order, again and again.
    steps : int
        Each on `TRAINING_BATCH` images.
    learning_rate : float
    seed : int
        Of the head's first weights and the order of images.

    Returns
    -------
    callable
        Takes the last stage's pooled features, shape (n, channels), and gives the head's
        answers, array of int, shape (n,). The untrained head's are to be had with `steps=0`.
    """
    import torch

    from course_utils.bases.precision import automatic_arithmetic

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = torch.nn.Linear(network.config.hidden_sizes[-1], len(dataset.class_names))
    optimiser = torch.optim.AdamW([*network.parameters(), *head.parameters()], learning_rate)
    images, labels = np.asarray(dataset.images), torch.from_numpy(np.asarray(dataset.labels))
    batches = shuffled_batches(len(images), min(TRAINING_BATCH, len(images)), seed)
    fast = automatic_arithmetic() == "bfloat16"
    with evaluating(network):
        for batch in islice(batches, steps):
            with torch.autocast("cpu", torch.bfloat16, enabled=fast):
                features = network(as_inputs(images[batch])).pooler_output.flatten(1)
                answers = head(features)
            loss = torch.nn.functional.cross_entropy(answers.float(), labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    def predict(features: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return head(torch.from_numpy(features)).argmax(dim=1).numpy()

    return predict
