"""The zoo's card shows the figures of the files that ship."""

import json
import re
from pathlib import Path

import pytest

from course_utils.bases.zoo import ZOO_FOLDER
from course_utils.lessons.lesson_06 import zoo_training
from making.authoring.regions import with_regions
from making.zoo import __main__ as command
from making.zoo import card as zoo_card
from making.zoo import zoo

LIST = ZOO_FOLDER / "zoo.json"
needs_the_shipped_zoo = pytest.mark.skipif(
    not LIST.exists(), reason="the zoo has not been made yet"
)
MADE_UP = {
    "mugs": {
        "images": 1100,
        "class_names": ["tall", "flat"],
        "steps": 800,
        "train_accuracy": 0.99951,
        "source_accuracy": 0.8125,
        "seconds": 95.4,
        "bytes": 1_012_345,
    },
    "spoons": {
        "images": 12,
        "class_names": list("abcdefgh"),
        "steps": 5,
        "train_accuracy": 0.5,
        "source_accuracy": 0.125,
        "seconds": 1904.8,
        "bytes": 7,
    },
}


def text():
    return zoo_card.CARD.read_text(encoding="utf-8")


def test_a_line_for_each_network_and_one_for_all():
    lines = zoo_card.card(MADE_UP).splitlines()
    assert lines[2] == "| mugs | 1,100 | 2 | 800 | 100.0 % | 81.2 % | 50.0 % | 95 | 1,012,345 |"
    assert lines[3] == "| spoons | 12 | 8 | 5 | 50.0 % | 12.5 % | 12.5 % | 1,905 | 7 |"
    assert lines[4].startswith("| all |") and lines[4].endswith("| 2,000 | 1,012,352 |")
    assert len({line.count("|") for line in lines}) == 1 and len(lines) == 5


def test_a_card_is_written_beside_its_files_with_the_courses_own_words(tmp_path):
    zoo_card.write_card(MADE_UP, tmp_path)
    written = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert zoo_card.card(MADE_UP) in written
    assert with_regions(written, {"measured": ""}) == with_regions(text(), {"measured": ""})


@needs_the_shipped_zoo
def test_the_card_shows_the_listed_figures():
    manifest = json.loads(LIST.read_text(encoding="utf-8"))
    assert with_regions(text(), {"measured": zoo_card.card(manifest)}) == text()


@pytest.mark.parametrize("source", zoo.NETWORKS)
def test_the_card_says_what_each_network_has_seen(source):
    sources = text().partition("## Sources")[2].partition("## What they learnt")[0]
    assert f"`{source}`" in sources


def test_the_card_gives_the_recipe_that_is_used():
    recipe = re.search(r"^\| recipe \| (.*) \|$", text(), re.MULTILINE)[1]
    assert f"{zoo_training.STEPS} steps of {zoo_training.BATCH_SIZE} pictures" in recipe
    assert f"rises to {zoo_training.LEARNING_RATE} within" in recipe
    assert f"up to {zoo_training._SHIFT} pixels" in recipe
    assert f"weight decay {zoo_training._WEIGHT_DECAY:.0e}".replace("e-0", "e-") in recipe
    assert f"temperature {zoo_training.TEMPERATURE:.0f} |" in text()


@pytest.mark.parametrize("store", [True, False])
def test_the_command_ships_only_when_asked_to(monkeypatch, store):
    asked, shipped = [], []
    monkeypatch.setattr(command, "run", lambda *given: asked.append(given) or ["a record"])
    monkeypatch.setattr(command, "ship", shipped.append)
    assert command.main(["--records", "r.jsonl", *["--store"] * store]) == 0
    assert asked == [(Path("r.jsonl"), None)]
    assert shipped == [["a record"]] * store
