"""The two ways of learning from a handful of pictures that lesson 00 compares."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import ResNetConfig, ResNetModel

from course_utils.datasets.dataset import Dataset
from course_utils.lessons.lesson_00.study import scratch_answers, transfer_answers


def coloured(n_per_class, seed):
    """Noise, redder in class 0 and bluer in class 1."""
    random = np.random.default_rng(seed)
    labels = np.repeat([0, 1], n_per_class)
    images = random.integers(60, 120, (len(labels), 64, 64, 3), dtype=np.uint8)
    images[labels == 0, :, :, 0] += 90
    images[labels == 1, :, :, 2] += 90
    return Dataset(inputs=images, labels=labels, class_names=["red", "blue"])


@pytest.fixture(scope="module")
def base():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1])
        return ResNetModel(config).eval()


@pytest.fixture(params=["scratch", "transferred"])
def answers_of(request, base, feature_store):
    if request.param == "scratch":
        return lambda few, test: scratch_answers(few, test, 1e-3)
    return lambda few, test: transfer_answers(base, few, test)


def test_what_can_be_seen_is_learnt(answers_of):
    few, test = coloured(4, seed=0), coloured(10, seed=1)
    given = answers_of(few, test)
    assert given.shape == test.labels.shape
    assert np.mean(given == test.labels) > 0.9


def test_labels_of_the_test_pictures_are_not_looked_at(answers_of):
    few, test = coloured(3, seed=0), coloured(5, seed=1)
    blind = replace(test, labels=np.zeros_like(test.labels))
    assert np.array_equal(answers_of(few, test), answers_of(few, blind))


def test_pretrained_weights_stay_as_they_are(base, feature_store):
    before = {name: weight.clone() for name, weight in base.state_dict().items()}
    transfer_answers(base, coloured(3, seed=0), coloured(3, seed=1))
    assert all(torch.equal(weight, before[name]) for name, weight in base.state_dict().items())


def test_another_seed_begins_elsewhere():
    few, test = coloured(4, seed=0), coloured(40, seed=1)
    random = np.random.default_rng(2)
    # With nothing to learn, what is answered is up to where the network began.
    few, test = (
        replace(part, inputs=random.integers(0, 255, part.images.shape, dtype=np.uint8))
        for part in (few, test)
    )
    first, again, other = (scratch_answers(few, test, 1e-3, seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
