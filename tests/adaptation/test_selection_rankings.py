"""Selectors on candidates from good to broken: what they get right, and what fools them."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import spearmanr

from course_utils.adaptation import selection
from course_utils.adaptation.selection import SELECTORS, Outputs, oracle, select

CORNERS = 2 * np.pi * np.arange(5) / 5


def domain(n, angle, random):
    """Five clouds around the corners of a pentagon in the plane, turned by `angle` (radians)."""
    labels = random.integers(5, size=n)
    at = CORNERS[labels] + angle
    points = 3 * np.stack([np.cos(at), np.sin(at)], axis=1)
    return points + random.normal(size=(n, 2)) * 0.7, labels


def candidates(seed, n=200, angle=0.6):
    """Classifiers by the nearest corner, named by (part, noise); and the target's labels.

    The target is the source turned, nearly as far as half the way to the next corner. A candidate
    turns the target back by a part of that and adds noise to both domains: the larger the part
    and the smaller the noise, the better it is.
    """
    random = np.random.default_rng(seed)
    (source, labels), (target, target_labels) = domain(n, 0, random), domain(n, angle, random)
    weights = 1.5 * np.stack([np.cos(CORNERS), np.sin(CORNERS)])
    found = {}
    for part in (1.0, 0.75, 0.5, 0.25, 0.0):
        cosine, sine = np.cos(part * angle), np.sin(part * angle)
        turned = target @ np.array([[cosine, -sine], [sine, cosine]])
        for noise in (0.0, 0.7, 1.4):
            seen = [x + noise * random.normal(size=x.shape) for x in (source, turned)]
            found[part, noise] = Outputs(
                seen[0], seen[0] @ weights, labels, seen[1], seen[1] @ weights
            )
    return found, target_labels


@pytest.fixture(scope="module", params=range(2))
def toy(request):
    return candidates(request.param)


@pytest.mark.parametrize("name", SELECTORS)
def test_selectors_rank_candidates_somewhat_as_the_oracle_does(toy, name):
    found, target_labels = toy
    accuracies = [oracle(given, target_labels) for given in found.values()]
    assert max(accuracies) > 0.95 and min(accuracies) < 0.6
    scores = [SELECTORS[name](given) for given in found.values()]
    assert spearmanr(scores, accuracies).statistic > 0.25


def collapsed(given):
    """The same candidate, giving class 0 to every target image with great certainty."""
    logits = np.zeros_like(given.target_logits)
    logits[:, 0] = 30
    return dataclasses.replace(given, target_logits=logits)


@pytest.mark.parametrize("name", ["negative entropy", "soft neighbourhood density"])
def test_a_collapsed_model_fools_what_looks_at_target_predictions_only(toy, name):
    found, target_labels = toy
    broken = collapsed(found[1.0, 0.0])
    assert oracle(broken, target_labels) < 0.3
    assert select(found | {"collapsed": broken}, name) == "collapsed"


def test_source_accuracy_cannot_see_adaptation(toy):
    """Turning the target back leaves the source as it is: only the noise tells these apart."""
    found, target_labels = toy
    without, full = (found[part, 0.0] for part in (0.0, 1.0))
    assert selection.source_accuracy(without) == selection.source_accuracy(full)
    assert oracle(full, target_labels) > oracle(without, target_labels) + 0.2
