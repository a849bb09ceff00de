"""The values of a network's variables: copied, compared, named."""

import numpy as np

from course_utils.finetuning.groups import norms_within


class Frozen:
    """What a stage does not train, remembered, and compared when it is over."""

    def __init__(self, tuner, steps):
        learns = {id(v) for own in steps.variables.values() for v in own}
        # Where BatchNorm is trained, its statistics move as well.
        unfrozen = [layer for layer in (*tuner.base.layers, tuner.head) if layer.trainable]
        moving = {id(v) for layer in unfrozen for v in layer.weights}
        norms = [norm for norm in norms_within(tuner.base) if not norm.trainable]
        moving -= {id(v) for norm in norms for v in norm.weights}
        weights = tuner.base.weights + tuner.head.weights
        self.weights = [v for v in weights if id(v) not in learns | moving]
        self.before = arrays_of(self.weights)

    def check(self):
        """Raise an error, which would be ours, if something frozen has moved."""
        for variable, before in zip(self.weights, self.before, strict=True):
            if not np.array_equal(variable.numpy(), before, equal_nan=True):
                raise RuntimeError(f"{variable.path} was to stay frozen and has moved")


def squares(array):
    """The sum of an array's squares."""
    flat = array.ravel()
    return float(np.dot(flat, flat))


def arrays_of(variables):
    """Copies of the values of Keras variables (list of array)."""
    return [np.array(variable.numpy()) for variable in variables]


def is_random_state(variable):
    """Whether a variable is the state of a random generator, which is no weight."""
    return "seed_generator" in variable.path


def numbered(letter, arrays):
    """Arrays under names made of a letter and their number (dict)."""
    return {f"{letter}{number}": array for number, array in enumerate(arrays)}


def listed(letter, arrays):
    """The arrays that `numbered` numbered, in their order."""
    names = [name for name in arrays if name[0] == letter]
    return [arrays[name] for name in sorted(names, key=lambda name: int(name[1:]))]
