"""The pictures that the networks of the zoo learn from: one source each, as many of each."""

import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_utils.bases.zoo import ZOO_SIZE
from course_utils.datasets import Dataset, load_dataset
from course_utils.errors import CourseError
from course_utils.paths import PROJECT_FOLDER, cache_folder
from course_utils.validation import one_of

#: Pictures that every source is learnt from, as near as its classes divide them.
IMAGES = 1100
#: The sets that ship were drawn with seed 0: no picture of a source is in any of them.
_DRAWING_SEED = 1


class Drawn(NamedTuple):
    """Pictures that a source's own maker of `datasets/makers` draws."""

    domain: str
    per_class: int


DRAWN = {
    "objects": Drawn("photo", 144),
    "digits-rendered": Drawn("rendered", 144),
    "surfaces": Drawn("photo", 240),
    "phantoms": Drawn("xray", 480),
    "fractals": Drawn("fractal", 60),
}
#: Real photographs, fetched or in a folder that is named.
PHOTOGRAPHS = "clothing"
SOURCES = (*DRAWN, PHOTOGRAPHS)


@lru_cache(maxsize=8)
def source_pictures(name: str, clothing: str | Path | None = None) -> tuple[Dataset, Dataset]:
    """What a source is learnt from, and what its accuracy is measured on.

    Parameters
    ----------
    name : str
        One of `SOURCES`.
    clothing : path, optional
        Folder of the clothing photographs; by default the set that was fetched.

    Returns
    -------
    learnt, held_out : Dataset
        Of 64-pixel pictures; of those to learn from, about `IMAGES`, every class has as many.

    Raises
    ------
    CourseError
        If there is no such source, its pictures cannot be drawn, or there are too few.
    """
    if one_of(name, "The source", SOURCES) == PHOTOGRAPHS:
        train, _, held_out = load_dataset(clothing or PHOTOGRAPHS, size=ZOO_SIZE)
    else:
        train, validation, held_out = load_dataset(_drawn_folder(name), size=ZOO_SIZE)
        pictures = np.concatenate([np.asarray(part.images) for part in (train, validation)])
        labels = np.concatenate([train.labels, validation.labels])
        train = replace(train, inputs=pictures, labels=labels, groups=None)
    learnt = train.per_class(IMAGES // len(train.class_names), seed=0)
    return _in_memory(learnt), _in_memory(held_out)


def _drawn_folder(name):
    """The folder of a drawn source's pictures; they are drawn first where they are missing."""
    own = DRAWN[name]
    folder = cache_folder("zoo-pictures", name)
    command = [sys.executable, str(PROJECT_FOLDER / "datasets" / "makers"), name]
    command += ["--into", str(folder), "--domain", own.domain]
    command += ["--per-class", str(own.per_class), "--seed", str(_DRAWING_SEED)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it ended without a word"]
        raise CourseError(f"The pictures of {name!r} could not be drawn: {lines[-1]}")
    return folder / own.domain


def _in_memory(part: Dataset) -> Dataset:
    return replace(part, inputs=np.asarray(part.images), groups=None)
