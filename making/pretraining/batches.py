"""Batches of augmented pictures for a pretraining run."""

from collections.abc import Iterator
from itertools import count

import numpy as np

from course_utils.bases.conversion import CHANNEL_MEANS
from course_utils.datasets import Dataset
from making.pretraining.recipe import Recipe

# What a stream of random numbers is for; with the seed and a number they name the stream.
_ORDER, _AUGMENTATION = 0, 1


def training_batches(
    part: Dataset, recipe: Recipe, first_step: int = 0
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Batches of a training part, without end.

    What is in the batch of a step depends on the seed and on the number of the step alone: a
    run that is resumed sees what it would have seen, and no random state needs saving.

    Yields
    ------
    images : array of float32, shape (batch, size, size, 3)
        Augmented, channel means subtracted.
    labels : array of int64, shape (batch,)
    """
    for step in count(first_step):
        chosen = batch_positions(len(part), recipe, step)
        random = np.random.default_rng([recipe.seed, _AUGMENTATION, step])
        yield augment(np.asarray(part.images[chosen]), recipe, random), part.labels[chosen]


def batch_positions(n: int, recipe: Recipe, step: int) -> np.ndarray:
    """Which of `n` pictures are in the batch of a step: array of int, shape (batch_size,).

    Every pass goes through the pictures in an order of its own. The few left over at its end,
    which fill no batch, are others in the next pass.
    """
    passes, batch = divmod(step, n // recipe.batch_size)
    order = np.random.default_rng([recipe.seed, _ORDER, passes]).permutation(n)
    return order[batch * recipe.batch_size : (batch + 1) * recipe.batch_size]


def centred(images: np.ndarray) -> np.ndarray:
    """Pictures in float32 with ImageNet's mean red, green and blue subtracted."""
    return images - np.array(CHANNEL_MEANS, np.float32)


def augment(images: np.ndarray, recipe: Recipe, random: np.random.Generator) -> np.ndarray:
    """Crop, flip, and change the contrast and brightness of each picture at random.

    Parameters
    ----------
    images : array of uint8, shape (batch, size, size, 3)
    recipe : Recipe
    random : numpy.random.Generator

    Returns
    -------
    array of float32, shape (batch, size, size, 3)
        Channel means subtracted.
    """
    n, size = images.shape[:2]
    margin = int(size * recipe.padding)
    offsets = random.integers(-margin, margin + 1, (2, n, 1))
    rows, columns = _mirrored(offsets + np.arange(size), size)
    columns = np.where(random.random((n, 1)) < 0.5, columns[:, ::-1], columns)
    cropped = images[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]
    contrast = random.uniform(1 - recipe.contrast, 1 + recipe.contrast, (n, 1, 1, 1))
    brightness = random.uniform(-recipe.brightness, recipe.brightness, (n, 1, 1, 1))
    return centred(cropped) * contrast.astype(np.float32) + brightness.astype(np.float32)


def _mirrored(positions, size):
    """Positions outside 0 to size - 1 mirrored into it at the border pixel."""
    positions = np.abs(positions)
    return np.where(positions < size, positions, 2 * (size - 1) - positions)
