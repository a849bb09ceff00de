"""The trials of the experiment on depth: a probe of one stage, and two networks' alignment."""

import copy
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.features.heads import classical_head, normalised
from course_utils.measuring.targets import load_target
from course_utils.visualisation.stage_features import (
    STAGES,
    fine_tune,
    pretrained_network,
    random_network,
    stage_features,
)

PAIRS = ("pretrained, fine-tuned", "pretrained, random", "random, another random")
ALIGNED_ON = "objects/photo"
MOST_ALIGNED_IMAGES = 600
#: Of the second random network in a pair: another than any with a seed of its own.
OTHER_RANDOM = 1000


def probe_trial(
    target: str, base: str, stage: str, n: int, seed: int, setting: dict[str, float]
) -> dict[str, float]:
    """Fit logistic regression on one stage's features of `n` images per class, and test it.

    Returns
    -------
    dict
        `validation_accuracy`, `test_accuracy`: fractions.
    """
    network_seed = seed if base == "random" else 0
    splits = load_target(target)
    drawn = _features(target, "train", base, network_seed, n, seed)[stage]
    held_out = {name: getattr(splits, name) for name in ("validation", "test")}
    parts = [
        (_features(target, name, base, network_seed)[stage], part.labels)
        for name, part in held_out.items()
    ]
    scores = probe(drawn, splits.train.per_class(n, seed).labels, parts, setting)
    return {f"{name}_accuracy": score for name, score in zip(held_out, scores, strict=True)}


def probe(
    features: np.ndarray,
    labels: np.ndarray,
    parts: Sequence[tuple[np.ndarray, np.ndarray]],
    setting: dict[str, float],
) -> list[float]:
    """Fit logistic regression with one setting, and give its accuracy on other images.

    Parameters
    ----------
    features : array of shape (n, channels)
    labels : array of int, shape (n,)
    parts : list of tuple (array of shape (m, channels), array of int of shape (m,))
        Features and labels of other images.
    setting : dict
        Of `sklearn.linear_model.LogisticRegression`.

    Returns
    -------
    list of float
        Accuracy on each of `parts`.
    """
    train, *others = normalised(features, *(rows for rows, _ in parts))
    head = classical_head("linear")[0].set_params(max_iter=1000, **setting).fit(train, labels)
    scored = zip(others, parts, strict=True)
    return [float(head.score(rows, own_labels)) for rows, (_, own_labels) in scored]


@lru_cache(maxsize=4)
def _features(
    target: str, part: str, base: str, network_seed: int, n: int | None = None, seed: int = 0
) -> dict[str, np.ndarray]:
    """Features by stage of a part, or of `n` training images per class."""
    dataset = getattr(load_target(target), part)
    dataset = dataset if n is None else dataset.per_class(n, seed)
    return stage_features(_network(base, network_seed), dataset.images)


@lru_cache(maxsize=2)
def _network(base: str, seed: int) -> Any:
    return pretrained_network() if base == "pretrained" else random_network(seed)


def alignment_trial(
    pair: str, seed: int, n: int = 0, steps: int = 0, learning_rate: float = 0.0
) -> dict[str, Any]:
    """Linear CKA between all stages of two networks, on held-out images.

    Parameters
    ----------
    pair : str
        One of `PAIRS`.
    seed : int
        Of the random networks, or of the fine-tuning.
    n, steps, learning_rate
        Labels per class, steps and AdamW's rate of the fine-tuning, if there is one.

    Returns
    -------
    dict
        `alignment`: rows for the stages of the first network, columns for those of the second;
        `images`: how many it was measured on. With a fine-tuned network also `accuracy_before`
        and `accuracy_after`: test accuracy under the new head, before its training and after.
    """
    from course_utils.transferability import linear_cka

    measured = {}
    if pair == "pretrained, fine-tuned":
        rows = _aligned_features("pretrained", 0)
        network, measured = _fine_tuned(seed, n, steps, learning_rate)
        columns = stage_features(network, aligned_images())
    elif pair == "pretrained, random":
        rows, columns = _aligned_features("pretrained", 0), _aligned_features("random", seed)
    else:
        rows = _aligned_features("random", seed)
        columns = _aligned_features("random", OTHER_RANDOM + seed)
    alignment = [[linear_cka(rows[a], columns[b], unbiased=True) for b in STAGES] for a in STAGES]
    return measured | {"alignment": np.round(alignment, 4), "images": len(aligned_images())}


def _fine_tuned(
    seed: int, n: int, steps: int, learning_rate: float
) -> tuple[Any, dict[str, float]]:
    """A fine-tuned network, and its head's test accuracy before and after."""
    splits, network = load_target(ALIGNED_ON), copy.deepcopy(pretrained_network())
    drawn, measured = splits.train.per_class(n, seed), {}
    for name, steps_now in (("accuracy_before", 0), ("accuracy_after", steps)):
        predict = fine_tune(network, drawn, steps=steps_now, learning_rate=learning_rate, seed=seed)
        answers = predict(stage_features(network, splits.test.images)[STAGES[-1]])
        measured[name] = np.mean(answers == splits.test.labels)
    return network, measured


@lru_cache(maxsize=1)
def aligned_images() -> np.ndarray:
    """Photographs that no fine-tuning sees: array of uint8, shape (images, size, size, 3)."""
    splits = load_target(ALIGNED_ON)
    held_out = [np.asarray(part.images) for part in (splits.test, splits.validation)]
    return np.concatenate(held_out)[:MOST_ALIGNED_IMAGES]


@lru_cache(maxsize=3)
def _aligned_features(base: str, seed: int) -> dict[str, np.ndarray]:
    return stage_features(_network(base, seed), aligned_images())
