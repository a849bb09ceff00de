"""CORAL against loops, against skada, and in what it must and must not change."""

import numpy as np
import pytest
import torch

from course_utils import CourseError
from course_utils.adaptation.coral import CoralLoss, coral_transform

SIZES = [(6, 6, 1), (9, 5, 3), (5, 30, 8), (2, 2, 4), (60, 40, 12)]
LARGE = [(40, 40, 1), (80, 50, 3), (60, 90, 12)]


def domains(n, m, d, seed=0):
    """Two samples with different covariances and means."""
    random = np.random.default_rng([n, m, d, seed])
    return [
        random.normal(size=(count, d)) @ random.normal(size=(d, d)) + random.normal(size=d)
        for count in (n, m)
    ]


def tensors(*arrays):
    return [torch.from_numpy(array) for array in arrays]


def looped_covariance(features):
    n, d = features.shape
    result = np.zeros((d, d))
    for j in range(d):
        for k in range(d):
            mean_j, mean_k = sum(features[:, j]) / n, sum(features[:, k]) / n
            total = sum((row[j] - mean_j) * (row[k] - mean_k) for row in features)
            result[j, k] = total / (n - 1)
    return result


def standardised(features):
    return (features - features.mean(0)) / features.std(0)


def by_skada(source, target, shrinkage, monkeypatch):
    """The source as skada's adapter returns it."""
    # POT, below skada, would load TensorFlow as well: seconds, for nothing that is used here.
    monkeypatch.setenv("POT_BACKEND_DISABLE_TENSORFLOW", "1")
    from skada import CORALAdapter

    both = np.concatenate([source, target])
    domain = np.repeat([1, -2], [len(source), len(target)])  # skada: targets are negative
    adapted = CORALAdapter(reg=shrinkage).fit_transform(both, sample_domain=domain)
    return adapted[: len(source)]


@pytest.mark.parametrize("regularisation", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("n", [20, 70])
@pytest.mark.parametrize("d", [1, 3, 12])
def test_agrees_with_skada_on_standardised_features(n, d, regularisation, monkeypatch):
    """The paper adds lambda I to a covariance over n - 1; skada shrinks one over n.

    Its (1 - s) C + s (trace C / d) I is (1 - s) times C + s / (1 - s) I where each feature has
    variance 1, and a factor common to both domains cancels. So the two mean the same for
    standardised features, batches of one size, and s / (1 - s) = lambda (n - 1) / n.
    """
    source, target = (standardised(features) for features in domains(n, n, d))
    ratio = regularisation * (n - 1) / n
    expected = by_skada(source, target, ratio / (1 + ratio), monkeypatch)
    found = coral_transform(source, target, regularisation)
    assert np.abs(found - expected).max() < 1e-5
    assert d == 1 or np.abs(found - source).max() > 1e-3  # alike because both did something


@pytest.mark.parametrize(("n", "m", "d"), LARGE)
def test_agrees_with_skada_without_regularisation(n, m, d, monkeypatch):
    """Two differences remain: skada divides by n rather than n - 1, and takes the means off."""
    source, target = domains(n, m, d)
    over_n = np.sqrt((m - 1) / m * n / (n - 1))
    found = coral_transform(source, target, regularisation=0)
    expected = by_skada(source, target, None, monkeypatch)
    assert np.abs((found - found.mean(0)) * over_n - expected).max() < 1e-5


@pytest.mark.parametrize(("n", "m", "d"), SIZES)
def test_the_mean_is_mapped_along_and_not_moved(n, m, d):
    source, target = domains(n, m, d)
    found = coral_transform(source, target)
    assert np.allclose(coral_transform(source, target + 100), found, atol=1e-8)
    centred = coral_transform(source - source.mean(0), target)
    assert np.allclose(found - found.mean(0), centred, atol=1e-8)
    assert np.allclose(centred.mean(0), 0, atol=1e-8)
    assert np.abs(found.mean(0)).max() > 1e-3


@pytest.mark.parametrize(
    ("given", "returned"), [("float32", "float32"), ("float64", "float64"), ("int64", "float64")]
)
def test_precision_and_inputs_are_kept(given, returned):
    source, target = ((10 * features).astype(given) for features in domains(20, 9, 4))
    before = source.copy(), target.copy()
    found = coral_transform(source, target)
    assert found.dtype == returned
    exact = coral_transform(source.astype(np.float64), target.astype(np.float64))
    assert np.allclose(found, exact, rtol=1e-6, atol=1e-5)
    assert np.array_equal(source, before[0]) and np.array_equal(target, before[1])


@pytest.mark.parametrize(("n", "m", "d"), SIZES)
def test_the_loss_by_definition(n, m, d):
    source, target = domains(n, m, d)
    difference = looped_covariance(source) - looped_covariance(target)
    expected = sum(entry**2 for entry in difference.flat) / (4 * d**2)
    assert np.isclose(CoralLoss()(*tensors(source, target)).item(), expected, rtol=1e-10)
    assert expected > 0


@pytest.mark.parametrize("as_loss", [True, False])
@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ((6, 3), (6, 4), "the source has 3 of them, the target 4"),
        ((1, 3), (6, 3), r"source features .* at least 2 examples, not \(1, 3\)"),
        ((6, 3), (0, 3), r"target features .* at least 2 examples, not \(0, 3\)"),
        ((6, 3), (6,), r"target features .* not \(6,\)"),
    ],
)
def test_wrong_shapes(source, target, sentence, as_loss):
    with pytest.raises(CourseError, match=sentence):
        if as_loss:
            CoralLoss()(torch.ones(source), torch.ones(target))
        else:
            coral_transform(np.ones(source), np.ones(target))


@pytest.mark.parametrize(
    ("change", "regularisation", "sentence"),
    [
        (1, -0.5, "at least 0, not -0.5"),
        (np.nan, 1, "not finite"),
        (0, 0, "regularisation above 0"),
    ],
)
def test_transforms_that_cannot_be(change, regularisation, sentence):
    source, target = domains(20, 20, 4)
    source[:, 1] *= change
    with pytest.raises(CourseError, match=sentence):
        coral_transform(source, target, regularisation)
