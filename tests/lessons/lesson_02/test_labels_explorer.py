"""`explore_labels`: both sliders change pictures and words, and these say what was measured."""

import random

import matplotlib
import numpy as np
import pytest
from explorer_pictures import beyond_the_paper, collected_figures, needs_nothing, pictures, text

from course_utils import load_dataset
from course_utils.lessons.lesson_02 import explore_labels
from course_utils.lessons.lesson_02.labels_explorer import (
    LOOKS,
    NAMES,
    LabelledSet,
    LabelsExplorer,
    panel,
    stored_set,
)
from course_utils.lessons.lesson_02.learning_curves import LABELS_PER_CLASS, curve_of
from course_utils.measuring import Result, compare, paired_difference
from making.authoring.figure_audit import figure_findings

matplotlib.use("agg")

CHOICES = [(name, n) for name, arms in LABELS_PER_CLASS.items() for n in arms["frozen"]]


@pytest.fixture(scope="module")
def stored():
    return {name: stored_set(name) for name in LABELS_PER_CLASS}


@pytest.fixture
def explorer(stored):
    return LabelsExplorer(stored)


@pytest.fixture
def figures(monkeypatch):
    return collected_figures(monkeypatch)


def made_set(lead, noise=0.01, numbers=(4, 16), classes=5):
    """Curves in which the pretrained arm is ahead by `lead` at every number."""
    seeds = np.array([0.4, 0.42, 0.44, 0.46, 0.48])
    apart = lead + noise * np.array([-1, 1, 0, 1, -1])
    values = {"small": seeds, "random-frozen": seeds - 0.2, "frozen": seeds + apart}
    curves = {arm: {n: Result(each) for n in numbers} for arm, each in values.items()}
    return LabelledSet("tiles", classes, curves)


@pytest.mark.parametrize(("name", "n"), CHOICES)
def test_pictures_and_words_show_what_was_measured(figures, stored, name, n):
    shown = panel(stored[name], n)
    (bars,), (curves,) = (figure.axes for figure in figures)
    bars_alt, curves_alt = (picture.alt for picture in shown.pictures)
    drawn = [bar.get_width() for bar in bars.patches]
    lines = [container.lines[0].get_ydata() for container in curves.containers]
    for arm, width, heights in zip(LOOKS, drawn, lines, strict=True):
        result = curve_of(name, arm)[n]
        assert width == pytest.approx(100 * result.mean)
        assert result.percent() in [text.get_text() for text in bars.texts]
        assert f"{NAMES[arm]} {result.percent()}" in bars_alt
        means = [100 * curve_of(name, arm)[k].mean for k in LABELS_PER_CLASS[name][arm]]
        assert heights == pytest.approx(means)
        assert f"{NAMES[arm]} " + ", ".join(f"{mean:.1f}" for mean in means) in curves_alt
    bold = [each for each in curves.get_xticklabels() if each.get_fontweight() == "bold"]
    assert [each.get_text() for each in bold] == [str(n)]
    assert f"The frame is at {n} labelled pictures per class; " in curves_alt


@pytest.mark.parametrize(("name", "n"), CHOICES)
def test_everyone_can_read_the_pictures(figures, stored, name, n):
    panel(stored[name], n)
    for figure in figures:
        assert figure_findings(figure) == [] and beyond_the_paper(figure) == []


@pytest.mark.parametrize(("name", "n"), CHOICES)
def test_the_sentence_is_what_the_paired_differences_say(stored, name, n):
    shown = panel(stored[name], n)
    sentences = (shown.finding, shown.pictures[0].note)
    for rival, sentence in zip(("small", "random-frozen"), sentences, strict=True):
        pair = (curve_of(name, arm)[n] for arm in ("frozen", rival))
        difference = paired_difference(*pair)
        points = difference.percent().removeprefix("-")
        said = {
            "above": f"The pretrained network is {points} points ahead of the ",
            "below": f"The pretrained network is {points} points behind the ",
            "undecided": "Undecided: the stored draws do not tell the pretrained network and ",
        }
        assert sentence.startswith(said[compare(difference)]) and points in sentence
        assert sentence in shown.pictures[0].alt


@pytest.mark.parametrize(
    ("lead", "noise", "sentence"),
    [
        (0.1, 0.01, "The pretrained network is 10.0 ± 1.2 points ahead of the small network"),
        (-0.1, 0.01, "The pretrained network is 10.0 ± 1.2 points behind the small network"),
        (0.01, 0.05, "Undecided: the stored draws do not tell"),
        (-0.01, 0.05, "Undecided: the stored draws do not tell"),
    ],
)
def test_ahead_behind_or_undecided(lead, noise, sentence):
    assert panel(made_set(lead, noise), 4).finding.startswith(sentence)


@pytest.mark.parametrize("name", LABELS_PER_CLASS)
def test_guessing_counts_the_classes_of_the_data(figures, stored, name):
    classes = stored[name].classes
    if name == "materials":
        assert classes == len(load_dataset(name, size=8).test.class_names)
    shown = panel(stored[name], 20)
    assert f"guessing: {100 / classes:.1f}" in [
        each.get_text() for each in figures[0].axes[0].texts
    ]
    assert all(f"guessing, {100 / classes:.1f}." in picture.alt for picture in shown.pictures)
    assert f"each of {classes} classes" in shown.headline


def test_the_sliders_offer_what_is_stored():
    explorer = explore_labels()
    assert [name for _, name in explorer.pictures_of.options] == list(LABELS_PER_CLASS)
    for name, arms in LABELS_PER_CLASS.items():
        explorer.pictures_of.value = name
        assert list(explorer.labels.options) == list(arms["frozen"])
    assert needs_nothing(explorer.pictures.value)


@pytest.mark.parametrize(("old", "kept"), [(5, 5), (50, 50), (200, 100)])
def test_another_set_keeps_the_nearest_number(explorer, old, kept):
    explorer.labels.value = old
    explorer.pictures_of.value = "clothing"
    assert explorer.labels.value == kept


def test_any_walk_shows_what_is_chosen(explorer, stored):
    draw = random.Random(3)
    for _ in range(12):
        control = draw.choice([explorer.pictures_of, explorer.labels])
        control.index = draw.randrange(len(control.options))
        expected = panel(stored[explorer.pictures_of.value], explorer.labels.value)
        assert explorer.pictures.value == expected.page() and expected.finding in text(explorer)
        assert len(pictures(explorer, "svg+xml")[0]) == 2


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_ends_of_the_axes_can_be_drawn(figures, share):
    results = {8: Result([share, share, abs(share - 0.3)])}
    panel(LabelledSet("tiles", 2, dict.fromkeys(LOOKS, results)), 8)
    assert [beyond_the_paper(figure) for figure in figures] == [[], []]
