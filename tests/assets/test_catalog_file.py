"""The catalog that comes with the course: complete, pinned, and with a card for every set."""

from urllib.parse import urlparse

import pytest

from course_utils.assets.entries import read_catalog
from course_utils.datasets import domains
from course_utils.paths import PROJECT_FOLDER

ENTRIES = read_catalog()

#: What the publishers count; the parts of each set add up to it.
IMAGES = {
    "clothing": 3068 + 341 + 372,
    "flowers": 633 + 898 + 641 + 699 + 799,
    "pets": 3680 + 3669,
    "eurosat": 27_000,
    "mnist": 60_000 + 10_000,
    "usps": 7291 + 2007,
    "svhn": 73_257 + 26_032,
    "pneumonia": 4708 + 524 + 624,
    "pathology": 89_996 + 10_004 + 7180,
    "dtd": 47 * 120,
}


def test_the_sets_are_those_of_the_plan():
    assert {name: entry.images for name, entry in ENTRIES.items()} == IMAGES


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_is_pinned_and_described(entry):
    assert entry.nearest in domains()
    assert not set(ENTRIES) & set(domains())
    for file in entry.files:
        assert urlparse(file.address).scheme in ("https", "http")
        # Without encryption the checksum alone protects, and MD5 would be too weak for that.
        if urlparse(file.address).scheme == "http":
            assert file.checksum.startswith("sha256:")
    card = (PROJECT_FOLDER / "datasets" / "cards" / f"{entry.name}.md").read_text("utf-8")
    assert card.startswith(f"# {entry.name}\n")
    assert f"{entry.images:,}" in card
    for heading in ("licence", "## Known leaks and limits", "baselines:begin"):
        assert heading in card
