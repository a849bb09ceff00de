"""What the checks of lesson 05 promise beyond those of every lesson (test_check_exercises.py)."""

import answers_coral
import answers_reversal
import numpy as np
import pytest
import torch
from answers_adabn import target_batch_norm
from answers_selector import importance_weighted_accuracy
from checking import told


@pytest.mark.parametrize(
    ("exercise_id", "answer"),
    [
        *[("05-coral", answer) for answer in answers_coral.RIGHT],
        *[("05-reversal", answer) for answer in answers_reversal.RIGHT],
    ],
)
def test_a_learner_who_switched_gradients_off_is_checked_alike(capsys, exercise_id, answer):
    with torch.no_grad():
        assert told(capsys, exercise_id, answer).startswith("Passed: ")


# The lesson's text says these of the exercises' answers.


@pytest.mark.parametrize("seed", range(3))
def test_torch_keeps_the_variance_over_n_less_one(seed):
    random = np.random.default_rng(seed)
    activations = random.normal(2, 3, (4, 3, 2, 5))
    layer = torch.nn.BatchNorm2d(3, momentum=None).double()
    layer(torch.tensor(activations))
    n = activations.size / 3
    unbiased = activations.var(axis=(0, 2, 3)) * n / (n - 1)
    assert np.allclose(layer.running_var.numpy(), unbiased)
    # While training, though, it normalises by the one over n, as the exercise does.
    with torch.no_grad():
        output = layer(torch.tensor(activations)).numpy()
    channels = np.zeros(3), np.ones(3), np.ones(3), np.zeros(3), layer.eps
    assert np.allclose(output, target_batch_norm(activations, *channels))


@pytest.mark.parametrize("factor", [0.01, 0.5, 30.0])
def test_how_many_images_the_domain_classifier_saw_does_not_matter(factor):
    random = np.random.default_rng(0)
    correct, p = random.random(20) < 0.6, random.uniform(0.05, 0.95, 20)
    odds = factor * p / (1 - p)
    expected = importance_weighted_accuracy(correct, p)
    assert np.isclose(importance_weighted_accuracy(correct, odds / (1 + odds)), expected)


def test_one_image_may_decide_the_weighted_accuracy():
    correct, p = np.array([True, *[False] * 99]), np.array([0.999, *[0.5] * 99])
    assert correct.mean() == 0.01
    assert importance_weighted_accuracy(correct, p) > 0.9
