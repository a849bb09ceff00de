"""`explore_fine_tuning`: every control changes the pictures and the words, and all have both."""

import random
import time

import matplotlib
import numpy as np
import pytest
from explorer_pictures import beyond_the_paper, collected_figures, needs_nothing, pictures, text

from course_utils import CourseError
from course_utils.lessons.lesson_03 import explore_fine_tuning
from course_utils.lessons.lesson_03.explorer import panel
from course_utils.lessons.lesson_03.explorer_pictures import drift_label
from course_utils.lessons.lesson_03.explorer_runs import Setting, sorted_runs
from course_utils.lessons.lesson_03.fine_tuning import NAME, RATES, TARGETS
from course_utils.measuring import compare, paired_difference, records, result_of
from making.authoring.figure_audit import figure_findings

matplotlib.use("agg")

TRIALS = records(NAME)
RUNS = sorted_runs(TRIALS)
SETTINGS = sorted(RUNS)
GROUPS = ("conv1", "conv2", "conv3", "conv4", "conv5")


@pytest.fixture
def figures(monkeypatch):
    return collected_figures(monkeypatch)


def choose(explorer, setting):
    explorer.target.value = setting.target
    explorer.depth.value = setting.depth
    explorer.rate.value = setting.rate


def measured(setting, metric):
    """The metric over the shown seeds, straight from the records (Result)."""
    shown = TRIALS.query(
        "study == 'rates' and start == 'pretrained' and dataset == @setting.target"
    )
    return result_of(
        shown.query("depth == @setting.depth and learning_rate == @setting.rate"), metric
    )


def best_head(target):
    head = [each for each in SETTINGS if each[:2] == (target, "head")]
    return max(head, key=lambda each: measured(each, "validation_accuracy").mean)


def test_the_runs_of_the_study_of_rates_are_kept():
    expected = {
        (target, depth, rate)
        for target in TARGETS
        for depth in ("head", "conv5", "all")
        for rate in RATES[target]
    }
    assert set(RUNS) == expected


@pytest.mark.parametrize("target", TARGETS)
def test_the_controls_offer_what_is_stored(target):
    explorer = explore_fine_tuning()
    names = [name for name, _ in explorer.target.options]
    assert names == ["objects (near)", "phantoms (far)", "surfaces (far)"]
    explorer.target.value = target
    assert list(explorer.depth.options) == ["head", "conv5", "all"]
    assert explorer.rate.options == tuple((f"{rate:g}", rate) for rate in RATES[target])


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_words_and_pictures_are_what_was_measured(figures, setting):
    shown = panel(RUNS, setting)
    check_words(shown, setting)
    run, best = RUNS[setting], best_head(setting.target)
    accuracy, loss, drift = (figure.axes[0] for figure in figures)
    names = ["mean of 5 seeds", "each seed", f"head alone at its best (rate {best.rate:g})"]
    for axes, curves in ((accuracy, 100 * run.accuracies), (loss, np.clip(run.losses, 1e-4, 1e2))):
        mean, *seeds = axes.lines[:6]
        assert mean.get_ydata() == pytest.approx(curves.mean(axis=0), nan_ok=True)
        for line, curve in zip(seeds, curves, strict=True):
            assert line.get_ydata() == pytest.approx(curve, nan_ok=True)
        legend = [each.get_text() for each in axes.get_legend().get_texts()]
        assert legend == names[: 3 - (setting == best)]
    accuracy_alt, loss_alt, drift_alt = (picture.alt for picture in shown.pictures)
    for group, label in zip(GROUPS, drift.texts, strict=True):
        expected = drift_label(run.drift[group].mean())
        assert label.get_text() == expected and f"{group} {expected}" in drift_alt
        unfrozen = setting.depth == "all" or (setting.depth == "conv5" and group == "conv5")
        assert (expected == "frozen") != unfrozen
    name = f"{setting.target.split('/')[0]} ("
    assert all(name in alt and f"rate {setting.rate:g}" in alt for alt in (accuracy_alt, loss_alt))
    assert shown.pictures[0].note in accuracy_alt and shown.finding in loss_alt
    assert shown.pictures[2].note in drift_alt


