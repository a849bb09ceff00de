"""Proxy A-distance: how easily a linear classifier tells two domains apart."""

from typing import Any

import numpy as np

from course_utils.validation import require, table

_FEWEST = 10
_MOST = 1000  # examples of a domain; more would cost seconds and change the second decimal
_PENALTIES = 10.0 ** np.arange(-1, 8)  # for standardised features, a few to thousands of them


def proxy_a_distance(source: Any, target: Any, seed: int = 0) -> float:
    """How far apart two domains are for a linear classifier: 2 (1 - 2 error), 0 to 2.

    The A-distance of Ben-David, Blitzer, Crammer and Pereira 2007 ("Analysis of Representations
    for Domain Adaptation") with the error of a trained linear classifier in place of the lowest
    there is: 0 where source and target cannot be told apart, 2 where they never mix.

    Each domain is halved by the seed; a classifier fitted on one half of both is tried on the
    other, and the other way round, so that every example is judged once, by a classifier that has
    not seen it. The error is the mean of the two domains' errors, whatever their sizes. The
    classifier is a ridge regression on the domain, with features standardised by the half it is
    fitted on and the penalty of the lowest leave-one-out error there, which keeps it useful with
    more features than examples. At most 1000 examples of each domain, drawn by the seed, are used.

    Below 0 there is only chance, which is clipped; so domains that are the same get a little
    more than 0 on average: about 0.05 with 200 examples of each.

    Parameters
    ----------
    source : array of shape (n, d)
    target : array of shape (m, d)
    seed : int

    Returns
    -------
    float

    Raises
    ------
    CourseError
        Wrong shapes, different numbers of features, fewer than 10 examples of a domain, or
        values that are not finite.
    """
    random = np.random.default_rng(seed)
    source, target = (
        table(features, f"{name} features", _FEWEST)
        for features, name in ((source, "source"), (target, "target"))
    )
    require(
        source.shape[1] == target.shape[1],
        f"The source has {source.shape[1]} features and the target {target.shape[1]}: take both "
        "from the same layer of the same network.",
    )
    source_halves, target_halves = _halves(source, random), _halves(target, random)
    wrong = [0.0, 0.0]
    for fitted, tried in ((0, 1), (1, 0)):
        classifier = _linear_classifier(source_halves[fitted], target_halves[fitted])
        wrong[0] += classifier.predict(source_halves[tried]).sum()
        wrong[1] += (1 - classifier.predict(target_halves[tried])).sum()
    counts = [sum(map(len, halves)) for halves in (source_halves, target_halves)]
    error = (wrong[0] / counts[0] + wrong[1] / counts[1]) / 2
    return float(np.clip(2 * (1 - 2 * error), 0, 2))


def _halves(features, random):
    """Two random halves, without anything in common, of at most `_MOST` rows."""
    rows = random.permutation(len(features))[:_MOST]
    return features[rows[: len(rows) // 2]], features[rows[len(rows) // 2 :]]


def _linear_classifier(source, target):
    """Fitted to say 0 for the source and 1 for the target, as if both were of one size."""
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    ridge = RidgeClassifierCV(_PENALTIES, class_weight="balanced")
    domains = np.repeat([0, 1], [len(source), len(target)])
    return make_pipeline(StandardScaler(), ridge).fit(np.concatenate([source, target]), domains)
