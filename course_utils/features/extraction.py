"""`extract_features`: the activations of a frozen network, computed once and kept."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from course_utils.errors import CourseError
from course_utils.features.cache import fetch_or_compute
from course_utils.features.identity import identity_of_images, identity_of_preprocessing
from course_utils.validation import one_of, require

#: Part of every key: raise it when the same inputs would give other features.
EXTRACTION_VERSION = 1

BATCH_SIZE = 64


@dataclass(frozen=True, eq=False)
class Features:
    """Activations at one layer of one network for a list of images.

    Attributes
    ----------
    array : numpy.memmap of float32, shape (n, ...)
        Row `i` belongs to image `i`; channels last, as in Keras, in both frameworks. It lies on
        disk and comes into memory as it is read.
    key : str
        Digest of everything that the numbers depend on: weights, layer, preprocessing,
        precision, and the content of the images.
    """

    array: np.ndarray
    key: str

    def __len__(self) -> int:
        return len(self.array)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.array, dtype=dtype)


def extract_features(
    base: Any,
    images: Any,
    layer: str | None = None,
    *,
    preprocess: Callable[[np.ndarray], np.ndarray] | None = None,
    precision: str = "auto",
    progress: bool = True,
) -> Features:
    """Run a frozen network over images and give its activations at one layer.

    What was computed before, by whatever process, is read from disk. Memory stays bounded:
    images are read and features written a batch at a time, so that a folder of 100,000
    photographs passes through. A run that was killed begins again.

    How it is fast, measured at 64 x 64 pixels on two cores with AVX512-BF16 (images per second;
    `make bench` measures your machine): `base.predict` 260; with BatchNorm folded into the
    convolutions and weights made constants 345, and in bfloat16 640. Weights are not made
    constants after all: that takes five seconds, for a gain of a tenth. `jit_compile=True` (XLA)
    35. In torch, channels last: 32-bit 255, bfloat16 autocast 505. Where the processor has no
    bfloat16 instructions it would be slower, so there everything stays in 32 bits.

    Parameters
    ----------
    base : keras.Model or torch.nn.Module
        Used in inference mode, and left as it was. A torch network takes `pixel_values`
        (channels first) and gives an object with `pooler_output`, as `transformers` has it, or
        a tensor.
    images : array of shape (n, height, width, 3), or an object like `Dataset.images`
        Red, green, blue, 0 to 255.
    layer : str, optional
        Name of a Keras layer or torch module; by default the network's output (for torch, the
        pooled one).
    preprocess : callable, optional
        Takes float32 images of shape (batch, height, width, 3) and gives the network's input,
        channels last. By default the one of `keras.applications.resnet50` (for torch the same
        without the flip to blue, green, red), which fits `course_weights("resnet50")`.
    precision : {"auto", "float32", "bfloat16"}
        `"auto"`: bfloat16 where the processor has instructions for it.
    progress : bool
        Show a progress bar on the error stream while something is being computed.

    Returns
    -------
    Features
        Its array has shape (n, channels) or (n, height, width, channels).

    Raises
    ------
    CourseError
        If the images have another shape, there are none, the network does not take them, the
        layer or precision does not exist, `preprocess` does not give an image for each, the disk
        is full, or the features exceed the cache's size limit.
    """
    shape = tuple(getattr(images, "shape", ()))
    require(
        len(shape) == 4 and shape[-1] == 3 and 0 not in shape,
        "extract_features takes images of shape (n, height, width, 3) with n at least 1, not "
        f"{shape or type(images).__name__}.",
    )
    preprocessing = identity_of_preprocessing(preprocess, shape[1:])
    engine = _engine(base, layer, precision, shape[1:], preprocess)
    description = {
        "version": EXTRACTION_VERSION,
        "network": engine.identity(),
        "layer": layer,
        "preprocess": preprocessing,
        "precision": engine.precision,
        "images": identity_of_images(images),
    }
    key = hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()[:32]

    def batches() -> Iterator[np.ndarray]:
        run = engine.prepare()
        starts = range(0, len(images), BATCH_SIZE)
        bar = tqdm(starts, "features", disable=not progress, unit="batch", ascii=True)
        with ThreadPoolExecutor(1) as reader:  # decodes the next batch while this one computes
            coming = reader.submit(_batch, images, 0)
            for start in bar:
                batch = coming.result()
                if start + BATCH_SIZE < len(images):
                    coming = reader.submit(_batch, images, start + BATCH_SIZE)
                yield run(batch)

    return Features(fetch_or_compute(key, len(images), batches), key)


def _batch(images, start):
    return np.asarray(images[start : start + BATCH_SIZE], np.float32)


def _engine(base, layer, precision, image_shape, preprocess):
    """The way to run this kind of network."""
    from course_utils.bases.precision import automatic_arithmetic

    one_of(precision, "The precision", ("auto", "float32", "bfloat16"))
    if precision == "auto":
        precision = automatic_arithmetic()
    if "torch" in sys.modules and isinstance(base, sys.modules["torch"].nn.Module):
        from course_utils.features.torch_engine import TorchEngine as Engine
    elif "keras" in sys.modules and isinstance(base, sys.modules["keras"].Model):
        from course_utils.features.keras_engine import KerasEngine as Engine
    else:
        raise CourseError(
            "extract_features takes a keras.Model or a torch.nn.Module as its base, not "
            f"{type(base).__name__}."
        )
    return Engine(base, layer, precision, image_shape, preprocess)
