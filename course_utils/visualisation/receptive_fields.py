"""Which pixels a unit sees, from the windows of the layers before it.

Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
https://distill.pub/2019/computing-receptive-fields
"""

import copy
from typing import NamedTuple

from course_utils.errors import CourseError
from course_utils.visualisation.activations import run_until

#: Side in pixels of the blank image that a network is followed on.
PROBE_SIDE = 4096


class Field(NamedTuple):
    """The pixels that the units of one module see, alike for rows and columns.

    Attributes
    ----------
    size : int
        Side in pixels of the square that a unit sees.
    jump : int
        Pixels between the squares of neighbouring units.
    start : int
        First pixel that unit 0 sees; below zero it lies in the padding.
    """

    size: int = 1
    jump: int = 1
    start: int = 0


def widen(field, kernel, stride=1, padding=0, dilation=1):
    """The field behind one more layer, from the field before it (Field).

    Parameters
    ----------
    field : Field
    kernel, stride, padding, dilation : int
        The layer's window, in units of the layer before it.
    """
    return Field(
        size=field.size + dilation * (kernel - 1) * field.jump,
        jump=field.jump * stride,
        start=field.start - padding * field.jump,
    )


def join(fields):
    """The smallest field that holds several: where a block adds up its branches (Field)."""
    if None in fields or len({field.jump for field in fields}) > 1:
        return None
    start = min(field.start for field in fields)
    end = max(field.start + field.size for field in fields)
    return Field(end - start, fields[0].jump, start)


def box(field, row, column, image_shape=None):
    """The rectangle of pixels that one unit sees.

    Parameters
    ----------
    field : Field
    row, column : int
        Of the unit, in its map.
    image_shape : tuple of int, optional
        (height, width) in pixels: what lies outside of the image is cut off.

    Returns
    -------
    tuple of int
        (left, top, right, bottom) in pixels, right and bottom excluded.
    """
    left, top = (field.start + field.jump * place for place in (column, row))
    right, bottom = left + field.size, top + field.size
    if image_shape is None:
        return left, top, right, bottom
    height, width = image_shape[:2]
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)


def receptive_field(network, name):
    """Compute the receptive field of a module's units.

    The network is followed on a blank image that has a shape but no numbers: every layer with
    a window widens the field, and where branches meet the field holds those of all.

    Parameters
    ----------
    network : torch.nn.Module
        Its convolutions and poolings must be modules, and their windows square.
    name : str
        A module, as `network.named_modules()` spells it.

    Returns
    -------
    Field
        Windows with gaps (dilation, stride above kernel) may leave out pixels inside of it.

    Raises
    ------
    CourseError
        If there is no such module, its units have no field of one fixed size, or the layers
        before it leave less than one window of an image of `PROBE_SIDE` pixels.
    """
    import torch

    network = copy.deepcopy(network).to("meta").float().eval()
    layers = [module for module in network.modules() if isinstance(module, torch.nn.Conv2d)]
    channels = layers[0].in_channels if layers else 3
    entered = []
    for module in network.modules():
        module.register_forward_pre_hook(lambda *call: entered.append(call))
        module.register_forward_hook(_widen_output)
    image = torch.zeros(1, channels, PROBE_SIDE, PROBE_SIDE, device="meta")
    image.field = Field()
    try:
        with _joining_fields(), torch.no_grad():
            field = getattr(run_until(network, name, image), "field", None)
    except RuntimeError as error:
        if not (entered and _too_small(*entered[-1])):
            raise
        raise CourseError(
            f"The layers before {name!r} leave less than one window of an image of {PROBE_SIDE} by "
            f"{PROBE_SIDE} pixels, so that its field cannot be followed: name an earlier module."
        ) from error
    if field is None:
        raise CourseError(
            f"The units of {name!r} have no receptive field of one fixed size: name a module with "
            "square windows, before any global pooling."
        )
    return field


def _has_window(module):
    from torch import nn

    return isinstance(module, (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d))


def _too_small(module, inputs):
    """Whether the map that entered a layer is smaller than the layer's window."""
    if not _has_window(module):
        return False
    kernels, _, paddings, dilations = _window_pairs(module)
    axes = zip(inputs[0].shape[2:], kernels, paddings, dilations, strict=True)
    return any(side + 2 * p < d * (k - 1) + 1 for side, k, p, d in axes)


def _widen_output(module, inputs, output):
    """Forward hook: write down the field behind a layer that has a window."""
    if _has_window(module):
        field, window = getattr(inputs[0], "field", None), _window(module)
        output.field = widen(field, *window) if field and window else None


def _window(module):
    """Kernel, stride, padding and dilation of a layer; None where they are not square."""
    pairs = _window_pairs(module)
    return None if any(down != along for down, along in pairs) else [down for down, _ in pairs]


def _window_pairs(module):
    """Kernel, stride, padding and dilation of a layer, each (down, along)."""
    kernel, stride, dilation, padding = (
        getattr(module, part, 1) for part in ("kernel_size", "stride", "dilation", "padding")
    )
    if padding == "valid":
        padding = 0
    elif padding == "same":  # the odd one, if any, goes to the right and below
        padding = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    parts = (kernel, stride, padding, dilation)
    return [part if isinstance(part, tuple) else (part, part) for part in parts]


def _joining_fields():
    """A context in which what torch computes from tensors with fields has their joint field."""
    import torch
    from torch.overrides import TorchFunctionMode

    class JoiningFields(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            result = function(*args, **(kwargs or {}))
            listed = [arg if isinstance(arg, (list, tuple)) else [arg] for arg in args]
            parts = [part for arg in listed for part in arg if hasattr(part, "field")]
            if parts and isinstance(result, torch.Tensor):
                # What changes the map's size, and is no layer with a window, is not understood.
                alike = all(part.shape[2:] == result.shape[2:] for part in parts)
                result.field = join([part.field for part in parts]) if alike else None
            return result

    return JoiningFields()
