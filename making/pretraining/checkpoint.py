"""Checkpoints of a pretraining run: one file, never half-written."""

import pickle
from pathlib import Path
from typing import Any

import torch

from course_utils.errors import CourseError
from course_utils.files import atomic_path
from course_utils.validation import require
from making.pretraining.network import Training


def save_checkpoint(path: Path, training: Training, source: dict[str, Any]) -> None:
    """Write a run to a file; whatever interrupts this, the checkpoint before stays whole.

    There is no random state, see `batches.training_batches`.

    Parameters
    ----------
    path : pathlib.Path
    training : Training
    source : dict
        Says what the data are.
    """
    with atomic_path(path) as temporary:
        torch.save(training.state() | {"source": source}, temporary)


def resume(path: Path, training: Training, source: dict[str, Any]) -> None:
    """Bring a new run to where the checkpoint at `path` was taken.

    Raises
    ------
    CourseError
        If the file is damaged, or belongs to a run with other settings or data.
    """
    try:
        state = torch.load(path, weights_only=True)  # runs no code that the file may hold
        before, now = state["recipe"] | state["source"], training.state()["recipe"] | source
        differing = [f"{name} {before.get(name)}, now {now[name]}" for name in now
                     if before.get(name) != now[name]]  # fmt: skip
    except (RuntimeError, EOFError, KeyError, TypeError, pickle.UnpicklingError) as error:
        raise CourseError(
            f"The checkpoint {path} is damaged ({type(error).__name__}): bring back a good copy, "
            "or remove it to start from the beginning."
        ) from error
    require(
        not differing,
        f"The checkpoint {path} was made with other settings or data ({'; '.join(differing)}): "
        "give the same ones, or remove it to start from the beginning.",
    )
    training.restore(state)
