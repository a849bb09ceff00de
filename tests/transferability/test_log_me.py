"""LogME against its definition, other code, and what it must not change under."""

import numpy as np
import pytest

from course_utils.transferability import log_me
from course_utils.transferability.log_me import _LEAST_RESIDUAL

# Of examples, features, classes and rank.
SHAPES = [(30, 4, 3, 4), (40, 12, 2, 5), (12, 30, 3, 30), (20, 20, 4, 20), (15, 40, 5, 6)]


def example(n, d, classes, rank, signal=1.0, seed=0):
    random = np.random.default_rng([n, d, classes, rank, seed])
    labels = np.r_[np.arange(classes), random.integers(classes, size=n - classes)]
    means = signal * random.normal(size=(classes, rank))
    inside = (means[labels] + random.normal(size=(n, rank))) * random.uniform(0.2, 2, rank)
    mix = np.linalg.qr(random.normal(size=(d, rank)))[0].T
    return inside @ mix + 0.3, labels


def by_definition(features, labels):
    """The mean over classes of the best log p(y | F, alpha, beta) / n, each found by searching.

    y is normal with mean 0 and covariance FF' / alpha + I / beta; exp(-beta e / 2) is for the
    least residual e.
    """
    from scipy.optimize import minimize

    n = len(labels)
    # The scale of the features makes no difference, that of the search does.
    kernel = features @ features.T / np.linalg.norm(features, 2) ** 2
    total = 0.0
    for k in set(labels):
        y = (labels == k).astype(float)

        def loss(logarithms, y=y):
            alpha, beta = np.exp(logarithms)
            covariance = kernel / alpha + np.eye(n) / beta
            log_determinant = np.linalg.slogdet(2 * np.pi * covariance)[1]
            log_density = -(y @ np.linalg.solve(covariance, y) + log_determinant) / 2
            return beta * _LEAST_RESIDUAL / 2 - log_density

        starts = [(a, b) for a in range(-12, 12, 3) for b in range(-2, 14, 2)]
        start = min(starts, key=loss)
        options = {"xatol": 1e-7, "fatol": 1e-10, "maxiter": 2000}
        # Where the labels are noise the best alpha is without bound.
        bounds = [(-30, 25), (-10, 18)]
        best = minimize(loss, start, method="Nelder-Mead", bounds=bounds, options=options)
        total -= best.fun / n
    return total / len(set(labels))


@pytest.mark.parametrize("signal", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_definition(shape, signal):
    features, labels = example(*shape, signal)
    assert np.isclose(log_me(features, labels), by_definition(features, labels), atol=2e-6)


@pytest.mark.parametrize("signal", [0.3, 1.0])
@pytest.mark.parametrize(("n", "d", "classes"), [(60, 5, 3), (200, 30, 4), (150, 10, 8)])
def test_bayesian_ridge_regression_of_every_class(n, d, classes, signal):
    """scikit-learn's has the same evidence; its hyperpriors are switched off."""
    from sklearn.linear_model import BayesianRidge

    features, labels = example(n, d, classes, d, signal)
    ridge = BayesianRidge(
        max_iter=20_000,
        tol=1e-12,
        alpha_1=0,
        alpha_2=0,
        lambda_1=0,
        lambda_2=0,
        compute_score=True,
        fit_intercept=False,
    )
    scores = [ridge.fit(features, labels == k).scores_[-1] / n for k in range(classes)]
    assert np.isclose(log_me(features, labels), np.mean(scores), atol=1e-5)


def test_published_value():
    """The value that github.com/flairNLP/transformer-ranker tests its LogME on iris by."""
    from sklearn.datasets import load_iris

    assert np.isclose(log_me(*load_iris(return_X_y=True)), -0.16006022033609904, atol=2e-6)


def test_the_authors_code():
    """LogME.py of github.com/thuml/LogME (3a08950, `_fit_icml`) on scikit-learn's digits.

    It stops after a few rounds and adds 1e-5 to squared weights also, so it can only be lower.
    """
    from sklearn.datasets import load_digits

    pixels, digits = load_digits(return_X_y=True)
    for n, authors, most in ((1797, 0.27021571814434203, 1e-4), (100, 0.23529943157680394, 1e-3)):
        found = log_me(pixels[:n], digits[:n])
        assert authors < found < authors + most


def test_the_higher_of_two_maxima():
    """The authors' iteration from alpha = beta = 1 ends at the lower one for two classes here."""
    random = np.random.default_rng(0)
    labels = np.arange(60) % 12
    means = 5 * random.normal(size=(12, 208))
    features = (means[labels] + random.normal(size=(60, 208))) / np.arange(1, 209)
    features = 0.03 * np.maximum(features, 0)
    kernel = features @ features.T / np.linalg.norm(features, 2) ** 2
    least = np.zeros(12)
    for k in range(12):
        y = (labels == k).astype(float)
        found = []
        for t in np.logspace(-12, 6, 200):
            covariance = kernel / t + np.eye(60)
            misfit = y @ np.linalg.solve(covariance, y) + _LEAST_RESIDUAL
            scale = np.log(60 / misfit) - 1 - np.log(2 * np.pi)
            found.append(scale / 2 - np.linalg.slogdet(covariance)[1] / 120)
        least[k] = max(found)
    assert np.isclose(log_me(features, labels), least.mean(), atol=1e-3)
    assert log_me(features, labels) >= least.mean() - 1e-9
