"""The trials of the adaptation sweeps: one method on one draw of one shift, measured."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.lessons.lesson_05.tasks import SHIFTS, AdaptationTask, adaptation_task

if TYPE_CHECKING:
    from course_utils.adaptation import AdaptationHistory, AdaptationNetwork, Algorithm

#: How long and in what batches each kind of network is trained. Of its steps, a network is looked
#: at `LOOKS` times: each look is a candidate that a selector may choose.
TRAINING = {
    "all": {"steps": 240, "batch_size": 48, "learning_rate": 3e-3},
    "head": {"steps": 200, "batch_size": 64, "learning_rate": 1e-3},
    "last stage": {"steps": 60, "batch_size": 32, "learning_rate": 3e-4},
}
LOOKS = 4
#: Weights of each method's own term that are tried.
METHODS = {
    "source only": (1.0,),
    "CORAL, closed form": (1.0,),
    "AdaBN": (1.0,),
    "Tent": (1.0,),
    "deep CORAL": (1.0, 10.0),
    "MMD": (0.3, 1.0),
    "DANN": (0.3, 1.0),
    "CDAN": (0.3, 1.0),
    "class confusion": (0.3, 1.0),
    "entropy": (0.03, 0.1),
    "self-training": (0.3, 1.0),
}
#: Passes over the target that Tent makes, and its batches.
TENT_PASSES = 3
TENT_BATCH = 64


def trial(
    study: str, shift: str, method: str, seed: int, weight: float = 1.0, **settings: Any
) -> dict[str, Any]:
    """Train one method on one draw of one shift, and look at it as it goes.

    Parameters
    ----------
    study : str
        What the trial belongs to; nothing depends on it.
    shift : str
        A key of `tasks.SHIFTS`.
    method : str
        A key of `METHODS`.
    seed : int
        Draws the labelled source images, the network's start and the batches.
    weight : float
        What the method's own term is multiplied by.
    **settings
        Augmentation, skew, corruption and severity: see `tasks.adaptation_task`.

    Returns
    -------
    dict
        `candidates`: one dict a look: `step`, the score of every selector, `oracle` (accuracy on
        the target's validation images) and `test` (on its test images); `proxy_distance`: of the
        last one's features; `discriminator`: balanced accuracy at every tenth step, if there is
        one; `class_weights`: the last ones, if the method weighs classes; `seconds` of training,
        without the looks; of AdaBN and Tent, those after the source-only training that they
        begin with.
    """
    task = adaptation_task(shift, seed, **settings)
    return measure(task, SHIFTS[shift].trains, method, seed, weight)


def measure(
    task: AdaptationTask, trains: str, method: str, seed: int, weight: float = 1.0
) -> dict[str, Any]:
    """Train one method on one task, and look at it as it goes.

    Parameters
    ----------
    task : AdaptationTask
    trains : str
        A key of `TRAINING`.
    method, seed, weight
        As in `trial`, which also says what is given.
    """
    from course_utils.transferability import proxy_a_distance

    candidates, measured, looking, latest = [], {}, [], {}

    def look(algorithm, step):
        began = time.perf_counter()
        outputs = _outputs(algorithm, task)
        candidates.append({"step": step} | _judged(outputs, algorithm, task))
        latest.update(outputs=outputs, algorithm=algorithm)
        looking.append(time.perf_counter() - began)

    before = _source_only(task, trains, seed) if method in AFTERWARDS else None
    started = time.perf_counter()
    if method == "CORAL, closed form":
        task = align_by_coral(task)
    if before is not None:
        for step, algorithm in AFTERWARDS[method](before, task, seed):
            look(algorithm, step)
    else:
        history = _train(task, trains, method, weight, seed, look)
        if "discriminator accuracy" in history.steps[-1]:
            accuracies = history.column("discriminator accuracy")
            measured["discriminator"] = np.round(accuracies[::10], 3).tolist()
    if hasattr(latest["algorithm"], "class_weights"):
        weights = latest["algorithm"].class_weights.double().numpy()
        measured["class_weights"] = np.round(weights, 3).tolist()
    measured["seconds"] = round(time.perf_counter() - started - sum(looking), 2)
    ends = latest["outputs"]
    distance = proxy_a_distance(ends.source_features, ends.target_features)
    return {"candidates": candidates, "proxy_distance": round(distance, 4)} | measured


def _train(
    task: AdaptationTask, trains: str, method: str, weight: float, seed: int, look: Callable
) -> "AdaptationHistory":
    from course_utils.adaptation import adapt

    own = TRAINING[trains]
    algorithm = _algorithm(method, task.network(seed), weight, own["learning_rate"])
    return adapt(
        algorithm,
        task.source,
        task.target,
        steps=own["steps"],
        batch_size=own["batch_size"],
        seed=seed,
        every=own["steps"] // LOOKS,
        look=look,
    )


def _algorithm(
    method: str, network: "AdaptationNetwork", weight: float, learning_rate: float
) -> "Algorithm":
    from course_utils import adaptation

    own = {
        "deep CORAL": adaptation.DeepCoral,
        "MMD": adaptation.MMD,
        "DANN": adaptation.DANN,
        "partial DANN": adaptation.PartialDANN,
        "CDAN": adaptation.CDAN,
        "class confusion": adaptation.ClassConfusion,
        "entropy": adaptation.EntropyMinimisation,
        "self-training": adaptation.SelfTraining,
    }
    if method not in own:
        return adaptation.SourceOnly(network, learning_rate=learning_rate)
    # Each domain normalised by its own batch in training: the joint batch, which is the classes'
    # default, mostly did worse in a pilot on one draw.
    options = {"learning_rate": learning_rate, "joint_statistics": False}
    return own[method](network, weight=weight, **options)


@lru_cache(maxsize=1)
def align_by_coral(task: AdaptationTask) -> AdaptationTask:
    """The task under CORAL: every part, since whatever is trained on one has to meet its like.

    Each domain is standardised first, as the paper does, by its own training images. The last
    one made is kept, since it takes seconds.
    """
    import torch
    from sklearn.preprocessing import StandardScaler

    from course_utils.adaptation import coral_transform

    def tensor(array):
        return torch.from_numpy(np.asarray(array, np.float32))

    def standardised(scaler, part):
        return part._replace(inputs=tensor(scaler.transform(part.inputs.numpy())))

    home = StandardScaler().fit(task.source.inputs.numpy())
    abroad = StandardScaler().fit(task.target.numpy())
    source, validation = (standardised(home, p) for p in (task.source, task.source_validation))
    target = tensor(abroad.transform(task.target.numpy()))
    # Both source parts at once, so that one transform serves the two.
    both = torch.cat([source.inputs, validation.inputs]).numpy()
    bent = tensor(coral_transform(both, target.numpy()))
    n = len(source.inputs)
    return replace(
        task,
        source=source._replace(inputs=bent[:n]),
        source_validation=validation._replace(inputs=bent[n:]),
        target=target,
        target_validation=standardised(abroad, task.target_validation),
        target_test=standardised(abroad, task.target_test),
    )


@lru_cache(maxsize=1)
def _source_only(task: AdaptationTask, trains: str, seed: int) -> "Algorithm":
    """What AdaBN and Tent begin with: what the source-only trial ends with."""
    ends = []
    _train(task, trains, "source only", 1.0, seed, lambda algorithm, step: ends.append(algorithm))
    return ends[-1]


def _adapt_batch_norm(
    algorithm: "Algorithm", task: AdaptationTask, seed: int
) -> Iterator[tuple[int, Any]]:
    """AdaBN: one candidate."""
    from course_utils.adaptation import SourceOnly, adapt_batch_norm

    network: Any = adapt_batch_norm(algorithm.network, task.target)
    yield 0, SourceOnly(network)


def _at_test_time(
    algorithm: "Algorithm", task: AdaptationTask, seed: int
) -> Iterator[tuple[int, Any]]:
    """Tent: a candidate a pass over the target, in random order."""
    import torch

    from course_utils.adaptation import Tent

    tent = Tent(algorithm.network)
    random = np.random.default_rng(seed)
    for done in range(TENT_PASSES):
        order = torch.from_numpy(random.permutation(len(task.target)))
        for batch in order.split(TENT_BATCH):
            if len(batch) == TENT_BATCH:  # a batch of a few has no statistics worth having
                tent.update(task.target[batch])
        yield done + 1, tent


#: Methods that need no training of their own: they change a network trained on the source.
AFTERWARDS = {"AdaBN": _adapt_batch_norm, "Tent": _at_test_time}


def _outputs(algorithm: "Algorithm", task: AdaptationTask):
    from course_utils.adaptation import Outputs

    return Outputs(
        source_features=algorithm.features(task.source_validation.inputs),
        source_logits=algorithm.predict(task.source_validation.inputs),
        source_labels=task.source_validation.labels,
        target_features=algorithm.features(task.target_validation.inputs),
        target_logits=algorithm.predict(task.target_validation.inputs),
    )


def _judged(outputs, algorithm: "Algorithm", task: AdaptationTask) -> dict[str, float]:
    """What every selector, and the oracle, think of a candidate; and how good it is."""
    from course_utils.adaptation import SELECTORS, oracle

    scores = {name: round(float(score(outputs)), 5) for name, score in SELECTORS.items()}
    answers = algorithm.predict(task.target_test.inputs).argmax(axis=1)
    return scores | {
        "oracle": round(oracle(outputs, task.target_validation.labels), 5),
        "test": round(float(np.mean(answers == task.target_test.labels)), 5),
    }