def check_words(shown, setting):
    """Compare what is said with what the records say."""
    accuracy, agreement = measured(setting, "test_accuracy"), measured(setting, "agreement")
    assert f"learning rate {setting.rate:g}" in shown.headline
    assert "20 labelled images per class" in shown.headline
    notes = " ".join(picture.note for picture in shown.pictures)
    assert f"Test accuracy {accuracy.percent()} %" in notes
    assert f"Source agreement {agreement.percent()} %" in notes
    best = best_head(setting.target)
    if setting == best:
        assert "this is the head alone at its best rate" in notes
        return
    frozen = measured(best, "test_accuracy")
    difference = paired_difference(accuracy, frozen)
    side, points = compare(difference), difference.percent()
    alone = f"the {frozen.percent()} % of the head alone at its best rate"
    if side == "undecided":
        told = f"%: whether it differs from {alone} is undecided (difference {points} points)."
        assert told in notes
    else:
        assert f"%: {points.removeprefix('-')} points {side} {alone}." in notes


@pytest.mark.parametrize("setting", SETTINGS[::5], ids=str)
def test_everyone_can_read_the_pictures(figures, setting):
    shown = panel(RUNS, setting)
    for figure in figures:
        assert figure_findings(figure) == [] and beyond_the_paper(figure) == []
    alts = [picture.alt for picture in shown.pictures]
    assert len(set(alts)) == 3 and all(len(alt.split()) >= 6 for alt in alts)
    assert needs_nothing(shown.page()) and len(shown.page()) < 150_000


def test_the_axes_stay_while_a_target_is_explored(figures):
    ends = {target: set() for target in TARGETS}
    for setting in SETTINGS[::4]:
        figures.clear()
        panel(RUNS, setting)
        limits = [(figure.axes[0].get_xlim(), figure.axes[0].get_ylim()) for figure in figures]
        ends[setting.target].add(str(limits))
    assert all(len(every) == 1 for every in ends.values())


def test_any_walk_never_leaves_what_is_stored():
    explorer, draw = explore_fine_tuning(), random.Random(2)
    for _ in range(15):
        control = draw.choice([explorer.target, explorer.depth, explorer.rate])
        kept = explorer.setting()
        control.index = draw.randrange(len(control.options))
        setting = explorer.setting()
        shown = panel(RUNS, setting)
        assert setting in RUNS and explorer.pictures.value == shown.page()
        assert len(pictures(explorer, "svg+xml")[0]) == 3 and shown.finding in text(explorer)
        if control is not explorer.rate:
            rates = RATES[setting.target]
            assert setting.rate == min(rates, key=lambda rate: abs(np.log(rate / kept.rate)))


def test_a_change_is_seen_at_once():
    explorer = explore_fine_tuning()
    seconds = []
    for setting in SETTINGS[:6]:
        start = time.process_time()
        choose(explorer, setting)
        seconds.append(time.process_time() - start)
    assert np.median(seconds) < 0.5


def without(column):
    """The trials, with one that is shown lacking a measure."""
    broken = TRIALS.copy()
    broken.loc[broken["study"].eq("rates").idxmax(), column] = None
    return broken


@pytest.mark.parametrize(
    ("trials", "sentence"),
    [
        (TRIALS[:0], "No fine-tuning run is there to show"),
        (TRIALS.query("seed != 3"), "lacks a seed or one of"),
        (TRIALS.query("study != 'rates'"), "No fine-tuning run is there"),
        (TRIALS.query("depth != 'head'"), "No fine-tuning run is there"),
        (without("curve"), "lacks a seed or one of curve"),
        (without("agreement"), "lacks a seed or one of .* agreement"),
    ],
    ids=["none", "a seed", "the study", "the head", "a curve", "an agreement"],
)
def test_records_that_cannot_be_shown_are_told(trials, sentence):
    with pytest.raises(CourseError, match=f"{sentence}.*run fine-tuning --store"):
        explore_fine_tuning(trials)


def test_a_loss_that_is_lost_on_the_way_ends_in_a_cross(figures):
    setting = Setting("objects/photo", "conv5", 1e-4)
    run = RUNS[setting]
    run.losses[2, 2:] = np.nan
    try:
        shown = panel(RUNS, setting)
    finally:
        RUNS.clear()
        RUNS.update(sorted_runs(TRIALS))
    (cross,) = [each for each in figures[1].axes[0].lines if each.get_marker() == "x"]
    assert cross.get_xdata() == run.steps[1] and cross.get_ydata() == run.losses[2, 1]
    assert "in 1 of 5 seeds: a cross marks" in shown.pictures[1].note
