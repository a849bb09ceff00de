"""The sentence on what there is to see: each rule decides on data made to meet it, and no other."""

import math
import re

import numpy as np
import pytest
from fine_tuning_records import record

from course_utils.teaching.fine_tuning_findings import (
    BLEW_UP,
    HARDLY,
    LEAPT,
    finding,
)
from course_utils.teaching.fine_tuning_panel import panel, words
from course_utils.teaching.fine_tuning_pictures import DRIFTS, LOSSES, decades, drift_label
from course_utils.teaching.fine_tuning_runs import LOSS, Setting, mean_points, points, sorted_runs

TARGET = "objects/photo"
STEPS = np.arange(0, 101, 10)
FRESH = 2.0

FALLING = FRESH * np.exp(-STEPS / 20)
FLAT = np.full(len(STEPS), 0.98 * FRESH)
LEVEL = np.full(len(STEPS), 0.6)
JITTER = (-0.004, 0.003, 0.0, 0.002, -0.001)


def seeds_of(rate, losses, accuracies, test=0.6, depth="conv5", seeds=range(5)):
    """Records of one setting: `losses` is one curve, or one for each seed."""
    losses = np.broadcast_to(np.asarray(losses, dtype=float), (len(seeds), len(STEPS)))
    return [
        record(
            TARGET,
            depth,
            rate,
            seed,
            [
                [
                    int(step),
                    float(loss) if np.isfinite(loss) else None,
                    float(accuracy + JITTER[seed]),
                ]
                for step, loss, accuracy in zip(STEPS, curve, accuracies, strict=True)
            ],
            test + JITTER[seed],
        )
        for seed, curve in zip(seeds, losses, strict=True)
    ]


def said(rate, *settings):
    head = seeds_of(1e-2, FALLING, LEVEL, depth="head")
    runs = sorted_runs([each for setting in settings for each in setting] + head)
    return finding(runs, Setting(TARGET, "conv5", rate))


GOOD = seeds_of(1e-3, FALLING, LEVEL)
SLOW = seeds_of(1e-5, FLAT, LEVEL)


@pytest.mark.parametrize("lost", [1, 2, 5])
@pytest.mark.parametrize("end", [None, 1.01 * BLEW_UP * FRESH])
def test_a_loss_that_blew_up_is_counted(lost, end):
    losses = np.tile(FALLING, (5, 1))
    losses[:lost, -3:] = math.nan if end is None else end
    sentence = said(1e-1, SLOW, GOOD, seeds_of(1e-1, losses, LEVEL))
    assert sentence.startswith(f"The loss blew up in {lost} of 5 seeds")


def test_a_loss_just_under_the_limit_did_not_blow_up():
    losses = np.tile(FALLING, (5, 1))
    losses[0, -1] = 0.98 * BLEW_UP * FALLING[0]
    assert "blew up" not in said(1e-1, SLOW, GOOD, seeds_of(1e-1, losses, LEVEL))


@pytest.mark.parametrize(("rate", "size"), [(1e-5, "small"), (1e-1, "large")])
def test_a_loss_that_hardly_falls_is_blamed_on_the_right_side(rate, size):
    sentence = said(rate, SLOW, GOOD, seeds_of(1e-1, FLAT, LEVEL))
    assert sentence.startswith(f"The rate is too {size}: after the last step the training loss")
    assert "at 0.001 it falls to" in sentence


@pytest.mark.parametrize(("share", "fallen"), [(HARDLY + 0.02, False), (HARDLY - 0.02, True)])
def test_what_has_hardly_fallen_is_a_share_of_the_start(share, fallen):
    losses = np.linspace(FRESH, share * FRESH, len(STEPS))
    sentence = said(1e-5, seeds_of(1e-5, losses, LEVEL), GOOD)
    assert ("hardly fallen" not in sentence) == fallen


def test_where_no_rate_helps_none_is_blamed():
    sentence = said(1e-5, SLOW, seeds_of(1e-3, FLAT, LEVEL))
    assert "too small" not in sentence and "nor has it at any other rate stored" in sentence


@pytest.mark.parametrize(("times", "many", "leapt"), [(2, 5, False), (8, 5, True), (8, 2, False)])
def test_a_loss_that_leapt_and_came_back(times, many, leapt):
    assert 2 < LEAPT < 8
    losses = np.tile(FALLING, (5, 1))
    losses[:many, 1] = times * FALLING[0]
    sentence = said(1e-1, SLOW, GOOD, seeds_of(1e-1, losses, LEVEL))
    assert sentence.startswith("The loss leapt to 8 times its start") == leapt


@pytest.mark.parametrize(("test", "worse"), [(0.5, True), (0.6, False), (0.7, False)])
def test_learnt_by_heart(test, worse):
    sentence = said(1e-3, SLOW, seeds_of(1e-3, FALLING, LEVEL, test=test))
    assert sentence.startswith("The training images are learnt") == worse
    assert ("10.0 points below the best frozen head" in sentence) == worse


