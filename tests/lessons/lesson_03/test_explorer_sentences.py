"""The sentence on what there is to see: each rule decides on data made to meet it, and no other."""

import math

import numpy as np
import pytest

from course_utils.lessons.lesson_03.explorer import panel
from course_utils.lessons.lesson_03.explorer_pictures import DRIFTS, LOSSES, decades, drift_label
from course_utils.lessons.lesson_03.explorer_runs import Setting, guessing_loss, sorted_runs
from course_utils.lessons.lesson_03.explorer_sentences import (
    BLEW_UP,
    LEAPT,
    NEAR,
    STILL,
    WORTH,
    finding,
)
from course_utils.lessons.lesson_03.fine_tuning import TARGETS
from course_utils.measuring.records import table_of

TARGET = "objects/photo"
STEPS = np.arange(0, 101, 10)
GUESSING = math.log(10)

#: A probe's loss is low before the first step; training lowers it further, or raises it.
FALLING = 0.2 * np.exp(-STEPS / 20)
LOW = np.full(len(STEPS), 0.2)
LOST = np.linspace(0.2, 0.97 * GUESSING, len(STEPS))
LEVEL = np.full(len(STEPS), 0.6)
JITTER = (-0.004, 0.003, 0.0, 0.002, -0.001)
SEEDS = range(5)


def seeds_of(rate, losses, accuracies, test=0.6, depth="conv5", drift=0.02):
    """Records of one setting: `losses` is one curve, or one for each seed."""
    losses = np.broadcast_to(np.asarray(losses, dtype=float), (len(SEEDS), len(STEPS)))
    setting = {"target": TARGET, "depth": depth, "learning_rate": rate, "n": 20}
    records = []
    for seed, curve in zip(SEEDS, losses, strict=True):
        losses_or_none = [float(loss) if np.isfinite(loss) else None for loss in curve]
        heights = (np.asarray(accuracies) + JITTER[seed]).tolist()
        measured = {
            "validation_accuracy": heights[-1],
            "test_accuracy": test + JITTER[seed],
            "agreement": 1.0,
            "drift": {"conv1": 0.0, "conv5": drift if depth != "head" else 0.0},
            "curve": [
                list(each) for each in zip(STEPS.tolist(), losses_or_none, heights, strict=True)
            ],
        }
        trial = {"study": "rates", "start": "pretrained", "seed": seed} | setting
        records.append({"trial": trial, "measured": measured})
    return records


HEAD = seeds_of(1e-2, FALLING, LEVEL, depth="head")


def runs_of(*settings):
    return sorted_runs(table_of([each for setting in (*settings, HEAD) for each in setting]))


def said(rate, *settings):
    return finding(runs_of(*settings), Setting(TARGET, "conv5", rate))


GOOD = seeds_of(1e-3, FALLING, LEVEL)
SLOW = seeds_of(1e-5, LOW, LEVEL, drift=0.001)


@pytest.mark.parametrize("target", TARGETS)
def test_guessing_counts_the_classes_of_the_set(target):
    from course_utils.datasets import load_dataset

    name, domain = target.split("/")
    classes = len(np.unique(load_dataset(name, domain=domain).train.labels))
    expected = -math.log(1 / classes)
    assert guessing_loss(target) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("drift", "change", "still"),
    [
        (0.98 * STILL, 0.0, True),
        (0.1 * STILL, 0.9 * WORTH, True),
        (0.1 * STILL, -0.9 * WORTH, True),
        (0.1 * STILL, 1.1 * WORTH, False),
        (0.1 * STILL, -1.1 * WORTH, False),
        (1.02 * STILL, 0.0, False),
        (math.nan, 0.0, False),
    ],
)
def test_hardly_anything_moves(drift, change, still):
    accuracies = LEVEL + change * STEPS / STEPS[-1]
    sentence = said(1e-5, seeds_of(1e-5, LOW, accuracies, drift=drift / 100), GOOD)
    assert sentence.startswith("Hardly anything moves") == still
    if still:
        assert f"ends at {100 * accuracies[-1]:.1f} %, within 1 point of the probe's 60.0 %" in (
            sentence
        )


def test_hardly_anything_is_measured_from_the_probe_and_not_from_the_first_look():
    sentence = said(1e-5, seeds_of(1e-5, LOW, LEVEL - 0.05, drift=0.001), GOOD)
    assert "Hardly anything" not in sentence


