"""The trials of the experiment on depth: a probe of one stage, and two networks' alignment."""

import copy
from functools import lru_cache

import numpy as np

from course_utils.features.heads import classical_head, normalised
from course_utils.visualisation.stage_features import (
    STAGES,
    fine_tune,
    pretrained_network,
    random_network,
    stage_features,
)
from making.baselines import splits_of

PAIRS = ("pretrained, fine-tuned", "pretrained, random", "random, another random")
ALIGNED_ON = "objects/photo"
MOST_ALIGNED_IMAGES = 600
#: Of the second random network in a pair: another than any with a seed of its own.
OTHER_RANDOM = 1000


def probe_trial(target, base, stage, n, seed, setting):
    """Fit logistic regression on one stage's features of `n` images per class, and test it.

    Returns
    -------
    dict
        `validation_accuracy`, `test_accuracy`: fractions.
    """
    network_seed = seed if base == "random" else 0
    splits = splits_of(target)
    drawn = _features(target, "train", base, network_seed, n, seed)[stage]
    others = [_features(target, part, base, network_seed)[stage] for part in splits._fields[1:]]
    labels = splits.train.per_class(n, seed).labels
    scores = probe(drawn, labels, list(zip(others, splits[1:], strict=True)), setting)
    return dict(zip(("validation_accuracy", "test_accuracy"), scores, strict=True))


def probe(features, labels, parts, setting):
    """Fit logistic regression with one setting, and give its accuracy on other images.

    Parameters
    ----------
    features : array of shape (n, channels)
    labels : array of int, shape (n,)
    parts : list of tuple (array of shape (m, channels), Dataset)
    setting : dict
        Of `sklearn.linear_model.LogisticRegression`.

    Returns
    -------
    list of float
        Accuracy on each of `parts`.
    """
    train, *others = normalised(features, *(features for features, _ in parts))
    head = classical_head("linear")[0].set_params(max_iter=1000, **setting).fit(train, labels)
    scored = zip(others, parts, strict=True)
    return [float(head.score(rows, dataset.labels)) for rows, (_, dataset) in scored]


@lru_cache(maxsize=4)
def _features(target, part, base, network_seed, n=None, seed=None):
    """Features by stage of a part, or of `n` training images per class."""
    dataset = getattr(splits_of(target), part)
    dataset = dataset if n is None else dataset.per_class(n, seed)
    return stage_features(_network(base, network_seed), dataset.images)


@lru_cache(maxsize=2)
def _network(base, seed):
    return pretrained_network() if base == "pretrained" else random_network(seed)


def alignment_trial(pair, seed, n=None, steps=None, learning_rate=None):
    """Linear CKA between all stages of two networks, on held-out images.

    Parameters
    ----------
    pair : str
        One of `PAIRS`.
    seed : int
        Of the random networks, or of the fine-tuning.
    n, steps : int, optional
        Labels per class and steps of fine-tuning.
    learning_rate : float, optional

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


def _fine_tuned(seed, n, steps, learning_rate):
    """A fine-tuned network, and its head's test accuracy before and after (dict)."""
    splits, network = splits_of(ALIGNED_ON), copy.deepcopy(pretrained_network())
    drawn, measured = splits.train.per_class(n, seed), {}
    for name, steps_now in (("accuracy_before", 0), ("accuracy_after", steps)):
        predict = fine_tune(network, drawn, steps=steps_now, learning_rate=learning_rate, seed=seed)
        answers = predict(stage_features(network, splits.test.images)[STAGES[-1]])
        measured[name] = np.mean(answers == splits.test.labels)
    return network, measured


@lru_cache(maxsize=1)
def aligned_images():
    """Photographs that no fine-tuning sees: array of uint8, shape (images, size, size, 3)."""
    splits = splits_of(ALIGNED_ON)
    held_out = [np.asarray(part.images) for part in (splits.test, splits.validation)]
    return np.concatenate(held_out)[:MOST_ALIGNED_IMAGES]


@lru_cache(maxsize=3)
def _aligned_features(base, seed):
    return stage_features(_network(base, seed), aligned_images())
