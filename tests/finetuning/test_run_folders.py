"""A folder that holds another run, other things, or damaged files is refused, and left alone."""

import re
from dataclasses import replace

import numpy as np
import pytest
from keras import layers
from small_residual import Bench, assert_same, coloured, interrupted, values

from course_utils import CourseError
from course_utils.finetuning import Schedule, Stage

SCHEDULE = Schedule(
    (Stage({"head": 1e-2}, 2), Stage({"head": 1e-2, "conv3": 1e-2}, 2)), batch_size=16
)


def noise(images, seed):
    return images + np.random.default_rng(seed).normal(0, 10, images.shape)


def other_preprocess(images):
    return images / 255.0


OTHER_RUNS = [
    ({"schedule": replace(SCHEDULE, batch_size=8)}, "schedule"),
    ({"schedule": replace(SCHEDULE, stages=SCHEDULE.stages[:1])}, "schedule|frozen weights"),
    ({"seed": 1}, "seed"),
    ({"data": (coloured(42, 5), coloured(30, 2))}, "training images"),
    ({"data": (coloured(42, 1), coloured(30, 5))}, "validation images"),
    ({"augment": noise}, "augmentation"),
    ({"augment": layers.RandomFlip("vertical")}, "augmentation"),
    ({"views": 2}, "views"),
    ({"preprocess": other_preprocess}, "preprocessing"),
    ({"precision": "bfloat16"}, "precision"),
]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    bench, folder = Bench(), tmp_path_factory.mktemp("finished") / "run"
    bench.run(Schedule(Stage({"head": 1e-2}, 1)), folder=folder)
    return bench, folder


@pytest.mark.parametrize(("other", "named"), OTHER_RUNS)
def test_another_run_in_the_folder(bench, tmp_path, other, named):
    folder = tmp_path / "run"
    with interrupted(5):
        bench.run(SCHEDULE, folder=folder)
    before, weights = contents(folder), values(bench.base, bench.head)
    options = {"schedule": SCHEDULE, "folder": folder, "reset": False} | other
    with pytest.raises(
        CourseError, match=rf"holds another run \(its [^)]*({named})[^)]* differ\): name another"
    ):
        bench.run(**options)
    assert contents(folder) == before
    assert_same(values(bench.base, bench.head), weights)


def test_another_label_and_another_frozen_weight(finished):
    bench, folder = finished
    train, validation = bench.data
    labels = train.labels.copy()
    labels[0] = (labels[0] + 1) % 4
    schedule = Schedule(Stage({"head": 1e-2}, 1))
    with pytest.raises(CourseError, match="training images"):
        bench.run(schedule, folder=folder, data=(replace(train, labels=labels), validation))
    bench.reset()
    weight = bench.base.weights[0]
    weight.assign(weight + 1e-3)
    with pytest.raises(CourseError, match="frozen weights"):
        bench.run(schedule, reset=False, folder=folder)


def test_a_folder_with_other_things_in_it(bench, tmp_path):
    folder = tmp_path / "photographs"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"miaow")
    with pytest.raises(CourseError, match=r"holds other things \(cat\.jpg\) .*: name an empty"):
        bench.run(SCHEDULE, folder=folder)
    assert contents(folder) == {"cat.jpg": b"miaow"}
    with pytest.raises(CourseError, match=r"cat\.jpg is a file: name a folder"):
        bench.run(SCHEDULE, folder=folder / "cat.jpg")


def cut(content):
    return content[: len(content) // 2]


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes(255 - byte for byte in content[middle:-60]) + content[-60:]


@pytest.mark.parametrize("name", ["state.npz", "start.npz", "run.json"])
@pytest.mark.parametrize("damage", [cut, flipped, lambda content: b"", lambda content: b"[1]"])
def test_a_damaged_file(finished, tmp_path, name, damage):
    bench, whole = finished
    folder = tmp_path / "run"
    folder.mkdir()
    for path in whole.iterdir():
        content = path.read_bytes()
        (folder / path.name).write_bytes(damage(content) if path.name == name else content)
    told = f"{re.escape(name)} is damaged: delete"
    if name == "run.json" and damage is flipped:
        told = "is damaged|holds another run"
    with pytest.raises(CourseError, match=told):
        bench.run(Schedule(Stage({"head": 1e-2}, 1)), folder=folder)
