"""A run's state after its last finished epoch, so that a killed run goes on from there."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.datasets.dataset import Dataset
from course_utils.errors import CourseError
from course_utils.features.identity import identity_of_code, identity_of_images
from course_utils.files import atomic_path, disk_errors_explained
from course_utils.finetuning.schedules import Schedule
from course_utils.validation import require

#: Raise it when the meaning of a stored state changes.
CHECKPOINT_VERSION = 2


class Checkpoint:
    """One run in one folder.

    Parameters
    ----------
    folder : path or None
        None: nothing is kept.
    description : dict of str to anything JSON can hold
        What makes this run what it is. A folder that holds another run is not touched.

    Raises
    ------
    CourseError
        If the folder holds another run, or something that is none.
    """

    def __init__(self, folder: Path | str | None, description: dict[str, Any] | None) -> None:
        self.folder = None if folder is None else Path(folder)
        if self.folder is None:
            return
        self._description = json.loads(json.dumps(description, sort_keys=True))
        require(
            self.folder.is_dir() or not self.folder.exists(),
            f"{self.folder} is a file: name a folder for the run.",
        )
        with disk_errors_explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._claim(self.folder)
            for left in self.folder.glob(".*.npz.*.part"):  # by a process killed while it wrote
                left.unlink(missing_ok=True)

    def _claim(self, folder):
        path = folder / "run.json"
        if not path.exists():
            others = [each.name for each in folder.iterdir() if not each.name.startswith(".")]
            require(
                not others,
                f"The folder {folder} holds other things ({', '.join(others[:3])}) and no run "
                "of fine_tune: name an empty or a new one.",
            )
            with atomic_path(path) as temporary:
                temporary.write_text(json.dumps(self._description), encoding="utf-8")
            return
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            differing = sorted(
                key for key in self._description if stored.get(key) != self._description[key]
            )
        except (ValueError, AttributeError) as error:
            raise CourseError(f"{path} is damaged: delete {folder} to begin anew.") from error
        require(
            not differing,
            f"The folder {folder} holds another run (its {', '.join(differing)} differ): name "
            "another folder for this one, or delete that.",
        )

    def save(self, name: str, groups: dict[str, list[np.ndarray]], facts: dict[str, Any]) -> None:
        """Put groups of arrays and facts (plain data) in one file, all or nothing."""
        if self.folder is None:
            return
        arrays: dict[str, Any] = {
            f"{group} {n}": a for group, own in groups.items() for n, a in enumerate(own)
        }
        counted = facts | {"counts": {group: len(own) for group, own in groups.items()}}
        text = np.frombuffer(json.dumps(counted).encode(), np.uint8)
        path = self.folder / f"{name}.npz"
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(file, **arrays, facts=text)

    def load(self, name: str) -> tuple[dict[str, list[np.ndarray]], dict[str, Any]] | None:
        """`(groups, facts)` as they were saved, or None if there are none.

        Raises
        ------
        CourseError
            If the file is damaged.
        """
        if self.folder is None or not (self.folder / f"{name}.npz").exists():
            return None
        path = self.folder / f"{name}.npz"
        try:
            with np.load(path, allow_pickle=False) as stored:
                facts = json.loads(stored["facts"].tobytes())
                groups = {
                    group: [stored[f"{group} {n}"] for n in range(count)]
                    for group, count in facts.pop("counts").items()
                }
            return groups, facts
        except Exception as error:  # zipfile, zlib and NumPy raise a dozen kinds
            raise CourseError(
                f"{path} is damaged: delete {self.folder} to begin the run anew."
            ) from error


def identity_of_run(
    base: Any,
    head: Any,
    parts: dict[str, Dataset],
    schedule: Schedule,
    trained: list[Any],
    preprocess: Callable,
    augment: Any,
    **settings: Any,
) -> dict[str, Any]:
    """What a run's outcome depends on, as plain data.

    The starting values of what the schedule trains are not part of it: after an interrupted
    run, the weights in memory are no longer those that it began with.

    Parameters
    ----------
    base, head : keras.Model or keras.Layer
    parts : dict of str to Dataset
    schedule : Schedule
    trained : list of keras.Variable
    preprocess : callable
    augment : keras.Layer, callable or None
    **settings
        Numbers and texts, as they are.
    """
    kept = {id(variable) for variable in trained}
    frozen = hashlib.sha256()
    for variable in base.weights + head.weights:
        if id(variable) not in kept:
            frozen.update(np.ascontiguousarray(variable.numpy()).tobytes())
    description = settings | {
        "version": CHECKPOINT_VERSION,
        "schedule": asdict(schedule),
        "frozen weights": frozen.hexdigest(),
        "base": [str(variable.shape) for variable in base.weights],
        "head": [str(variable.shape) for variable in head.weights],
        "preprocessing": identity_of_code(preprocess),
        "augmentation": None if augment is None else _settings_of(augment),
    }
    for name, part in parts.items():
        labels = hashlib.sha256(np.asarray(part.labels).tobytes()).hexdigest()
        description[f"{name} images"] = [identity_of_images(part.images), labels]
    return description


def _settings_of(augment):
    """A Keras layer's settings as text without its name, or a function's name and code."""
    if hasattr(augment, "layers"):
        return [_settings_of(layer) for layer in augment.layers]
    if hasattr(augment, "get_config"):
        config = augment.get_config()
        return [type(augment).__name__, str({k: v for k, v in config.items() if k != "name"})]
    return identity_of_code(augment)
