"""`explore_fine_tuning`: every control changes the pictures and the words, and all have both."""

import base64
import json
import random
import re
import time
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from explorer_pictures import pictures, text
from fine_tuning_records import GROUPS, RATES, TARGETS, made_records, unfrozen

from course_utils import CourseError
from course_utils.lessons.lesson_03 import explore_fine_tuning
from course_utils.lessons.lesson_03.explorer_panel import TITLES, panel, target_label, words
from course_utils.lessons.lesson_03.explorer_pictures import drift_label
from course_utils.lessons.lesson_03.explorer_runs import sorted_runs
from course_utils.measuring import Result, compare, paired_difference

RECORDS = made_records()
RUNS = sorted_runs(RECORDS)
SETTINGS = sorted(RUNS)


def shown(explorer):
    """The three pictures, as trees of SVG, and their descriptions."""
    files, alts = pictures(explorer, "svg+xml")
    assert len(files) == 3
    return [ElementTree.fromstring(file) for file in files], alts


def labels(picture):
    return [element.text for element in picture.iter() if element.tag.endswith("text")]


def choose(explorer, setting):
    explorer.target.value = setting.target
    explorer.depth.value = setting.depth
    explorer.rate.value = setting.rate


def measured(setting, metric):
    """The metric over the shown seeds, straight from the records."""
    found = {
        record["trial"]["seed"]: record["measured"][metric]
        for record in RECORDS
        if record["trial"]["study"] == "rates"
        and record["trial"]["start"] == "pretrained"
        and record["trial"]["seed"] < 100
        and setting
        == (
            record["trial"]["target"],
            record["trial"]["depth"],
            record["trial"]["learning_rate"],
        )
    }
    return [found[seed] for seed in sorted(found)]


def test_only_pretrained_runs_of_the_study_and_of_the_shown_seeds_are_kept():
    assert {target for target, _, _ in SETTINGS} == set(TARGETS)
    assert {rate for _, _, rate in SETTINGS} == set(RATES)
    for setting, seeds in RUNS.items():
        assert list(seeds) == [0, 1, 2, 3, 4] or (list(seeds) == [0] and setting.depth == "conv4")


@pytest.mark.parametrize("target", TARGETS)
def test_the_controls_offer_what_is_stored(target):
    explorer = explore_fine_tuning(RECORDS)
    names = [name for name, _ in explorer.target.options]
    assert names == ["objects (near)", "phantoms (far)", "surfaces (far)"]
    explorer.target.value = target
    assert list(explorer.depth.options) == list(TARGETS[target][0])
    for depth in TARGETS[target][0]:
        explorer.depth.value = depth
        rates = RATES[1:] if depth == "head" else RATES
        assert explorer.rate.options == tuple((f"{rate:g}", rate) for rate in rates)
    assert explorer.rate.options[0][0] == "1e-05" and explorer.rate.options[-1][0] == "0.1"


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_words_are_what_was_measured(setting):
    explorer = explore_fine_tuning(RECORDS)
    choose(explorer, setting)
    assert explorer.setting() == setting
    said = text(explorer)
    accuracies, agreements = measured(setting, "test_accuracy"), measured(setting, "agreement")
    assert f"learning rate {setting.rate:g}" in said and "20 labelled images per class" in said
    head = [each for each in SETTINGS if each[:2] == (setting.target, "head")]
    best = max(head, key=lambda each: np.mean(measured(each, "validation_accuracy")))
    if len(accuracies) == 1:
        assert f"Test accuracy {100 * accuracies[0]:.1f} %" in said
        assert "one seed can't tell a difference from luck" in said
        return
    assert f"Test accuracy {Result(accuracies).percent()} %" in said
    assert f"Source agreement {Result(agreements).percent()} %" in said
    if setting == best:
        assert "this is the head alone at its best rate" in said
        return
    frozen = Result(measured(best, "test_accuracy"))
    difference = paired_difference(Result(accuracies), frozen)
    side, apart = compare(difference), difference.percent()
    alone = f"the {frozen.percent()} % of the head alone at its best rate"
    if side == "within noise":
        assert f"%: within noise of {alone} (difference {apart} points)." in said
    else:
        assert f"%: {apart.removeprefix('-')} points {side} {alone}." in said


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_pictures_show_every_seed_the_mean_and_the_reference(setting):
    explorer = explore_fine_tuning(RECORDS)
    choose(explorer, setting)
    (accuracy, loss, drift), alts = shown(explorer)
    seeds = RUNS[setting]
    reference = RUNS.reference(setting.target)
    for picture in (accuracy, loss):
        curves = [e for e in picture.iter() if e.get("fill") == "none" and e.get("stroke-width")]
        widths = [(e.get("stroke"), e.get("stroke-width"), len(e.get("d"))) for e in curves]
        long = [(colour, width) for colour, width, length in widths if length > 60]
        assert long.count(("#0072B2", "1")) == len(seeds)
        assert long.count(("#0072B2", "2.5")) == 1
        assert long.count(("#949494", "5")) == (setting != reference)
        assert (f"head alone at its best (rate {reference.rate:g})" in labels(picture)) == (
            setting != reference
        )
        assert (f"mean of {len(seeds)} seeds" in labels(picture)) == (len(seeds) > 1)
    for group in GROUPS:
        assert group in labels(drift)
        mean = 100 * np.mean([run["drift"][group] for run in seeds.values()])
        expected = drift_label(mean)
        assert (expected == "frozen") == (group not in unfrozen(setting.depth))
        assert expected in labels(drift) and f"{group} {expected}" in alts[2]
    name = f"{target_label(RUNS, setting.target)}, {setting.depth}, rate {setting.rate:g}"
    said = words(RUNS, setting)
    assert all(name in alt for alt in alts)
    assert said.accuracy in alts[0] and said.finding in alts[1] and said.drift in alts[2]
    assert all(title in text(explorer) for title in TITLES)


