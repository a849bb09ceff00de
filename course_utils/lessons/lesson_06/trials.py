"""The trials of lesson 06: one small network, moved to one target, measured."""

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.bases.zoo import (
    ZOO_SIZE,
    build_zoo_network,
    zoo_inputs,
    zoo_network,
    zoo_parts,
)
from course_utils.datasets import Dataset, load_dataset
from course_utils.validation import require

if TYPE_CHECKING:
    import torch
    from sklearn.pipeline import Pipeline
    from torch import nn

#: Targets: name to set and domain. None of their pictures is in any source.
TARGETS = {
    "digits": ("digits", None),
    "sketch": ("objects", "sketch"),
    "materials": ("materials", None),
    "phantoms": ("phantoms", None),
}
SCRATCH = "scratch"
STEPS = 120
BATCH_SIZE = 16
#: Inverse penalties among which cross-validation chooses a probe's.
_PENALTIES = (0.001, 0.01, 0.1, 1.0)
_FOLDS = 5
#: Images of a target that validation and test look at, at most.
_MOST = 360


def transfer_trial(
    source: str, target: str, n: int, seed: int, learning_rate: float, **options: Any
) -> dict[str, Any]:
    """Fine-tune one network on one draw of one target.

    Parameters
    ----------
    source : str
        One of `zoo_sources()`, or `"scratch"`. Random ones begin anew with each seed.
    target : str
        A key of `TARGETS`.
    n : int
        Labelled images of each class.
    seed : int
        Of the draw, the new head and the batches.
    learning_rate : float
    **options
        Of `tuned`, which also says what is measured.

    Returns
    -------
    dict
    """
    network = start_network(source, len(target_pictures(target).class_names), seed)
    return tuned(network, target, n, seed, learning_rate, **options)


def tuned(
    network: Any,
    target: str,
    n: int,
    seed: int,
    learning_rate: float,
    depth: int | None = None,
    steps: int = STEPS,
    probe_first: bool = False,
    l2_sp: float = 0.0,
    every: int | None = None,
) -> dict[str, Any]:
    """Fine-tune a network that is there.

    Parameters
    ----------
    network : nn.Sequential
        As `start_from` makes it; it is trained in place.
    target, n, seed, learning_rate
        See `transfer_trial`.
    depth, steps, l2_sp
        See `fine_tune_network`.
    probe_first : bool
        Begin with the head of a probe on the frozen features, in place of a random one.
    every : int, optional
        How often the run is looked at, in steps; it always is at its end.

    Returns
    -------
    dict
        `curve`: steps, validation and test accuracy at each look; `accuracy` and
        `validation_accuracy` at the end; `seconds` of training, without the looks.
    """
    from course_utils.finetuning.torch_fine_tuning import fine_tune_network, run_network

    inputs, labels = drawn(target, n, seed)
    if probe_first:
        _give_probe(network, inputs, labels)
    curve, looking = [], [0.0]

    def look(step, network):
        began = time.perf_counter()
        accuracies = [
            float(np.mean(run_network(network, part[0]).argmax(axis=1) == part[1]))
            for part in judged_on(target)
        ]
        curve.append([step, *(round(value, 5) for value in accuracies)])
        looking[0] += time.perf_counter() - began

    started = time.perf_counter()
    options = {"depth": depth, "l2_sp": l2_sp, "seed": seed, "batch_size": BATCH_SIZE}
    fine_tune_network(
        network, inputs, labels, learning_rate, steps, every=every, look=look, **options
    )
    return {
        "curve": curve,
        "validation_accuracy": curve[-1][1],
        "accuracy": curve[-1][2],
        "seconds": round(time.perf_counter() - started - looking[0], 2),
    }


def frozen_trial(source: str, target: str, n: int, seed: int) -> dict[str, Any]:
    """A probe on frozen features: see `transfer_trial` for the parameters.

    Returns
    -------
    dict
        `accuracy` and `validation_accuracy`.
    """
    return probed(
        start_network(source, len(target_pictures(target).class_names), seed), target, n, seed
    )


