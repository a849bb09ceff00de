"""Which pixels a unit sees, from the windows of the layers before it.

Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
https://distill.pub/2019/computing-receptive-fields
"""

import copy
from typing import Any, NamedTuple

from course_utils.validation import require
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


def widen(field: Field, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Field:
    """The field behind one more layer, from the field before it.

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


def join(fields: list[Field | None]) -> Field | None:
    """The smallest field that holds several: where a block adds up its branches.

    None if one of them is None, or the units of one branch lie further apart than another's.
    """
    known = [field for field in fields if field is not None]
    if len(known) < len(fields) or len({field.jump for field in known}) > 1:
        return None
    start = min(field.start for field in known)
    end = max(field.start + field.size for field in known)
    return Field(end - start, known[0].jump, start)


def box(field: Field, row: int, column: int) -> tuple[int, int, int, int]:
    """The rectangle of pixels that one unit sees.

    Parameters
    ----------
    field : Field
    row, column : int
        The unit's place in its map.

    Returns
    -------
    tuple of int
        (left, top, right, bottom) in pixels, right and bottom excluded; in part outside of the
        image, where the unit sees padding.
    """
    left, top = (field.start + field.jump * place for place in (column, row))
    return left, top, left + field.size, top + field.size


def receptive_field(network: Any, name: str) -> Field:
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
        If there is no such module, or its units have no field of one fixed size.
    """
    import torch

    network = copy.deepcopy(network).to("meta").float().eval()
    layers = [module for module in network.modules() if isinstance(module, torch.nn.Conv2d)]
    channels = layers[0].in_channels if layers else 3
    for module in network.modules():
        module.register_forward_hook(_widen_output)
    image: Any = torch.zeros(1, channels, PROBE_SIDE, PROBE_SIDE, device="meta")
    image.field = Field()
    with _joining_fields(), torch.no_grad():
        field: Any = getattr(run_until(network, name, image), "field", None)
    require(
        field is not None,
        f"The units of {name!r} have no receptive field of one fixed size: name a module with "
        "square windows, before any global pooling.",
    )
    return field


def _widen_output(module, inputs, output):
    """Forward hook: write down the field behind a layer that has a window."""
    from torch import nn

    if isinstance(module, (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)):
        field, window = getattr(inputs[0], "field", None), _window(module)
        output.field = widen(field, *window) if field and window else None


def _window(module):
    """Kernel, stride, padding and dilation of a layer; None where they are not square."""
    names = ("kernel_size", "stride", "dilation", "padding")
    settings: list[Any] = [getattr(module, name, 1) for name in names]
    kernel, stride, dilation, padding = settings
    if padding == "valid":
        padding = 0
    elif padding == "same":  # the odd one, if any, goes to the right and below
        padding = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    parts = (kernel, stride, padding, dilation)
    pairs = [part if isinstance(part, tuple) else (part, part) for part in parts]
    return None if any(down != along for down, along in pairs) else [down for down, _ in pairs]


def _joining_fields():
    """A context in which what torch computes from tensors with fields has their joint field."""
    import torch
    from torch.overrides import TorchFunctionMode

    class JoiningFields(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            result = function(*args, **(kwargs or {}))
            several = [arg if isinstance(arg, (list, tuple)) else [arg] for arg in args]
            parts = [part for arg in several for part in arg if hasattr(part, "field")]
            if parts and isinstance(result, torch.Tensor):
                # What changes the map's size, and is no layer with a window, is not understood.
                alike = all(part.shape[2:] == result.shape[2:] for part in parts)
                joined: Any = result
                joined.field = join([part.field for part in parts]) if alike else None
            return result

    return JoiningFields()
