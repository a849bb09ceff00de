"""The arms of a comparison differ in where they start and in nothing else."""

import numpy as np
import pytest

from course_utils.datasets import Dataset, Splits
from course_utils.finetuning import network_training as training


def stripes(n, seed):
    """Images that are striped along (class 1) or across (class 0)."""
    random = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    images = random.integers(0, 60, (n, 32, 32, 3)).astype(np.uint8)
    images[labels == 0, ::4] += 150
    images[labels == 1, :, ::4] += 150
    return Dataset(images, labels, ("across", "along"))


def test_permuted_weights_are_the_same_values_elsewhere():
    weights = [np.arange(24.0).reshape(2, 3, 4), np.arange(5.0)]
    permuted = training.permute_weights(weights, seed=0)
    for before, after in zip(weights, permuted, strict=True):
        assert after.shape == before.shape
        assert np.array_equal(np.sort(after, axis=None), np.sort(before, axis=None))
        assert not np.array_equal(after, before)
    again = training.permute_weights(weights, seed=0)
    assert all(np.array_equal(a, b) for a, b in zip(again, permuted, strict=True))


def test_a_run_learns_repeats_itself_and_reports_its_curve():
    splits = Splits(stripes(64, 0), stripes(30, 1), stripes(30, 2))
    options = {"learning_rate": 3e-3, "steps": 20, "seed": 3, "evaluate_every": 10}
    first = training.train_network("small", splits, **options)
    second = training.train_network("small", splits, **options)
    assert first["test_accuracy"] > 0.9
    assert [step for step, _ in first["curve"]] == [10, 20]
    del first["seconds"], second["seconds"]
    assert first == second


@pytest.mark.parametrize("learns", [True, False])
def test_batch_norm_of_a_pretrained_network_keeps_its_statistics(learns):
    import keras

    model = training.resnet50_classifier((32, 32, 3), 2, batch_norm_learns=learns)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    norms = [x for x in model.layers if isinstance(x, keras.layers.BatchNormalization)]
    before = [norm.moving_mean.numpy() for norm in norms]
    images = np.random.default_rng(0).normal(0, 50, (4, 32, 32, 3)).astype(np.float32)
    model.train_on_batch(images, np.array([0, 1, 0, 1]))
    still = [np.array_equal(a, n.moving_mean.numpy()) for a, n in zip(before, norms, strict=True)]
    assert all(still) if not learns else not any(still)
