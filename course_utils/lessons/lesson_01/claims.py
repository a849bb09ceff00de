"""Conditions of the claim on depth: early layers are universal, late layers task-specific."""

import numpy as np

from course_utils.lessons.lesson_01.hierarchy import (
    FAR,
    NEAR,
    PAIRS,
    STAGES,
    best_early_stage,
    stored_alignments,
    stored_probe,
)
from course_utils.measuring.results import Result, paired_difference

LAST = STAGES[-1]


def less_changed(stage: str) -> Result:
    """By how much more a stage agrees with itself after fine-tuning than the last one does."""
    own = np.diagonal(stored_alignments(PAIRS[0]), axis1=1, axis2=2)
    return paired_difference(Result(own[:, STAGES.index(stage)]), Result(own[:, -1]))


def gain_of_pretraining(target: str) -> Result:
    """What the last stage's probe gains over that of random networks, seed by seed."""
    return paired_difference(
        stored_probe(target, "pretrained", LAST), stored_probe(target, "random", LAST)
    )


def early_over_last(target: str) -> Result:
    """What the best early stage's probe, chosen on validation data, gains over the last's."""
    return paired_difference(
        stored_probe(target, "pretrained", best_early_stage(target)),
        stored_probe(target, "pretrained", LAST),
    )


def general_to_specific() -> dict[str, Result]:
    """The margin of each condition."""
    return (
        {f"fine-tuning changes the {stage} less": less_changed(stage) for stage in STAGES[:2]}
        | {
            f"last stage, pretraining's gain on {near} over that on {far}": paired_difference(
                gain_of_pretraining(near), gain_of_pretraining(far)
            )
            for near in NEAR
            for far in FAR
        }
        | {f"early stage over the last on {far}": early_over_last(far) for far in FAR}
    )
