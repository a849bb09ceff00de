"""What transfer costs, pretraining included."""

import math
import numbers
from fractions import Fraction
from typing import Any

from course_utils.validation import number, whole_number

#: Units of the hidden layer in the recipe's head.
HIDDEN_UNITS = 128


def break_even_tasks(pretraining_cost: float, scratch_cost: float, transfer_cost: float) -> float:
    """The smallest number of tasks at which pretraining once has paid for itself.

    With `k` tasks, transfer costs `pretraining_cost + k * transfer_cost` and training each task
    from scratch costs `k * scratch_cost`. The answer is the smallest whole `k` at which the
    first is strictly less than the second: at a tie nothing has been gained yet.

    Parameters
    ----------
    pretraining_cost, scratch_cost, transfer_cost : float
        Costs in one unit of your choice (seconds, operations, money), not negative.

    Returns
    -------
    int or float
        At least 1; `math.inf` if transferring to one task costs no less than training it from
        scratch, for then no number of tasks helps.

    Raises
    ------
    CourseError
        If a cost is negative, `nan` or infinite.
    """
    costs = {
        "pretraining_cost": pretraining_cost,
        "scratch_cost": scratch_cost,
        "transfer_cost": transfer_cost,
    }
    for name, cost in costs.items():
        number(cost, name, at_least=0)
    # Fractions round nothing, so that a tie is seen as one whatever the unit.
    pretraining, scratch, transfer = (_exactly(cost) for cost in costs.values())
    if transfer >= scratch:
        return math.inf
    return math.floor(pretraining / (scratch - transfer)) + 1


def _exactly(cost: float) -> Fraction:
    return Fraction(cost if isinstance(cost, numbers.Rational) else float(cost))


def head_weights(height: int, width: int, channels: int, n_classes: int, pooled: bool) -> int:
    """Number of weights, biases included, of the recipe's head on one base's output map.

    The head is Dense(128) followed by Dense(`n_classes`). Global average pooling gives it one
    number per channel; flattening gives it one per position and channel.

    Parameters
    ----------
    height, width, channels : int
        Shape of the base's output map for one image.
    n_classes : int
    pooled : bool
        True for global average pooling before the head, False for flattening.

    Returns
    -------
    int

    Raises
    ------
    CourseError
        If a size is below 1.
    """
    sizes = {"height": height, "width": width, "channels": channels, "n_classes": n_classes}
    for name, size in sizes.items():
        whole_number(size, name, at_least=1)
    inputs = channels if pooled else height * width * channels
    return (inputs + 1) * HIDDEN_UNITS + (HIDDEN_UNITS + 1) * n_classes


def multiply_adds(model: Any) -> int:
    """Multiply-adds of one forward pass of a Keras network for one image.

    Convolutions and dense layers are counted; the rest (BatchNorm, ReLU, pooling) is a few
    hundredths of them in a ResNet50 (He et al. 2016, table 1, count the same way).

    Parameters
    ----------
    model : keras.Model
        With a fixed input size.

    Returns
    -------
    int
    """
    total = 0
    for layer in model.layers:
        if hasattr(layer, "layers"):
            total += multiply_adds(layer)
        elif hasattr(layer, "kernel"):
            positions = math.prod(layer.output.shape[1:-1])
            total += positions * math.prod(layer.kernel.shape)
    return total


#: A backward pass multiplies twice for every multiplication forward: once for the gradient of
#: the inputs, once for that of the weights (Kaplan et al. 2020, arXiv:2001.08361, section 2.1).
TRAINING_FACTOR = 3

#: What the shipped weights cost, from their card. Half of the minutes were spent on images of 48
#: pixels; counting them all at 64 overstates the operations a little, never understates them.
PRETRAINING_IMAGES = 672_000
PRETRAINING_MINUTES = 98
