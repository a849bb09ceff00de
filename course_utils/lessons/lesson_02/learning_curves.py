"""The sweep behind lesson 02: accuracy against labelled images per class, for each arm.

`python -m course_utils run learning-curves` repeats it.
"""

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.datasets import Splits, load_dataset
from course_utils.measuring import Result, records, result_of
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED, Record, grid, run_tuned
from course_utils.validation import require

NAME = "learning-curves"

#: A set's three parts; a sweep reads each set once.
load = cache(load_dataset)

#: Shorter side in pixels. A training step costs about half of what it does at 64.
IMAGE_SIZE = 48
#: Labels per class at which an arm's learning rate is chosen.
TUNING_N = 20
#: Epochs of the recipe's head on frozen features.
HEAD_EPOCHS = 20

#: What each arm is measured at. Whole ResNet50s are trained at fewer points: they take minutes.
LABELS_PER_CLASS = {
    "materials": {
        "frozen": (5, 10, 20, 50, 100, 200),
        "random-frozen": (5, 10, 20, 50, 100, 200),
        "small": (5, 10, 20, 50, 100, 200),
        "pretrained": (5, 20),
        "random": (20,),
        "permuted": (20,),
    },
    "clothing": {
        "frozen": (5, 10, 20, 50, 100),
        "random-frozen": (5, 10, 20, 50, 100),
        "small": (5, 10, 20, 50, 100),
        "pretrained": (20,),
        "random": (20,),
    },
}

#: What the lesson calls the arms.
TITLES = {
    "frozen": "frozen",
    "pretrained": "ResNet50, fine-tuned",
    "small": "small network, scratch",
    "random": "ResNet50, scratch",
    "permuted": "ResNet50, shuffled weights",
    "random-frozen": "frozen, random",
}

#: Steps of 32 images: enough for an arm to fit its training images (recorded beside the rest).
STEPS = {
    "small": {5: 80, 10: 100, 20: 120, 50: 200, 100: 300, 200: 400},
    "random": {20: 80},
    "permuted": {20: 80},
    "pretrained": {5: 40, 20: 60},
}
RATES = {
    "frozen": (3e-4, 1e-3, 3e-3),
    "random-frozen": (3e-4, 1e-3, 3e-3),
    "small": (1e-3, 3e-3, 1e-2),
    # Chosen among 3e-4, 1e-3 and 3e-3 by the random start on clothing; a whole ResNet50 takes
    # too long to choose again for each set and start.
    "random": (1e-3,),
    "permuted": (1e-3,),
    "pretrained": (3e-5, 1e-4, 3e-4),
}
#: Accuracy along the way is recorded at this n alone, on every third validation image: looking
#: at all of them would take as long as the training.
WATCHED_N = 20
WATCH_EVERY = 10


def run(path: Path, store: bool = False, clothing: str | None = None) -> list[Record]:
    """Run, or go on with, the sweep.

    Parameters
    ----------
    path : path of a JSON-lines file
        What is in it is not run again.
    store : bool
        Whether it will be stored: what is stored has both data sets.
    clothing : path, optional
        Folder of the clothing photographs; without it, only the set that ships is measured.

    Raises
    ------
    CourseError
        If it will be stored and `clothing` is not given.
    """
    require(
        not store or bool(clothing),
        "The stored learning curves include the clothing photographs: name their folder with "
        "--clothing FOLDER.",
    )
    sources = ({"clothing": str(clothing)} if clothing else {}) | {"materials": "materials"}
    found = []
    for dataset, source in sources.items():
        for arm, numbers in LABELS_PER_CLASS[dataset].items():
            found += run_tuned(
                [{"dataset": dataset, "arm": arm}],
                grid(learning_rate=RATES[arm]),
                {"n": TUNING_N, "seed": TUNING_SEED},
                grid(n=numbers, seed=SEEDS),
                partial(arm_trial, source),
                path,
            )
    return found