def probed(network: Any, target: str, n: int, seed: int) -> dict[str, Any]:
    """A probe on the frozen features of a network that is there: see `frozen_trial`."""
    inputs, labels = drawn(target, n, seed)
    probe = fit_probe(features_of(network, inputs), labels)
    validation, test = (
        float(np.mean(probe.predict(features_of(network, part[0])) == part[1]))
        for part in judged_on(target)
    )
    return {"validation_accuracy": round(validation, 5), "accuracy": round(test, 5)}


def start_network(source: str, n_classes: int, seed: int) -> "nn.Sequential":
    """The network that a trial begins with: the source's parts and a new head."""
    if source == SCRATCH:
        return start_from(build_zoo_network(n_classes, seed), n_classes, seed)
    # The random "source" is scratch from other random numbers: its gap is noise alone.
    return start_from(zoo_network(source, seed=1000 + seed), n_classes, seed)


def start_from(whole: "nn.Module", n_classes: int, seed: int) -> "nn.Sequential":
    """A copy of a zoo's network with a new head."""
    from course_utils.finetuning.torch_fine_tuning import with_new_head

    parts = zoo_parts(whole)
    n_features = parts.pop("head")[1].in_features
    return with_new_head(parts, n_features, n_classes, seed)


def features_of(network: Any, inputs: "torch.Tensor") -> np.ndarray:
    """Pooled features (n, n_features) of a network that `start_network` made."""
    from course_utils.finetuning.torch_fine_tuning import run_network

    return run_network(network, inputs, until="pool")


def fit_probe(features: np.ndarray, labels: np.ndarray) -> "Pipeline":
    """Logistic regression on standardised features, its penalty chosen by cross-validation."""
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    fewest = np.bincount(labels).min()
    require(
        fewest >= 2,
        "A probe chooses its penalty by cross-validation: label at least 2 images of each class, "
        f"not {fewest}.",
    )
    folds = StratifiedKFold(min(_FOLDS, fewest), shuffle=True, random_state=0)
    search = LogisticRegressionCV(
        Cs=_PENALTIES,
        cv=folds,
        max_iter=300,
        scoring="neg_log_loss",
        l1_ratios=(0,),
        use_legacy_attributes=False,
    )
    return make_pipeline(StandardScaler(), search).fit(features, labels)


def _give_probe(network, inputs, labels):
    """Put the probe's weights into the head: standardisation is folded into them."""
    import torch

    scaler, probe = fit_probe(features_of(network, inputs), labels)
    weights, bias = probe.coef_, probe.intercept_
    if len(weights) == 1:  # of two classes it keeps one row: the second's, against the first
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    weights = weights / scaler.scale_
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(weights))
        network.head.bias.copy_(torch.from_numpy(bias - weights @ scaler.mean_))


def drawn(target: str, n: int, seed: int) -> tuple["torch.Tensor", np.ndarray]:
    """A draw of labelled images: inputs (tensor) and labels."""
    part = target_pictures(target).per_class(n, seed)
    return zoo_inputs(part.images), part.labels


@lru_cache(maxsize=4)
def judged_on(target: str) -> tuple[tuple["torch.Tensor", np.ndarray], ...]:
    """Validation and test images of a target: two pairs of inputs and labels."""
    pairs = []
    for part in _splits(target)[1:]:
        # The same ones for every trial; the sets come in the order of their classes.
        kept = np.sort(np.random.default_rng(0).permutation(len(part))[:_MOST])
        pairs.append((zoo_inputs(np.asarray(part.images)[kept]), part.labels[kept]))
    return tuple(pairs)


def target_pictures(target: str) -> Dataset:
    """The images of a target that labelled ones are drawn from (Dataset)."""
    return _splits(target).train


@lru_cache(maxsize=4)
def _splits(target):
    name, domain = TARGETS[target]
    return load_dataset(name, size=ZOO_SIZE, domain=domain)