@pytest.mark.parametrize(("gain", "still"), [(-0.015, False), (0.005, True), (0.015, False)])
def test_where_test_accuracy_differs_something_has_moved(gain, still):
    # The same jitter in both arms: any difference is beyond noise, so that its size decides.
    sentence = said(1e-5, seeds_of(1e-5, LOW, LEVEL, test=0.6 + gain, drift=0.001), GOOD)
    assert sentence.startswith("Hardly anything moves") == still


@pytest.mark.parametrize(
    ("losses", "accuracies", "little"),
    [
        (FALLING, LEVEL, True),
        (FALLING, LEVEL - 0.1, False),
        (FALLING + 2 * GUESSING * (STEPS == 20), LEVEL, False),
    ],
)
def test_a_head_trained_further_has_no_drift_to_be_judged_by(losses, accuracies, little):
    runs = runs_of(GOOD, seeds_of(0.1, losses, accuracies, depth="head"))
    sentence = finding(runs, Setting(TARGET, "head", 0.1))
    assert sentence.startswith("Training the head further changes little") == little
    assert "drift" not in sentence


def test_the_probe_is_the_first_look_at_the_slowest_head():
    slowest = seeds_of(1e-5, LOW, LEVEL - STEPS / 1000, depth="head")
    assert runs_of(GOOD, slowest).probe_accuracy(TARGET) == pytest.approx(0.6 + np.mean(JITTER))


@pytest.mark.parametrize("lost", [1, 2, 5])
@pytest.mark.parametrize("end", [None, 1.01 * BLEW_UP * GUESSING])
def test_a_loss_that_blew_up_is_counted(lost, end):
    losses = np.tile(FALLING, (5, 1))
    losses[:lost, -3:] = math.nan if end is None else end
    sentence = said(1e-1, SLOW, GOOD, seeds_of(1e-1, losses, LEVEL))
    assert sentence.startswith(f"The loss blew up in {lost} of 5 seeds")
    assert "that of guessing, 2.3" in sentence


@pytest.mark.parametrize("times", [10, 0.98 * BLEW_UP * GUESSING / LOW[0]])
def test_a_loss_far_above_a_low_start_did_not_blow_up(times):
    losses = np.tile(LOW, (5, 1))
    losses[0, -1] *= times
    assert "blew up" not in said(1e-1, SLOW, GOOD, seeds_of(1e-1, losses, LEVEL))


@pytest.mark.parametrize(("rate", "size"), [(1e-5, "small"), (1e-1, "large")])
def test_a_loss_near_guessing_is_blamed_on_the_right_side(rate, size):
    sentence = said(rate, seeds_of(rate, LOST, LEVEL), GOOD)
    assert sentence == (
        f"The rate is too {size}: after the last step the training loss, 2.2, is near that of "
        f"guessing, 2.3; at 0.001 it ends at {FALLING[-1]:.2g}."
    )


@pytest.mark.parametrize(
    ("share", "word"), [(NEAR - 0.02, None), (NEAR + 0.02, "near"), (1.1, "above")]
)
def test_what_is_near_guessing_is_a_share_of_it(share, word):
    losses = np.linspace(0.2, share * GUESSING, len(STEPS))
    sentence = said(1e-1, seeds_of(1e-1, losses, LEVEL), GOOD)
    assert (f"is {word} that of guessing" in sentence) == (word is not None)
    assert ("too large" in sentence) == (word is not None)


def test_where_no_rate_helps_none_is_blamed():
    sentence = said(1e-2, seeds_of(1e-2, LOST, LEVEL), seeds_of(1e-3, LOST, LEVEL))
    assert "too" not in sentence and "at no rate stored does it end well below" in sentence


@pytest.mark.parametrize(
    ("times", "many", "leapt"),
    [(0.95 * LEAPT, 5, False), (1.05 * LEAPT, 5, True), (8, 3, True), (8, 2, False)],
)
def test_a_loss_that_leapt_and_came_back(times, many, leapt):
    losses = np.tile(FALLING, (5, 1))
    losses[:many, 1] = times * GUESSING
    accuracies = LEVEL - 0.25 * (STEPS == 10)
    sentence = said(1e-1, SLOW, GOOD, seeds_of(1e-1, losses, accuracies))
    assert sentence.startswith(f"The loss leapt to {times * GUESSING:.2g} on the way") == leapt
    assert ("35.0 % at its lowest" in sentence) == leapt


