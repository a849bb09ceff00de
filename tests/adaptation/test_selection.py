"""Selectors against their definitions, and against skada's; and what has no score."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from course_utils import CourseError
from course_utils.adaptation import selection
from course_utils.adaptation.density_ratios import density_ratio
from course_utils.adaptation.selection import SELECTORS, Outputs, oracle

SEEDS = range(5)


def outputs(n=60, m=50, d=4, k=3, seed=0, sharpness=2.0):
    """Random outputs, whose logits know something of the source labels."""
    random = np.random.default_rng([n, m, d, k, seed])
    labels = random.integers(k, size=n)
    source_logits = random.normal(size=(n, k)) * sharpness + 2 * np.eye(k)[labels]
    target_logits = random.normal(size=(m, k)) * sharpness
    source, target = random.normal(size=(n, d)), random.normal(size=(m, d)) + 0.5
    return Outputs(source, source_logits, labels, target, target_logits)


def probabilities(logits):
    return np.array([np.exp(row) / np.exp(row).sum() for row in logits])


# Definitions, loop by loop.


@pytest.mark.parametrize("seed", SEEDS)
def test_source_accuracy(seed):
    given = outputs(seed=seed)
    right = [np.argmax(row) == y for row, y in zip(given.source_logits, given.source_labels)]  # noqa: B905
    assert selection.source_accuracy(given) == sum(right) / len(right)


@pytest.mark.parametrize("seed", SEEDS)
def test_deep_embedded_validation(seed):
    given = outputs(seed=seed)
    w = density_ratio(given.source_features, given.target_features)
    pairs = zip(given.source_logits, given.source_labels, strict=True)
    losses = np.array([float(row.argmax() != y) for row, y in pairs])
    weighted = w * losses
    covariance = ((weighted - weighted.mean()) * (w - w.mean())).sum()
    eta = -covariance / ((w - w.mean()) ** 2).sum()
    risk = weighted.mean() + eta * w.mean() - eta
    assert np.isclose(selection.deep_embedded_validation(given), 1 - risk)


@pytest.mark.parametrize("temperature", [0.05, 0.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_soft_neighbourhood_density(seed, temperature, monkeypatch):
    given = outputs(m=30, seed=seed)
    units = [p / np.sqrt((p**2).sum()) for p in probabilities(given.target_logits)]
    entropies = []
    for i, one in enumerate(units):
        near = [np.exp(one @ u / temperature) for j, u in enumerate(units) if j != i]
        shares = np.array(near) / sum(near)
        entropies.append(-(shares * np.log(shares)).sum())
    found = selection.soft_neighbourhood_density(given, temperature)
    assert np.isclose(found, np.mean(entropies), rtol=1e-10)
    monkeypatch.setattr(selection, "_ROWS", 7)  # in pieces, the last one smaller
    assert np.isclose(selection.soft_neighbourhood_density(given, temperature), found)


def test_oracle():
    given = outputs()
    labels = given.target_logits.argmax(axis=1)
    labels[:5] = (labels[:5] + 1) % 3
    assert oracle(given, labels) == 0.9


# What weighting is for, and what it must not do where it is not needed.


@pytest.mark.parametrize(
    "selector", [selection.importance_weighted_accuracy, selection.deep_embedded_validation]
)
def test_under_covariate_shift_weighting_estimates_target_accuracy(selector):
    """Right where x > 0 alone: half of the source N(0, 1), nearly all of the target N(1.2, 1)."""
    found, plain = [], []
    for seed in range(8):
        random = np.random.default_rng(seed)
        source, target = random.normal(size=(500, 1)), random.normal(size=(500, 1)) + 1.2
        logits = np.c_[source[:, 0], np.zeros(500)]
        given = Outputs(source, logits, np.zeros(500, int), target, np.zeros((500, 2)))
        found.append(selector(given))
        plain.append(selection.source_accuracy(given))
    truth = norm.cdf(1.2)
    assert abs(np.mean(found) - truth) < 0.04
    assert abs(np.mean(plain) - truth) > 0.3


# Against skada, where its definition is the same.


@pytest.fixture(scope="module")
def skada():
    sklearn = pytest.importorskip("sklearn")
    routing = sklearn.get_config()["enable_metadata_routing"]
    with pytest.MonkeyPatch.context() as patch:
        # skada's optimal transport library otherwise imports every framework there is.
        for backend in ("TENSORFLOW", "PYTORCH", "JAX", "CUPY"):
            patch.setenv(f"POT_BACKEND_DISABLE_{backend}", "1")
        metrics = pytest.importorskip("skada.metrics", reason="needs `pip install skada`")
        sklearn.set_config(enable_metadata_routing=True)  # skada's own import sets it for good
        yield metrics
        sklearn.set_config(enable_metadata_routing=routing)


class Fixed(ClassifierMixin, BaseEstimator):
    """An estimator whose images are row numbers: it returns the logits of those rows."""

    def __init__(self, logits):
        self.logits = logits

    def fit(self, rows, labels):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def predict_proba(self, rows, sample_domain=None, allow_source=None):
        return probabilities(self.logits[rows[:, 0].astype(int)])

    def predict(self, rows):
        return self.predict_proba(rows).argmax(axis=1)

    def score(self, rows, labels, sample_weight=None, **ignored):
        return super().score(rows, labels, sample_weight)


def as_skada(given):
    """(estimator, rows, labels), and the domains: skada's are 1 for source, -2 for target."""
    n, m = len(given.source_labels), len(given.target_logits)
    rows = np.arange(n + m, dtype=float)[:, np.newaxis]
    labels = np.concatenate([given.source_labels, np.full(m, -1)])
    estimator = Fixed(np.concatenate([given.source_logits, given.target_logits]))
    return (estimator, rows, labels), np.repeat([1, -2], [n, m])


