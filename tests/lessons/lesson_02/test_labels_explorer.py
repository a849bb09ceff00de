"""`explore_labels`: both sliders change pictures and words, and these say what was measured."""

import base64
import random
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from explorer_pictures import pictures, text
from IPython.core.interactiveshell import InteractiveShell

from course_utils import CourseError, load_dataset
from course_utils.lessons.lesson_02 import explore_labels
from course_utils.lessons.lesson_02.labels_explorer import LabelsExplorer, stored_set
from course_utils.lessons.lesson_02.labels_panel import LabelledSet, panel, words
from course_utils.lessons.lesson_02.labels_pictures import LOOKS
from course_utils.lessons.lesson_02.learning_curves import LABELS_PER_CLASS, stored_result
from course_utils.measuring import Result, compare, paired_difference

CHOICES = [(name, n) for name, arms in LABELS_PER_CLASS.items() for n in arms["frozen"]]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def stored():
    return {name: stored_set(name) for name in LABELS_PER_CLASS}


@pytest.fixture
def explorer(stored):
    return LabelsExplorer(stored.values())


def choose(explorer, name, n):
    explorer.pictures_of.value = name
    explorer.labels.value = n


def drawn(explorer):
    """Bars and curves, as trees of SVG, and their descriptions."""
    files, alts = pictures(explorer, "svg+xml")
    assert len(files) == 2
    return [ElementTree.fromstring(file) for file in files], alts


def labels(picture):
    return [element.text for element in picture.iter(f"{SVG}text")]


def made_set(name, lead, noise=0.01, numbers=(4, 16), classes=5):
    """Curves in which the pretrained arm is ahead by `lead` at every number."""
    seeds = np.array([0.4, 0.42, 0.44, 0.46, 0.48])
    apart = lead + noise * np.array([-1, 1, 0, 1, -1])
    values = {"small": seeds, "random-frozen": seeds - 0.2, "frozen": seeds + apart}
    curves = {arm: {n: Result(each) for n in numbers} for arm, each in values.items()}
    return LabelledSet(name, classes, curves)


@pytest.mark.parametrize(("name", "n"), CHOICES)
def test_both_pictures_show_what_was_measured(explorer, name, n):
    choose(explorer, name, n)
    (bars, curves), alts = drawn(explorer)
    for arm, look in LOOKS.items():
        result = stored_result(name, arm, n)
        assert set(look.name) <= set(labels(bars)) and result.percent() in labels(bars)
        assert f"{look.said()} {result.percent()}" in alts[0]
        assert look.said() in labels(curves)
        means = [stored_result(name, arm, k).mean for k in LABELS_PER_CLASS[name][arm]]
        assert f"{look.said()} " + ", ".join(f"{100 * mean:.1f}" for mean in means) in alts[1]
    chosen = [element.text for element in curves.iter(f"{SVG}text") if bold(element)]
    assert chosen == [str(n)]
    assert f"The frame is at {n} labelled pictures per class; " in alts[1]


def bold(element):
    return element.get("font-weight") != "400"


@pytest.mark.parametrize(("name", "n"), CHOICES)
def test_the_sentence_is_what_the_paired_differences_say(explorer, stored, name, n):
    choose(explorer, name, n)
    pretrained, small = (stored_result(name, arm, n) for arm in ("frozen", "small"))
    difference = paired_difference(pretrained, small)
    side, apart = compare(difference), difference.percent().removeprefix("-")
    said = {
        "above": f"The pretrained network is {apart} points ahead of the small network",
        "below": f"The pretrained network is {apart} points behind the small network",
        "within noise": "Within noise: no difference can be seen between the pretrained network",
    }
    finding = words(stored[name], n).finding
    assert finding.startswith(said[side]) and apart in finding
    assert finding in text(explorer) and finding in drawn(explorer)[1][0]


@pytest.mark.parametrize(
    ("lead", "noise", "sentence"),
    [
        (0.1, 0.01, "The pretrained network is 10.0 ± 1.2 points ahead of the small network"),
        (-0.1, 0.01, "The pretrained network is 10.0 ± 1.2 points behind the small network"),
        (0.01, 0.05, "Within noise: no difference can be seen"),
        (-0.01, 0.05, "Within noise: no difference can be seen"),
    ],
)
def test_ahead_behind_or_within_noise(lead, noise, sentence):
    explorer = LabelsExplorer([made_set("tiles", lead, noise)])
    assert sentence in text(explorer)
    (bars, _), _ = drawn(explorer)
    ends = {arm: float(bar.get("width")) for arm, bar in zip(LOOKS, bar_marks(bars), strict=True)}
    assert (ends["frozen"] > ends["small"]) == (lead > 0)
    assert ends["random-frozen"] < ends["small"]


