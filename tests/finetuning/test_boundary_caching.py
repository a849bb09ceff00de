"""A run on cached activations ends where the plain run ends, and runs the frozen part once."""

from functools import partial

import numpy as np
import pytest
from keras import Sequential, layers
from small_residual import assert_same, scaled, values, without_seconds

from course_utils.features import extract_features
from course_utils.finetuning import Schedule, Stage
from course_utils.finetuning.activations import BLOCK, Views


@pytest.fixture
def bench(bench):
    """The network, with activations that are cached as `fine_tune` does it if nothing is said."""
    run = bench.run
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "run", partial(run, extract=extract_features))
        yield bench


LAST_STAGE = Stage({"head": 1e-2, "conv3": 1e-2}, 2)
STAGES = {
    "last stage": (LAST_STAGE,),
    "head alone": (Stage({"head": 1e-2}, 2),),
    "three stages": (
        Stage({"head": 1e-2}, 1),
        Stage({"head": 1e-2, "conv3": 1e-2}, 1, warm_up=0.5),
        Stage({"head": 1e-2, "conv3": 1e-2, "conv2_block2": 3e-3}, 1, decay="linear"),
    ),
}


def layers_of_keras():
    return Sequential([layers.RandomFlip(seed=1), layers.RandomTranslation(0.2, 0.2, seed=2)])


def noise(images, seed):
    return images + np.random.default_rng(seed).normal(0, 10, images.shape)


@pytest.mark.parametrize(
    ("stages", "optimizer", "augment"),
    [
        ("last stage", "adam", None),
        ("last stage", "sgd", layers_of_keras),
        ("last stage", "sgd", lambda: noise),
        ("head alone", "sgd", None),
        ("head alone", "adam", layers_of_keras),
        ("three stages", "sgd", None),
        ("three stages", "adam", None),
        ("three stages", "adam", layers_of_keras),
    ],
)
def test_the_cached_run_is_the_plain_run(bench, stages, optimizer, augment):
    schedule = Schedule(STAGES[stages], optimizer, batch_size=8, restore_best=False)
    augment = augment and augment()
    cached, weights = bench.run(schedule, augment=augment, views=2)
    plain, expected = bench.run(schedule, augment=augment, views=2, cache=False)
    for one, other in zip(weights, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)
    for name in ("accuracy", "validation_accuracy"):
        np.testing.assert_array_equal(cached.column(name), plain.column(name))
    np.testing.assert_allclose(cached.column("loss"), plain.column("loss"), atol=1e-4)


@pytest.fixture
def passes(monkeypatch):
    """The number of images in each batch that goes through a frozen part."""
    from course_utils.features.keras_engine import KerasEngine

    counted, prepare = [], KerasEngine.prepare

    def counting(self):
        run = prepare(self)
        return lambda batch: counted.append(len(batch)) or run(batch)

    monkeypatch.setattr(KerasEngine, "prepare", counting)
    return counted


@pytest.mark.parametrize(("epochs", "views"), [(2, 3), (7, 3), (2, 1)])
def test_the_frozen_part_runs_once_for_each_view(bench, passes, epochs, views):
    bench.run(Schedule(Stage(LAST_STAGE.rates, epochs)), augment=noise, views=views)
    train, validation = map(len, bench.data)
    assert sorted(passes) == sorted([validation] + min(epochs, views) * [train])


def test_stages_with_one_boundary_share_their_frozen_pass(bench, passes):
    """And so do two runs: it lies on disk."""
    bench.run(Schedule((Stage({"head": 1e-2}, 2), Stage({"head": 1e-3}, 2))))
    bench.run(Schedule(Stage({"head": 1e-4}, 1)), seed=7)
    assert sorted(passes) == sorted(map(len, bench.data))


def test_a_stage_below_a_trained_one_reads_nothing_stale(bench, passes):
    """conv3 moves in the first stage, so the second stage's frozen part is another one."""
    stages = (LAST_STAGE, Stage({"head": 1e-2}, 1))
    bench.run(Schedule(stages, restore_best=False))
    assert sorted(passes) == sorted(2 * [len(part) for part in bench.data])


def test_without_cache_nothing_is_stored(bench, passes, store):
    bench.run(Schedule(LAST_STAGE), cache=False)
    assert not passes and not store.exists()


@pytest.mark.parametrize("augment", [layers_of_keras, lambda: noise])
def test_views_differ_and_are_made_alike_again(augment):
    images = np.random.default_rng(0).integers(60, 200, (BLOCK + 9, 8, 8, 3), dtype=np.uint8)
    views = Views(images, augment(), 3, seed=4)
    again = Views(images, augment(), 3, seed=4)
    backwards = [again[view] for view in (2, 1, 0)][::-1]
    for view, made in zip(range(3), backwards, strict=True):
        assert views[view].dtype == np.uint8 and views[view].shape == images.shape
        np.testing.assert_array_equal(views[view], made)
    assert (views[0] != views[1]).any() and (views[1] != views[2]).any()
    assert (views[0] != Views(images, augment(), 3, seed=5)[0]).any()
    same = np.broadcast_to(images[:1], images.shape)
    of_one = Views(same, augment(), 1, seed=4)[0]
    assert len(np.unique(of_one.reshape(len(images), -1), axis=0)) > BLOCK / 4, "each its own"


def test_a_new_fine_tuner_gives_the_same(bench):
    """What is compiled already, for batches of other sizes too, changes nothing."""
    from course_utils.finetuning import fine_tune

    schedule = Schedule(LAST_STAGE, batch_size=8)
    bench.run(Schedule(LAST_STAGE, batch_size=5))
    history, weights = bench.run(schedule, seed=3)
    bench.reset()
    again = fine_tune(
        bench.base, bench.head, bench.data, schedule, seed=3, preprocess=scaled, progress=False
    )
    assert without_seconds(history) == without_seconds(again)
    assert_same(weights, values(bench.base, bench.head))
