"""Timing claims as ratios, each measured in one run: `python -m making.bench`.

The two sides of a ratio take turns, so that whatever else the machine does meets both; the
ratio is that of their medians. A ratio counts only if both sides reach the same test accuracy
(`dann_step`: if the course's is no lower, since the two differ in their schedules).
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from making.bench.adaptation import AdversarialSteps
from making.bench.fine_tuning import LastStage

IMAGE_SIZE = 64
EPOCHS = 10
#: Two sides whose test accuracies differ by more do not do the same work.
TOLERANCE = 0.005


#: One side of a comparison: it does the work, and gives what measures its test accuracy.
Side = Callable[[], Callable[[], float]]


def take_turns(plain: Side, fast: Side, rounds: int, better_counts: bool = False) -> dict[str, Any]:
    """Time two callables in turn.

    Parameters
    ----------
    plain, fast : callable
        Each does the work and gives a function that measures its test accuracy (fraction).
    rounds : int
    better_counts : bool
        Whether the ratio counts, too, if the fast side is the more accurate one: for methods
        that differ in more than speed.

    Returns
    -------
    dict
        `ratio` of the median seconds (above 1: `fast` is faster), the `seconds` and mean test
        `accuracy` of both sides, and `same_accuracy` (or better, where that counts).
    """
    seconds = {"plain": [], "fast": []}
    accuracy = {"plain": [], "fast": []}
    for _ in range(rounds):
        for name, side in (("plain", plain), ("fast", fast)):
            start = time.perf_counter()
            measure = side()
            seconds[name].append(time.perf_counter() - start)
            accuracy[name].append(measure())  # outside the clock
    medians = {name: float(np.median(values)) for name, values in seconds.items()}
    means = {name: float(np.mean(values)) for name, values in accuracy.items()}
    lost = means["plain"] - means["fast"]
    return {
        "ratio": medians["plain"] / medians["fast"],
        "seconds": medians,
        "accuracy": means,
        "same_accuracy": (lost if better_counts else abs(lost)) <= TOLERANCE,
    }


@contextmanager
def empty_cache() -> Iterator[None]:
    """A course cache with nothing in it, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, COURSE_CACHE=folder):
        yield


class FrozenBase:
    """The materials, the shipped base and one set of first weights for the head."""

    def __init__(self) -> None:
        import keras

        from course_utils.bases.resnet50 import resnet50_base
        from course_utils.datasets import load_dataset

        self.train, _, self.test = load_dataset("materials", size=IMAGE_SIZE)
        self.shape = (IMAGE_SIZE, IMAGE_SIZE, 3)
        self.base = resnet50_base(IMAGE_SIZE)
        self.base.trainable = False
        self.preprocess = keras.applications.resnet50.preprocess_input
        self.test_features = self.predict(self.test.images)

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Features by the base's own `predict`."""
        return self.base.predict(self.preprocess(images.astype("float32")), verbose=0)

    def extract(self, images: np.ndarray) -> np.ndarray:
        """Features by `extract_features`, with nothing cached."""
        from course_utils.features import extract_features

        with empty_cache():
            return np.array(extract_features(self.base, images, progress=False))

    def head(self) -> Any:
        """The recipe's head, always from the same first weights."""
        import keras

        keras.utils.set_random_seed(0)
        return keras.Sequential(
            [
                keras.Input((2048,)),
                keras.layers.Dense(128, activation="relu"),
                keras.layers.Dense(len(self.train.class_names), activation="softmax"),
            ]
        )

    def head_accuracy(self, head: Any) -> float:
        """Test accuracy of a head on the same features for both sides."""
        predicted = head.predict(self.test_features, verbose=0).argmax(axis=1)
        return float(np.mean(predicted == self.test.labels))


def frozen_head(rounds: int) -> dict[str, Any]:
    """Ten epochs of the recipe's head: through the frozen base by `fit`, or on features.

    The features start from a cold cache: their extraction is on the clock.
    """
    import keras

    setup = FrozenBase()
    images, labels = setup.train.images, setup.train.labels
    options = {
        "optimizer": "adam",
        "loss": "sparse_categorical_crossentropy",
        "jit_compile": False,
    }

    def through_base():
        head = setup.head()
        inputs = keras.Input(setup.shape)
        model = keras.Model(inputs, head(setup.base(setup.preprocess(inputs), training=False)))
        model.compile(**options)
        model.fit(images, labels, epochs=EPOCHS, verbose=0)
        return lambda: setup.head_accuracy(head)

    def on_features():
        head = setup.head()
        head.compile(**options)
        head.fit(setup.extract(images), labels, epochs=EPOCHS, verbose=0)
        return lambda: setup.head_accuracy(head)

    return take_turns(through_base, on_features, rounds)


def extraction(rounds: int) -> dict[str, Any]:
    """Features of the training images: `base.predict`, or `extract_features` on a cold cache."""
    from sklearn.linear_model import LogisticRegression

    from course_utils.features.heads import normalised

    setup = FrozenBase()
    images, labels = setup.train.images, setup.train.labels

    def probe(features):
        few = np.concatenate([np.flatnonzero(labels == k)[:50] for k in np.unique(labels)])
        train, test = normalised(features[few], setup.test_features)
        linear = LogisticRegression(C=0.1, max_iter=300).fit(train, labels[few])
        return linear.score(test, setup.test.labels)

    def side(extract):
        def run():
            features = extract(images)
            return lambda: probe(features)

        return run

    return take_turns(side(setup.predict), side(setup.extract), rounds)


def last_stage(rounds: int) -> dict[str, Any]:
    """A probe, then the last stage: through the whole base by `fit`, or above the boundary."""
    setup = LastStage()
    return take_turns(setup.by_fit, lambda: setup.by_boundary(empty_cache()), rounds)


def last_stage_bfloat16(rounds: int) -> dict[str, Any]:
    """Above the boundary: the frozen part in 32 bits, or in bfloat16 where that is fast."""
    setup = LastStage()
    return take_turns(
        lambda: setup.by_boundary(empty_cache()),
        lambda: setup.by_boundary(empty_cache(), "auto"),
        rounds,
    )


def dann_step(rounds: int) -> dict[str, Any]:
    """As many steps of DANN on the same network and pictures: skada's, or the course's."""
    setup = AdversarialSteps()
    return take_turns(setup.by_skada, setup.by_course, rounds, better_counts=True)


BENCHES = {
    "dann_step": (dann_step, 3),
    "extraction": (extraction, 5),
    "frozen_head": (frozen_head, 2),
    "last_stage": (last_stage, 2),
    "last_stage_bfloat16": (last_stage_bfloat16, 2),
}
