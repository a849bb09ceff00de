"""What one task costs by each way, in multiply-adds, and how much transfer saves.

Counts are exact: no draw and no machine changes them. `python -m course_utils run costs` writes
them down as records.
"""

from pathlib import Path
from typing import Any

from course_utils.lessons.lesson_02.learning_curves import HEAD_EPOCHS, STEPS, WATCHED_N
from course_utils.measuring.costs import (
    HIDDEN_UNITS,
    PRETRAINING_IMAGES,
    TRAINING_FACTOR,
    head_weights,
)
from course_utils.measuring.sweeps import Record, run_sweep

#: Multiply-adds of one forward pass for one image, as `costs.multiply_adds` counts them (a test
#: compares): the counts need Keras, and the table has to be made without it.
FORWARD = {"ResNet50 at 48": 203_206_656, "ResNet50 at 64": 314_769_408, "small at 48": 33_844_224}
#: Features that global average pooling makes of a ResNet50's last map.
CHANNELS = 2048

#: What the frozen arm is compared with, and how many tasks share the cost of pretraining: None
#: leaves that cost out.
COMPARED: tuple[tuple[str, int | None], ...] = (("random", None), ("small", None), ("random", 1))


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


def saving(rival: str, tasks: int | None) -> float:
    """Share of a rival's multiply-adds that the frozen arm saves.

    Parameters
    ----------
    rival : {"random", "small"}
    tasks : int or None
        That share the cost of pretraining; None leaves that cost out.
    """
    costs = task_operations()
    pretraining = pretraining_operations() / tasks if tasks else 0
    return 1 - (costs["frozen"] + pretraining) / costs[rival]


def run(path: Path, **_: Any) -> list[Record]:
    """Count, and write down: a record for each comparison."""
    trials = [{"rival": rival, "tasks": tasks} for rival, tasks in COMPARED]
    return run_sweep(trials, saving_trial, path)


def saving_trial(rival: str, tasks: int | None) -> dict[str, float]:
    """`saving`, as a trial measures it."""
    return {"saving": saving(rival, tasks)}
