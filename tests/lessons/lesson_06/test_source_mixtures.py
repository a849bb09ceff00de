"""Mixed sources: equal budgets, classes that stay apart, and a poison that is one."""

import numpy as np
import pytest

from course_utils.datasets.dataset import Dataset
from course_utils.lessons.lesson_06 import source_mixtures
from course_utils.lessons.lesson_06.source_mixtures import (
    MATCHED,
    MIXED,
    NARROW,
    POISONED,
    POOLED,
    WEIGHTED,
    broad,
    narrow,
    pictures_of,
)
from course_utils.lessons.lesson_06.zoo_sources import IMAGES

#: Classes of each source, as in the real ones; the pictures are a code of their own position.
CLASSES = {"objects": 10, "digits-rendered": 10, "surfaces": 6, "fractals": 24}
SEEDS = (0, 1, 2)


def coded(name):
    """A source whose picture number i of source s is the bytes of (s, i)."""
    n_classes = CLASSES[name]
    n = n_classes * (IMAGES // n_classes)
    labels = np.random.default_rng(MIXED.index(name)).permutation(np.arange(n) % n_classes)
    images = np.zeros((n, 1, 1, 3), np.uint8)
    images[:, 0, 0, 0] = MIXED.index(name)
    images[:, 0, 0, 1], images[:, 0, 0, 2] = np.divmod(np.arange(n), 256)
    return Dataset(images, labels, tuple(f"{name} {k}" for k in range(n_classes)))


SETS = {name: coded(name) for name in MIXED}


def decoded(images):
    """The source and the position of each picture."""
    codes = images[:, 0, 0].astype(int)
    return np.array(MIXED)[codes[:, 0]], 256 * codes[:, 1] + codes[:, 2]


@pytest.fixture(autouse=True)
def made_up_sources(monkeypatch):
    monkeypatch.setattr(source_mixtures, "source_pictures", lambda name: (SETS[name], None))


@pytest.fixture
def shares(monkeypatch):
    """Makes up how much a target resembles each source."""

    def give(*values):
        told = dict(zip(MIXED, values, strict=True))
        monkeypatch.setattr(source_mixtures, "resemblance", lambda target, seed: told)
        return told

    give(0.55, 0.25, 0.15, 0.05)
    return give


@pytest.mark.parametrize("seed", SEEDS)
def test_arms_that_are_compared_learn_from_as_many_pictures(shares, seed):
    counts = {arm: len(pictures_of(arm, seed)[1]) for arm in source_mixtures.ARMS}
    for source, (_, budget) in NARROW.items():
        assert counts.pop(narrow(source)) == counts.pop(broad(source)) == budget
    # One set alone has as many as its classes divide.
    for arm in MIXED:
        assert counts.pop(arm) == IMAGES - IMAGES % CLASSES[arm] >= 0.98 * IMAGES
    assert counts.pop(POOLED) == counts.pop(POISONED) == IMAGES
    assert list(counts.values()) == [IMAGES] * len(MATCHED)


@pytest.mark.parametrize("arm", source_mixtures.ARMS)
def test_no_picture_twice_and_each_with_a_label_of_one_class(shares, arm):
    images, labels = pictures_of(arm, 0)
    assert len(images) == len(labels)
    sources, positions = decoded(images)
    assert len(set(zip(sources, positions, strict=True))) == len(images)
    assert labels.min() == 0 and labels.dtype == np.int64
    if arm == POISONED:
        return
    truth = [(s, SETS[s].labels[p]) for s, p in zip(sources, positions, strict=True)]
    # Each label stands for one class of one source, and each class has one label.
    pairs = set(zip(labels.tolist(), truth, strict=True))
    assert len(pairs) == len({label for label, _ in pairs}) == len({own for _, own in pairs})
    assert len(pairs) == labels.max() + 1


@pytest.mark.parametrize("source", MIXED)
def test_one_source_alone_is_all_of_it(source):
    images, labels = pictures_of(source, 0)
    sources, positions = decoded(images)
    assert set(sources) == {source}
    assert np.array_equal(labels, SETS[source].labels[positions])
    assert sorted(positions) == list(range(len(SETS[source])))


def test_a_pooled_source_has_all_classes_each_as_often_as_can_be():
    images, labels = pictures_of(POOLED, 0)
    sources, _ = decoded(images)
    assert labels.max() + 1 == sum(CLASSES.values())
    for source in MIXED:
        counts = np.bincount(labels[sources == source])
        assert counts.sum() == IMAGES // 4
        assert np.ptp(counts[counts > 0]) <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_poison_is_further_objects_whose_labels_are_a_permutation(seed):
    images, labels = pictures_of(POISONED, seed)
    sources, positions = decoded(images)
    each = IMAGES // 5
    clean, poison = slice(0, each), slice(-each, None)
    assert set(sources[poison]) == {"objects"}
    assert labels.max() + 1 == sum(CLASSES.values())
    truth = SETS["objects"].labels[positions[poison]]
    assert not set(positions[clean]) & set(positions[poison])
    assert np.array_equal(labels[clean], SETS["objects"].labels[positions[clean]])
    assert np.array_equal(np.bincount(labels[poison]), np.bincount(truth))
    assert np.mean(labels[poison] == truth) < 0.25  # 1 in 10 by chance
    rest = slice(each, -each)
    assert labels[rest].min() >= CLASSES["objects"]


@pytest.mark.parametrize("source", NARROW)
@pytest.mark.parametrize("seed", SEEDS)
def test_few_classes_or_all_are_drawn_evenly(source, seed):
    n_classes, budget = NARROW[source]
    for arm, expected in ((narrow(source), n_classes), (broad(source), CLASSES[source])):
        images, labels = pictures_of(arm, seed)
        assert np.bincount(labels).tolist() == [budget // expected] * expected
        assert set(decoded(images)[0]) == {source}


def test_other_seeds_take_other_classes():
    taken = []
    for seed in range(6):
        positions = decoded(pictures_of(narrow("objects"), seed)[0])[1]
        taken.append(frozenset(SETS["objects"].labels[positions]))
    assert len(set(taken)) > 3


@pytest.mark.parametrize("target", MATCHED)
@pytest.mark.parametrize(
    "values",
    [
        (0.55, 0.25, 0.15, 0.05),
        (0.9995, 0.0002, 0.0002, 0.0001),
        (1.0, 0.0, 0.0, 0.0),
        (0.25, 0.25, 0.25, 0.25),
        (0.30136, 0.20136, 0.24864, 0.24864),
    ],
)
def test_weighted_counts_follow_the_shares_and_fill_the_budget(shares, target, values):
    told = shares(*values)
    sources, _ = decoded(pictures_of(f"{WEIGHTED} for {target}", 0)[0])
    for source, share in told.items():
        assert abs(np.sum(sources == source) - share * IMAGES) < 1
    assert len(sources) == IMAGES


@pytest.mark.parametrize("arm", source_mixtures.ARMS)
def test_the_seed_alone_decides(shares, arm):
    (images, labels), (again, same), (others, _) = (pictures_of(arm, s) for s in (0, 0, 1))
    assert np.array_equal(images, again) and np.array_equal(labels, same)
    assert not np.array_equal(images, others)


def test_resemblance_is_a_share_of_each_source_and_no_label_is_used(monkeypatch):
    """Sources that lie apart, and a target beside the second: it is recognised."""
    pictures = Dataset(np.full((40, 1, 1, 3), 1, np.uint8), np.arange(40) % 4, tuple("abcd"))

    def features(images):
        random = np.random.default_rng(len(images))
        return np.eye(4)[images[:, 0, 0, 0]] * 5 + random.normal(size=(len(images), 4))

    monkeypatch.setattr(source_mixtures, "shipped_features", features)
    source_mixtures._known_features.cache_clear()
    found = []
    for labels in (pictures.labels, 3 - pictures.labels):
        source_mixtures.resemblance.cache_clear()
        own = Dataset(pictures.images, labels, pictures.class_names)
        monkeypatch.setattr(source_mixtures, "target_pictures", lambda target, own=own: own)
        found.append(source_mixtures.resemblance("sketch", 0))
    source_mixtures.resemblance.cache_clear()
    source_mixtures._known_features.cache_clear()
    assert found[0] == found[1]
    assert sum(found[0].values()) == pytest.approx(1)
    assert tuple(found[0]) == MIXED and max(found[0], key=found[0].get) == "digits-rendered"


def test_a_trial_measures_each_target_it_is_for(monkeypatch, shares):
    """Everything that takes long made up: what is pretrained on what, and where it is moved."""
    seen = []

    def pretrain(images, labels, n_classes, steps, seed, batch_size):
        seen.append((len(images), n_classes, steps, seed, batch_size))
        return "network"

    monkeypatch.setattr(source_mixtures.zoo_training, "pretrain", pretrain)
    monkeypatch.setattr(source_mixtures, "target_pictures", lambda target: SETS["objects"])
    monkeypatch.setattr(source_mixtures, "start_from", lambda *given: given)
    monkeypatch.setattr(source_mixtures, "probed", lambda *given: {"accuracy": 0.5})
    monkeypatch.setattr(source_mixtures, "tuned", lambda *given: {"accuracy": 0.75})
    measured = source_mixtures.mixture_trial(POOLED, 3, 1e-3)
    n_classes = sum(CLASSES.values())
    assert seen == [(IMAGES, n_classes, source_mixtures.STEPS, 3, source_mixtures.BATCH_SIZE)]
    both = {"fine-tuned": 0.75, "frozen": 0.5}
    assert measured == {"images": IMAGES, "classes": n_classes} | dict.fromkeys(MATCHED, both)
    for target in MATCHED:
        measured = source_mixtures.mixture_trial(f"{WEIGHTED} for {target}", 0, 1e-3)
        assert set(measured) == {"images", "classes", target}
