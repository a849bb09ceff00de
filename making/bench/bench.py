"""Timing claims as ratios, each measured in one run: `python -m making.bench.bench`.

The two sides of a ratio take turns, so that whatever else the machine does meets both; the
ratio is that of their medians. A ratio counts only if both sides reach the same test accuracy
(`dann_step`: if the course's is no lower, since the two differ in their schedules).
"""

import argparse
import json
import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from course_utils.files import atomic_path
from course_utils.paths import PROJECT_FOLDER
from making.bench.adaptation import AdversarialSteps
from making.bench.fine_tuning import LastStage

IMAGE_SIZE = 64
EPOCHS = 10
#: Two sides whose test accuracies differ by more do not do the same work.
TOLERANCE = 0.005


def take_turns(plain, fast, rounds, better_counts=False):
    """Time two callables in turn.

    Parameters
    ----------
    plain, fast : callable
        Each gives a test accuracy (fraction).
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
def empty_cache():
    """A course cache with nothing in it, for as long as the block runs."""
    before = os.environ.get("COURSE_CACHE")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURSE_CACHE"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["COURSE_CACHE"]
            else:
                os.environ["COURSE_CACHE"] = before


class FrozenBase:
    """The materials, the shipped base and one set of first weights for the head."""

    def __init__(self):
        import keras

        from course_utils.bases.resnet50 import resnet50_base
        from course_utils.datasets import load_dataset

        self.train, _, self.test = load_dataset("materials", size=IMAGE_SIZE)
        self.shape = (IMAGE_SIZE, IMAGE_SIZE, 3)
        self.base = resnet50_base(IMAGE_SIZE)
        self.base.trainable = False
        self.preprocess = keras.applications.resnet50.preprocess_input
        self.test_features = self.predict(self.test.images)

    def predict(self, images):
        """Features by the base's own `predict`."""
        return self.base.predict(self.preprocess(images.astype("float32")), verbose=0)

    def extract(self, images):
        """Features by `extract_features`, with nothing cached."""
        from course_utils.features import extract_features

        with empty_cache():
            return np.array(extract_features(self.base, images, progress=False))

    def head(self):
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

    def head_accuracy(self, head):
        """Test accuracy of a head on the same features for both sides."""
        predicted = head.predict(self.test_features, verbose=0).argmax(axis=1)
        return float(np.mean(predicted == self.test.labels))


def frozen_head(rounds):
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


def extraction(rounds):
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


def last_stage(rounds):
    """A probe, then the last stage: through the whole base by `fit`, or above the boundary."""
    setup = LastStage()
    return take_turns(setup.by_fit, lambda: setup.by_boundary(empty_cache()), rounds)


def last_stage_bfloat16(rounds):
    """Above the boundary: the frozen part in 32 bits, or in bfloat16 where that is fast."""
    setup = LastStage()
    return take_turns(
        lambda: setup.by_boundary(empty_cache()),
        lambda: setup.by_boundary(empty_cache(), "auto"),
        rounds,
    )


def dann_step(rounds):
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


def main(arguments=None):
    """Run the benches, print a table, write `build/bench.json` (a flat object: name to ratio)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHES)}; all if left out")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(BENCHES)
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    path = PROJECT_FOLDER / "build" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    ratios = json.loads(path.read_text()) if path.exists() else {}
    print(f"{'bench':20s} {'plain s':>8s} {'fast s':>8s} {'ratio':>6s}   accuracy, plain and fast")
    failed = False
    for name in options.names or BENCHES:
        bench, rounds = BENCHES[name]
        found = bench(rounds)
        seconds, accuracy = found["seconds"], found["accuracy"]
        print(
            f"{name:20s} {seconds['plain']:8.1f} {seconds['fast']:8.1f} {found['ratio']:6.1f}   "
            f"{accuracy['plain']:.3f} and {accuracy['fast']:.3f}"
            + ("" if found["same_accuracy"] else "   NOT THE SAME: the ratio does not count"),
            flush=True,
        )
        failed |= not found["same_accuracy"]
        if found["same_accuracy"]:
            ratios[name] = round(found["ratio"], 2)
        else:
            ratios.pop(name, None)
    with atomic_path(Path(path)) as temporary:
        temporary.write_text(json.dumps(ratios, indent=2) + "\n")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
