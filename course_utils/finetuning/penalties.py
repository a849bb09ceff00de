"""Penalties that keep weights near zero, or near where they started."""

from typing import Any

import numpy as np

from course_utils.finetuning.schedules import HEAD, Schedule


def pull(weight: Any, start: Any, strength: Any) -> Any:
    """The gradient of strength / 2 (weight - start)², which is added to that of the loss.

    With zeros for `start` the penalty is plain L2, better known as weight decay. The idea of L2-SP
    (Li, Grandvalet and Davoine 2018, arXiv:1802.01483) is that pretrained weights are a better
    place to be drawn to than zero.
    """
    return strength * (weight - start)


def penalty_arguments(
    schedule: Schedule, variables: dict[str, list[Any]], start: dict[int, np.ndarray]
) -> dict[str, Any]:
    """What a schedule's penalty draws weights to, and how strongly: arguments of `Steps.train`.

    Parameters
    ----------
    schedule : Schedule
    variables : dict of str to list of keras.Variable
        What learns, by group.
    start : dict of int to array
        Where each variable started, by its `id`.

    Returns
    -------
    dict
        `start` (list of tensors, in the order of `variables`) and `strengths` (of the base and
        of the head); empty without a penalty.
    """
    import tensorflow as tf

    if schedule.penalty is None:
        return {}
    origin = []
    for group, own in variables.items():
        from_start = schedule.penalty == "l2-sp" and group != HEAD
        origin += [tf.constant(start[id(v)]) if from_start else tf.zeros(v.shape) for v in own]
    return {"start": origin, "strengths": (schedule.strength, schedule.head_strength)}