@pytest.mark.parametrize("seed", SEEDS)
def test_entropy_agrees_with_skada(skada, seed):
    """skada averages over images *and* classes: its score is ours over the number of classes."""
    given = outputs(k=5, seed=seed)
    arguments, domains = as_skada(given)
    scorer = skada.PredictionEntropyScorer()
    # Without log probabilities skada adds 1e-7 to each probability.
    theirs = scorer._score(None, *arguments, sample_domain=domains)
    assert np.isclose(selection.negative_entropy(given) / 5, theirs, atol=1e-6)


@pytest.mark.parametrize("temperature", [0.05, 0.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_soft_neighbourhood_density_agrees_with_skada(skada, seed, temperature):
    """skada keeps the image itself, at similarity -1: with temperature 0.05 it weighs nothing.

    At higher temperatures it does, so that only the images far from each other differ less.
    """
    given = outputs(seed=seed)
    arguments, domains = as_skada(given)
    scorer = skada.SoftNeighborhoodDensity(T=temperature)
    theirs = scorer._score(None, *arguments, sample_domain=domains)
    found = selection.soft_neighbourhood_density(given, temperature)
    assert np.isclose(found, theirs, atol=1e-6 if temperature == 0.05 else 0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_importance_weighted_accuracy_agrees_with_skada(skada, seed):
    """skada takes its weights from two kernel density estimates; with ours, scores are equal."""
    given = outputs(n=60, m=50, seed=seed)
    log_ratio = np.log(density_ratio(given.source_features, given.target_features))

    class OurDensity(BaseEstimator):
        def fit(self, rows):
            self.is_target_ = len(rows) == 50
            return self

        def score_samples(self, rows):
            return log_ratio if self.is_target_ else np.zeros(len(rows))

    arguments, domains = as_skada(given)
    arguments[0].set_score_request(sample_weight=True)
    scorer = skada.ImportanceWeightedScorer(OurDensity())
    theirs = scorer._score(None, *arguments, sample_domain=domains)
    assert np.isclose(selection.importance_weighted_accuracy(given), theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_risk_of_deep_embedded_validation_agrees_with_skada(skada, seed):
    """skada weighs a third of the source by a classifier fitted on the rest, without a clip.

    Here each half weighs the other, so the same weights and the same third are given to both:
    then the risk, control variate and all, must be the same. The loss is handed to skada as a
    column: its own, a row, is multiplied with a column of weights to a square (version 0.6.0).
    """
    given = outputs(n=90, m=40, seed=seed)
    source_probability = np.random.default_rng(seed).uniform(0.1, 0.9, size=130)

    class KnownDomains(BaseEstimator):
        def fit(self, rows, domains):
            return self

        def predict_proba(self, rows):
            p = source_probability[rows[:, 0].astype(int)]
            return np.c_[1 - p, p]  # the target is skada's class 0

    arguments, domains = as_skada(given)

    def column_of_losses(labels, predicted):
        return -np.log(predicted[np.arange(len(labels)), labels])[:, np.newaxis]

    scorer = skada.DeepEmbeddedValidation(KnownDomains(), column_of_losses, random_state=seed)
    fixed = arguments[0].set_predict_proba_request(sample_domain=True, allow_source=True)
    estimator = Pipeline([("fixed", fixed)])
    theirs = scorer._score(None, estimator, *arguments[1:], sample_domain=domains)
    fitted, third = train_test_split(np.arange(90), test_size=0.33, random_state=seed)
    weights = len(fitted) / 40 * (1 / source_probability[third] - 1)
    losses = column_of_losses(given.source_labels[third], probabilities(given.source_logits[third]))
    assert np.isclose(-selection.controlled_risk(losses[:, 0], weights), theirs)


@pytest.mark.parametrize("name", ["negative entropy", "soft neighbourhood density"])
def test_a_collapsed_model_fools_what_looks_at_target_predictions_only(name):
    given = outputs()
    collapsed = dataclasses.replace(given, target_logits=np.tile([50.0, 0, 0], (50, 1)))
    assert SELECTORS[name](collapsed) > SELECTORS[name](given)


# What has no score.


@pytest.mark.parametrize("name", SELECTORS)
@pytest.mark.parametrize("field", ["source_features", "source_logits", "target_logits"])
def test_a_candidate_that_diverged_has_the_lowest_score(name, field):
    good = outputs()
    array = getattr(good, field).copy()
    array[3, 1] = np.nan
    bad = dataclasses.replace(good, **{field: array})
    assert SELECTORS[name](bad) == oracle(bad, np.zeros(50, int)) == -np.inf


def test_one_target_image_has_no_neighbours():
    with pytest.raises(CourseError, match="at least 2 target images"):
        selection.soft_neighbourhood_density(outputs(m=1))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("source_features", np.ones(60), "`source_features` must be an array of two"),
        ("target_logits", np.ones((0, 3)), "`target_logits` must be an array of two"),
        ("target_features", np.ones((50, 5)), "features must have equally many .* 4 and 5"),
        ("target_logits", np.ones((50, 2)), "logits must have equally many .* 3 and 2"),
        ("target_logits", np.ones((49, 3)), "60 and 60 source rows, 50 and 49 target rows"),
        ("source_features", np.ones((59, 4)), "59 and 60 source rows"),
        ("source_labels", np.zeros(59, int), "source labels for each of 60 examples, not 59"),
    ],
)
def test_outputs_that_do_not_fit(field, value, sentence):
    with pytest.raises(CourseError, match=sentence):
        dataclasses.replace(outputs(), **{field: value})


def test_oracle_labels_that_do_not_fit():
    with pytest.raises(CourseError, match="target labels for each of 50 examples, not 60"):
        oracle(outputs(), np.zeros(60, int))
