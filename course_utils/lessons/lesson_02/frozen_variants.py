"""The sweep behind lesson 02's smaller questions, all on the frozen base.

Which head, pooled or flattened; how far dozens of labels go, near and far; what augmentation
does. `python -m course_utils run frozen-variants` repeats it.
"""

from functools import cache
from pathlib import Path

import numpy as np

from course_utils.bases.resnet50 import resnet50_base
from course_utils.datasets import load_dataset
from course_utils.features.heads import classical_head, dense_head, normalised
from course_utils.measuring.sweeps import over_seeds, read_records, run_tuned

STORED = Path(__file__).parent / "records" / "frozen-variants.jsonl"

IMAGE_SIZE = 48
SEEDS = (0, 1, 2, 3, 4)
TUNING_SEED = 100

#: A near target (photographs) and a far one (pen strokes, eight pixels wide before enlarging).
DATASETS = ("materials", "digits")
HEADS = ("linear", "svm", "k-nn", "dense")
MAPS = ("pooled", "flattened")
DOZENS = (12, 24, 48)
AUGMENTATIONS = ("none", "matched", "label-breaking")
HEAD_N = 20
#: Altered copies of each training image, beside the image itself.
VIEWS = 4
#: Settings tried for the recipe's head; the classical ones bring their own.
DENSE_RATES = (3e-4, 1e-3, 3e-3)


def frozen_variants(path):
    """Run, or go on with, the sweep; a record for each trial (list of dict)."""
    arms = [
        {"dataset": dataset, "head": head, "map": kind, "augmentation": "none", "n": HEAD_N}
        for dataset in DATASETS
        for head in HEADS
        for kind in MAPS
    ]
    pooled_linear = {"head": "linear", "map": "pooled"}
    arms += [
        {"dataset": dataset, **pooled_linear, "augmentation": "none", "n": n}
        for dataset in DATASETS
        for n in DOZENS
    ]
    arms += [
        {"dataset": dataset, **pooled_linear, "augmentation": augmentation, "n": HEAD_N}
        for dataset in DATASETS
        for augmentation in AUGMENTATIONS[1:]
    ]
    records = []
    for arm in arms:
        records += run_tuned(
            [arm],
            [{"setting": setting} for setting in settings(arm["head"])],
            {"seed": TUNING_SEED},
            [{"seed": seed} for seed in SEEDS],
            variant_trial,
            path,
        )
    return records


def run(path, **_):
    """The sweep as `run_study` asks for it: there is only the whole of it."""
    return frozen_variants(path)


def settings(head):
    """What is tried for a head on validation data (list of dict)."""
    if head == "dense":
        return [{"learning_rate": rate} for rate in DENSE_RATES]
    return classical_head(head)[1]


def variant_trial(dataset, head, map, augmentation, n, seed, setting):
    """Train one head on the frozen features of `n` images per class and measure it.

    Returns
    -------
    dict
        `train_accuracy`, `validation_accuracy`, `test_accuracy` (fractions).
    """
    splits = splits_of(dataset)
    train = splits.train.per_class(n, seed)
    images, labels = augmented(train.images, train.labels, augmentation, seed)
    rows = [feature_map(images), *(feature_map(part.images) for part in splits[1:])]
    if map == "pooled":
        rows = [each.mean(axis=(1, 2)) for each in rows]
    rows = normalised(*rows)
    if head == "dense":
        classes = len(train.class_names)
        predicted = dense_head(rows[0], labels, rows[1:], classes, epochs=20, seed=seed, **setting)
    else:
        estimator = classical_head(head, seed)[0].set_params(**setting).fit(rows[0], labels)
        predicted = [estimator.predict(part) for part in rows]
    truth = [labels, splits.validation.labels, splits.test.labels]
    names = zip(splits._fields, truth, predicted, strict=True)
    return {f"{name}_accuracy": float(np.mean(t == p)) for name, t, p in names}


def augmented(images, labels, augmentation, seed):
    """Images with altered copies behind them.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3)
    labels : array of int, shape (n,)
    augmentation : {"none", "matched", "label-breaking"}
        `"matched"`: turned by up to 10 degrees and moved by up to a tenth, as either set might
        have come. `"label-breaking"`: flipped, top to bottom or left to right, which leaves a
        photograph of gravel one of gravel, but turns a 6 upside down.
    seed : int

    Returns
    -------
    images : array of uint8, shape (n * (1 + VIEWS), height, width, 3)
    labels : array of int
    """
    images = np.asarray(images)
    if augmentation == "none":
        return images, labels
    random = np.random.default_rng([seed, 1])
    alter = {"matched": _moved, "label-breaking": _flipped}[augmentation]
    views = [np.stack([alter(image, random) for image in images]) for _ in range(VIEWS)]
    return np.concatenate([images, *views]), np.tile(labels, 1 + VIEWS)


def _moved(image, random):
    from PIL import Image

    side = image.shape[0]
    angle, right, down = random.uniform([-10, -0.1, -0.1], [10, 0.1, 0.1])
    # The border continues the picture's edge: black corners would be a sign of being a copy.
    margin = side // 2
    wide = np.pad(image, ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
    turned = Image.fromarray(wide).rotate(
        angle, Image.Resampling.BILINEAR, translate=(right * side, down * side)
    )
    return np.asarray(turned)[margin : margin + side, margin : margin + side]


def _flipped(image, random):
    return image[::-1] if random.random() < 0.5 else image[:, ::-1]


@cache
def splits_of(dataset):
    """The data set at the sweep's image size."""
    return load_dataset(dataset, size=IMAGE_SIZE)


@cache
def frozen_base():
    """The shipped ResNet50 without its top."""
    return resnet50_base(IMAGE_SIZE, pooling=None)


def feature_map(images):
    """The base's output map: array of float32, shape (n, height, width, 2048)."""
    from course_utils.features import extract_features

    return np.asarray(extract_features(frozen_base(), images, progress=False))


def stored_variant(dataset, *, head="linear", map="pooled", augmentation="none", n=HEAD_N):
    """Stored test accuracy over the seeds, in their order (Result).

    Parameters are those of `variant_trial`.
    """
    wanted = {"dataset": dataset, "head": head, "map": map, "augmentation": augmentation, "n": n}
    return over_seeds(read_records(STORED), SEEDS, "test_accuracy", **wanted)
