"""What the course and others compute has the properties that lesson 01 asks of learners."""

import numpy as np
import pytest
import torch
from checking import exercises_of
from sklearn.feature_selection import r_regression
from torch import nn

from course_utils.teaching.exercise import same
from course_utils.visualisation import grad_cam, receptive_field, record

EXERCISES = exercises_of("01")


def own_hook(module, run):
    """`record` finds modules by their name, so the module gets a network around it."""
    network = nn.ModuleDict({"layer": module})
    with record(network, ["layer"]) as outputs:
        run()
    return outputs["layer"]


def own_receptive_field(layers):
    """`receptive_field` follows a network: one convolution for each layer."""
    convolutions = [nn.Conv2d(3, 3, kernel, stride) for kernel, stride in layers]
    return receptive_field(nn.Sequential(nn.Identity(), *convolutions), str(len(layers))).size


def own_grad_cam(activations, gradients):
    """`grad_cam` of a network that hands the activations on, for a score with these gradients."""
    activations, gradients = (
        torch.tensor(each, dtype=torch.float64)[None] for each in (activations, gradients)
    )
    image = np.zeros((1, *activations.shape[2:], 3))
    return grad_cam(
        nn.Sequential(nn.Identity()),
        "0",
        image,
        target=lambda maps: (maps * gradients).sum(dim=(1, 2, 3)),
        preprocess=lambda _: activations,
    )[0]


def correlated_channel(means, labels, k):
    """The channel whose correlation with "is of class k" is largest: the same by algebra.

    For one class, the lead in standard deviations is the correlation times a constant.
    """
    return int(np.argmax(r_regression(means, np.asarray(labels) == k)))


OWN = {
    "01-hook": own_hook,
    "01-receptive-field": own_receptive_field,
    "01-grad-cam": own_grad_cam,
    "01-texture-channel": correlated_channel,
}
PROPERTIES = [(id, prop) for id in OWN for prop in EXERCISES[id].properties]


def test_every_exercise_has_a_reference():
    assert set(OWN) == set(EXERCISES)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("exercise_id", "prop"), PROPERTIES, ids=[f"{id}-{p.test.__name__}" for id, p in PROPERTIES]
)
def test_the_reference_has_the_property(exercise_id, prop, seed):
    prop.test(OWN[exercise_id], np.random.default_rng(seed))


@pytest.mark.parametrize("exercise_id", [id for id in OWN if EXERCISES[id].example])
def test_the_example_is_right(exercise_id):
    arguments, result = EXERCISES[exercise_id].example
    assert same(result, OWN[exercise_id](*arguments))