def arm_trial(
    source: str, dataset: str, arm: str, n: int, seed: int, learning_rate: float
) -> dict[str, Any]:
    """One arm on `n` images per class of the data set that lies at `source`."""
    own = frozen_trial if arm.endswith("frozen") else trained_trial
    return own(source, arm, n, seed, learning_rate)


def curve_of(dataset: str, arm: str, measure: str = "test_accuracy") -> dict[int, Result]:
    """What the lesson shows of one arm, by labels per class.

    Parameters
    ----------
    dataset, arm : str
        Keys of `LABELS_PER_CLASS`.
    measure : {"test_accuracy", "train_accuracy", "validation_accuracy", "seconds"}
    """
    rows = records(NAME)
    rows = rows[(rows.dataset == dataset) & (rows.arm == arm) & (rows.draw != TUNING_SEED)]
    return {n: result_of(own, measure) for n, own in rows.groupby("labels_per_class")}


def curves_of(dataset: str) -> dict[str, dict[int, Result]]:
    """Test accuracy by the title of the arm, without shuffled weights, and by labels per class."""
    return {title: curve_of(dataset, arm) for arm, title in TITLES.items() if arm != "permuted"}


def steps_saved(other: str) -> Result:
    """Share of another start's steps that the pretrained start does without.

    The goal is the accuracy that the *other* start reaches at its best, draw by draw.
    """
    rows = records(NAME).query(f"labels_per_class == {WATCHED_N} and draw != {TUNING_SEED}")
    rows = rows[rows.dataset == "materials"].sort_values("draw")
    shares = []
    for pretrained, rival in zip(
        rows[rows.arm == "pretrained"].curve, rows[rows.arm == other].curve, strict=True
    ):
        goal = max(accuracy for _, accuracy in rival)
        needed = [
            next((step for step, accuracy in curve if accuracy >= goal), np.inf)
            for curve in (pretrained, rival)
        ]
        shares.append(1 - min(needed[0] / needed[1], 2))
    return Result(shares)


@cache
def frozen_splits(source: str, arm: str, seed: int) -> Splits:
    """Normalised pooled features in place of the images; `seed` is of the random network."""
    import keras

    from course_utils.bases.resnet50 import resnet50_base
    from course_utils.features import extract_features
    from course_utils.features.heads import normalised

    splits = load(source, size=IMAGE_SIZE)
    keras.utils.set_random_seed(seed)
    base = resnet50_base(IMAGE_SIZE, arm == "frozen")
    features = [extract_features(base, part.images, progress=False) for part in splits]
    parts = zip(splits, normalised(*features), strict=True)
    return Splits(*(replace(part, inputs=rows) for part, rows in parts))


def frozen_trial(
    source: str, arm: str, n: int, seed: int, learning_rate: float
) -> dict[str, float]:
    """The recipe's head on frozen features of `n` images per class."""
    import time

    from course_utils.features.heads import dense_head

    splits = frozen_splits(source, arm, seed if arm == "random-frozen" else 0)
    train = splits.train.per_class(n, seed)
    started = time.perf_counter()
    predicted = dense_head(
        train.inputs,
        train.labels,
        [splits.validation.inputs, splits.test.inputs],
        len(train.class_names),
        learning_rate=learning_rate,
        epochs=HEAD_EPOCHS,
        seed=seed,
    )
    seconds = time.perf_counter() - started
    parts = zip(splits._fields, [train, splits.validation, splits.test], predicted, strict=True)
    accuracies = {
        f"{name}_accuracy": float(np.mean(labels == part.labels)) for name, part, labels in parts
    }
    return accuracies | {"seconds": seconds}


def trained_trial(source: str, arm: str, n: int, seed: int, learning_rate: float) -> dict[str, Any]:
    """One whole network trained on `n` images per class; see `train_network`."""
    from course_utils.finetuning.network_training import train_network

    splits = load(source, size=IMAGE_SIZE)
    return train_network(
        arm,
        splits._replace(train=splits.train.per_class(n, seed)),
        learning_rate=learning_rate,
        steps=STEPS[arm][n],
        seed=seed,
        evaluate_every=WATCH_EVERY if n == WATCHED_N and seed != TUNING_SEED else None,
    )
