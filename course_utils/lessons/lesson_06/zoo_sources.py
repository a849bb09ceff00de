"""The pictures that the networks of the zoo learn from: one source each, as many of each."""

import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_utils.datasets import load_dataset
from course_utils.datasets.dataset import Dataset
from course_utils.errors import CourseError
from course_utils.paths import PROJECT_FOLDER, cache_folder

#: Pictures that every source is learnt from, as near as its classes divide them.
IMAGES = 1100
SIZE = 64
#: The sets that ship were drawn with seed 0: no picture of a source is in any of them.
_DRAWING_SEED = 1


class Drawn(NamedTuple):
    """Pictures that a maker of `datasets/makers` draws."""

    maker: str
    domain: str
    per_class: int


DRAWN = {
    "objects": Drawn("objects", "photo", 144),
    "digits-rendered": Drawn("digits-rendered", "rendered", 144),
    "surfaces": Drawn("surfaces", "photo", 240),
    "phantoms": Drawn("phantoms", "xray", 480),
    "fractals": Drawn("fractals", "fractal", 60),
}
#: Real photographs, fetched or in a folder that is named.
PHOTOGRAPHS = "clothing"
SOURCES = (*DRAWN, PHOTOGRAPHS)
#: Networks that are no source's own: the end of such a name, and one that learnt from a teacher.
SHUFFLED = ", shuffled labels"
DISTILLED = "distilled"


@lru_cache(maxsize=8)
def source_pictures(
    name: str, clothing: str | Path | None = None, images: int = IMAGES
) -> tuple[Dataset, Dataset]:
    """What a source is learnt from, and what its accuracy is measured on.

    Parameters
    ----------
    name : str
        One of `SOURCES`.
    clothing : path, optional
        Folder of the clothing photographs; by default the set that was fetched.
    images : int
        Pictures to learn from; every class has as many.

    Returns
    -------
    learnt, held_out : Dataset
        Of 64-pixel pictures.

    Raises
    ------
    CourseError
        If there is no such source, its pictures cannot be drawn, or there are too few.
    """
    if name not in SOURCES:
        raise CourseError(f"There is no source {name!r}: choose from {', '.join(SOURCES)}.")
    if name == PHOTOGRAPHS:
        train, _, held_out = load_dataset(clothing or PHOTOGRAPHS, size=SIZE)
    else:
        train, validation, held_out = load_dataset(_drawn_folder(name), size=SIZE)
        train = _joined(train, validation)
    learnt = train.per_class(images // len(train.class_names), seed=0)
    return _in_memory(learnt), _in_memory(held_out)


def _drawn_folder(name):
    """The folder of a drawn source's pictures; they are drawn first where they are missing."""
    own = DRAWN[name]
    folder = cache_folder("zoo-pictures", own.maker)
    command = [sys.executable, str(PROJECT_FOLDER / "datasets" / "makers"), own.maker]
    command += ["--into", str(folder), "--domain", own.domain]
    command += ["--per-class", str(own.per_class), "--seed", str(_DRAWING_SEED)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it ended without a word"]
        raise CourseError(f"The pictures of {name!r} could not be drawn: {lines[-1]}")
    return folder / own.domain


def _joined(first, second):
    return Dataset(
        np.concatenate([np.asarray(first.images), np.asarray(second.images)]),
        np.concatenate([first.labels, second.labels]),
        first.class_names,
        first.domain,
        first.name,
    )


def _in_memory(part):
    return Dataset(np.asarray(part.images), part.labels, part.class_names, part.domain, part.name)
