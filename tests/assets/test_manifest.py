"""The manifest: what is read, that a fault is told, and that the course's own is complete."""

import re
from urllib.parse import urlparse

import pytest

from course_utils import CourseError
from course_utils.assets import describe, how_to_get, read_manifest
from course_utils.assets.readers import READERS
from course_utils.datasets import domains
from course_utils.files import readable_size
from course_utils.paths import PROJECT_FOLDER

ASSETS = read_manifest()
SETS = {name: asset for name, asset in ASSETS.items() if asset.classes}

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

GOOD = f"""\
[flowers]
version = "1"
title = "Flowers"
about = "Five kinds of flowers."
images = 3670
classes = ["daisy", "rose"]
domain = "photo"
licence = "CC BY 4.0"
licence_source = "https://example.org/licence"
citation = "Somebody (2019)"
homepage = "https://example.org"
nearest = "objects"
reader = "class-folders"
options = {{ root = "flower_photos" }}

[[flowers.files]]
name = "flowers.tgz"
sources = ["https://example.org/flowers.tgz", "package:flowers"]
bytes = 228813984
sha256 = "{"0f" * 32}"
checksum_source = "https://example.org/checksums"

[[flowers.files]]
name = "labels.mat"
sources = ["https://example.org/labels.mat"]
bytes = 1500
md5 = "{"1e" * 16}"
checksum_source = "https://example.org/checksums"

[weights]
version = "1"
title = "Weights"
about = "Some."
licence = "CC0"
licence_source = "https://example.org/licence"
citation = "Somebody (2020)"
homepage = "https://example.org"
reader = "members"
files = []
"""


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "manifest.toml"
        path.write_text(text, encoding="utf-8")
        return read_manifest(path)

    return read


def test_a_good_manifest_is_read(read):
    flowers, weights = read(GOOD).values()
    assert flowers.classes == ("daisy", "rose")
    assert flowers.options == {"root": "flower_photos"}
    first, second = flowers.files
    assert (first.checksum, second.checksum) == (f"sha256:{'0f' * 32}", f"md5:{'1e' * 16}")
    assert first.sources == ("https://example.org/flowers.tgz", "package:flowers")
    assert flowers.bytes == 228813984 + 1500
    assert flowers.identity != weights.identity
    assert not first.is_repository


@pytest.mark.parametrize(
    ("pattern", "instead", "complaint"),
    [
        ("title = .*", "", "title"),
        ("citation = ", "citations = ", "citations"),
        ("bytes = .*", "", "bytes"),
        ("sha256 = .*", "", "needs one checksum"),
        ("sha256 = ", "sha1 = ", "needs one checksum of commit, md5, sha256"),
        ("md5 = ", "sha256 = 'x'\nmd5 = ", "needs one checksum"),
        ("checksum_source = .*", "", "checksum_source"),
        (r"\[flowers\]", "[flowers", "manifest.toml"),
    ],
)
def test_a_fault_is_told(read, pattern, instead, complaint):
    text, replaced = re.subn(pattern, instead, GOOD, count=1)
    assert replaced == 1
    with pytest.raises(CourseError, match=r"cannot be read .*bring it back") as caught:
        read(text)
    assert complaint in str(caught.value)


def test_the_list_tells_size_licence_and_what_is_here(read, cache):
    (cache / "datasets" / "weights" / "x").mkdir(parents=True)
    head, flowers, weights = describe(read(GOOD).values()).splitlines()
    assert head.split()[:5] == ["name", "images", "classes", "download", "licence"]
    assert re.split("  +", flowers) == ["flowers", "3,670", "2", "229 MB", "CC BY 4.0", "no"]
    assert re.split("  +", weights) == ["weights", "-", "-", "0 bytes", "CC0", "yes"]
    assert len({line.index(cell) for line, cell in [(head, "licence"), (weights, "CC0")]}) == 1


def test_how_to_get_a_set_names_size_licence_command_and_stand_in(read):
    sentence = how_to_get(read(GOOD)["flowers"])
    assert "'flowers' (229 MB, CC BY 4.0) is not on this computer" in sentence
    assert "`python -m course_utils fetch flowers`" in sentence
    assert "'objects' is the shipped set nearest to it" in sentence


@pytest.mark.parametrize(
    ("size", "text"),
    [
        *((0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (99_400, "99.4 kB")),
        *((99_600, "100 kB"), (999_900, "1.0 MB"), (228_813_984, "229 MB"), (2.5e9, "2.5 GB")),
    ],
)
def test_sizes_for_people(size, text):
    assert readable_size(size) == text


def test_the_sets_are_those_of_the_plan():
    assert {name: asset.images for name, asset in SETS.items()} == IMAGES


@pytest.mark.parametrize("asset", ASSETS.values(), ids=ASSETS)
def test_an_asset_is_pinned(asset):
    assert re.fullmatch("[a-z0-9-]+", asset.name)
    assert all([asset.version, asset.title, asset.about, asset.licence, asset.citation])
    assert READERS[asset.reader]
    assert asset.files and len({file.name for file in asset.files}) == len(asset.files)
    for file in asset.files:
        kind, digits = file.checksum.split(":")
        assert re.fullmatch("[0-9a-f]+", digits)
        assert len(digits) == {"sha256": 64, "md5": 32, "commit": 40}[kind]
        assert re.fullmatch(r"\w[\w.-]*", file.name) and file.bytes > 0 and file.sources
        for source in file.sources:
            scheme = urlparse(source).scheme
            assert scheme in ("https", "http", "package", "hub")
            # Without encryption the checksum alone protects, and MD5 would be too weak for that.
            assert scheme != "http" or kind == "sha256"
            assert scheme != "hub" or re.fullmatch(r"hub:[\w/-]+@[0-9a-f]{40}", source)


@pytest.mark.parametrize("asset", SETS.values(), ids=SETS)
def test_a_set_is_described_in_a_card(asset):
    assert asset.nearest in domains()
    assert not set(ASSETS) & set(domains())
    assert len(set(asset.classes)) == len(asset.classes) >= 2
    card = (PROJECT_FOLDER / "datasets" / "cards" / f"{asset.name}.md").read_text("utf-8")
    assert card.startswith(f"# {asset.name}\n")
    assert f"{asset.images:,}" in card
    for heading in ("licence", "## Known leaks and limits", "baselines:begin"):
        assert heading in card
