"""Recording what modules give out, and leaving no trace of it."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import CourseError
from course_utils.bases.conversion import CHANNEL_MEANS
from course_utils.visualisation import as_inputs, module_named, record, run_until, stage_names


def test_importing_loads_no_framework():
    code = (
        "import sys, course_utils.visualisation, course_utils.transferability\n"
        "print(sorted({'torch', 'captum', 'transformers', 'tensorflow'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_stages_are_the_hidden_states_of_the_network(resnet, images):
    inputs = as_inputs(images)
    with record(resnet, stage_names(resnet)) as maps:
        hidden = resnet(inputs, output_hidden_states=True).hidden_states
    assert list(maps) == stage_names(resnet)
    for recorded, expected in zip(maps.values(), hidden, strict=True):
        assert torch.equal(recorded, expected)


def test_stage_names_with_and_without_a_classifier(resnet, classifier):
    names = ["embedder", *(f"encoder.stages.{stage}" for stage in range(4))]
    assert stage_names(resnet) == names
    assert stage_names(classifier) == [f"resnet.{name}" for name in names]
    with pytest.raises(CourseError, match="Sequential has no stages"):
        stage_names(nn.Sequential(nn.Conv2d(3, 4, 3)))


def test_what_works_in_place_later_leaves_the_record_alone(resnet, images):
    """The residual sum is written over the output of a block's last normalisation."""
    name = "encoder.stages.1.layers.0.layer.2"
    with torch.no_grad(), record(resnet, [name]) as maps:
        resnet(as_inputs(images))
    with torch.no_grad():
        alone = run_until(resnet, name, as_inputs(images))
    assert torch.equal(maps[name], alone)


def test_recording_changes_neither_output_nor_gradient(resnet, images):
    inputs = as_inputs(images).requires_grad_()
    plain = resnet(inputs).pooler_output
    (slope,) = torch.autograd.grad(plain.sum(), inputs)
    with record(resnet, stage_names(resnet)) as maps:
        recorded = resnet(inputs).pooler_output
    assert torch.equal(plain, recorded)
    assert torch.equal(slope, torch.autograd.grad(recorded.sum(), inputs, retain_graph=True)[0])
    for tensor in maps.values():
        (slope,) = torch.autograd.grad(recorded.sum(), tensor, retain_graph=True)
        assert slope.abs().sum() > 0


def test_hooks_go_after_an_error_too(resnet, unchanged):
    check = unchanged(resnet)
    with pytest.raises(ZeroDivisionError), record(resnet, stage_names(resnet)):
        raise ZeroDivisionError
    with pytest.raises(CourseError), record(resnet, ["embedder", "nowhere"]):
        pass
    with pytest.raises(ValueError, match="channel"):
        run_until(resnet, "encoder", torch.zeros(1, 5, 64, 64))
    check()


@pytest.mark.parametrize("name", ["encoder.stage.1", "Encoder.stages.1", "encoder.stages.l"])
def test_an_unknown_name_brings_the_nearest(resnet, name):
    with pytest.raises(CourseError, match=r"did you mean 'encoder\.stages\.\d'"):
        module_named(resnet, name)


def test_run_until_runs_nothing_behind(resnet, images):
    def never(*call):
        raise AssertionError("a module behind was run")

    resnet.encoder.stages[2].register_forward_hook(never)
    with torch.no_grad():
        maps = run_until(resnet, "encoder.stages.1", as_inputs(images))
    assert maps.shape == (3, 12, 8, 8)


def test_a_module_that_is_never_called(resnet, images):
    with pytest.raises(CourseError, match="does not call it"):
        run_until(resnet, "encoder.stages", as_inputs(images))


def test_inputs_are_channels_first_less_the_means(images):
    inputs = as_inputs(images)
    assert inputs.dtype == torch.float32
    for channel, mean in enumerate(CHANNEL_MEANS):
        expected = images[..., channel] - np.float32(mean)
        assert np.array_equal(inputs[:, channel].numpy(), expected)
    assert torch.equal(as_inputs(torch.from_numpy(images)), inputs)


@pytest.mark.parametrize("shape", [(64, 64, 3), (2, 3, 64, 64), (2, 64, 64, 1)])
def test_images_of_another_shape(shape):
    with pytest.raises(CourseError, match=r"\(n, height, width, 3\)"):
        as_inputs(np.zeros(shape))
