"""The sweep on label overlap: what its targets hold, that it is whole, and that it repeats."""

import numpy as np
import pytest
import torch

from course_utils.errors import CourseError
from course_utils.lesson_folders import lesson_folder
from course_utils.lessons.lesson_05.selection import chosen
from course_utils.lessons.lesson_05.tasks import adaptation_task
from course_utils.lessons.lesson_05.trials import LOOKS
from course_utils.lessons.lesson_06 import partial_overlap as overlap
from course_utils.measuring import live_and_stored, paired_difference, records
from course_utils.measuring.sweeps import SEEDS

SHIFT = "photo to xray"
TRIALS = records(overlap.NAME)


@pytest.mark.parametrize("n_classes", [3, 10, 31])
@pytest.mark.parametrize("seed", range(5))
def test_classes_kept_are_nested_and_as_many_as_the_share_says(n_classes, seed):
    previous = set(range(n_classes))
    for share in sorted([*overlap.SHARES, 0.01, 0.9], reverse=True):
        kept = overlap.kept_classes(n_classes, share, seed)
        assert kept == sorted(set(kept)) and set(kept) <= previous
        assert abs(len(kept) - share * n_classes) <= 0.5 or len(kept) == 1
        previous = set(kept)
    assert len(previous) == 1


def test_classes_kept_are_drawn_by_the_seed():
    assert overlap.kept_classes(10, 0.5, 3) == overlap.kept_classes(10, 0.5, 3)
    assert len({tuple(overlap.kept_classes(10, 0.5, seed)) for seed in range(20)}) > 10
    often = np.bincount(np.concatenate([overlap.kept_classes(4, 0.5, s) for s in range(400)]))
    assert np.allclose(often, 200, atol=50)  # five standard deviations


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_an_impossible_share_is_named(share):
    with pytest.raises(CourseError, match=f"at most 1, not {share}"):
        overlap.kept_classes(10, share, 0)


@pytest.mark.parametrize("n", [6, 60])
@pytest.mark.parametrize("kept", [[0, 1, 2, 3], [0, 2, 3], [1, 3]])
def test_target_images_are_as_many_whatever_is_kept_and_evenly_drawn(n, kept):
    labels = np.random.default_rng(0).permutation(np.arange(4 * n) % 4)
    rows = overlap._evenly(labels, kept, 2, seed=5)
    assert len(rows) == len(set(rows)) == 2 * n
    counts = np.bincount(labels[rows], minlength=4)
    assert set(np.flatnonzero(counts)) == set(kept) and np.ptp(counts[kept]) <= 1
    fewer = overlap._evenly(labels, [1, 3], 2, seed=5)
    assert set(rows[labels[rows] == 3]) <= set(fewer)


def test_of_a_draw_only_the_target_changes_with_the_share():
    whole, sizes = adaptation_task(SHIFT, 0), set()
    there = {row.tobytes() for row in whole.target.numpy()}
    for share in overlap.SHARES:
        data, kept = overlap.partial_task(SHIFT, share, 0)
        assert torch.equal(data.source.inputs, whole.source.inputs)
        assert np.array_equal(data.source_validation.labels, whole.source_validation.labels)
        assert isinstance(data.target, torch.Tensor)  # no labels
        assert {row.tobytes() for row in data.target.numpy()} <= there
        assert set(data.target_validation.labels) == set(data.target_test.labels) == set(kept)
        assert len(data.target_test.labels) == np.isin(whole.target_test.labels, kept).sum()
        sizes.add((len(data.target), len(data.target_validation.labels)))
    assert len(sizes) == 1


@pytest.mark.parametrize("method", overlap.ORACLES)
def test_an_oracle_learns_from_the_classes_kept_alone(method, monkeypatch):
    asked = []
    monkeypatch.setattr(overlap, "measure", lambda *given: asked.append(given) or {})
    kept = overlap.trial(SHIFT, 0.3, method, 0, 0.3)["kept"]
    data, _, plain, *_ = asked[0]
    assert plain in overlap.METHODS
    assert set(data.source.labels) == set(data.source_validation.labels) == set(kept)
    assert len(data.source.inputs) == len(data.source.labels)


def test_the_stored_sweep_is_the_one_that_the_code_runs(tmp_path, monkeypatch):
    def missing(**trial):
        raise AssertionError(f"not stored: {trial}")

    monkeypatch.setattr(overlap, "trial", missing)
    path = tmp_path / "records.jsonl"
    path.write_bytes(lesson_folder("06").records(overlap.NAME).read_bytes())
    assert len(overlap.run(path)) == len(overlap.trials()) == len(TRIALS)


@pytest.mark.parametrize("shift", overlap.OVERLAP_SHIFTS)
@pytest.mark.parametrize("share", overlap.SHARES)
def test_records_are_complete_and_paired(shift, share):
    methods = [*overlap.METHODS, *(overlap.ORACLES if share < 1 else [])]
    for seed in SEEDS:
        found = TRIALS.query("shift == @shift and share == @share and draw == @seed")
        assert found["method"].tolist() == methods
        for trial in found.itertuples():
            assert trial.kept == overlap.kept_classes(10, share, seed)
            assert len(trial.candidates) == LOOKS
            assert all(0 <= candidate["test"] <= 1 for candidate in trial.candidates)
            weighs = trial.method == "partial DANN"
            assert weighs == isinstance(trial.class_weights, list)
            assert not weighs or len(trial.class_weights) == 10


def test_a_live_trial_is_the_stored_one():
    """Within what another processor's rounding does to a training: a few of 72 test images."""
    wanted = {"shift": SHIFT, "method": "partial DANN", "share": 0.3, "seed": 0}
    live, stored = live_and_stored(overlap.NAME, overlap.trial, **wanted)
    assert live["kept"] == stored["kept"]
    found, expected = ([c["test"] for c in run["candidates"]] for run in (live, stored))
    assert np.allclose(found, expected, atol=0.08)
    assert np.allclose(live["class_weights"], stored["class_weights"], atol=0.2)


def test_accuracies_and_gains_are_read_from_the_records():
    wanted = {"shift": SHIFT, "method": "DANN", "share": 0.5}
    for selector in ("oracle", overlap.HEADLINE):
        rows = TRIALS.query("shift == @SHIFT and method == 'DANN' and share == 0.5")
        by_hand = [chosen(found, selector)["test"] for found in rows["candidates"]]
        assert np.array_equal(overlap.accuracy(**wanted, selector=selector).values, by_hand)
    plain = overlap.accuracy(SHIFT, "source only", 0.5)
    gain = paired_difference(overlap.accuracy(**wanted), plain)
    assert np.array_equal(overlap.gain(**wanted).values, gain.values)
    over = paired_difference(overlap.accuracy(SHIFT, "partial DANN", 0.5), plain)
    assert np.allclose(
        overlap.gain(SHIFT, "partial DANN", 0.5, over="DANN").values, over.values - gain.values
    )


def test_what_was_not_measured_is_said_to_be_missing():
    with pytest.raises(CourseError, match="No stored trial"):
        overlap.accuracy(SHIFT, "DANN", 0.4)
