"""Which layers of a base belong together: those that a schedule names, and those of a depth."""

import re
from typing import Any

from course_utils.finetuning.schedules import HEAD, WHOLE_BASE, Stage
from course_utils.validation import nearest, require


def matching_layers(base: Any, pattern: str) -> list[Any]:
    """The layers of `base` that a key of `Stage.rates` stands for.

    Raises
    ------
    CourseError
        If there are none; the message names what is there.
    """
    if pattern == WHOLE_BASE:
        return list(base.layers)
    found = [
        layer
        for layer in base.layers
        if layer.name == pattern or layer.name.startswith(f"{pattern}_")
    ]
    hint = nearest(pattern, depth_groups(base))
    require(bool(found), f"The base has no layers called {pattern!r}: {hint}")
    return found


def unfreeze(
    base: Any, head: Any, stage: Stage, batch_norm: str = "frozen"
) -> dict[str, list[Any]]:
    """Make trainable what a stage names, and nothing else.

    BatchNorm stays frozen, and with it in inference mode, wherever it is: its running statistics
    come from more images than the target has. In Keras 3 only `trainable = False` does that;
    `training=False` in the call does not.

    Parameters
    ----------
    base, head : keras.Model or keras.Layer
    stage : Stage
    batch_norm : {"frozen", "trained"}

    Returns
    -------
    dict of str to list of keras.Variable
        The trainable weights of each key of `stage.rates`.
    """
    # What comes later counts: "base" comes first, the shortest name in meaning if not in letters.
    keys = (key for key in stage.rates if key != HEAD)
    patterns = sorted(keys, key=lambda key: (key != WHOLE_BASE, len(key)))
    owner = {id(layer): pattern for pattern in patterns for layer in matching_layers(base, pattern)}
    base.trainable = True  # the container must let its layers decide
    variables = {pattern: [] for pattern in patterns}
    for layer in base.layers:
        layer.trainable = id(layer) in owner
        for norm in norms_within(layer):
            norm.trainable = layer.trainable and batch_norm == "trained"
        if id(layer) in owner:
            variables[owner[id(layer)]] += layer.trainable_variables
    head.trainable = HEAD in stage.rates
    if head.trainable:
        variables[HEAD] = list(head.trainable_variables)
    for group, own in variables.items():
        require(
            bool(own),
            f"{group!r} has nothing to train: its layers have no weights, are BatchNorm that stays "
            "frozen, or all have longer names in the stage; leave it out.",
        )
    return variables


def norms_within(layer: Any) -> list[Any]:
    """The BatchNorm layers in a layer or model: itself, those in it, those in models in it."""
    import keras

    every = layer._flatten_layers()
    return [each for each in every if isinstance(each, keras.layers.BatchNormalization)]


def depth_groups(base: Any) -> dict[str, list[Any]]:
    """The kernels of a base by depth, and their biases, for diagnostics.

    Returns
    -------
    dict of str to list of keras.Variable
        By the beginning of the layers' names up to the first number: `"conv1"` to `"conv5"` in a
        ResNet50, `"block_1"` to `"block_16"` in a MobileNetV2. BatchNorm is left out.
    """
    groups = {}
    norms = {id(weight) for norm in norms_within(base) for weight in norm.weights}
    for layer in base.layers:
        own = [weight for weight in layer.weights if id(weight) not in norms]
        if own:
            number = re.match(r"[A-Za-z_]*?\d+", layer.name)
            name = number.group() if number else layer.name
            groups.setdefault(name, []).extend(own)
    return groups
