"""Every transferability score says what is wrong with what it is given, in one sentence."""

import numpy as np
import pytest

from course_utils import CourseError
from course_utils.transferability import h_score, label_alignment, leep, log_me, nce

FEATURES = np.random.default_rng(0).normal(size=(6, 3))
PROBABILITIES = np.full((6, 4), 0.25)
LABELS = np.array([0, 1, 2, 0, 1, 2])
OF_FEATURES = [h_score, label_alignment, log_me]
ALL = [(score, FEATURES) for score in OF_FEATURES] + [(leep, PROBABILITIES), (nce, LABELS)]


def with_value(array, value):
    array = array.astype(float)
    array[2, 1] = value
    return array


@pytest.mark.parametrize(("score", "source"), ALL)
@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (LABELS[:5], "labels for each of 6 examples, not 5"),
        (np.zeros(6, dtype=int), "of one class"),
        (LABELS - 1, "whole numbers from 0.* from -1"),
    ],
)
def test_labels(score, source, labels, sentence):
    with pytest.raises(CourseError, match=sentence) as caught:
        score(source, labels)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("score", OF_FEATURES)
@pytest.mark.parametrize(
    ("features", "sentence"),
    [
        (with_value(FEATURES, np.nan), "features hold values that are not finite"),
        (np.full((6, 3), 0.1), "the same for every example"),
    ],
)
def test_features(score, features, sentence):
    with pytest.raises(CourseError, match=sentence):
        score(features, LABELS)


@pytest.mark.parametrize(
    ("probabilities", "sentence"),
    [
        (PROBABILITIES * 1.01, "softmax"),
        (with_value(PROBABILITIES, -0.25), "softmax"),
    ],
)
def test_probabilities(probabilities, sentence):
    with pytest.raises(CourseError, match=sentence):
        leep(probabilities, LABELS)


def test_source_labels():
    with pytest.raises(CourseError, match="source labels must be whole numbers"):
        nce(LABELS - 1, LABELS)


def test_alignment_of_too_few():
    with pytest.raises(CourseError, match=r"features must be .* at least 4 by 1"):
        label_alignment(FEATURES[:3], np.array([0, 1, 1]))
    with pytest.raises(CourseError, match="a class of its own"):
        label_alignment(FEATURES, np.arange(6))


@pytest.mark.parametrize(("score", "source"), ALL)
def test_the_arrays_stay_as_they_are(score, source):
    given, labels = source.copy(), LABELS.copy()
    found = score(given, labels)
    assert type(found) is float
    assert np.array_equal(given, source)
    assert np.array_equal(labels, LABELS)


@pytest.mark.parametrize(("score", "source"), ALL)
def test_lists_and_small_integers_will_do(score, source):
    expected = score(source, LABELS)
    assert np.isclose(score(source.tolist(), LABELS.tolist()), expected)
    assert score(source, LABELS.astype(np.uint8)) == expected
