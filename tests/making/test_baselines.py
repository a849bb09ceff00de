"""Baselines: probes that are what they say, and cards that show what is stored."""

import json

import numpy as np
import pytest

from course_utils import CourseError, Dataset, Splits
from course_utils.datasets import domains
from course_utils.measuring.sweeps import read_records
from making import baselines
from making.authoring.regions import with_regions


def cloud(n, shift, seed, names=("a", "b")):
    """Two classes of "images" whose features are their pixels; `shift` moves both classes."""
    random = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    pixels = random.normal(0, 1, (n, 1, 1, 3)) + shift
    pixels[:, 0, 0, 0] += 6 * labels
    return Dataset(pixels, labels, names)


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Stand-ins for the sets, the network and the place of the records."""
    sets = {
        "near/photo": Splits(cloud(80, 0, 0), cloud(40, 0, 1), cloud(40, 0, 2)),
        "far/photo": Splits(cloud(80, 50, 3), cloud(40, 50, 4), cloud(40, 50, 5)),
    }
    monkeypatch.setattr(baselines, "load_target", sets.__getitem__)
    monkeypatch.setattr(baselines, "targets_here", lambda: list(sets))
    baselines.feature_splits.cache_clear()
    monkeypatch.setattr(
        baselines,
        "features_of",
        lambda dataset, base, seed: dataset.images.reshape(len(dataset), -1) * (base != "random"),
    )
    monkeypatch.setattr(baselines, "MOVES", {"near/photo": ("far/photo",)})
    monkeypatch.setattr(baselines, "STORED", tmp_path / "baselines.jsonl")
    yield sets
    baselines.feature_splits.cache_clear()


def test_the_sweep_measures_every_base_number_and_draw(made):
    records = baselines.baselines(baselines.STORED, ["near/photo"])
    drawn = {(r["trial"]["base"], r["trial"]["n"], r["trial"]["seed"]) for r in records}
    expected = {(base, n, seed) for base in baselines.BASES for n in (5, 20) for seed in range(5)}
    expected |= {(base, 20, baselines.TUNING_SEED) for base in baselines.BASES}
    assert drawn == expected
    assert baselines.baselines(baselines.STORED, ["near/photo"]) == records
    assert len(read_records(baselines.STORED)) == len(records)


def test_separable_features_are_told_apart_and_blank_ones_are_not(made):
    baselines.baselines(baselines.STORED, ["near/photo"])
    assert baselines.stored_baseline("near/photo", "pretrained", 20).mean > 0.99
    assert baselines.stored_baseline("near/photo", "random", 20).mean == pytest.approx(0.5)


def test_a_moved_probe_is_not_fitted_again(made):
    baselines.baselines(baselines.STORED, ["near/photo"])
    moved = baselines.stored_baseline("near/photo", "pretrained", 20, "moved to far/photo")
    assert moved.mean == pytest.approx(0.5)  # all lies on one side of the old boundary
    with pytest.raises(CourseError, match="not all have measured moved to far/photo"):
        baselines.stored_baseline("near/photo", "pretrained", 5, "moved to far/photo")


def test_a_setting_is_chosen_without_the_test_part(made):
    made["near/photo"] = made["near/photo"]._replace(test=cloud(40, -50, 6))
    records = baselines.baselines(baselines.STORED, ["near/photo"])
    tuning = [r for r in records if r["trial"]["seed"] == baselines.TUNING_SEED]
    best = max(r["measured"]["validation_accuracy"] for r in tuning)
    settings = {json.dumps(r["trial"]["setting"]) for r in records if r not in tuning}
    chosen = [r for r in tuning if json.dumps(r["trial"]["setting"]) in settings]
    assert all(r["measured"]["validation_accuracy"] == best for r in chosen[:1])


def test_a_card_shows_what_is_stored(made):
    baselines.baselines(baselines.STORED, ["near/photo"])
    region = baselines.card_region(["near/photo"])
    shown = baselines.stored_baseline("near/photo", "pretrained", 20).percent()
    assert f"| photo | 20 | {shown} | 50.0 ± 0.0 |" in region
    assert "| near/photo | far/photo | 50.0 ± 0.0 | 50.0 ± 0.0 |" in region


def test_a_move_that_was_not_measured_is_told(made):
    with pytest.raises(CourseError, match="No stored trial has these settings"):
        baselines.card_region(["near/photo"])


def test_the_cards_are_up_to_date():
    """What the cards show of the sets that ship is what is stored, to the letter."""
    measured = dict.fromkeys(r["trial"]["source"] for r in read_records(baselines.STORED))
    every = {f"{name}/{domain}" for name, own in domains().items() for domain in own}
    assert every <= set(measured)
    for name in {source.split("/")[0] for source in measured}:
        text = (baselines.CARDS / f"{name}.md").read_text("utf-8")
        own = [source for source in measured if source.split("/")[0] == name]
        assert with_regions(text, {"baselines": baselines.card_region(own)}) == text


def test_the_command_measures_what_is_asked_for_and_goes_on_where_it_was(made, capsys):
    assert baselines.main(["near/photo"]) == 0
    assert {r["trial"]["source"] for r in read_records(baselines.STORED)} == {"near/photo"}
    measured = baselines.STORED.read_text()
    assert baselines.main([]) == 0
    assert {r["trial"]["source"] for r in read_records(baselines.STORED)} == set(made)
    assert baselines.STORED.read_text().startswith(measured)
    assert baselines.main(["near/foto"]) == 1
    assert "did you mean 'near/photo'?" in capsys.readouterr().err


def test_the_command_writes_the_cards(made, monkeypatch, tmp_path):
    monkeypatch.setattr(baselines, "CARDS", tmp_path)
    card = tmp_path / "near.md"
    card.write_text("<!-- baselines:begin -->\nold\n<!-- baselines:end -->\n", "utf-8")
    baselines.baselines(baselines.STORED, ["near/photo"])
    assert baselines.main(["--cards"]) == 0
    assert baselines.card_region(["near/photo"]) in card.read_text("utf-8")
