"""The trials of the fine-tuning sweeps: one schedule on one draw of one target, measured."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.datasets import corrupt
from course_utils.lessons.lesson_03.networks import (
    Network,
    drawn,
    load_splits,
    network_for,
    watched,
)
from course_utils.measuring.parallel import Measured

if TYPE_CHECKING:
    from course_utils.finetuning import Schedule

BATCH_SIZE = 32
#: Steps of a run by labelled images per class, whatever the schedule.
STEPS = {5: 16, 20: 30, 50: 50}

#: Of the small network from scratch, as in lesson 02.
SMALL_STEPS = 120

#: What each depth unfreezes beside the head.
DEPTHS = {
    "head": (),
    "conv5": ("conv5",),
    "all": ("base",),
    "conv1 to conv3 only": ("conv1", "conv2", "conv3"),
}
#: Peak rate of a head that starts from random numbers: it has far to go.
HEAD_RATE = 3e-3

#: Corruptions of the test images, and how severe they are (0 to 1).
SHIFTS = ("noise", "blur", "contrast")
SEVERITIES = (0.2, 0.6)

WAYS = ("probe first", "all at once", "gradual")


def trial(study: str, **settings: Any) -> Measured:
    """Run one trial; `study` says which of the functions below measures it."""
    own = {"curves": curves_trial, "frozen": frozen_trial, "small": small_trial}
    if study in own:
        return own[study](**settings)
    return fine_tuning_trial(**settings, watching=study == "rates")


def schedule_for(
    target: str,
    n: int,
    learning_rate: float,
    depth: str = "all",
    way: str = "probe first",
    **options: Any,
) -> "Schedule":
    """The schedule of a trial: all of one target and n have the same number of steps.

    Parameters
    ----------
    target : str
        `"set/domain"`.
    n : int
        Labelled images per class; a key of `STEPS`.
    learning_rate : float
        Peak rate of whatever learns. A random head learns at `HEAD_RATE` beside a pretrained base.
    depth : str
        A key of `DEPTHS`.
    way : str
        One of `WAYS`. After a probe, which is fitted to cached features and takes no step of the
        network, everything to `depth` learns; all at once: the same with a random head; gradual:
        after the probe the last stage learns, then the last two, then all, for a third of the
        epochs each, as nearly as whole epochs allow.
    **options
        Of `Schedule`.
    """
    from course_utils.finetuning import all_at_once, gradual_unfreezing

    epochs = epochs_of(target, n)
    options = {"batch_size": BATCH_SIZE, "restore_best": False} | options
    if way == "gradual":
        ends = np.round(np.arange(4) * epochs / 3).astype(int)
        thirds = np.diff(ends).tolist()
        groups = ("conv5", "conv4", "base")
        return gradual_unfreezing(learning_rate, thirds, groups, **options)
    head_rate = HEAD_RATE if way == "all at once" else learning_rate
    return all_at_once(learning_rate, epochs, DEPTHS[depth], head_rate, **options)


def epochs_of(target: str, n: int) -> int:
    """The whole number of epochs that comes nearest to the steps of `STEPS`."""
    images = n * len(load_splits(target).train.class_names)
    return max(1, round(STEPS[n] / -(-images // BATCH_SIZE)))


def fine_tuning_trial(
    target: str,
    start: str,
    n: int,
    seed: int,
    learning_rate: float,
    depth: str = "all",
    way: str = "probe first",
    batch_norm: str | None = None,
    penalty: str | None = None,
    strength: float = 0.0,
    corrupted: bool = False,
    watching: bool = False,
) -> Measured:
    """Fine-tune by some schedule, and measure where it ended.

    Returns
    -------
    dict
        `train_accuracy`, `validation_accuracy`, `test_accuracy` (fractions); `drift` by depth
        (relative). Where `corrupted`, `"noise 0.2"` and so on: accuracy on test images with that
        corruption at that severity. With `watching`: `agreement` with the source classifier's
        answers before (see `Network.agreement`; pretrained start only); `curve`: step, training
        loss (None where it is not finite) and accuracy on every third validation image;
        `seconds` of training.
    """
    # Random weights have no statistics yet, so that their BatchNorm has to be trained.
    options: dict[str, Any] = {"batch_norm": "trained" if start == "random" else "frozen"}
    if batch_norm:
        options["batch_norm"] = batch_norm
    if penalty:
        options |= {"penalty": penalty, "strength": strength, "head_strength": 0.01}
    schedule = schedule_for(target, n, learning_rate, depth, way, **options)
    splits, network = load_splits(target), network_for(target, start)
    train = drawn(splits.train, n, seed)
    probed = start == "pretrained" and way != "all at once"
    network.begin(seed, train, splits.validation if probed else None)
    last: dict[str, Any] = {}
    history = network.tuner.run(
        (train, watched(splits.validation) if watching else None),
        schedule,
        seed=seed,
        progress=False,
        extract=network.extract,
        after_epoch=lambda record, evaluate: last.update(evaluate=evaluate),
    )
    measured: Measured = {
        f"{name}_accuracy": float(np.mean(last["evaluate"](part).argmax(axis=1) == part.labels))
        for name, part in zip(splits._fields, (train, *splits[1:]), strict=True)
    }
    drift = history.epochs[-1]["drift"]
    measured["drift"] = {name: _finite(value, 6) for name, value in drift.items()}
    if corrupted:
        measured |= _under_corruption(network, target)
    if watching:
        if start == "pretrained":
            measured["agreement"] = network.agreement() if depth != "head" else 1.0
        measured["curve"] = [
            [e["steps"], _finite(e["loss"], 5), round(e["validation_accuracy"], 4)]
            for e in history.epochs
        ]
        measured["seconds"] = round(history.seconds, 2)
    return measured


def frozen_trial(target: str, n: int, seed: int, corrupted: bool = False) -> Measured:
    """The probe alone: what fine-tuning starts from.

    Returns
    -------
    dict
        As `fine_tuning_trial`, without the drift.
    """
    network, splits = network_for(target, "pretrained"), load_splits(target)
    train = drawn(splits.train, n, seed)
    network.begin(seed, train, splits.validation)
    parts = zip(splits._fields, (train, *splits[1:]), strict=True)
    measured = {
        f"{name}_accuracy": network.accuracy(part.images, part.labels) for name, part in parts
    }
    return measured | (_under_corruption(network, target) if corrupted else {})


def small_trial(target: str, n: int, seed: int, learning_rate: float) -> Measured:
    """The small network of lesson 02, trained from scratch.

    Returns
    -------
    dict
        As `fine_tuning_trial`, without the drift, and with every corruption.
    """
    import keras

    from course_utils.finetuning.network_training import train_network, trained_network

    splits = load_splits(target)
    splits = splits._replace(train=splits.train.per_class(n, seed))
    measured = train_network(
        "small", splits, learning_rate=learning_rate, steps=SMALL_STEPS, seed=seed
    )
    del measured["curve"], measured["seconds"]
    network = trained_network("small", splits.train)
    for (kind, severity), images in corrupted_images(target).items():
        inputs = keras.applications.resnet50.preprocess_input(np.array(images, np.float32))
        answers = network.predict(inputs, verbose=0).argmax(axis=1)
        measured[f"{kind} {severity}"] = float(np.mean(answers == splits.test.labels))
    return measured


def _under_corruption(network: Network, target: str) -> Measured:
    labels = load_splits(target).test.labels
    return {
        f"{kind} {severity}": network.accuracy(images, labels)
        for (kind, severity), images in corrupted_images(target).items()
    }


def curves_trial(
    target: str, start: str, depth: str, n: int, seed: int, learning_rate: float, epochs: int
) -> Measured:
    """Fine-tune for long at a constant rate, and look at every image after every epoch.

    Returns
    -------
    dict
        `validation_correct`: for each epoch a text of 0 and 1, one for each validation image;
        `validation_loss` (one list an epoch, rounded), `test_accuracy`, `train_accuracy`: one
        number an epoch.
    """
    from course_utils.finetuning import Schedule, Stage

    groups = ("head", *DEPTHS[depth])
    stage = Stage(dict.fromkeys(groups, learning_rate), epochs, decay="constant")
    schedule = Schedule((stage,), batch_size=BATCH_SIZE, restore_best=False)
    splits = load_splits(target)
    measured: Measured = {"validation_correct": [], "validation_loss": [], "test_accuracy": []}

    def look(record: Any, evaluate: Any) -> None:
        outputs, labels = evaluate(splits.validation), splits.validation.labels
        right = outputs.argmax(axis=1) == labels
        measured["validation_correct"].append("".join(map(str, right.astype(int))))
        measured["validation_loss"].append(np.round(_losses(outputs, labels), 3).tolist())
        answers = evaluate(splits.test).argmax(axis=1)
        measured["test_accuracy"].append(float(np.mean(answers == splits.test.labels)))

    network = network_for(target, start)
    train = drawn(splits.train, n, seed)
    network.begin(seed, train, splits.validation)
    history = network.tuner.run(
        (train, None),
        schedule,
        seed=seed,
        progress=False,
        extract=network.extract,
        after_epoch=look,
    )
    return measured | {"train_accuracy": history.column("accuracy").round(4)}


@lru_cache(maxsize=1)
def corrupted_images(target: str) -> dict[tuple[str, float], np.ndarray]:
    """The test images of a target under every corruption, by its kind and severity."""
    images = np.asarray(load_splits(target).test.images)
    return {
        (kind, severity): np.asarray(corrupt(images, kind, severity, 0))
        for kind in SHIFTS
        for severity in SEVERITIES
    }


def _losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Cross-entropy of each image, in nats."""
    from scipy.special import log_softmax

    return -log_softmax(logits, axis=1)[np.arange(len(labels)), labels]


def _finite(value: float, digits: int) -> float | None:
    """A number rounded, or None for one that JSON can't hold."""
    return round(value, digits) if np.isfinite(value) else None
