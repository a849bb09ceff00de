"""`corrupt`: one call for every corruption, with one dial."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.datasets.corruptions import coding, light, sensor, view, weather
from course_utils.datasets.dataset import Dataset, Splits
from course_utils.errors import CourseError
from course_utils.validation import number, one_of, require, whole_number

_TABLE: dict[str, tuple[Callable[..., np.ndarray], str]] = {
    "noise": (sensor.noise, "grain: Gaussian noise in every pixel and channel"),
    "blur": (sensor.blur, "a lens out of focus: every pixel spread over a disc"),
    "contrast": (light.contrast, "everything drawn in towards the picture's mean"),
    "brightness": (light.brightness, "too much light: the value raised, hue and saturation kept"),
    "fog": (weather.fog, "a bank of fog in front of the scene"),
    "pixelation": (coding.pixelate, "too few pixels: blocks of equal colour"),
    "jpeg": (coding.jpeg, "strong JPEG compression: blocks, halos and smeared colour"),
    "colour-cast": (light.colour_cast, "the wrong white balance: light of another colour"),
    "rotation": (view.rotation, "a tilted camera: the picture turned about its middle"),
    "occlusion": (
        view.occlusion,
        "something in the way: a grey rectangle over part of the picture",
    ),
}

#: What each corruption does to a picture, by name.
CORRUPTIONS = {name: description for name, (_, description) in _TABLE.items()}

# Channels worked on at a time: some 16 MB as float32, so that any set fits beside its result.
_AT_A_TIME = 1 << 22


def corrupt(images: Any, name: str, severity: float, seed: int = 0) -> Any:
    """Corrupt every picture of a set: the same pictures, from another domain.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width, 3), or Dataset
        An array may be NumPy's own or one that decodes files when indexed, as in `Dataset`. It
        is never changed.
    name : str
        A key of `CORRUPTIONS`, which says what each does; its function has the formula.
    severity : float
        0 leaves every byte as it is; k / 5 is ImageNet-C's level k where the benchmark has the
        corruption, and 1 its strongest; in between the shift grows continuously.
    seed : int
        0 or more. What is drawn for a picture (its noise, its fog, the place of what hides it)
        depends on the seed, on the name and on the picture's position alone, and is the same at
        every severity: the dial turns one and the same shift up and down.

    Returns
    -------
    array of uint8, shape (n, height, width, 3), or Dataset
        Whichever was given; a Dataset keeps its labels, and its domain says what was done.

    Raises
    ------
    CourseError
        If there is no such corruption (the nearest name is suggested), the severity is not a
        number from 0 to 1, the seed is not a whole number from 0 up, or the images are not of
        the type and shape above.

    References
    ----------
    Hendrycks and Dietterich (2019), "Benchmarking Neural Network Robustness to Common
    Corruptions and Perturbations".

    Examples
    --------
    >>> foggy = corrupt(load_dataset("materials").test, "fog", 0.5)
    >>> foggy.domain
    'material, fog 0.5'
    """
    name = one_of(name, "corruption", CORRUPTIONS)
    severity = number(severity, "severity", at_least=0, at_most=1)
    seed = whole_number(seed, "seed")
    if isinstance(images, Dataset):
        corrupted = corrupt(images.images, name, severity, seed)
        return replace(images, inputs=corrupted, domain=f"{images.domain}, {name} {severity:g}")
    images = _checked_images(images)
    corrupted = np.empty(images.shape, dtype=np.uint8)
    count = max(1, _AT_A_TIME // int(np.prod(images.shape[1:])))
    for start in range(0, len(corrupted), count):
        batch = np.asarray(images[start : start + count])
        corrupted[start : start + count] = _corrupt_batch(batch, name, severity, seed, start)
    return corrupted


def _corrupt_batch(
    batch: np.ndarray, name: str, severity: float, seed: int, start: int
) -> np.ndarray:
    """Some of the pictures, the first of which has position `start`, as uint8."""
    if severity == 0:
        return batch
    streams = (np.random.default_rng([*name.encode(), seed, start + i]) for i in range(len(batch)))
    function, _ = _TABLE[name]
    levels = function(batch, severity, streams)
    return np.clip(np.rint(levels, out=levels), 0, 255, out=levels).astype(np.uint8)


def _checked_images(images: Any) -> Any:
    """The images as something with a shape and a type, both right."""
    require(
        not isinstance(images, Splits),
        "corrupt takes one part of a set: give it .train, .validation or .test.",
    )
    if not (hasattr(images, "shape") and hasattr(images, "dtype")):
        try:
            images = np.asarray(images)
        except ValueError:
            raise CourseError(
                "The images differ in size: resize them to one height and width, then corrupt them."
            ) from None
    shape = tuple(images.shape)
    require(
        len(shape) != 3 or shape[2] != 3,
        f"corrupt takes several pictures, and an array of shape {shape} is one: give "
        "images[np.newaxis].",
    )
    require(
        len(shape) == 4 and shape[3] == 3 and 0 not in shape[1:],
        f"The images must have the shape (n, height, width, 3), and theirs is {shape}: put the "
        "colour channels last, three of them.",
    )
    require(
        images.dtype == np.uint8,
        f"The images must be uint8, 0 to 255, and are {images.dtype}: convert them, for example "
        "with (255 * images).round().astype(np.uint8) if they lie between 0 and 1.",
    )
    return images