@pytest.mark.parametrize(("test", "worse"), [(0.5, True), (0.6, False), (0.7, False)])
def test_learnt_by_heart(test, worse):
    sentence = said(1e-3, SLOW, seeds_of(1e-3, FALLING, LEVEL, test=test))
    assert sentence.startswith("The training images are learnt") == worse
    assert ("10.0 points below that of the head alone" in sentence) == worse


@pytest.mark.parametrize(("fall", "peaked"), [(0.05, True), (0.005, False)])
def test_an_accuracy_that_peaked(fall, peaked):
    accuracies = LEVEL - fall * (STEPS > 40)
    sentence = said(1e-3, SLOW, seeds_of(1e-3, FALLING, accuracies))
    assert sentence.startswith("Validation accuracy was highest at step") == peaked
    assert ("has lost 5.0 points" in sentence) == peaked


@pytest.mark.parametrize(("gain", "rising"), [(0.2, True), (0.01, False)])
def test_an_accuracy_that_still_rises(gain, rising):
    accuracies = LEVEL + gain * STEPS / STEPS[-1]
    sentence = said(1e-3, SLOW, seeds_of(1e-3, FALLING, accuracies))
    assert sentence.startswith("Still rising") == rising


@pytest.mark.parametrize("settled", STEPS[:7])  # a later step up would be a rise
def test_otherwise_it_says_from_where_on_it_is_level(settled):
    accuracies = LEVEL - 0.2 * np.less(STEPS, settled)
    sentence = said(1e-3, SLOW, seeds_of(1e-3, FALLING, accuracies))
    assert f"from step {settled} on validation accuracy stays within 1 point" in sentence


def test_the_mean_ends_where_a_seed_is_lost():
    losses = np.tile(FALLING, (5, 1))
    losses[2, 6:] = math.nan
    run = runs_of(seeds_of(1e-3, losses, LEVEL))[Setting(TARGET, "conv5", 1e-3)]
    assert list(run.steps) == list(STEPS)
    means = run.losses.mean(axis=0)
    assert means[:6] == pytest.approx(FALLING[:6]) and np.isnan(means[6:]).all()
    assert np.isnan(run.last_loss())


def test_seeds_of_unequal_length_meet_at_the_steps_they_share():
    records = seeds_of(1e-3, FALLING, LEVEL)
    records[1]["measured"]["curve"] = records[1]["measured"]["curve"][:4]
    run = runs_of(records)[Setting(TARGET, "conv5", 1e-3)]
    assert list(run.steps) == list(STEPS[:4]) and run.losses.shape == (5, 4)


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_a_drift_that_is_no_number_is_told(value):
    records = seeds_of(1e-3, FALLING, LEVEL)
    records[0]["measured"]["drift"] = dict.fromkeys(("conv1", "conv5"), value)
    drift = panel(runs_of(records), Setting(TARGET, "conv5", 1e-3)).pictures[2]
    assert "no longer finite numbers" in drift.note and "conv5 NaN" in drift.alt


@pytest.mark.parametrize("seed", range(6))
def test_a_logarithmic_axis_holds_what_it_is_made_for(seed):
    random = np.random.default_rng(seed)
    limits = LOSSES if seed % 2 else DRIFTS
    values = 10.0 ** random.uniform(-9, 9, random.integers(1, 12))
    low, high = decades([values, np.array([0.0, math.nan])], limits)
    assert limits[0] <= low < high <= 10 * limits[1]
    inside = values[(values >= limits[0]) & (values <= limits[1])]
    assert all(low <= value <= high for value in inside)
    assert np.log10([low, high]) == pytest.approx(np.round(np.log10([low, high])))


@pytest.mark.parametrize(
    ("percent", "label"),
    [(0.0, "frozen"), (math.nan, "NaN"), (0.01234, "0.012"), (3.14, "3.1"), (312.4, "312")],
)
def test_drift_labels(percent, label):
    assert drift_label(percent) == label


@pytest.mark.parametrize(("factor", "told"), [(1e-6, "Below"), (1, ""), (1e6, "Above")])
def test_loss_beyond_the_axis_is_told(factor, told):
    runs = runs_of(seeds_of(1e-3, FALLING * factor, LEVEL))
    note = panel(runs, Setting(TARGET, "conv5", 1e-3)).pictures[1].note
    edge = f"{told} {LOSSES[told == 'Above']:g} it is drawn on the edge."
    assert note.endswith(edge) if told else "edge" not in note
