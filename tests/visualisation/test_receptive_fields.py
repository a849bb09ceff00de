"""Receptive fields against the one thing that cannot be wrong: where the gradient is not zero."""

import numpy as np
import pytest
import torch
from small_resnets import small_resnet
from torch import nn

from course_utils import CourseError
from course_utils.visualisation import box, receptive_field, run_until, stage_names


def positive(network):
    """The same network, with weights that let no gradient cancel or vanish."""
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Conv2d):
            nn.init.uniform_(module.weight, 0.5, 1)
            module.weight.data /= module.weight[0].numel()
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
        if isinstance(module, nn.MaxPool2d):  # passes its gradient to one pixel of its window
            pool = nn.AvgPool2d(module.kernel_size, module.stride, module.padding)
            network.set_submodule(name, pool)
    return network.eval()


def pixels_seen(network, name, side, place):
    """Which pixels one unit's gradient reaches: array of bool, shape (side, side).

    `place` turns the number of rows and columns of the map into the row and column of the unit.
    """
    kind = next(network.parameters(), torch.zeros(0, dtype=torch.float64)).dtype
    image = torch.ones(1, 3, side, side, dtype=kind, requires_grad=True)
    maps = run_until(network, name, image)
    row, column = place(maps.shape[2])
    (slope,) = torch.autograd.grad(maps[0, :, row, column].sum(), image)
    return slope[0].sum(dim=0).numpy() > 0, (row, column)


def filled(rectangle, side):
    left, top, right, bottom = (max(edge, 0) for edge in rectangle)
    inside = np.zeros((side, side), dtype=bool)
    inside[top:bottom, left:right] = True
    return inside


def random_chain(seed, gaps):
    """Two to four layers; without gaps each window overlaps or touches the next."""
    random = np.random.default_rng(seed)
    layers = []
    for _ in range(random.integers(2, 5)):
        kernel = int(random.integers(1, 6))
        dilation = int(random.integers(1, 4)) if gaps else 1
        stride = int(random.integers(1, 4 if gaps else min(kernel, 3) + 1))
        if random.random() < 0.25:
            layers.append(nn.AvgPool2d(kernel, stride, int(random.integers(0, kernel // 2 + 1))))
        else:
            padding = int(random.integers(0, dilation * (kernel - 1) + 1))
            layers.append(nn.Conv2d(3, 3, kernel, stride, padding, dilation))
            layers.append(nn.ReLU())
    return positive(nn.Sequential(*layers)).double()


def middle(side):
    return side // 2, side // 2 - 1


def corner(side):
    return 0, 0


def lowest_row(side):
    return side - 1, 0


@pytest.mark.parametrize("seed", range(20))
def test_random_chains_with_gaps_fill_the_box_to_its_sides(seed):
    network = random_chain(seed, gaps=True)
    for name in [name for name, _ in network.named_modules() if name]:
        field = receptive_field(network, name)
        side = 2 * field.size + 8 * field.jump - 2 * field.start
        seen, unit = pixels_seen(network, name, side, middle)
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        hull = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
        assert hull == box(field, *unit)


@pytest.mark.parametrize(
    "options",
    [
        {"downsample_in_bottleneck": True},
        {"downsample_in_bottleneck": False},
        {"downsample_in_first_stage": True},
        {"layer_type": "basic"},
    ],
    ids=str,
)
@pytest.mark.parametrize("place", [middle, corner, lowest_row])
def test_resnets_see_exactly_the_box(options, place):
    network = small_resnet(**options, hidden_sizes=[4, 4, 8, 8], depths=[1, 2, 1, 1])
    names = [*stage_names(network), "encoder.stages.1.layers.0.layer.1"]
    fields = {name: receptive_field(network, name) for name in names}
    network = positive(network)
    for name in names:
        seen, unit = pixels_seen(network, name, 160, place)
        assert np.array_equal(seen, filled(box(fields[name], *unit), 160)), name


def test_resnet50_as_published():
    """Araujo et al. 2019, table of ResNet-v1-50: field 483, effective stride 32."""
    network = small_resnet(depths=[3, 4, 6, 3], downsample_in_bottleneck=True)
    field = receptive_field(network, "encoder.stages.3")
    assert (field.size, field.jump) == (483, 32)


@pytest.mark.filterwarnings("ignore:Using padding='same'")  # slower, torch says, with even ones
@pytest.mark.parametrize("kernel", [3, 4, 7])
def test_padding_given_in_words(kernel):
    network = positive(nn.Sequential(nn.Conv2d(3, 3, kernel, padding="same")))
    seen, unit = pixels_seen(network, "0", 20, middle)
    assert np.array_equal(seen, filled(box(receptive_field(network, "0"), *unit), 20))


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 3)
        self.last = nn.ReLU()

    def forward(self, image):
        return self.last(nn.functional.max_pool2d(self.layer(image), 2))


@pytest.mark.parametrize(
    ("network", "name"),
    [
        (nn.Sequential(nn.Conv2d(3, 3, (3, 5))), "0"),
        (nn.Sequential(nn.AdaptiveAvgPool2d(1)), "0"),
        (nn.Sequential(nn.Conv2d(3, 3, 3), nn.AdaptiveAvgPool2d(1), nn.Conv2d(3, 3, 1)), "2"),
        (nn.Sequential(nn.Conv2d(3, 3, 3), nn.Upsample(scale_factor=2), nn.ReLU()), "2"),
        (nn.Sequential(nn.Conv2d(3, 3, 3), nn.Flatten()), "1"),
        (Functional(), "last"),
    ],
)
def test_no_field_of_one_size(network, name):
    with pytest.raises(CourseError, match=f"{name}.*no receptive field"):
        receptive_field(network, name)


def test_head_of_a_fixed_size_is_not_run():
    network = nn.Sequential(nn.Conv2d(3, 3, 3), nn.Flatten(), nn.Linear(7, 2))
    assert receptive_field(network, "0") == (3, 1, 0)


def test_the_network_stays_as_it_is(resnet, unchanged):
    check = unchanged(resnet)
    receptive_field(resnet, "encoder.stages.3")
    check()
    assert all(weight.device.type == "cpu" for weight in resnet.parameters())
