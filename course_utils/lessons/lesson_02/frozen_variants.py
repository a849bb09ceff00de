"""The sweep behind lesson 02's smaller questions, all on the frozen base.

Which head, pooled or flattened; how far dozens of labels go, near and far; what augmentation
does. `python -m course_utils run frozen-variants` repeats it.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.bases.resnet50 import resnet50_base
from course_utils.features.heads import classical_head, dense_head, normalised
from course_utils.lessons.lesson_02.learning_curves import IMAGE_SIZE, load
from course_utils.measuring import Result, records, result_of
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED, Record, grid, run_tuned

NAME = "frozen-variants"

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


def run(path: Path, **_: Any) -> list[Record]:
    """Run, or go on with, the sweep: a record for each trial."""
    arms = grid(dataset=DATASETS, head=HEADS, map=MAPS, augmentation="none", n=HEAD_N)
    linear = {"dataset": DATASETS, "head": "linear", "map": "pooled"}
    arms += grid(**linear, augmentation="none", n=DOZENS)
    arms += grid(**linear, augmentation=AUGMENTATIONS[1:], n=HEAD_N)
    found = []
    for arm in arms:
        found += run_tuned(
            [arm],
            [{"setting": setting} for setting in settings(arm["head"])],
            {"seed": TUNING_SEED},
            grid(seed=SEEDS),
            variant_trial,
            path,
        )
    return found


def settings(head: str) -> list[dict[str, float]]:
    """What is tried for a head on validation data."""
    return grid(learning_rate=DENSE_RATES) if head == "dense" else classical_head(head)[1]


def variant_trial(
    dataset: str,
    head: str,
    map: str,
    augmentation: str,
    n: int,
    seed: int,
    setting: dict[str, float],
) -> dict[str, float]:
    """Train one head on the frozen features of `n` images per class and measure it.

    Returns
    -------
    dict
        `train_accuracy`, `validation_accuracy`, `test_accuracy` (fractions).
    """
    splits = load(dataset, size=IMAGE_SIZE)
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


def augmented(
    images: np.ndarray, labels: np.ndarray, augmentation: str, seed: int
) -> tuple[np.ndarray, np.ndarray]:
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


def _moved(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
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


def _flipped(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return image[::-1] if random.random() < 0.5 else image[:, ::-1]


@cache
def frozen_base() -> Any:
    """The shipped ResNet50 without its top."""
    return resnet50_base(IMAGE_SIZE, pooling=None)


def feature_map(images: np.ndarray) -> np.ndarray:
    """The base's output map: array of float32, shape (n, height, width, 2048)."""
    from course_utils.features import extract_features

    return np.asarray(extract_features(frozen_base(), images, progress=False))


def variant(
    dataset: str,
    *,
    head: str = "linear",
    map: str = "pooled",
    augmentation: str = "none",
    n: int = HEAD_N,
) -> Result:
    """Test accuracy of one variant over the draws; the parameters are those of `variant_trial`."""
    rows = records(NAME)
    own = (rows.dataset == dataset) & (rows["head"] == head) & (rows["map"] == map)
    own &= (rows.augmentation == augmentation) & (rows.labels_per_class == n)
    return result_of(rows[own & (rows.draw != TUNING_SEED)])
