"""Grad-CAM and occlusion against captum's, and the sanity check of both."""

import itertools

import numpy as np
import pytest
import torch
from captum.attr import LayerAttribution, LayerGradCam, Occlusion

from course_utils import CourseError
from course_utils.bases.conversion import CHANNEL_MEANS
from course_utils.visualisation import (
    as_inputs,
    grad_cam,
    module_named,
    occlusion,
    randomised_copies,
    stage_names,
)

CLASSES = torch.tensor([0, 3, 2])


def of_classes(output):
    return output.logits[torch.arange(len(CLASSES)), CLASSES]


@pytest.mark.parametrize("depth", range(5))
def test_grad_cam_agrees_with_captum(classifier, images, depth):
    name = stage_names(classifier)[depth]
    layer = LayerGradCam(lambda inputs: classifier(inputs).logits, module_named(classifier, name))
    maps = layer.attribute(as_inputs(images), target=CLASSES, relu_attributions=True)
    expected = LayerAttribution.interpolate(maps, (64, 64), "bilinear")[:, 0].detach().numpy()
    found = grad_cam(classifier, name, images, of_classes)
    assert found.shape == (3, 64, 64) and found.dtype == np.float32
    assert expected.max() > 0
    assert np.abs(found - expected).max() <= 1e-4 * expected.max()


@pytest.mark.parametrize(("window", "stride"), [(32, 16), (20, 20), (24, 11), (64, 64)])
def test_occlusion_agrees_with_captum(classifier, images, window, stride):
    expected = Occlusion(lambda inputs: classifier(inputs).logits).attribute(
        as_inputs(images),
        target=CLASSES,
        sliding_window_shapes=(3, window, window),
        strides=(3, stride, stride),
        baselines=0,  # the mean colour, once that is taken off
    )
    with torch.no_grad():
        found = occlusion(
            lambda part: of_classes(classifier(as_inputs(part))),
            images,
            window,
            stride,
            fill=CHANNEL_MEANS,
        )
    assert found.shape == (3, 64, 64) and found.dtype == np.float32
    for channel in range(3):
        scale = expected.abs().max()
        assert np.abs(found - expected[:, channel].numpy()).max() <= 1e-4 * scale


def test_the_network_stays_as_it_is(resnet, images, unchanged):
    check = unchanged(resnet)
    grad_cam(resnet, "encoder.stages.2", images, lambda output: output.pooler_output[:, 3, 0, 0])
    list(randomised_copies(resnet))
    with pytest.raises(ZeroDivisionError):
        grad_cam(resnet, "encoder.stages.2", images, lambda output: 1 / 0)
    check()


def test_randomising_goes_from_the_top_downwards(classifier):
    names = [*stage_names(classifier), "classifier"]
    originals = classifier.state_dict()
    copies = list(randomised_copies(classifier))
    assert [name for name, _ in copies] == names[::-1]
    for depth, (_, copied) in enumerate(copies, start=1):
        random = tuple(f"{name}." for name in names[-depth:])
        for name, weight in copied.state_dict().items():
            if name.endswith(("convolution.weight", "classifier.1.weight")):
                assert torch.equal(weight, originals[name]) != name.startswith(random)
    for (_, first), (_, second) in itertools.pairwise(copies):
        first, second = first.state_dict(), second.state_dict()
        assert sum(not torch.equal(first[name], second[name]) for name in first) > 0


def test_random_weights_come_from_the_seed_alone(classifier):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first, again, other = (
        next(randomised_copies(classifier, ["resnet.embedder"], seed))[1].state_dict()
        for seed in (0, 0, 1)
    )
    assert torch.equal(before, torch.get_rng_state())
    name = "resnet.embedder.embedder.convolution.weight"
    assert torch.equal(first[name], again[name]) and not torch.equal(first[name], other[name])
    spread = first[name].std().item()
    assert np.isclose(spread, np.sqrt(2 / (3 * 49)), rtol=0.1)  # He's: two over the inputs


@pytest.mark.parametrize(
    ("name", "target", "sentence"),
    [
        ("resnet.embeder", of_classes, "did you mean"),
        ("resnet.encoder", of_classes, "no maps"),
        ("classifier", of_classes, "no maps"),
        ("resnet.embedder", lambda output: output.logits, r"shape \(3,\), not \(3, 5\)"),
        ("resnet.embedder", lambda output: output.logits.sum(), r"shape \(3,\), not \(\)"),
        ("resnet.pooler", lambda output: torch.ones(3, requires_grad=True), "does not depend"),
    ],
)
def test_grad_cam_mistakes(classifier, images, name, target, sentence):
    with pytest.raises(CourseError, match=sentence):
        grad_cam(classifier, name, images, target)


@pytest.mark.parametrize(("window", "stride"), [(0, 1), (8, 0), (8, 9), (65, 8)])
def test_occlusion_mistakes(images, window, stride):
    with pytest.raises(CourseError, match=f"stride={stride} and window={window}"):
        occlusion(lambda part: part.mean(axis=(1, 2, 3)), images, window, stride)


def test_occlusion_wants_a_score_for_each_image(images):
    with pytest.raises(CourseError, match=r"\(3,\)"):
        occlusion(lambda part: part.mean(), images)
