"""The trials of the fine-tuning sweeps: one schedule on one draw of one target, measured."""

import numpy as np

from course_utils.experiments.fine_tuning_networks import (
    drawn,
    network_for,
    splits_of,
    watched,
)

BATCH_SIZE = 32
#: Steps of a run by labelled images per class, whatever the schedule.
STEPS = {5: 16, 20: 30, 50: 50}

#: What each depth unfreezes beside the head.
DEPTHS = {
    "head": (),
    "conv5": ("conv5",),
    "conv4": ("conv4", "conv5"),
    "all": ("base",),
    "conv1 to conv3 only": ("conv1", "conv2", "conv3"),
}
#: Peak rate of a new head, whatever the base's: it starts from nothing, and has far to go.
HEAD_RATE = 3e-3

#: Corruptions of the test images, and how severe they are (0 to 1).
SHIFTS = ("noise", "blur", "contrast")
SEVERITIES = (0.2, 0.6)

WAYS = ("all at once", "probe first", "gradual")


def trial(study, **settings):
    """Run one trial; `study` says which of the functions below measures it."""
    return {"curves": curves_trial, "rates": rates_trial}.get(study, end_trial)(**settings)


def schedule_for(
    target, n, learning_rate, depth="all", way="all at once", start="pretrained", **options
):
    """The schedule of a trial: all of one target and n have the same number of steps.

    Parameters
    ----------
    target : str
        `"set/domain"`.
    n : int
        Labelled images per class; a key of `STEPS`.
    learning_rate : float
        Peak rate of what is unfrozen of the base; of the head where that alone is trained. Else
        the head has `HEAD_RATE`, in every stage.
    start : str
        A random base learns at one rate with its head: neither of them knows more.
    depth : str
        A key of `DEPTHS`.
    way : str
        One of `WAYS`. The probe takes a third of the epochs, each of the four stages of gradual
        unfreezing a quarter, as nearly as whole epochs allow.
    **options
        Of `Schedule`.

    Returns
    -------
    Schedule
    """

    from course_utils.finetuning import Schedule, Stage

    epochs = epochs_of(target, n)
    options = {"batch_size": BATCH_SIZE, "restore_best": False} | options
    together = start == "random" or depth == "head"
    head = {"head": learning_rate if together else HEAD_RATE}
    stages = []
    for groups, own_epochs in _stages(depth, way, epochs):
        stages.append(Stage(head | dict.fromkeys(groups, learning_rate), own_epochs))
    return Schedule(tuple(stages), **options)


def _stages(depth, way, epochs):
    """Pairs of what of the base is unfrozen, and for how many epochs."""
    if way == "probe first":
        probe = max(1, round(epochs / 3))
        return [((), probe), (DEPTHS[depth], epochs - probe)]
    if way == "gradual":
        ends = np.round(np.arange(1, 5) * epochs / 4).astype(int)
        unfrozen = [(), ("conv5",), ("conv4", "conv5"), ("base",)]
        return list(zip(unfrozen, np.diff([0, *ends]).tolist(), strict=True))
    return [(DEPTHS[depth], epochs)]


