"""What the part of a base above the freeze boundary is fed with, cached where it can be."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.datasets.dataset import Dataset
from course_utils.validation import require

#: Images that are augmented together: the same ones whatever the order of training.
BLOCK = 64


class Views:
    """The augmented versions of a set of images, each made when first asked for, and kept.

    An image's version depends on the image's place and on the view, and not on the order of
    training: training through the whole base and training on cached activations see the same.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3), or an object like it
    augment : keras.Layer or callable, or None
        A layer or model of Keras' random image layers, or a function of float32 images (0 to
        255) and a seed. None: the only view is the images themselves.
    views : int
        How many versions there are.
    seed : int
    """

    def __init__(self, images: Any, augment: Any, views: int, seed: int) -> None:
        self.images, self.augment, self.seed = images, augment, seed
        self.count = views if augment is not None else 1
        self._made = {}

    def __getitem__(self, view: int) -> Any:
        """One view: array of uint8, shape (n, height, width, 3), or the images themselves."""
        if self.augment is None:
            return self.images
        if view not in self._made:
            self._made[view] = np.concatenate(
                [self._block(start, view) for start in range(0, len(self.images), BLOCK)]
            )
        return self._made[view]

    def _block(self, start, view):
        block = np.asarray(self.images[start : start + BLOCK], np.float32)
        seed = int(np.random.SeedSequence([self.seed, view, start]).generate_state(1)[0])
        made = np.asarray(_augmented(self.augment, block, seed))
        require(
            made.shape == block.shape,
            f"augment must give images of the shape that it takes: from {block.shape} it made "
            f"{made.shape}.",
        )
        return np.clip(np.rint(made), 0, 255).astype(np.uint8)


def _augmented(augment, images, seed):
    import keras

    if not isinstance(augment, keras.Layer):
        return augment(images, seed)
    states = [variable for variable in augment.variables if "seed_generator" in variable.path]
    # A seed for each layer: with the same one, a flip would always come with the same shift.
    seeds = np.random.SeedSequence(seed).generate_state(len(states)) % 2**31
    for variable, own in zip(states, seeds, strict=True):
        variable.assign(np.array([own, 0], dtype=variable.dtype))
    return augment(images, training=True)


class Activations:
    """Batches of what lies at the freeze boundary of a base.

    Parameters
    ----------
    below : keras.Model or None
        The frozen part; None if there is none.
    dataset : Dataset
    views : Views
    preprocess : callable
    extract : callable or None
        Called as `extract_features` is; its results are looked up batch by batch. None: nothing
        is cached, and every batch passes through the frozen part again.
    precision : {"float32", "bfloat16", "auto"}
        In which the cached part is computed.
    """

    def __init__(
        self,
        below: Any,
        dataset: Dataset,
        views: Views,
        preprocess: Callable[[np.ndarray], np.ndarray],
        extract: Any,
        precision: str,
    ) -> None:
        self.below, self.labels, self.views = below, dataset.labels, views
        self.preprocess, self.extract, self.precision = preprocess, extract, precision
        self._stored = {}

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, positions: np.ndarray, epoch: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """The input of the upper part for the images at `positions`, and their labels."""
        view = epoch % self.views.count  # they take turns
        if self.below is not None and self.extract is not None:
            return self._cached(view)[positions], self.labels[positions]
        images = np.array(self.views[view][positions], dtype=np.float32)  # worked on in place
        inputs = np.asarray(self.preprocess(images))
        if self.below is not None:
            inputs = np.asarray(self.below(inputs, training=False))
        return inputs, self.labels[positions]

    def _cached(self, view):
        if view not in self._stored:
            features = self.extract(
                self.below,
                self.views[view],
                preprocess=self.preprocess,
                precision=self.precision,
                progress=False,
            )
            self._stored[view] = features.array
        return self._stored[view]
