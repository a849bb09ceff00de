"""What each transferability score says of a source, on one draw of one target."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.lessons.lesson_06.trials import (
    drawn,
    features_of,
    fit_probe,
    start_from,
    target_pictures,
)
from course_utils.validation import require

if TYPE_CHECKING:
    import torch
    from torch import nn

#: Pictures of the source that its distance is measured with, at most.
_COMPARED = 400
#: Labelled images of each class that the probe's score takes at least.
_FEWEST = 4


def scores_trial(
    source: str, target: str, n: int, seed: int, clothing: str | Path | None = None
) -> dict[str, float]:
    """All scores of one source for one target.

    Parameters
    ----------
    source : str
        One of `zoo_sources()`.
    target : str
        A key of `trials.TARGETS`.
    n : int
        Labelled target images of each class.
    seed : int
        Of the draw.
    clothing : path, optional
        Folder of the clothing photographs, for the sources that are made of them.

    Returns
    -------
    dict of str to float
        Higher is better for every one: see `label_scores`; with `"proxy A-distance"` (its
        negative), between the source's pictures and the target's, in the source's features; and
        `"source accuracy"`, the null: it knows nothing of the target. Of the random network
        these two are missing.
    """
    from course_utils.bases.zoo import RANDOM, zoo_card, zoo_network

    whole = zoo_network(source, seed=1000 + seed)
    inputs, labels = drawn(target, n, seed)
    measured = label_scores(whole, inputs, labels, seed)
    if source != RANDOM:
        measured["proxy A-distance"] = -_distance(whole, source, target, seed, clothing)
        measured["source accuracy"] = zoo_card(source)["source_accuracy"]
    return {name: round(value, 5) for name, value in measured.items()}


def label_scores(
    whole: "nn.Module", inputs: "torch.Tensor", labels: np.ndarray, seed: int = 0
) -> dict[str, float]:
    """The scores that need nothing but the network and labelled target images.

    Parameters
    ----------
    whole : transformers.ResNetForImageClassification
        A network of the zoo, with the classifier of its source.
    inputs : tensor, shape (n, 3, 64, 64)
    labels : array of int, shape (n,)
    seed : int
        Of the folds of the probe.

    Returns
    -------
    dict of str to float
        `"LEEP"`, `"NCE"`, `"LogME"`, `"H-score"`, `"CKA with labels"`, and `"probe"`: accuracy of
        a linear probe by cross-validation on these images.
    """
    import torch
    from scipy.special import softmax

    from course_utils.transferability import h_score, label_alignment, leep, log_me, nce

    features = features_of(start_from(whole, 2, seed), inputs)
    with torch.inference_mode():
        classifier: Any = whole.classifier
        logits = classifier(torch.from_numpy(features)[..., None, None]).numpy()
    probabilities = softmax(logits.astype(float), axis=1)
    return {
        "LEEP": leep(probabilities, labels),
        "NCE": nce(probabilities.argmax(axis=1), labels),
        "LogME": log_me(features, labels),
        "H-score": h_score(features, labels),
        "CKA with labels": label_alignment(features, labels),
        "probe": _probe_accuracy(features, labels, seed),
    }


def _probe_accuracy(features, labels, seed):
    from sklearn.model_selection import StratifiedKFold

    fewest = np.bincount(labels).min()
    require(
        fewest >= _FEWEST,
        f"The probe's score leaves some images out, again and again: label at least {_FEWEST} of "
        f"each class, not {fewest}.",
    )
    right = []
    folds = StratifiedKFold(min(5, fewest), shuffle=True, random_state=seed)
    for kept, left_out in folds.split(features, labels):
        probe = fit_probe(features[kept], labels[kept])
        right.append(probe.predict(features[left_out]) == labels[left_out])
    return float(np.mean(np.concatenate(right)))


def _distance(whole, source, target, seed, clothing):
    from course_utils.bases.zoo import DISTILLED, SHUFFLED, zoo_inputs
    from course_utils.lessons.lesson_06.zoo_sources import PHOTOGRAPHS, source_pictures
    from course_utils.transferability import proxy_a_distance

    name = PHOTOGRAPHS if source == DISTILLED else source.removesuffix(SHUFFLED)
    learnt, _ = source_pictures(name, clothing if name == PHOTOGRAPHS else None)
    random = np.random.default_rng([seed, 5])
    row = start_from(whole, 2, seed)
    pictures = [
        np.asarray(part.images)[random.permutation(len(part))[:_COMPARED]]
        for part in (learnt, target_pictures(target))
    ]
    return proxy_a_distance(*(features_of(row, zoo_inputs(own)) for own in pictures), seed=seed)
