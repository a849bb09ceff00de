"""Pretrain the course's ResNet50 on any folder with a folder of images per class.

    python -m making.pretraining.pretraining FOLDER --out NAME.safetensors --minutes 100

An interrupted run goes on from its last checkpoint when the same command is given again. At the
end NAME.safetensors holds the network, NAME.classes.txt the classes and NAME.json the report;
`python -m making.quantisation.shipping` makes the file that ships from the first two.
"""

import argparse
import contextlib
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from course_utils.datasets import load_dataset
from course_utils.errors import CourseError
from making.pretraining.recipe import Recipe
from making.pretraining.source import check_enough, describe

CHECKPOINT_SECONDS = 300

INTERRUPTED = 130  # 128 + SIGINT, as shells count


class Paths(NamedTuple):
    """The files of a run, beside each other."""

    weights: Path
    classes: Path
    report: Path
    checkpoint: Path


def pretrain(
    folder, out, recipe, *, checkpoint_seconds=CHECKPOINT_SECONDS, on_step=None, progress=True
):
    """Pretrain a ResNet50, or go on with a run that was interrupted.

    Parameters
    ----------
    folder : str or path
        As `load_dataset` takes it. Its training part is learned from, its validation part
        measured on, its test part left alone.
    out : str or path
        The safetensors file to write. A checkpoint lies beside it until the run is over.
    recipe : Recipe
    checkpoint_seconds : float
        Time between two checkpoints of about 300 MB; 0 for one after every step.
    on_step : callable, optional
        Called with the step's number, from 1, and its loss.
    progress : bool
        Show a progress bar on the error stream.

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
    recipe = recipe.checked()
    paths = paths_of(out)
    splits = load_dataset(folder, recipe.size)
    check_enough(splits, recipe, folder)
    source = describe(splits, folder)

    # Torch takes seconds to import: mistakes in the command are told before that.
    from making.pretraining.checkpoint import resume, save_checkpoint
    from making.pretraining.network import Training
    from making.pretraining.output import write_results

    training = Training(recipe, len(splits.train.class_names))
    if paths.checkpoint.exists():
        resume(paths.checkpoint, training, source)

    def save():
        save_checkpoint(paths.checkpoint, training, source)

    train(training, splits.train, save, checkpoint_seconds, on_step, progress)
    save()  # should measuring be interrupted, the training is not lost
    report = write_results(training, splits, source, paths)
    paths.checkpoint.unlink()
    return report


def train(training, part, save, checkpoint_seconds, on_step, progress):
    """Take steps until the run is over, saving now and then; see `pretrain`."""
    from making.pretraining.batches import training_batches

    first_step = training.step
    started = time.monotonic()
    saved, earlier = started, training.seconds
    batches = training_batches(part, training.recipe, first_step)
    with contextlib.closing(batches), _progress_bar(training, progress) as bar:
        while training.progress() < 1:
            loss = training.take_step(*next(batches))
            now = time.monotonic()
            training.seconds = earlier + now - started
            seen = (training.step - first_step) * training.recipe.batch_size
            _show(bar, training, seen / (now - started))
            if now - saved >= checkpoint_seconds:
                save()
                saved = time.monotonic()
            if on_step is not None:
                on_step(training.step, loss)


def paths_of(out):
    """The files that belong to `out`, once it is known that they can be written.

    Raises
    ------
    CourseError
        If the name or its folder will not do, or a finished run lies there.
    """
    out = Path(out).expanduser()
    if out.suffix != ".safetensors":
        raise CourseError(f"The file to write must end in .safetensors, and {out.name!r} does not.")
    if not out.parent.is_dir():
        raise CourseError(f"There is no folder {out.parent} to write {out.name} to: make it first.")
    if not os.access(out.parent, os.W_OK):
        raise CourseError(f"The folder {out.parent} cannot be written to: choose another one.")
    endings = (".safetensors", ".classes.txt", ".json", ".checkpoint.safetensors")
    paths = Paths(*(out.with_suffix(ending) for ending in endings))
    # With its checkpoint still there, a run was interrupted while it wrote its results.
    if out.exists() and not paths.checkpoint.exists():
        raise CourseError(f"{out} exists already: remove it, or choose another name.")
    return paths


def _progress_bar(training, progress):
    """A bar over the share of the run that is over, since minutes have no number of steps."""
    form = "pretraining {percentage:3.0f}%|{bar:20}| {elapsed}<{remaining}{postfix}"
    done = min(training.progress(), 1)
    return tqdm(
        total=1.0, initial=done, disable=not progress, ascii=True, mininterval=1, bar_format=form
    )


def _show(bar, training, images_per_second):
    text = f"step {training.step:,}, loss {training.loss:.3f}, {images_per_second:.0f} images/s"
    bar.set_postfix_str(text, refresh=False)
    bar.update(min(training.progress(), 1) - bar.n)


def parse(arguments=None):
    """The command line's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m making.pretraining.pretraining", description=__doc__.splitlines()[0]
    )
    parser.add_argument("folder", help="a folder with a folder of images for each class")
    parser.add_argument("--out", required=True, metavar="NAME.safetensors", help="file to write")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, help="how long to train (default: 100)")
    length.add_argument("--steps", type=int, help="how many steps to take instead")
    for name, kind, meaning in (
        ("batch-size", int, "images in a step"),
        ("rate", float, "peak learning rate"),
        ("weight-decay", float, "on kernels"),
        ("size", int, "height and width of the images in pixels"),
        ("seed", int, "of everything that is drawn at random"),
        ("precision", str, "auto, float32 or bfloat16"),
    ):
        default = getattr(Recipe, name.replace("-", "_"))
        help_text = f"{meaning} (default: {default})"
        parser.add_argument(f"--{name}", type=kind, default=default, help=help_text)
    options = parser.parse_args(arguments)
    if options.minutes is None and options.steps is None:
        options.minutes = 100.0
    return options


def main(arguments=None):
    """Run the command; returns its exit status."""
    options = vars(parse(arguments))
    folder, out = options.pop("folder"), options.pop("out")
    try:
        report = pretrain(folder, out, Recipe(**options))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        resumable = Path(out).expanduser().with_suffix(".checkpoint.safetensors").exists()
        hint = "The same command goes on from the last checkpoint." if resumable else ""
        print(f"\n{hint}", file=sys.stderr)
        return INTERRUPTED
    print(
        f"{out}: {report['source_top1']:.1%} top-1 on {report['source']['validation_images']:,} "
        f"validation images, after {report['steps']:,} steps in {report['minutes']:.1f} minutes "
        f"({report['passes']:.1f} passes)."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
