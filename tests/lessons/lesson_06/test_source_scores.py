"""The scores of a source: what lesson 06 shows live is what its sweep measures."""

import numpy as np
import pytest

from course_utils.bases.zoo import RANDOM, zoo_network
from course_utils.datasets import Dataset
from course_utils.errors import CourseError
from course_utils.lessons.lesson_06 import source_scores
from course_utils.lessons.lesson_06.source_scores import label_scores, scores_trial
from course_utils.lessons.lesson_06.trials import drawn

NAMES = {"LEEP", "NCE", "LogME", "H-score", "CKA with labels", "probe"}


@pytest.fixture(scope="module")
def labelled():
    return drawn("digits", 8, seed=0)


@pytest.fixture(scope="module")
def scores(labelled):
    return {
        name: label_scores(zoo_network(name), *labelled) for name in ("digits-rendered", RANDOM)
    }


def test_every_score_prefers_digits_for_digits(scores):
    assert set(scores[RANDOM]) == NAMES
    for name in NAMES:
        assert scores["digits-rendered"][name] > scores[RANDOM][name]


def test_no_score_finds_anything_in_shuffled_labels(labelled, scores):
    inputs, labels = labelled
    shuffled = np.random.default_rng(1).permutation(labels)
    lost = label_scores(zoo_network("digits-rendered"), inputs, shuffled)
    for name in NAMES:
        assert lost[name] < scores["digits-rendered"][name]
    assert lost["probe"] < 0.3


def test_a_network_is_left_as_it_was(labelled):
    network = zoo_network("surfaces")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    label_scores(network, *labelled)
    assert all(before[name].equal(value) for name, value in network.state_dict().items())


def test_a_probe_needs_a_few_images_of_each_class():
    with pytest.raises(CourseError, match="label at least 4 of each class, not 3"):
        label_scores(zoo_network("surfaces"), *drawn("phantoms", 3, seed=0))


def test_a_trial_adds_distance_and_the_null(monkeypatch):
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (30, 64, 64, 3), dtype=np.uint8)
    noise = Dataset(pictures, np.arange(30) % 3, ("a", "b", "c"))
    monkeypatch.setattr(
        "course_utils.lessons.lesson_06.zoo_sources.source_pictures", lambda *_: (noise, noise)
    )
    measured = scores_trial("surfaces", "phantoms", n=5, seed=0)
    assert set(measured) == NAMES | {"proxy A-distance", "source accuracy"}
    assert measured["proxy A-distance"] < -1.5  # noise and radiographs are told apart
    assert set(scores_trial(RANDOM, "phantoms", n=5, seed=0)) == NAMES


def test_distance_is_near_nought_from_a_target_to_itself(monkeypatch):
    own = source_scores.target_pictures("phantoms")
    own = Dataset(np.asarray(own.images), own.labels, own.class_names)
    monkeypatch.setattr(
        "course_utils.lessons.lesson_06.zoo_sources.source_pictures", lambda *_: (own, own)
    )
    assert scores_trial("phantoms", "phantoms", n=5, seed=0)["proxy A-distance"] > -0.5