def epochs_of(target, n):
    """The whole number of epochs that comes nearest to the steps of `STEPS`."""
    images = n * len(splits_of(target).train.class_names)
    return max(1, round(STEPS[n] / -(-images // BATCH_SIZE)))


def _run(target, start, n, seed, schedule, validation=None):
    """Run a schedule from the start of a trial: the network, its accuracies and its history."""
    network = network_for(target, start)
    train = drawn(splits_of(target).train, n, seed)
    network.begin(seed, train.images)
    last = {}
    history = network.tuner.run(
        (train, validation),
        schedule,
        seed=seed,
        progress=False,
        extract=network.extract,
        after_epoch=lambda record, evaluate: last.update(evaluate=evaluate),
    )
    splits = splits_of(target)
    accuracies = {
        f"{name}_accuracy": float(np.mean(last["evaluate"](part).argmax(axis=1) == part.labels))
        for name, part in (("train", train), *zip(splits._fields[1:], splits[1:], strict=True))
    }
    return network, accuracies, history


def _options(start, batch_norm):
    """Random weights have no statistics yet, so that their BatchNorm has to be trained."""
    return {"batch_norm": batch_norm or ("trained" if start == "random" else "frozen")}


def rates_trial(target, start, depth, n, seed, learning_rate):
    """Fine-tune to one depth at one rate, watching.

    Returns
    -------
    dict
        `train_accuracy`, `validation_accuracy`, `test_accuracy` (fractions); `agreement` with the
        source classifier's answers before (see `Network.agreement`; pretrained start only);
        `drift` by depth (relative); `curve`: step, training loss (None where it is not finite)
        and accuracy on every third validation image; `seconds` of training.
    """
    schedule = schedule_for(target, n, learning_rate, depth, start=start, **_options(start, None))
    validation = watched(splits_of(target).validation)
    network, measured, history = _run(target, start, n, seed, schedule, validation)
    if start == "pretrained":
        measured["agreement"] = network.agreement() if depth != "head" else 1.0
    return measured | {
        "drift": _rounded(history.epochs[-1]["drift"]),
        "curve": [
            [e["steps"], _finite(e["loss"]), round(e["validation_accuracy"], 4)]
            for e in history.epochs
        ],
        "seconds": round(history.seconds, 2),
    }


def end_trial(
    target,
    start,
    n,
    seed,
    learning_rate,
    depth="all",
    way="all at once",
    batch_norm=None,
    penalty=None,
    strength=0.0,
    corrupted=False,
):
    """Fine-tune by some schedule, and measure where it ended.

    Returns
    -------
    dict
        Accuracies as in `rates_trial`; `drift` by depth; where `corrupted`, `"noise 0.2"` and so
        on: accuracy on test images with that corruption at that severity.
    """
    options = _options(start, batch_norm)
    if penalty:
        options |= {"penalty": penalty, "strength": strength, "head_strength": 0.01}
    schedule = schedule_for(target, n, learning_rate, depth, way, start, **options)
    network, measured, history = _run(target, start, n, seed, schedule)
    measured["drift"] = _rounded(history.epochs[-1]["drift"])
    if corrupted:
        test = splits_of(target).test
        for (kind, severity), images in corrupted_images(target).items():
            measured[f"{kind} {severity}"] = network.accuracy(images, test.labels)
    return measured


def curves_trial(target, start, depth, n, seed, learning_rate, epochs):
    """Fine-tune for long at a constant rate, and look at every image after every epoch.

    Returns
    -------
    dict
        `validation_correct`: for each epoch a text of 0 and 1, one for each validation image;
        `validation_loss` (one list an epoch, rounded), `test_accuracy`, `train_accuracy`: one
        number an epoch.
    """
    from course_utils.finetuning import Schedule, Stage

    learns = {"head": HEAD_RATE} | dict.fromkeys(DEPTHS[depth], learning_rate)
    stage = Stage(learns, epochs, decay="constant")
    schedule = Schedule((stage,), batch_size=BATCH_SIZE, restore_best=False)
    splits = splits_of(target)
    measured = {"validation_correct": [], "validation_loss": [], "test_accuracy": []}

    def look(record, evaluate):
        outputs = evaluate(splits.validation)
        right = outputs.argmax(axis=1) == splits.validation.labels
        measured["validation_correct"].append("".join(map(str, right.astype(int))))
        measured["validation_loss"].append(
            np.round(_losses(outputs, splits.validation.labels), 3).tolist()
        )
        answers = evaluate(splits.test).argmax(axis=1)
        measured["test_accuracy"].append(float(np.mean(answers == splits.test.labels)))

    network = network_for(target, start)
    train = drawn(splits.train, n, seed)
    network.begin(seed, train.images)
    history = network.tuner.run(
        (train, None),
        schedule,
        seed=seed,
        progress=False,
        extract=network.extract,
        after_epoch=look,
    )
    return measured | {"train_accuracy": history.column("accuracy").round(4)}


_corrupted = {}


def corrupted_images(target):
    """The test images of a target under every corruption: dict of (kind, severity) to array."""
    from course_utils.datasets import corrupt

    if target not in _corrupted:
        _corrupted.clear()
        images = np.asarray(splits_of(target).test.images)
        _corrupted[target] = {
            (kind, severity): corrupt(images, kind, severity, 0)
            for kind in SHIFTS
            for severity in SEVERITIES
        }
    return _corrupted[target]


def _losses(logits, labels):
    """Cross-entropy of each image, in nats."""
    from scipy.special import log_softmax

    return -log_softmax(logits, axis=1)[np.arange(len(labels)), labels]


def _finite(value):
    return round(value, 5) if np.isfinite(value) else None


def _rounded(drift):
    return {name: round(value, 6) if np.isfinite(value) else None for name, value in drift.items()}
