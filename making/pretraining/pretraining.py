"""A pretraining run of the course's ResNet50, from its folder of images to its files."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_utils.datasets import Dataset, Splits, load_dataset
from course_utils.features.identity import identity_of_images
from course_utils.validation import require
from making.pretraining.batches import training_batches
from making.pretraining.recipe import Recipe

CHECKPOINT_SECONDS = 300


def pretrain(
    folder: Path | str,
    out: Path | str,
    recipe: Recipe,
    *,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    on_step: Callable[[int, float], Any] | None = None,
) -> dict[str, Any]:
    """Pretrain a ResNet50, or go on with a run that was interrupted.

    Parameters
    ----------
    folder : str or path
        As `load_dataset` takes it. Its training part is learned from, its validation part
        measured on, its test part left alone.
    out : str or path
        The safetensors file to write; the class list and the report lie beside it, and a
        checkpoint until the run is over.
    recipe : Recipe
    checkpoint_seconds : float
        Time between two checkpoints of about 300 MB; 0 for one after every step.
    on_step : callable, optional
        Called with the step's number, from 1, and its loss.

    Returns
    -------
    dict
        The report, as in the JSON file: `source`, `recipe`, `minutes`, `steps`, `images_seen`,
        `passes`, `source_top1` (of the file as written), `bytes`, `sha256` and more.

    Raises
    ------
    CourseError
        If a setting or the folder cannot be used, there are fewer images than a batch has,
        `out` exists already, or its checkpoint is damaged or from another run.
    """
    recipe, out = recipe.checked(), Path(out).expanduser()
    require(out.suffix == ".safetensors", f"{out.name!r} must end in .safetensors: add that.")
    require(out.parent.is_dir(), f"There is no folder {out.parent} to write to: make it first.")
    checkpoint = out.with_suffix(".checkpoint.pt")
    # With its checkpoint still there, a run was interrupted while it wrote its results.
    require(
        checkpoint.exists() or not out.exists(),
        f"{out} exists already: remove it, or choose another name.",
    )
    splits = load_dataset(folder, recipe.size)
    require(
        len(splits.train) >= recipe.batch_size and len(splits.validation) > 0,
        f"The training part of {folder} has {len(splits.train)} images and its validation part "
        f"{len(splits.validation)}: give a batch of {recipe.batch_size} at least, and some.",
    )
    source = describe(splits)

    # Torch takes seconds to import: mistakes in the command are told before that.
    from making.pretraining.checkpoint import resume, save_checkpoint
    from making.pretraining.network import Training
    from making.pretraining.output import write_results

    training = Training(recipe, len(splits.train.class_names))
    if checkpoint.exists():
        resume(checkpoint, training, source)

    def save() -> None:
        save_checkpoint(checkpoint, training, source)

    train(training, splits.train, save, checkpoint_seconds, on_step)
    save()  # should measuring be interrupted, the training is not lost
    report = write_results(training, splits, source, out)
    checkpoint.unlink()
    return report


def train(
    training: Any,
    part: Dataset,
    save: Callable[[], None],
    checkpoint_seconds: float,
    on_step: Callable[[int, float], Any] | None,
) -> None:
    """Take steps until the run is over, saving now and then with a line of text; see `pretrain`."""
    saved = started = time.monotonic()
    earlier = training.seconds
    batches = training_batches(part, training.recipe, training.step)
    while training.progress() < 1:
        loss = training.take_step(*next(batches))
        now = time.monotonic()
        training.seconds = earlier + now - started
        if now - saved >= checkpoint_seconds:
            save()
            print(f"{training.progress():.0%} done: step {training.step:,}, loss {loss:.3f}")
            saved = time.monotonic()
        if on_step is not None:
            on_step(training.step, loss)


def describe(splits: Splits) -> dict[str, Any]:
    """Say what the data are, for the report and to know them again.

    Returns
    -------
    dict
        `name`, `classes`, `training_images`, `validation_images`, `size` in pixels, and a
        `digest` of classes, labels and images.
    """
    digest = hashlib.sha256("\n".join(splits.train.class_names).encode("utf-8", "replace"))
    for part in (splits.train, splits.validation):
        digest.update(part.labels.tobytes() + identity_of_images(part.images).encode())
    return {
        "name": splits.train.name,
        "classes": len(splits.train.class_names),
        "training_images": len(splits.train),
        "validation_images": len(splits.validation),
        "size": splits.train.images.shape[1],
        "digest": digest.hexdigest(),
    }
