"""Images made to excite a channel: activation maximisation.

Erhan et al. 2009, "Visualizing Higher-Layer Features of a Deep Network"; the image as Fourier
coefficients, the decorrelated colours and the random transformations are those of Olah,
Mordvintsev and Schubert 2017, "Feature Visualization", https://distill.pub/2017/feature-visualization
"""

import contextlib
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.bases.precision import automatic_arithmetic
from course_utils.visualisation.activations import as_inputs, evaluating, module_named, run_until
from course_utils.visualisation.patches import channel_maps

#: How the colours of photographs hang together: the symmetric square root of their covariance,
#: scaled to a mean variance of one. Uncorrelated colours times it are correlated as in six colour
#: photographs of scikit-image and scikit-learn (`chelsea`, `coffee`, `rocket`, `astronaut`,
#: `china.jpg`, `flower.jpg`).
COLOUR_ROOT = (
    (0.943, 0.452, 0.287),
    (0.452, 0.657, 0.508),
    (0.287, 0.508, 0.768),
)

#: Root mean square of an image before the sigmoid: it keeps this contrast all the way.
CONTRAST = 1.5

#: At each step: the largest angle in degrees, change of scale, and move in sides of the image.
TURN, ZOOM, SHIFT = 10, 0.1, 0.1

#: Finer waves than this, in cycles per pixel, are damped: the strides of a network let them
#: through as a grid of dots.
FINEST = 0.4


def maximise(
    network: Any,
    name: str,
    channels: int | Sequence[int],
    size: int = 64,
    steps: int = 40,
    seed: int = 0,
    rate: float = 1.0,
    preprocess: Callable = as_inputs,
) -> np.ndarray:
    """Make images that excite channels, one image for each, by gradient ascent.

    Each step paints the images from their Fourier coefficients, moves, turns and scales them at
    random, runs them up to the module, and climbs the mean of each one's channel. All images
    take steps of one length, along their gradients: Adam, which gives every coefficient a step
    of its own, blows up the waves that hardly matter into speckle.

    Parameters
    ----------
    network : torch.nn.Module
    name : str
        A module that gives maps, as `network.named_modules()` spells it.
    channels : int or sequence of int
    size : int
        Side of the images in pixels.
    steps : int
    seed : int
        Another seed starts from other noise.
    rate : float
        Length of a step, measured against the noise that the images start from; the steps
        have a momentum of 0.9.
    preprocess : function
        From images (n, size, size, 3), 0 to 255, a tensor, to what the network takes.

    Returns
    -------
    array of uint8, shape (channels, size, size, 3)

    Raises
    ------
    CourseError
        Unknown module or channel.
    """
    import torch

    wanted: list[int] = np.atleast_1d(channels).tolist()
    one_each = range(len(wanted))
    random = np.random.default_rng(seed)
    noise = random.normal(size=(len(wanted), 3, size, size // 2 + 1, 2))
    coefficients = torch.tensor(noise, dtype=torch.float32, requires_grad=True)
    optimiser = torch.optim.SGD([coefficients], lr=rate, momentum=0.9)
    bfloat16 = torch.autocast("cpu", torch.bfloat16, enabled=automatic_arithmetic() == "bfloat16")
    with evaluating(network), _leaking(network, name), torch.enable_grad(), bfloat16:
        for _ in range(steps):
            images = transformed(paint(coefficients, size), random)
            maps = channel_maps(run_until(network, name, preprocess(images)), wanted, name)
            score = maps[one_each, one_each].float().mean(dim=(1, 2)).sum()
            optimiser.zero_grad()
            (-score).backward(inputs=[coefficients])  # the network's weights get no gradients
            gradient: Any = coefficients.grad
            gradient /= _root_mean_square(gradient)  # in place: equal steps for all
            optimiser.step()
    return paint(coefficients, size).detach().round().byte().numpy()


def paint(coefficients: Any, size: int) -> Any:
    """Images from Fourier coefficients, with the colours and the scales of photographs.

    Parameters
    ----------
    coefficients : torch.Tensor, shape (n, 3, size, size // 2 + 1, 2)
        Real and imaginary parts for three uncorrelated colours. Their common length does not
        matter. Random ones give noise whose amplitude falls with the frequency, and whose
        colours go together, as in photographs.
    size : int
        Side of the images in pixels.

    Returns
    -------
    torch.Tensor, shape (n, size, size, 3)
        Red, green and blue, 0 to 255.
    """
    import torch

    rows, columns = torch.fft.fftfreq(size)[:, None], torch.fft.rfftfreq(size)
    frequency = torch.hypot(rows, columns).clamp(min=1 / size)  # cycles per pixel
    scale = torch.exp(-((frequency / FINEST) ** 4)) / frequency
    spectrum = scale * torch.view_as_complex(coefficients)
    planes = torch.fft.irfft2(spectrum, s=(size, size)).permute(0, 2, 3, 1)
    colours = planes @ torch.tensor(COLOUR_ROOT).T
    return 255 * torch.sigmoid(CONTRAST * colours / _root_mean_square(colours))


def _root_mean_square(tensor):
    """For each of the n members of a tensor (n, ...), in a form that the tensor divides by."""
    squares = tensor.square().mean(dim=tuple(range(1, tensor.ndim)), keepdim=True)
    return squares.sqrt().clamp(min=1e-30)


def transformed(images: Any, random: np.random.Generator) -> Any:
    """Turn, scale and move all images by one random amount: what survives it is no fluke.

    Parameters
    ----------
    images : torch.Tensor, shape (n, size, size, 3)
    random : numpy.random.Generator

    Returns
    -------
    torch.Tensor, shape (n, size, size, 3)
        What moves in over an edge is the image's own mirror image.
    """
    import torch
    from torch.nn import functional

    angle = math.radians(random.uniform(-TURN, TURN))
    scale = 1 + random.uniform(-ZOOM, ZOOM)
    # affine_grid counts from -1 to 1: a side is two units.
    right, down = random.uniform(-2 * SHIFT, 2 * SHIFT, size=2)
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    matrix = torch.tensor([[[cosine, -sine, right], [sine, cosine, down]]], dtype=images.dtype)
    planes = images.permute(0, 3, 1, 2)
    grid = functional.affine_grid(matrix, [1, *planes.shape[1:]], align_corners=False)
    grid = grid.expand(len(planes), -1, -1, -1)
    moved = functional.grid_sample(planes, grid, padding_mode="reflection", align_corners=False)
    return moved.permute(0, 2, 3, 1)


@contextlib.contextmanager
def _leaking(network, name):
    """Let gradients through a module's last ReLU where it is closed.

    Else a channel that is silent on the noise at the start would have no slope to climb.
    """
    from torch import nn

    def leak(module, inputs, output):
        closed = 0.1 * inputs[0].clamp(max=0)
        return output + closed - closed.detach()  # the value stays as it is

    relus = [part for part in module_named(network, name).modules() if isinstance(part, nn.ReLU)]
    handles = [relu.register_forward_hook(leak) for relu in relus[-1:]]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
