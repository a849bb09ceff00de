"""What the modules of a torch network give out while it runs, by forward hooks."""

import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from course_utils.bases.conversion import CHANNEL_MEANS
from course_utils.errors import CourseError
from course_utils.validation import nearest, require


@contextlib.contextmanager
def record(network: Any, names: str | Iterable[str]) -> Iterator[dict[str, Any]]:
    """Record the outputs of named modules, as long as the `with` block lasts.

    ::

        with record(network, ["embedder", "encoder.stages.0"]) as maps:
            network(as_inputs(images))
        maps["embedder"].shape  # (images, channels, rows, columns)

    Parameters
    ----------
    network : torch.nn.Module
    names : list of str
        As `network.named_modules()` spells them.

    Yields
    ------
    dict of str to torch.Tensor
        Empty at first; every forward pass puts in the output of each module that it calls,
        attached to the graph, so that gradients can be taken.

    Raises
    ------
    CourseError
        If the network has no module of that name (the nearest is suggested).
    """
    import torch

    outputs = {}

    def keep(name):
        def hook(module, inputs, output):
            outputs[name] = output
            # The network goes on with a copy: what works in place there (a residual sum)
            # leaves the recorded tensor alone.
            return output.clone() if isinstance(output, torch.Tensor) else None

        return hook

    with contextlib.ExitStack() as hooks:
        for name in [names] if isinstance(names, str) else names:
            handle = module_named(network, name).register_forward_hook(keep(name))
            hooks.callback(handle.remove)
        yield outputs


class _Reached(Exception):
    """Ends a forward pass that need not go on, and carries a module's output out of it."""


def run_until(network: Any, name: str, inputs: Any) -> Any:
    """Run a network up to one module, and nothing behind it.

    Parameters
    ----------
    network : torch.nn.Module
    name : str
        A module, as `network.named_modules()` spells it.
    inputs : torch.Tensor
        What the network takes.

    Returns
    -------
    torch.Tensor
        The module's output, attached to the graph.

    Raises
    ------
    CourseError
        If the network has no such module, or does not call it.
    """

    def stop(module, inputs, output):
        raise _Reached(output)

    handle = module_named(network, name).register_forward_hook(stop)
    try:
        network(inputs)
    except _Reached as reached:
        return reached.args[0]
    finally:
        handle.remove()
    raise CourseError(
        f"The network holds the module {name!r} but does not call it: name one of those in it."
    )


def module_named(network: Any, name: str) -> Any:
    """The module of a network with this name; parameters and errors as in `record`."""
    modules = {known: module for known, module in network.named_modules() if known}
    if name not in modules:
        raise CourseError(f"The network has no module {name!r}: {nearest(name, modules)}")
    return modules[name]


def stage_names(network: Any) -> list[str]:
    """Names of the stem and the stages of a ResNet from `transformers`, in order.

    Raises
    ------
    CourseError
        If the network is built in another way.
    """
    stage = re.compile(r"(resnet\.)?(embedder|encoder\.stages\.\d+)")
    names = [name for name, _ in network.named_modules() if stage.fullmatch(name)]
    require(
        len(names) >= 2,
        f"{type(network).__name__} has no stages as transformers' ResNet has them: choose modules "
        "from list(network.named_modules()).",
    )
    return names


def as_inputs(images: Any) -> Any:
    """Turn images into what the course's ResNet50 takes.

    Parameters
    ----------
    images : array of shape (n, height, width, 3), or torch.Tensor
        Red, green and blue, 0 to 255.

    Returns
    -------
    torch.Tensor of float32, shape (n, 3, height, width)
        Less the mean of each colour, `CHANNEL_MEANS`.

    Raises
    ------
    CourseError
        If the images have another shape.
    """
    import torch

    require(
        np.ndim(images) == 4 and np.shape(images)[3] == 3,
        f"Images must have the shape (n, height, width, 3), not {tuple(np.shape(images))}: take "
        "one image out of many as images[:1].",
    )
    if not isinstance(images, torch.Tensor):
        images = torch.from_numpy(np.array(images, np.float32))  # a copy: arrays may be read-only
    return (images.float() - torch.tensor(CHANNEL_MEANS)).permute(0, 3, 1, 2)


@contextlib.contextmanager
def evaluating(network: Any) -> Iterator[Any]:
    """Put a network in evaluation mode for a while, and each module back in its own after it."""
    modes = {module: module.training for module in network.modules()}
    network.eval()
    try:
        yield network
    finally:
        for module, mode in modes.items():
            module.training = mode
