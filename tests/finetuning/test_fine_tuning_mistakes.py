"""A mistake is told in one sentence, before anything is trained."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers
from small_residual import (
    CLASSES,
    SIZE,
    assert_same,
    coloured,
    pooled_head,
    residual_base,
    scaled,
    values,
)

from course_utils import CourseError
from course_utils.datasets.dataset import Dataset, Splits
from course_utils.finetuning import FineTuner, Schedule, Stage, fine_tune, learning_rate_range_test

HEAD = Schedule(Stage({"head": 1e-3}, 1))
TRAIN, VALIDATION = coloured(12, 1), coloured(8, 2)


class Subclassed(keras.Model):
    def call(self, inputs):
        return inputs


def two_inputs():
    inputs = [keras.Input((SIZE, SIZE, 3)) for _ in range(2)]
    return keras.Model(inputs, layers.Add()(inputs))


BASES = {
    "subclassed": Subclassed,
    "two inputs": two_inputs,
    "nothing": lambda: None,
}


@pytest.mark.parametrize("base", BASES)
def test_a_base_that_is_no_functional_network(base):
    with pytest.raises(CourseError, match=r"one input and one output.*functional API, not this"):
        FineTuner(BASES[base](), pooled_head())


HEADS = {
    "no pooling": lambda: layers.Dense(4),
    "made for vectors": lambda: keras.Sequential([keras.Input((6,)), layers.Dense(4)]),
    "made for other channels": lambda: keras.Sequential(
        [keras.Input((None, None, 9)), layers.GlobalAveragePooling2D(), layers.Dense(4)]
    ),
    "no layer": lambda: 4,
}


@pytest.mark.parametrize("head", HEADS)
def test_a_head_that_does_not_fit(head):
    with pytest.raises(CourseError, match=r"base's output of shape \(4, 4, 6\).* begin it with"):
        FineTuner(residual_base(), HEADS[head]())


@pytest.fixture(scope="module")
def network():
    return residual_base(), pooled_head()


NOT_DATASETS = [TRAIN.images, (TRAIN.images, TRAIN.labels), (TRAIN, VALIDATION.images), (), "set"]


@pytest.mark.parametrize("data", NOT_DATASETS, ids=lambda data: type(data).__name__)
def test_data_that_is_no_dataset(network, data):
    with pytest.raises(CourseError, match=r"takes Datasets, as load_dataset gives them, not \w+\."):
        fine_tune(*network, data, HEAD)


THREE = replace(TRAIN, class_names=CLASSES[:3])

#: Each: data, schedule, options, and words of what is told.
MISTAKES = {
    "fewer classes": ((THREE, VALIDATION), HEAD, {}, r"gives 4 .* 3 classes: .* Dense\(3\)"),
    "other validation": ((TRAIN, THREE), HEAD, {}, r"gives 4 .* 3 classes: .* Dense\(3\)"),
    "no validation": (TRAIN, HEAD, {}, r"pass \(train, validation\), or set restore_best=False"),
    "no images": ((TRAIN.take(np.arange(0)), VALIDATION), HEAD, {}, "has no images"),
    "patience": (
        TRAIN,
        Schedule(Stage({"head": 1e-3}, 1, patience=2), restore_best=False),
        {},
        r"pass \(train, validation\), or .* no patience",
    ),
    "unknown group": (
        (TRAIN, VALIDATION),
        Schedule((HEAD.stages[0], Stage({"conv9": 1e-3}, 1))),
        {},
        r"no layers called 'conv9': did you mean 'conv\d\w*'\?",
    ),
    "views": ((TRAIN, VALIDATION), HEAD, {"views": 0}, "views .* not 0"),
    "seed": ((TRAIN, VALIDATION), HEAD, {"seed": -1}, "seed .* not -1"),
    "images left out": (
        (TRAIN, VALIDATION),
        Schedule(Stage({"base": 1e-3}, 1)),
        {"augment": lambda images, seed: images[1:]},
        r"augment must give images .*from \(12, 8, 8, 3\) it made \(11, 8, 8, 3\)",
    ),
    "precision": ((TRAIN, VALIDATION), HEAD, {"precision": "half"}, "precision 'half' is unknown"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told(network, mistake, tmp_path):
    data, schedule, options, told = MISTAKES[mistake]
    before = values(*network)
    options = {"preprocess": scaled, "progress": False} | options
    with pytest.raises(CourseError, match=told) as caught:
        fine_tune(*network, data, schedule, **options)
    assert "\n" not in str(caught.value) and str(caught.value).endswith((".", "?"))
    assert_same(values(*network), before)


LARGE = Dataset(np.zeros((4, 12, 12, 3), np.uint8), np.arange(4), CLASSES)


@pytest.mark.parametrize("groups", ["conv3", "base"])
def test_images_of_another_size(network, groups):
    schedule = Schedule(Stage({groups: 1e-3}, 1))
    with pytest.raises(CourseError, match=r"takes images of shape \(8, 8, 3\), not \(12, 12, 3\)"):
        fine_tune(*network, (LARGE, LARGE), schedule, preprocess=scaled)


def test_splits_will_do_and_their_test_part_is_not_looked_at(network):
    schedule = Schedule(Stage({"head": 1e-3}, 1))
    options = {"preprocess": scaled, "progress": False}
    history = fine_tune(*network, Splits(TRAIN, VALIDATION, None), schedule, **options)
    assert len(history.epochs) == 1
    schedule = replace(schedule, restore_best=False)
    assert len(fine_tune(*network, (TRAIN,), schedule, **options).epochs) == 1


def test_a_sequential_base():
    base = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3))]
        + [layers.Conv2D(6, 3, name=name) for name in ("conv1", "conv2")]
    )
    start = values(base)
    schedule = Schedule(Stage({"conv2": 1e-2}, 1), restore_best=False)
    fine_tune(base, pooled_head(), TRAIN, schedule, preprocess=scaled, progress=False)
    moved = [(a != b).any() for a, b in zip(values(base), start, strict=True)]
    assert moved == [False, False, True, True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"high": 1e-3, "low": 1e-2},
        {"high": 1e-2, "low": 1e-2},
        {"low": 0},
        {"steps": 9},
        {"seed": -1},
    ],
)
def test_a_range_that_is_none(network, wrong):
    told = rf"^{next(iter(wrong))} must be .* (above|at least) .*, not "
    with pytest.raises(CourseError, match=told):
        learning_rate_range_test(*network, TRAIN, ("head",), preprocess=scaled, **wrong)


@pytest.mark.parametrize(
    ("data", "groups", "told"),
    [
        (TRAIN.images, ("head",), "takes Datasets"),
        (THREE, ("head",), "3 classes"),
        (TRAIN, ("conv9",), "no layers called 'conv9'"),
        (TRAIN, (), "needs something to train"),
        (LARGE, ("head",), r"takes images of shape \(8, 8, 3\), not \(12, 12, 3\)"),
    ],
)
def test_a_range_test_of_what_does_not_fit(network, data, groups, told):
    with pytest.raises(CourseError, match=told):
        learning_rate_range_test(*network, data, groups, preprocess=scaled)
