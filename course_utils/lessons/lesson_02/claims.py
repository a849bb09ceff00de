"""Conditions of the claims on a frozen base, and the stored numbers that they are made of."""

from collections.abc import Iterable, Mapping

import numpy as np

from course_utils.claims.claim import Exact, Margins
from course_utils.lessons.lesson_02.frozen_variants import stored_variant
from course_utils.lessons.lesson_02.learning_curves import (
    HEAD_EPOCHS,
    LABELS_PER_CLASS,
    STEPS,
    WATCHED_N,
    stored_measurements,
    stored_result,
)
from course_utils.measuring.costs import (
    HIDDEN_UNITS,
    PRETRAINING_IMAGES,
    PRETRAINING_MINUTES,
    TRAINING_FACTOR,
    head_weights,
)
from course_utils.measuring.results import Result, paired_difference

#: Multiply-adds of one forward pass for one image, as `costs.multiply_adds` counts them (a test
#: compares): the counts need Keras, and the table has to be made without it.
FORWARD = {"ResNet50 at 48": 203_206_656, "ResNet50 at 64": 314_769_408, "small at 48": 33_844_224}
#: Features that global average pooling makes of a ResNet50's last map.
CHANNELS = 2048


def _above(result: Result, threshold: float) -> Result:
    """How far a result lies above a threshold."""
    return Result(result.values - threshold)


def _gain(arm: str, other: str, n_of: Mapping[str, Iterable[int]]) -> dict[str, Result]:
    """Margins of one arm over another for each data set and n in `n_of`."""
    return {
        f"{dataset}, n = {n}, over {other}": paired_difference(
            stored_result(dataset, arm, n), stored_result(dataset, other, n)
        )
        for dataset, numbers in n_of.items()
        for n in numbers
    }


def less_data() -> Margins:
    """Frozen over scratch, at the same number of labels."""
    small = _gain("frozen", "small", {"materials": (5, 20, 100), "clothing": (5, 20, 100)})
    return small | _gain("frozen", "random", {"materials": (20,), "clothing": (20,)})


def dozens_suffice() -> Margins:
    """How far a linear head with dozens of labels lies above three in four."""
    return {
        f"{dataset}, n = {n}": _above(stored_variant(dataset, n=n), 0.75)
        for dataset in ("materials", "digits")
        for n in (12, 24, 48)
    } | {"clothing, n = 50": _above(stored_result("clothing", "frozen", 50), 0.75)}


def steps_saved(other: str) -> Result:
    """Share of another start's steps that the pretrained start does without.

    The goal is the accuracy that the *other* start reaches at its best, seed by seed.
    """
    shares = []
    pairs = zip(
        stored_measurements("materials", "pretrained", WATCHED_N),
        stored_measurements("materials", other, WATCHED_N),
        strict=True,
    )
    for pretrained, rival in pairs:
        goal = max(accuracy for _, accuracy in rival["curve"])
        needed = [
            next((step for step, accuracy in run["curve"] if accuracy >= goal), np.inf)
            for run in (pretrained, rival)
        ]
        shares.append(1 - min(needed[0] / needed[1], 2))
    return Result(shares)


def faster() -> Margins:
    """Steps that the pretrained start saves, above half of the rival's."""
    return {
        f"at least half of the steps saved, against {name}": _above(steps_saved(other), 0.5)
        for name, other in {"random": "random", "permuted weights": "permuted"}.items()
    }


def head_multiply_adds(n_classes: int) -> int:
    """Multiply-adds of the recipe's head for the pooled features of one image.

    One for each weight of its two layers, biases left out, as `costs.multiply_adds` counts.
    """
    return head_weights(1, 1, CHANNELS, n_classes, pooled=True) - HIDDEN_UNITS - n_classes


def task_operations(n_classes: int = 12) -> dict[str, int]:
    """Multiply-adds of one task of `WATCHED_N` images per class by each way, without pretraining.

    The frozen arm runs its base once for each image and then trains its head for `HEAD_EPOCHS`;
    the others train a whole network for as many steps of 32 images as they were given.
    """
    images = n_classes * WATCHED_N
    head = HEAD_EPOCHS * TRAINING_FACTOR * head_multiply_adds(n_classes)
    return {
        "frozen": images * (FORWARD["ResNet50 at 48"] + head),
        "random": STEPS["random"][WATCHED_N] * 32 * TRAINING_FACTOR * FORWARD["ResNet50 at 48"],
        "small": STEPS["small"][WATCHED_N] * 32 * TRAINING_FACTOR * FORWARD["small at 48"],
    }


def pretraining_operations() -> int:
    """Multiply-adds of pretraining the shipped weights, all images counted at 64 pixels."""
    return PRETRAINING_IMAGES * TRAINING_FACTOR * FORWARD["ResNet50 at 64"]


def cheaper_90() -> Margins:
    """The saving in multiply-adds, above nine tenths."""
    cost = task_operations()
    whole = cost["frozen"] + pretraining_operations()
    return {
        "against ResNet50 from scratch": Exact(1 - cost["frozen"] / cost["random"] - 0.9),
        "against the small network": Exact(1 - cost["frozen"] / cost["small"] - 0.9),
        "pretraining counted, one task": Exact(max(1 - whole / cost["random"], -1.0) - 0.9),
    }


def higher_accuracy() -> Margins:
    """Frozen over scratch at the most labels measured."""
    return _gain("frozen", "small", {"materials": (200,), "clothing": (100,)})


def overfitting_gap(dataset: str, arm: str, n: int) -> Result:
    """Training accuracy minus test accuracy, seed by seed."""
    return paired_difference(
        stored_result(dataset, arm, n, "train_accuracy"), stored_result(dataset, arm, n)
    )


def frozen_prevents_overfit() -> Margins:
    """By how much less a frozen base overfits than one that is fine-tuned."""
    numbers = [("materials", n) for n in LABELS_PER_CLASS["materials"]["pretrained"]]
    return {
        f"{dataset}, n = {n}": paired_difference(
            overfitting_gap(dataset, "pretrained", n), overfitting_gap(dataset, "frozen", n)
        )
        for dataset, n in [*numbers, ("clothing", 20)]
    }


def simple_heads_suffice() -> Margins:
    """A simple head over the recipe's, two points granted."""
    return {
        f"{dataset}, {head} against Dense(128)": _above(
            paired_difference(
                stored_variant(dataset, head=head), stored_variant(dataset, head="dense")
            ),
            -0.02,
        )
        for dataset in ("materials", "digits")
        for head in ("linear", "svm")
    }


def augmentation_prevents_overfit() -> Margins:
    """What altered copies gain over none."""
    return {
        f"{dataset}, {kind}": paired_difference(
            stored_variant(dataset, augmentation=kind), stored_variant(dataset)
        )
        for dataset in ("materials", "digits")
        for kind in ("matched", "label-breaking")
    }


def scratch_weeks() -> Margins:
    """Pretraining's time beyond a week; what is left of ten minutes after adapting."""
    minutes = stored_result("materials", "pretrained", WATCHED_N, "seconds").values / 60
    return {
        "pretraining took a week (weeks of margin)": Exact(PRETRAINING_MINUTES / 60 / 24 / 7 - 1),
        "adapting took under ten minutes (share left)": Result(1 - minutes / 10),
    }
