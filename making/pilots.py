"""A pilot before a sweep: a few arms, a few draws, and validation pictures alone.

    python -m making.pilots FOLDER --arms frozen scratch --labels 5 --draws 4 --out FILE

FOLDER holds labelled photographs, a folder for each class. `python -m course_utils plan FILE` then
says how many draws and test pictures the comparison needs. The test part is not looked at. What
FILE holds is not run again: a pilot that was stopped goes on, and more draws can be added.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from course_utils.bases import course_weights
from course_utils.bases.resnet50 import resnet50_base
from course_utils.datasets import Dataset, Splits, load_dataset
from course_utils.errors import CourseError
from course_utils.measuring.sweeps import Record, grid, run_sweep
from course_utils.measuring.trials import draw_labelled
from course_utils.validation import whole_number

SIZE = 64
#: What each arm sets. A pilot tunes nothing: these are what lesson 00 ends at, and a rate at which
#: fine-tuning is steady.
ARMS: dict[str, dict[str, Any]] = {
    "frozen": {"base": "resnet50", "C": 0.01},
    "scratch": {"base": None, "learning_rate": 1e-3},
    "fine-tuned": {"base": "resnet50", "C": 0.01, "learning_rate": 1e-4},
}
#: Steps of fine-tuning, each on up to 32 pictures.
STEPS = 30
BATCH_SIZE = 32


def pilot(
    parts: Splits, arms: Sequence[str], labels_per_class: int, draws: int, path: Path
) -> list[Record]:
    """Run, or go on with, a pilot, draw by draw.

    Parameters
    ----------
    parts : Splits
        Pictures of 64 by 64 pixels. The test part is not looked at.
    arms : sequence of str
        Keys of `ARMS`.
    labels_per_class, draws : int
    path : path of a JSON-lines file
    """
    decoded = [replace(part, inputs=np.asarray(part.images)) for part in parts[:2]]
    shared = {"dataset": parts.train.name, "part": "validation"}
    drawn = grid(**shared, labels_per_class=labels_per_class, draw=tuple(range(draws)))
    trials = [each | {"arm": arm} | ARMS[arm] for each in drawn for arm in arms]
    return run_sweep(trials, partial(pilot_trial, *decoded), path)


def pilot_trial(
    train: Dataset, validation: Dataset, *, arm: str, labels_per_class: int, draw: int, **given: Any
) -> dict[str, Any]:
    """One arm learns from one draw of labelled pictures and answers for the validation pictures.

    Returns
    -------
    dict
        `correct`: array of bool, shape (validation pictures,); `seconds`, of learning and
        answering. The first trial of a base also pays for its features of the validation pictures,
        and the first that fine-tunes for compiling.
    """
    few = draw_labelled(train, labels_per_class, draw)
    start = perf_counter()
    if arm == "scratch":
        from course_utils.lessons.lesson_00.study import scratch_answers

        answers = scratch_answers(few, validation, given["learning_rate"], draw)
    elif arm == "frozen":
        answers = fitted_probe(few, given["C"]).predict(features_of(validation))
    else:
        answers = fine_tuned_answers(few, validation, given["C"], given["learning_rate"], draw)
    return {"correct": answers == validation.labels, "seconds": perf_counter() - start}


@cache
def frozen_base() -> Any:
    """The shipped ResNet50 of the frozen arm, and of the probe that fine-tuning starts from."""
    from transformers import ResNetModel

    return ResNetModel.from_pretrained(course_weights("resnet50", framework="torch")).eval()


def features_of(part: Dataset) -> np.ndarray:
    """Pooled features in 32 bits: array of shape (n, 2048)."""
    from course_utils.features import extract_features

    return np.array(
        extract_features(frozen_base(), part.images, precision="float32", progress=False)
    )


def fitted_probe(few: Dataset, strength: float) -> Any:
    """Logistic regression on standardised pooled features, as in lesson 00."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    probe = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=500))
    return probe.fit(features_of(few), few.labels)


@cache
def fine_tuner(n_classes: int) -> tuple[Any, list[np.ndarray]]:
    """A network to fine-tune, its steps compiled once, and the base's weights to begin with."""
    import keras

    from course_utils.finetuning import FineTuner

    base = resnet50_base(SIZE)
    return FineTuner(base, keras.layers.Dense(n_classes)), base.get_weights()


def fine_tuned_answers(
    few: Dataset, validation: Dataset, strength: float, learning_rate: float, seed: int
) -> np.ndarray:
    """Answers of a ResNet50 of which everything learnt on, beginning with the probe as its head.

    BatchNorm keeps its statistics; Adam; the rate falls to zero by half a cosine. Nothing is chosen
    by the validation pictures: the last weights answer.
    """
    import keras

    from course_utils.finetuning import all_at_once

    tuner, weights = fine_tuner(len(few.class_names))
    tuner.base.set_weights(weights)
    tuner.head.set_weights(as_dense(fitted_probe(few, strength)))
    epochs = max(1, STEPS // -(-len(few) // BATCH_SIZE))
    schedule = all_at_once(learning_rate, epochs, batch_size=BATCH_SIZE, restore_best=False)
    tuner.run((few, None), schedule, seed=seed, progress=False)
    network = keras.Sequential([tuner.base, tuner.head])
    inputs = keras.applications.resnet50.preprocess_input(validation.images.astype(np.float32))
    return network.predict(inputs, batch_size=64, verbose=0).argmax(axis=1)


def as_dense(probe: Any) -> list[np.ndarray]:
    """Kernel and bias of a dense layer whose logits are the probe's, the standardising included."""
    scaler, regression = (step for _, step in probe.steps)
    kernel = (regression.coef_ / scaler.scale_).T
    bias = regression.intercept_ - scaler.mean_ @ kernel
    if kernel.shape[1] == 1:  # of two classes scikit-learn keeps the second's logit alone
        kernel, bias = np.hstack([0 * kernel, kernel]), np.hstack([0 * bias, bias])
    return [kernel, bias]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a pilot: the command's exit status."""
    parser = argparse.ArgumentParser(prog="python -m making.pilots", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", metavar="FOLDER", help="a folder for each class, or a set's name")
    parser.add_argument("--arms", nargs="+", choices=tuple(ARMS), required=True)
    parser.add_argument("--labels", type=int, default=5, metavar="N", help="per class (default 5)")
    parser.add_argument("--draws", type=int, default=4, metavar="N", help="0 to N - 1 (default 4)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON lines")
    options = parser.parse_args(arguments)
    try:
        draws = whole_number(options.draws, "--draws", at_least=1)
        parts = load_dataset(options.folder, size=SIZE)
        pilot(parts, options.arms, options.labels, draws, options.out)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
