"""What a stage names is trained, and nothing else."""

import keras
import pytest
from keras import layers
from small_residual import pooled_head, residual_base

from course_utils import CourseError
from course_utils.finetuning.groups import depth_groups, matching_layers, unfreeze
from course_utils.finetuning.schedules import Stage

NAMES = ["block_1", "block_1_expand", "block_13_expand", "block_13_project", "c1_conv", "conv_pw"]


@pytest.fixture(scope="module")
def chain():
    x = inputs = keras.Input((4,), name="images")
    for name in NAMES:
        x = layers.Dense(4, name=name)(x)
    return keras.Model(inputs, x)


@pytest.fixture(scope="module")
def network():
    return residual_base(), pooled_head()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("block_1", ["block_1", "block_1_expand"]),
        ("block_13", ["block_13_expand", "block_13_project"]),
        ("block", NAMES[:4]),
        ("block_13_expand", ["block_13_expand"]),
        ("c1", ["c1_conv"]),
        ("base", ["images", *NAMES]),
    ],
)
def test_a_key_stands_for_the_layers_that_begin_with_it(chain, pattern, expected):
    assert [layer.name for layer in matching_layers(chain, pattern)] == expected


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("block_2", r"no layers called 'block_2': did you mean 'block_1'\?"),
        ("bloc", "no layers called 'bloc'"),
        ("conv2_blok1", r"did you mean 'conv2\w*'\?"),
        ("blur", "there are conv1, conv2, conv3"),
        (3, "no layers called 3"),
    ],
)
def test_an_unknown_name_is_told_with_what_there_is(chain, network, pattern, told):
    base = chain if "block_" in str(pattern) or pattern == "bloc" else network[0]
    with pytest.raises(CourseError, match=told):
        matching_layers(base, pattern)


@pytest.mark.parametrize("keys", [("base", "c1"), ("c1", "base"), ("base", "block", "block_13")])
def test_the_longer_key_counts_and_base_least_of_all(chain, keys):
    head = layers.Dense(2, name="head")
    head.build((None, 4))
    found = unfreeze(chain, head, Stage(dict.fromkeys(keys, 1e-3), 1))
    for name in NAMES:
        fitting = [key for key in keys if key != "base" and f"{name}_".startswith(f"{key}_")]
        owner = max(fitting, key=len, default="base")
        ids = {id(variable) for variable in found[owner]}
        assert {id(variable) for variable in chain.get_layer(name).weights} <= ids
    assert sum(map(len, found.values())) == 2 * len(NAMES), "each weight once"


def is_norm(name):
    return name.endswith("_bn")


@pytest.mark.parametrize("key", ["conv1_bn", "conv2_block1_add", "images"])
def test_a_name_with_nothing_to_train(network, key):
    with pytest.raises(CourseError, match=f"{key!r} has nothing to train: .* BatchNorm"):
        unfreeze(*network, Stage({key: 1e-3}, 1))


def test_a_name_that_longer_ones_use_up(network):
    rates = {"conv2": 1.0, "conv2_block1": 1.0, "conv2_block2": 1.0}
    with pytest.raises(CourseError, match=r"'conv2' has nothing to train: .* longer names"):
        unfreeze(*network, Stage(rates, 1))


def test_groups_by_depth(network, chain):
    groups = depth_groups(network[0])
    assert list(groups) == ["conv1", "conv2", "conv3"]
    own = [v for layer in network[0].layers if not is_norm(layer.name) for v in layer.weights]
    assert {id(v) for group in groups.values() for v in group} == {id(v) for v in own}
    assert list(depth_groups(chain)) == ["block_1", "block_13", "c1", "conv_pw"]
