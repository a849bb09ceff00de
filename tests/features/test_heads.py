"""Heads on frozen features."""

import numpy as np

from course_utils.features import heads


def test_normalised_features_use_the_training_statistics_alone():
    random = np.random.default_rng(0)
    train, test = random.normal(5, 3, (50, 2, 4)), random.normal(9, 1, (20, 2, 4))
    train[:, 0, 0] = 5.0  # silent in training: must not be blown up in the test images
    rows, others = heads.normalised(train, test)
    assert rows.shape == (50, 8) and others.shape == (20, 8)
    assert np.allclose(rows.mean(0), 0, atol=1e-5) and np.isclose(rows.std(), 1, atol=1e-4)
    flat = train.reshape(50, 8)
    expected = (test.reshape(20, 8) - flat.mean(0)) / (flat - flat.mean(0)).std()
    assert np.allclose(others, expected, atol=1e-4)


def test_the_recipes_head_learns_a_line():
    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 5)).astype(np.float32)
    labels = (rows[:, 0] > 0).astype(int)
    options = {"learning_rate": 3e-3, "epochs": 20, "seed": 0}
    fitted, held_out = heads.dense_head(rows[:150], labels[:150], [rows[150:]], 2, **options)
    assert np.mean(fitted == labels[:150]) > 0.95
    assert np.mean(held_out == labels[150:]) > 0.85
