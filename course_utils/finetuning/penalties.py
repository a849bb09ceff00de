"""Penalties that keep weights near zero, or near where they started."""

from course_utils.finetuning.schedules import HEAD


def l2_sp(weights, start, strength):
    """Half of `strength` times the squared distance of weights from their starting point.

    With zeros for `start` this is plain L2, better known as weight decay. The idea of L2-SP (Li,
    Grandvalet and Davoine 2018, arXiv:1802.01483) is that pretrained weights are a better place
    to be drawn to than zero. Its gradient is `strength * (weights - start)`.

    Parameters
    ----------
    weights, start : list of arrays of equal shapes
        NumPy's or the framework's.
    strength : float

    Returns
    -------
    float or scalar tensor
    """
    return 0.5 * strength * sum(_sum((w - s) ** 2) for w, s in zip(weights, start, strict=True))


def _sum(array):
    if hasattr(array, "sum"):
        return array.sum()
    import keras

    return keras.ops.sum(array)  # TensorFlow's tensors have no `sum` of their own


def pull(weight, start, strength):
    """The gradient of `l2_sp` for one array: what is added to the gradient of the loss."""
    return strength * (weight - start)


def drawn_to(schedule, variables, start):
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
