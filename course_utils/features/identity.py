"""Digests of what features depend on: the parts of a cache key."""

import hashlib
import json
from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

from course_utils.validation import require


def identity_of_images(images: Any, batch_size: int = 64) -> str:
    """Digest of the images' content: of the pixels, or of the files they are decoded from.

    Parameters
    ----------
    images : array of shape (n, height, width, 3), or an object like `Dataset.images`
    batch_size : int
        Images that are in memory at a time; the digest does not depend on it.
    """
    digest = hashlib.sha256(str(tuple(images.shape)).encode())
    if hasattr(images, "fingerprint"):
        for index in range(len(images)):
            digest.update(images.fingerprint(index))
    else:
        for start in range(0, len(images), batch_size):
            batch = np.ascontiguousarray(images[start : start + batch_size])
            if start == 0:
                digest.update(batch.dtype.str.encode())
            digest.update(batch.data)
    return digest.hexdigest()


def identity_of_preprocessing(function: Callable | None, image_shape: tuple[int, ...]) -> str:
    """Text that changes when a preprocessing function, or anything it uses, changes.

    Beside its code stands what it makes of two images of noise: that shows the values that it
    closes over, an object's settings, and the functions that it calls.

    Parameters
    ----------
    function : callable or None
        None stands for the default.
    image_shape : tuple of int

    Raises
    ------
    CourseError
        If it does not give an image for each image.
    """
    if function is None:
        return "resnet50"
    noise = np.random.default_rng(0).integers(0, 256, (2, *image_shape)).astype(np.float32)
    result = np.asarray(function(noise.copy()), dtype=np.float32)
    require(
        result.ndim == 4 and len(result) == 2,
        "preprocess must give one image, channels last, for each that it takes: from shape "
        f"{noise.shape} it made {result.shape}.",
    )
    digest = hashlib.sha256(f"{identity_of_code(function)} {result.shape}".encode())
    digest.update(np.ascontiguousarray(result).data)
    return digest.hexdigest()


def identity_of_code(function: Any) -> str:
    """Text that changes when a function's name or code does; for an object, its class's name."""
    named = function if hasattr(function, "__qualname__") else type(function)
    name = f"{named.__module__}.{named.__qualname__}"
    code = getattr(function, "__code__", None)
    return name if code is None else f"{name} {_text_of_code(code)}"


def _text_of_code(code):
    constants = [_text_of_code(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts]
    return repr((code.co_code, code.co_names, constants))


def identity_of_keras(model: Any) -> str:
    """Digest of a functional model: its layers, how they are wired, and their weights.

    Names, which Keras counts up, leave no trace; nor do `trainable` and the dtype, which
    extraction sets itself.
    """
    description = [_without_names(model.get_config()), sorted(_codes(model))]
    digest = hashlib.sha256(json.dumps(description, sort_keys=True, default=str).encode())
    for weight in model.get_weights():
        digest.update(np.ascontiguousarray(weight).tobytes())
    return digest.hexdigest()


def _codes(model):
    """The code that a model's layers run, each once: a class can be written anew under its name."""
    codes = set()
    for layer in model.layers:
        for function in (type(layer).call, getattr(layer, "function", None)):
            codes |= {identity_of_code(function)} if callable(function) else set()
        codes |= _codes(layer) if hasattr(layer, "layers") else set()
    return codes


def _without_names(model_config):
    """A model's configuration with numbers in place of its layers' names."""
    numbers = {layer["config"]["name"]: n for n, layer in enumerate(model_config["layers"])}
    left_out = {"name", "trainable", "build_config", "compile_config"}

    def plain(value):
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        if value.get("class_name") == "__keras_tensor__":
            return numbered(value["config"]["keras_history"])
        if "layers" in value:  # a model within the model: its names are its own
            return _without_names(value)
        kept = {key: each for key, each in value.items() if key not in left_out}
        if isinstance(kept.get("dtype"), dict):  # a layer's policy; an operation's dtype is text
            del kept["dtype"]
        return {key: plain(each) for key, each in kept.items()}

    def numbered(ends):
        """`[name, call, tensor]`, or a list of such, with the layer's number for its name."""
        if ends and isinstance(ends[0], str):
            return [numbers[ends[0]], *ends[1:]]
        return [numbered(each) for each in ends]

    ends = [model_config.get(key, []) for key in ("input_layers", "output_layers")]
    return [[plain(layer) for layer in model_config["layers"]], *map(numbered, ends)]
