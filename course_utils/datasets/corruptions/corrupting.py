"""`corrupt`: one call for every corruption, with one dial."""

import numbers
from dataclasses import replace

import numpy as np

from course_utils.datasets.corruptions import coding, light, sensor, view, weather
from course_utils.datasets.dataset import Dataset, Splits
from course_utils.datasets.reporting import listed, nearest
from course_utils.errors import CourseError

_TABLE = {
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


def corrupt(images, name, severity, seed=0):
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
    _check(name, severity, seed)
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


def _corrupt_batch(batch, name, severity, seed, start):
    """Some of the pictures, the first of which has position `start`, as uint8."""
    if severity == 0:
        return batch
    streams = (np.random.default_rng([*name.encode(), seed, start + i]) for i in range(len(batch)))
    function, _ = _TABLE[name]
    levels = function(batch, float(severity), streams)
    return np.clip(np.rint(levels, out=levels), 0, 255, out=levels).astype(np.uint8)


def _check(name, severity, seed):
    """Raise for a corruption that does not exist and for numbers out of range."""
    if not isinstance(name, str) or name not in CORRUPTIONS:
        near = nearest(name, CORRUPTIONS) if isinstance(name, str) else None
        hint = f"did you mean {near!r}?" if near else f"there are {listed(CORRUPTIONS)}."
        raise CourseError(f"There is no corruption named {name!r}: {hint}")
    if isinstance(severity, bool) or not isinstance(severity, numbers.Real):
        raise CourseError(f"severity must be a number from 0 to 1, not {severity!r}.")
    if not 0 <= severity <= 1:
        raise CourseError(
            f"severity must lie between 0 (untouched) and 1 (strongest), not at {severity}."
        )
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or seed < 0:
        raise CourseError(f"seed must be a whole number from 0 up, not {seed!r}.")


def _checked_images(images):
    """The images as something with a shape and a type, both right."""
    if isinstance(images, Splits):
        raise CourseError("corrupt takes one part of a set: give it .train, .validation or .test.")
    if not (hasattr(images, "shape") and hasattr(images, "dtype")):
        try:
            images = np.asarray(images)
        except ValueError:
            raise CourseError(
                "The images differ in size: resize them to one height and width, then corrupt them."
            ) from None
    shape = tuple(images.shape)
    if len(shape) == 3 and shape[2] == 3:
        raise CourseError(
            f"corrupt takes several pictures, and an array of shape {shape} is one: give "
            "images[np.newaxis]."
        )
    if len(shape) != 4 or shape[3] != 3 or 0 in shape[1:]:
        raise CourseError(
            f"The images must have the shape (n, height, width, 3), and theirs is {shape}: put "
            "the colour channels last, three of them."
        )
    if images.dtype != np.uint8:
        raise CourseError(
            f"The images must be uint8, 0 to 255, and are {images.dtype}: convert them, for "
            "example with (255 * images).round().astype(np.uint8) if they lie between 0 and 1."
        )
    return images
