"""Sources of equal size: one set alone, several mixed, few classes or many; then moved."""

from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.bases.resnet50_torch import shipped_features
from course_utils.lessons.lesson_06 import zoo_training
from course_utils.lessons.lesson_06.trials import (
    probed,
    start_from,
    target_pictures,
    tuned,
)
from course_utils.lessons.lesson_06.zoo_sources import IMAGES, source_pictures

#: Sets that are mixed. All can be drawn by anyone.
MIXED = ("objects", "digits-rendered", "surfaces", "fractals")
#: The source that is close to each target.
MATCHED = {"sketch": "objects", "digits": "digits-rendered"}
POOLED, POISONED, WEIGHTED = "pooled", "pooled, poisoned", "weighted"
#: Classes of the narrow arm, and pictures of both it and the broad one.
NARROW = {"objects": (3, 330), "fractals": (6, 264)}
#: A fraction of the zoo's budget, since every seed pretrains anew.
STEPS, BATCH_SIZE = 300, 48
N = 10


def narrow(source: str) -> str:
    """Name of the arm with few classes of a source."""
    return f"{source}, {NARROW[source][0]} classes"


def broad(source: str) -> str:
    """Name of the arm with all classes of a source, and as many pictures as the narrow one."""
    return f"{source}, all classes"


ARMS = (
    *MIXED,
    POOLED,
    POISONED,
    *(f"{WEIGHTED} for {target}" for target in MATCHED),
    *(name(source) for source in NARROW for name in (narrow, broad)),
)


def mixture_trial(arm: str, seed: int, learning_rate: float) -> dict[str, Any]:
    """Pretrain on one arm's pictures, then move to the targets.

    Parameters
    ----------
    arm : str
        One of `ARMS`.
    seed : int
        Of the pictures drawn, the pretraining, and the targets' draws.
    learning_rate : float
        Of fine-tuning, all parts.

    Returns
    -------
    dict
        `images` and `classes` learnt from; for each target (one alone for an arm weighted for it)
        `fine-tuned` and `frozen` accuracy on its test images.
    """
    images, labels = pictures_of(arm, seed)
    network = zoo_training.pretrain(
        images, labels, labels.max() + 1, STEPS, seed=seed, batch_size=BATCH_SIZE
    )
    measured: dict[str, Any] = {"images": len(images), "classes": int(labels.max() + 1)}
    for target in MATCHED:
        if arm.startswith(WEIGHTED) and not arm.endswith(target):
            continue
        n_classes = len(target_pictures(target).class_names)
        start = start_from(network, n_classes, seed)
        frozen = probed(start, target, N, seed)["accuracy"]
        moved = tuned(start, target, N, seed, learning_rate)["accuracy"]
        measured[target] = {"fine-tuned": moved, "frozen": frozen}
    return measured


def pictures_of(arm: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The pictures and labels of an arm: classes of different sets are different classes.

    Returns
    -------
    images : array of uint8, shape (n, 64, 64, 3)
    labels : array of int, shape (n,)
    """
    for source, (n_classes, count) in NARROW.items():
        if arm in (narrow(source), broad(source)):
            kept = n_classes if arm == narrow(source) else None
            return _few_classes(source, kept, count, seed)
    if arm in MIXED:
        return _stacked([_share(arm, IMAGES, seed)])
    if arm == POOLED:
        return _stacked([_share(source, IMAGES // len(MIXED), seed) for source in MIXED])
    if arm == POISONED:
        each = IMAGES // (len(MIXED) + 1)
        parts = [_share(source, each, seed) for source in MIXED]
        images, labels = _stacked(parts)
        poison, wrong = _poison(each, seed)  # of the first source's classes: their labels stay
        return np.concatenate([images, poison]), np.concatenate([labels, wrong])
    weights = resemblance(arm.removeprefix(f"{WEIGHTED} for "), seed)
    counts = _shared_out(weights)
    return _stacked([_share(source, counts[source], seed) for source in MIXED if counts[source]])


def _shared_out(weights):
    """The budget by shares: whole numbers, what is left over to the largest remainders."""
    exact = IMAGES * np.array(list(weights.values()))
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: IMAGES - counts.sum()]] += 1
    return dict(zip(weights, counts.tolist(), strict=True))


@lru_cache(maxsize=16)
def resemblance(target: str, seed: int) -> dict[str, float]:
    """How much a target's pictures look like each source's: shares that sum to 1.

    A linear classifier on the shipped ResNet50's features learns to tell the sources apart; what
    it says of the target's pictures, on average, are the shares. No label of the target is used.

    Returns
    -------
    dict of str to float
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features = [_known_features(source) for source in MIXED]
    origins = np.repeat(np.arange(len(MIXED)), [len(own) for own in features])
    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.001, max_iter=300))
    judge.fit(np.concatenate(features), origins)
    pictures = np.asarray(target_pictures(target).per_class(N, seed).images)
    shares = judge.predict_proba(shipped_features(pictures)).mean(axis=0)
    return dict(zip(MIXED, shares.tolist(), strict=True))


@lru_cache(maxsize=8)
def _known_features(source, count=200):
    return shipped_features(_share(source, count, seed=0)[0])


def _share(source, count, seed):
    """So many pictures of a source, with their labels; each class as often as it can be."""
    learnt, _ = source_pictures(source)
    order = np.random.default_rng([seed, 2]).permutation(len(learnt))
    # By rank within the class, so that every class gives its first picture before any its second.
    labels = learnt.labels[order]
    ranks = np.zeros(len(labels), dtype=int)
    for label in np.unique(labels):
        ranks[labels == label] = np.arange(np.sum(labels == label))
    chosen = order[np.argsort(ranks, kind="stable")][:count]
    return learnt.images[chosen], learnt.labels[chosen]


def _few_classes(source, n_classes, count, seed):
    learnt, _ = source_pictures(source)
    classes = np.random.default_rng([seed, 3]).permutation(len(learnt.class_names))[:n_classes]
    each = count // len(classes)
    part = learnt.per_class(each, seed)
    kept = np.isin(part.labels, classes)
    return part.images[kept], np.unique(part.labels[kept], return_inverse=True)[1]


def _poison(count, seed):
    """More objects, with labels that belong to others."""
    images, labels = _share(MIXED[0], IMAGES, seed)
    images, labels = images[-count:], labels[-count:]
    return images, np.random.default_rng([seed, 4]).permutation(labels)


def _stacked(parts):
    """Parts one after the other, each with classes of its own."""
    starts = np.cumsum([0, *(labels.max() + 1 for _, labels in parts)])
    labels = [own + start for (_, own), start in zip(parts, starts, strict=False)]
    return np.concatenate([images for images, _ in parts]), np.concatenate(labels)