@pytest.mark.parametrize(("fall", "peaked"), [(0.05, True), (0.005, False)])
def test_an_accuracy_that_peaked(fall, peaked):
    accuracies = LEVEL - fall * (STEPS > 40)
    sentence = said(1e-3, SLOW, seeds_of(1e-3, FALLING, accuracies))
    assert sentence.startswith("Validation accuracy was highest at step") == peaked
    assert ("has lost 5.0 points" in sentence) == peaked


@pytest.mark.parametrize(("gain", "rising"), [(0.2, True), (0.01, False)])
def test_an_accuracy_that_still_rises(gain, rising):
    accuracies = 0.5 + gain * STEPS / STEPS[-1]
    sentence = said(1e-3, SLOW, seeds_of(1e-3, FALLING, accuracies))
    assert sentence.startswith("Still rising") == rising


@pytest.mark.parametrize("settled", STEPS[:7])  # a later step up would be a rise
def test_otherwise_it_says_from_where_on_it_is_level(settled):
    accuracies = LEVEL - 0.2 * np.less(STEPS, settled)
    sentence = said(1e-3, SLOW, seeds_of(1e-3, FALLING, accuracies))
    assert f"from step {settled} on validation accuracy stays within 1 point" in sentence


@pytest.mark.parametrize("losses", [FALLING, FLAT, FALLING * math.nan, 9 * FALLING[::-1]])
def test_one_seed_gets_a_sentence_but_no_verdict(losses):
    one = seeds_of(1e-3, losses, LEVEL, test=0.1, seeds=[3])
    runs = sorted_runs(SLOW + one + seeds_of(1e-2, FALLING, LEVEL, depth="head"))
    setting = Setting(TARGET, "conv5", 1e-3)
    all_words = words(runs, setting)
    assert "one seed can't tell" in all_words.accuracy and "±" not in all_words.drift
    assert all_words.finding.endswith(".") and "below the best" not in all_words.finding
    assert panel(runs, setting).count("<img ") == 3


def test_the_mean_ends_where_a_seed_is_lost():
    losses = np.tile(FALLING, (5, 1))
    losses[2, 6:] = math.nan
    runs = sorted_runs(seeds_of(1e-3, losses, LEVEL))
    steps, means = mean_points(runs[Setting(TARGET, "conv5", 1e-3)], LOSS)
    assert list(steps) == list(STEPS)
    assert means[:6] == pytest.approx(FALLING[:6]) and np.isnan(means[6:]).all()


def test_seeds_of_unequal_length_meet_at_the_steps_they_share():
    records = seeds_of(1e-3, FALLING, LEVEL)
    records[1]["measured"]["curve"] = records[1]["measured"]["curve"][:4]
    runs = sorted_runs(records)
    setting = Setting(TARGET, "conv5", 1e-3)
    assert list(mean_points(runs[setting], LOSS)[0]) == list(STEPS[:4])
    assert len(points(runs[setting][0], LOSS)[0]) == len(STEPS)
    assert panel(runs, setting).count("<img ") == 3


def test_a_drift_that_is_no_number_is_told():
    records = seeds_of(1e-3, FALLING, LEVEL)
    for value, each in zip((None, math.nan, math.inf), records, strict=False):
        each["measured"]["drift"] = dict.fromkeys(("conv1", "conv5"), value)
    runs = sorted_runs(records)
    assert "no longer finite numbers" in words(runs, Setting(TARGET, "conv5", 1e-3)).drift
    assert panel(runs, Setting(TARGET, "conv5", 1e-3)).count("<img ") == 3


@pytest.mark.parametrize("seed", range(20))
def test_a_logarithmic_axis_holds_what_it_is_made_for(seed):
    random = np.random.default_rng(seed)
    low, high = LOSSES if seed % 2 else DRIFTS
    values = 10.0 ** random.uniform(-9, 9, random.integers(1, 12))
    axis = decades([*values, 0.0, None, math.nan], (low, high))
    assert low <= axis.low < axis.high <= 10 * high
    assert all(axis.low <= tick <= axis.high * 1.001 for tick in axis.ticks)
    inside = np.sort(values[(values >= low) & (values <= high)])
    heights = [axis.y(value) for value in inside]
    assert heights == sorted(heights, reverse=True)
    assert all(axis.low * 0.999 <= value <= axis.high * 1.001 for value in inside)
    assert axis.y(1e-30) == axis.y(axis.low) and axis.y(1e30) == pytest.approx(axis.y(axis.high))


@pytest.mark.parametrize(
    ("percent", "label"),
    [(0.0, "frozen"), (math.nan, "NaN"), (0.01234, "0.012"), (3.14, "3.1"), (312.4, "312")],
)
def test_drift_labels(percent, label):
    assert drift_label(percent) == label


def test_loss_beyond_the_axis_is_told():
    low, high = LOSSES
    runs = sorted_runs(seeds_of(1e-3, FALLING * 1e-6, LEVEL) + seeds_of(1e-2, FALLING * 1e6, LEVEL))
    under, over = (words(runs, Setting(TARGET, "conv5", rate)).loss for rate in (1e-3, 1e-2))
    assert re.search(f"Below {low:g} it is drawn on the edge", under) and "Above" not in under
    assert re.search(f"Above {high:g} it is drawn on the edge", over)
