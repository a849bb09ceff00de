"""The freeze boundary: the last place below which nothing learns, and all passes through."""

from typing import Any

from course_utils.features.keras_engine import calls


def freeze_boundary(base: Any) -> Any:
    """Where a base can be cut so that everything that learns lies above.

    The cut goes through one tensor alone: behind a whole residual block, never through the
    middle of one, where the shortcut would be cut off.

    Parameters
    ----------
    base : keras.Model
        A functional model; its layers' `trainable` says what learns.

    Returns
    -------
    keras.KerasTensor
        `base.input` if the first layer learns already, `base.output` if none does.
    """
    in_order = calls(base)
    last_use = {id(tensor): len(in_order) for tensor in base.outputs}
    for position, call in enumerate(in_order):
        for tensor in call.input_tensors:
            last_use[id(tensor)] = max(position, last_use.get(id(tensor), 0))
    boundary, alive = base.inputs[0], {}
    for position, call in enumerate(in_order):
        if getattr(call.operation, "trainable_variables", ()):
            return boundary
        alive |= {id(tensor): tensor for tensor in call.outputs}
        alive = {key: t for key, t in alive.items() if last_use.get(key, -1) > position}
        if len(alive) == 1:
            (boundary,) = alive.values()
    return boundary


def split_at(base: Any, boundary: Any) -> tuple[Any, Any]:
    """The two parts of a base, which share its layers and weights.

    Parameters
    ----------
    base : keras.Model
    boundary : keras.KerasTensor
        As `freeze_boundary` gives it.

    Returns
    -------
    below, above : keras.Model or None
        None where nothing lies on that side.
    """
    import keras

    start, end = base.inputs[0], base.outputs[0]
    below = None if boundary is start else keras.Model(start, boundary)
    above = None if boundary is end else keras.Model(boundary, end)
    return below, above