def bar_marks(picture):
    return [rect for rect in picture.iter(f"{SVG}rect") if rect.get("stroke-width") == "2"]


@pytest.mark.parametrize("name", LABELS_PER_CLASS)
def test_classes_are_those_of_the_data(stored, name):
    if name == "materials":
        assert stored[name].classes == len(load_dataset(name, size=8).test.class_names)
    guessing = f"{100 / stored[name].classes:.1f}"
    explorer = LabelsExplorer([stored[name]])
    (bars, curves), alts = drawn(explorer)
    assert f"guessing: {guessing}" in labels(bars) and "guessing" in labels(curves)
    assert all(f"guessing, {guessing}." in alt for alt in alts)
    assert f"each of {stored[name].classes} classes" in text(explorer)


def test_the_sliders_offer_what_is_stored():
    explorer = explore_labels()
    assert [name for _, name in explorer.pictures_of.options] == list(LABELS_PER_CLASS)
    for name, arms in LABELS_PER_CLASS.items():
        explorer.pictures_of.value = name
        assert list(explorer.labels.options) == list(arms["frozen"])
    widths = {s.layout.width for s in (explorer.pictures_of, explorer.labels)}
    assert len(widths) == 1 and explorer.children[-1] is explorer.pictures


@pytest.mark.parametrize(("old", "kept"), [(5, 5), (50, 50), (200, 100)])
def test_another_set_keeps_the_nearest_number(explorer, old, kept):
    choose(explorer, "materials", old)
    explorer.pictures_of.value = "clothing"
    assert explorer.labels.value == kept


@pytest.mark.parametrize("seed", range(5))
def test_any_walk_draws_once_a_change(explorer, stored, seed):
    draw, seen = random.Random(seed), []
    explorer.pictures.observe(lambda change: seen.append(change.new), "value")
    for _ in range(25):
        before, was = len(seen), (explorer.pictures_of.value, explorer.labels.value)
        control = draw.choice([explorer.pictures_of, explorer.labels])
        control.index = draw.randrange(len(control.options))
        now = explorer.pictures_of.value, explorer.labels.value
        assert explorer.pictures.value == panel(stored[now[0]], now[1])
        assert len(seen) == before + (was != now)


def test_without_widgets_the_pictures_or_the_words_stand_in(explorer, stored):
    choose(explorer, "clothing", 20)
    bundle, _ = InteractiveShell.instance().display_formatter.format(explorer)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"] == explorer.pictures.value
    assert bundle["text/plain"] == " ".join(words(stored["clothing"], 20))
    assert "<" not in bundle["text/plain"]


@pytest.mark.parametrize(("name", "n"), CHOICES)
def test_marks_lie_on_the_paper_and_words_are_large_enough(explorer, name, n):
    choose(explorer, name, n)
    for picture in drawn(explorer)[0]:
        assert float(picture.get("font-size")) >= 12
        width, height = float(picture.get("width")), float(picture.get("height"))
        for element in picture.iter():
            for key, most in (("x", width), ("cx", width), ("y", height), ("cy", height)):
                assert 0 <= float(element.get(key) or 0) <= most
            for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", element.get("d") or ""):
                assert 0 <= float(x) <= width and 0 <= float(y) <= height


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_ends_of_the_axes_can_be_drawn(share):
    curves = {arm: {8: Result([share, share, abs(share - 0.3)])} for arm in LOOKS}
    explorer = LabelsExplorer([LabelledSet("tiles", 2, curves)])
    (bars, _), _ = drawn(explorer)
    numbers = [element for element in bars.iter(f"{SVG}text") if bold(element)]
    room = float(bars.get("width")) - max(float(element.get("x")) for element in numbers)
    assert room > 8 * len(numbers[0].text) - 20  # so wide are bold digits at most


def test_arms_are_told_apart_without_colour():
    for part in ("name", "filling", "dashes"):
        assert len({getattr(look, part) for look in LOOKS.values()}) == len(LOOKS)


def test_the_pictures_need_nothing_from_elsewhere(explorer):
    shown = explorer.pictures.value
    inside = [base64.b64decode(code).decode() for code in re.findall(r'base64,([^"]+)', shown)]
    for code in [re.sub(r'base64,[^"]+', "", shown), *inside]:
        code = code.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?:|//|<script|<style|url\(|on\w+=", code)
    assert len(shown) < 50_000


@pytest.mark.parametrize(
    ("sets", "sentence"),
    [
        ([], "no set of pictures was measured"),
        ([LabelledSet("tiles", 5, {})], "learning curves of tiles cannot be explored"),
        ([made_set("tiles", 0, numbers=())], "stored for each of small, random-frozen, frozen"),
    ],
)
def test_nothing_to_show_is_told(sets, sentence):
    with pytest.raises(CourseError, match=sentence):
        LabelsExplorer(sets)
