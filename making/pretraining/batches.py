"""Batches of augmented pictures, made in the background while the network works."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count, islice

import numpy as np

from course_utils.bases.conversion import CHANNEL_MEANS

# What a stream of random numbers is for; with the seed and a number they name the stream.
_ORDER, _AUGMENTATION = 0, 1


def training_batches(part, recipe, first_step=0):
    """Batches of a training part, without end.

    What is in the batch of a step depends on the seed and on the number of the step alone: a
    run that is resumed sees what it would have seen, however far the background thread had
    read ahead, and no random state needs saving.

    Parameters
    ----------
    part : Dataset
    recipe : Recipe
    first_step : int

    Yields
    ------
    images : array of float32, shape (batch, size, size, 3)
        Augmented, channel means subtracted.
    labels : array of int64, shape (batch,)
    """
    return read_ahead(partial(_training_batch, part, recipe), count(first_step))


def validation_batches(part, batch_size=250):
    """Batches of a part in its own order: images as in `training_batches`, and labels."""

    def batch(start):
        chosen = slice(start, start + batch_size)
        return centred(np.asarray(part.images[chosen])), part.labels[chosen]

    return read_ahead(batch, range(0, len(part), batch_size))


def read_ahead(make, keys):
    """Yield `make(key)` for every key in turn; a thread makes the next one meanwhile."""
    keys = iter(keys)
    with ThreadPoolExecutor(1) as reader:
        coming = deque(reader.submit(make, key) for key in islice(keys, 1))
        while coming:
            made = coming.popleft().result()
            coming.extend(reader.submit(make, key) for key in islice(keys, 1))
            yield made


def _training_batch(part, recipe, step):
    chosen = batch_positions(len(part), recipe, step)
    random = np.random.default_rng([recipe.seed, _AUGMENTATION, step])
    return augment(np.asarray(part.images[chosen]), recipe, random), part.labels[chosen]


def batch_positions(n, recipe, step):
    """Which of `n` pictures are in the batch of a step: array of int, shape (batch_size,).

    Every pass goes through the pictures in an order of its own. The few left over at its end,
    which fill no batch, are others in the next pass.
    """
    passes, batch = divmod(step, n // recipe.batch_size)
    order = np.random.default_rng([recipe.seed, _ORDER, passes]).permutation(n)
    return order[batch * recipe.batch_size : (batch + 1) * recipe.batch_size]


def centred(images):
    """Pictures in float32 with ImageNet's mean red, green and blue subtracted."""
    return images - np.float32(CHANNEL_MEANS)


def augment(images, recipe, random):
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