@pytest.mark.parametrize("setting", SETTINGS[::4], ids=str)
def test_marks_lie_on_the_paper_and_words_are_large_enough(setting):
    explorer = explore_fine_tuning(RECORDS)
    choose(explorer, setting)
    for picture in shown(explorer)[0]:
        assert float(picture.get("font-size")) >= 12
        width, height = float(picture.get("width")), float(picture.get("height"))
        for element in picture.iter():
            assert element.get("font-size") is None or element is picture
            for x, y in (("x", "y"), ("cx", "cy")):
                if element.get(x):
                    assert 0 <= float(element.get(x)) <= width
                    assert 0 <= float(element.get(y)) <= height
            for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", element.get("d") or ""):
                assert 0 <= float(x) <= width and 0 <= float(y) <= height


def test_the_axes_stay_while_a_target_is_explored():
    ticks = {target: set() for target in TARGETS}
    explorer = explore_fine_tuning(RECORDS)
    for setting in SETTINGS:
        choose(explorer, setting)
        numbers = [
            [w for w in labels(p) if re.fullmatch(r"[\d.e-]+", w)] for p in shown(explorer)[0][:2]
        ]
        ticks[setting.target].add(str(numbers))
    assert all(len(every) == 1 for every in ticks.values())


@pytest.mark.parametrize("seed", range(5))
def test_any_walk_draws_once_a_change_and_never_leaves_what_is_stored(seed):
    explorer, draw = explore_fine_tuning(RECORDS), random.Random(seed)
    drawn = []
    explorer.pictures.observe(lambda change: drawn.append(change.new), "value")
    for _ in range(25):
        control = draw.choice([explorer.target, explorer.depth, explorer.rate])
        before, kept = len(drawn), explorer.setting()
        control.index = draw.randrange(len(control.options))
        setting = explorer.setting()
        assert setting in RUNS and explorer.pictures.value == panel(RUNS, setting)
        assert len(drawn) == before + (setting != kept)
        if control is not explorer.rate:
            if kept.depth in RUNS.depths(setting.target) and control is explorer.target:
                assert setting.depth == kept.depth
            rates = RUNS.rates(setting.target, setting.depth)
            assert setting.rate == min(rates, key=lambda rate: abs(np.log(rate / kept.rate)))


@pytest.mark.parametrize(
    ("depth", "target", "kept"),
    [
        ("conv4", "phantoms/xray", "conv5"),
        ("all", "phantoms/xray", "conv5"),
        ("all", "surfaces/raking", "all"),
        ("head", "surfaces/raking", "head"),
    ],
)
def test_a_depth_that_is_not_stored_gives_way_to_the_next_lesser(depth, target, kept):
    explorer = explore_fine_tuning(RECORDS)
    explorer.depth.value = depth
    explorer.target.value = target
    assert explorer.depth.value == kept


@pytest.mark.parametrize("setting", SETTINGS[::5], ids=str)
def test_the_pictures_need_nothing_from_elsewhere(setting):
    shown_html = panel(RUNS, setting)
    inside = [base64.b64decode(code).decode() for code in re.findall(r'base64,([^"]+)', shown_html)]
    for code in [re.sub(r'base64,[^"]+', "", shown_html), *inside]:
        code = code.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?:|//|<script|<style|url\(|on\w+=", code)
    assert len(shown_html) < 150_000


def test_a_change_is_seen_at_once():
    explorer = explore_fine_tuning(RECORDS)
    seconds = []
    for setting in SETTINGS[:12]:
        start = time.perf_counter()
        choose(explorer, setting)
        seconds.append(time.perf_counter() - start)
    assert np.median(seconds) < 0.15


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda records: [], "None of the 0 stored runs is one to show"),
        (lambda records: [r for r in records if r["trial"]["seed"] == 100], "seed one of 0, 1, 2"),
        (lambda records: [r for r in records if r["trial"]["study"] != "rates"], "study is to be"),
        (lambda records: [strip(records[-1], "drift")], "has no drift"),
        (lambda records: [strip(records[-1], "agreement")], "has no agreement"),
    ],
)
def test_mistakes_are_told(break_it, sentence):
    with pytest.raises(CourseError, match=sentence):
        explore_fine_tuning(break_it(RECORDS))


def strip(record, key):
    measured = {name: value for name, value in record["measured"].items() if name != key}
    return {"trial": record["trial"] | {"seed": 0}, "measured": measured}


def test_by_default_the_stored_file_is_read(tmp_path, monkeypatch):
    stored = tmp_path / "fine-tuning.jsonl"
    stored.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    monkeypatch.setattr("course_utils.lessons.lesson_03.fine_tuning.STORED", stored)
    assert explore_fine_tuning().pictures.value == explore_fine_tuning(RECORDS).pictures.value


def test_domains_of_one_set_are_told_apart():
    other = [
        {**record, "trial": record["trial"] | {"target": "surfaces/normals"}}
        for record in RECORDS
        if record["trial"]["target"] == "surfaces/raking"
    ]
    names = [name for name, _ in explore_fine_tuning(RECORDS + other).target.options]
    assert names[0] == "objects (near)" and "phantoms (far)" in names
    assert {"surfaces/normals (far)", "surfaces/raking (far)"} < set(names)


def test_without_the_head_alone_the_words_say_so():
    bare = [record for record in RECORDS if record["trial"]["depth"] != "head"]
    explorer = explore_fine_tuning(bare)
    assert "no training of the head alone is stored for this target" in text(explorer)
    assert not any("head alone" in label for label in labels(shown(explorer)[0][0]))
