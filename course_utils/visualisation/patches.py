"""The parts of real photographs that excite a channel most (Zeiler and Fergus 2014)."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.validation import require, whole_number
from course_utils.visualisation.activations import as_inputs, evaluating, run_until
from course_utils.visualisation.receptive_fields import box, receptive_field


class Patches(NamedTuple):
    """What excites each channel most, the strongest first.

    Attributes
    ----------
    patches : array of uint8, shape (channels, count, height, width, 3)
        Cut from the images to the size of the receptive field, at most a whole image.
    scores : array of float32, shape (channels, count)
        The channel's activation there.
    numbers : array of int, shape (channels, count)
        Which of the images it is.
    positions : array of int, shape (channels, count, 2)
        Row and column of the unit in the channel's map.
    """

    patches: np.ndarray
    scores: np.ndarray
    numbers: np.ndarray
    positions: np.ndarray


def top_patches(
    network: Any,
    name: str,
    images: Any,
    channels: int | Sequence[int],
    count: int = 9,
    preprocess: Callable = as_inputs,
    batch_size: int = 64,
) -> Patches:
    """Find the patches of a set of images that excite channels most, at most one per image.

    Parameters
    ----------
    network : torch.nn.Module
    name : str
        A module that gives maps, as `network.named_modules()` spells it.
    images : array of uint8, shape (n, height, width, 3)
    channels : int or sequence of int
    count : int
        Patches for each channel.
    preprocess : function
        From a batch of images to what the network takes, (batch, colours, height, width).
    batch_size : int
        Images that go through the network at once; only the best so far are kept of each.

    Returns
    -------
    Patches

    Raises
    ------
    CourseError
        Unknown module or channel, or fewer images than patches.
    """
    import torch

    wanted: list[int] = np.atleast_1d(channels).tolist()
    count = whole_number(count, "count, one for each image at most,", 1, len(images))
    best = torch.empty(3, len(wanted), 0, dtype=torch.float64)  # score, image, place
    with evaluating(network), torch.inference_mode():
        for first in range(0, len(images), batch_size):
            batch = preprocess(images[first : first + batch_size])
            maps = channel_maps(run_until(network, name, batch), wanted, name)
            scores, places = maps.flatten(2).max(dim=2)
            numbers = torch.arange(first, first + len(maps)).expand(len(wanted), -1)
            found = torch.stack([scores.T.double(), numbers.double(), places.T.double()])
            best = torch.cat([best, found], dim=2)
            order = best[0].argsort(dim=1, descending=True, stable=True)[:, :count]
            best = best.gather(2, order.expand(3, -1, -1))
    scores, (numbers, places) = best[0].float().numpy(), best[1:].long().numpy()
    positions = np.stack(np.divmod(places, maps.shape[3]), axis=-1)
    field = receptive_field(network, name)
    patches = [
        [cut(images[n], box(field, *at)) for n, at in zip(*row, strict=True)]
        for row in zip(numbers, positions, strict=True)
    ]
    return Patches(np.array(patches), scores, numbers, positions)


def channel_maps(maps: Any, channels: Sequence[int], name: str) -> Any:
    """Pick channels out of the maps (n, all, rows, columns) that the module `name` gives.

    Raises
    ------
    CourseError
        If these are no maps, or there is no such channel.
    """
    require(
        getattr(maps, "ndim", 0) == 4,
        f"The module {name!r} gives no maps (images, channels, rows, columns): name another.",
    )
    require(
        all(0 <= channel < maps.shape[1] for channel in channels),
        f"The module {name!r} has the channels 0 to {maps.shape[1] - 1}, not {channels}.",
    )
    return maps[:, channels]


def cut(image: np.ndarray, rectangle: tuple[int, int, int, int]) -> np.ndarray:
    """Cut a rectangle (left, top, right, bottom) out of an image.

    Where it reaches over an edge it is moved inwards, so that all patches have one size;
    along an axis on which it is longer than the image it gives all of it.
    """
    height, width = image.shape[:2]
    left, top, right, bottom = rectangle
    left, top = (
        min(max(start, 0), max(side - (end - start), 0))
        for start, end, side in ((left, right, width), (top, bottom, height))
    )
    return image[top : top + bottom - rectangle[1], left : left + right - rectangle[0]]
