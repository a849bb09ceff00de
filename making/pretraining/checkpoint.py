"""Checkpoints of a pretraining run: one file, never half-written, with no pickle in it."""

import dataclasses
import json

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from course_utils.errors import CourseError
from course_utils.files import atomic_path


def save_checkpoint(path, training, source):
    """Write a run to a file; whatever interrupts this, the checkpoint before stays whole.

    The numbers lie as JSON in the header of the safetensors file: in a file of their own they
    could belong to other tensors after a kill. There is no random state, see
    `pretraining_batches.training_batches`.

    Parameters
    ----------
    path : pathlib.Path
    training : Training
    source : dict
        Says what the data are.
    """
    numbers = {"step": training.step, "seconds": training.seconds, "loss": training.loss}
    header = {"recipe": dataclasses.asdict(training.recipe), "source": source, "numbers": numbers}
    metadata = {name: json.dumps(value) for name, value in header.items()}
    with atomic_path(path) as temporary:
        save_file(training.tensors(), temporary, metadata=metadata)


def resume(path, training, source):
    """Bring a new run to where the checkpoint at `path` was taken.

    Raises
    ------
    CourseError
        If the file is damaged, or belongs to a run with other settings or data.
    """
    advice = f"or remove {path} to start from the beginning"
    try:
        with safe_open(path, framework="pt") as file:
            header = {name: json.loads(text) for name, text in file.metadata().items()}
            _check_same(path, header["recipe"], dataclasses.asdict(training.recipe), advice)
            _check_same_data(path, header["source"], source, advice)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        training.restore(tensors, **header["numbers"])
    except (SafetensorError, OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise CourseError(
            f"The checkpoint {path} is damaged ({type(error).__name__}): bring back a good copy, "
            f"{advice}."
        ) from error


def _check_same(path, before, now, advice):
    """Refuse to resume with other settings: the result would be that of neither."""
    changed = [name for name in now if before.get(name) != now[name]]
    if changed:
        told = ", ".join(f"{name} {before.get(name)}, now {now[name]}" for name in changed)
        raise CourseError(
            f"The checkpoint {path} was made with other settings ({told}): give the same ones, "
            f"{advice}."
        )


def _check_same_data(path, before, now, advice):
    if before != now:
        raise CourseError(
            f"The checkpoint {path} was made from other data ({_told(before)}; now {_told(now)}): "
            f"give the same folder, {advice}."
        )


def _told(source):
    return (
        f"{source['name']}, {source['training_images']:,} + {source['validation_images']:,} images "
        f"in {source['classes']:,} classes, digest {source['digest'][:8]}"
    )
