"""What a pretraining run learns from: enough of it, and known again when the run goes on."""

import hashlib
import os
from pathlib import Path

import numpy as np

from course_utils.datasets.reporting import count_of, readable
from course_utils.errors import CourseError


def check_enough(splits, recipe, folder):
    """Refuse fewer training images than a batch has, and an empty validation part."""
    shown, n = readable(folder), len(splits.train)
    if n < recipe.batch_size:
        raise CourseError(
            f"The training part of {shown} has {count_of(n, 'image')}, fewer than a batch of "
            f"{recipe.batch_size}: give a smaller batch size, or more images."
        )
    if not len(splits.validation):
        raise CourseError(f"The validation part of {shown} is empty: nothing could be measured.")


def describe(splits, folder):
    """Say what the data are, for the report and to know them again.

    Returns
    -------
    dict
        `name`, `classes`, `training_images`, `validation_images`, `size` in pixels, and a
        `digest` of classes, labels and the files' names and sizes (or the pixels, if they
        do not lie in files).
    """
    train, validation, _ = splits
    digest = hashlib.sha256("\n".join(train.class_names).encode())
    for part in (train, validation):
        digest.update(part.labels.tobytes())
        if hasattr(part.images, "paths"):
            for path in part.images.paths:
                # Below the folder: it may have moved in the meantime.
                name = os.path.relpath(path, Path(folder).expanduser())
                digest.update(os.fsencode(f"{name}|{_bytes_of(path)}\n"))
        else:
            digest.update(np.ascontiguousarray(part.images).data)
    return {
        "name": train.name,
        "classes": len(train.class_names),
        "training_images": len(train),
        "validation_images": len(validation),
        "size": train.images.shape[1],
        "digest": digest.hexdigest(),
    }


def _bytes_of(path):
    try:
        return Path(path).stat().st_size
    except OSError as error:
        raise CourseError(f"The image {path} has gone: put it back, or start again.") from error
