"""The catalog file: what is read, and that each fault in it is named."""

import re

import pytest

from course_utils import CourseError
from course_utils.assets import describe, how_to_get, read_catalog
from course_utils.assets.tables import check_address
from course_utils.files import readable_size

GOOD = f"""\
[flowers]
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
arrangement = "class-folders"
options = {{ root = "flower_photos" }}

[[flowers.files]]
name = "flowers.tgz"
address = "https://example.org/flowers.tgz"
bytes = 228813984
sha256 = "{"0f" * 32}"
checksum_source = "https://example.org/checksums"

[[flowers.files]]
name = "labels.mat"
address = "https://example.org/labels.mat"
bytes = 1500
md5 = "{"1e" * 16}"
checksum_source = "https://example.org/checksums"

[clothes]
title = "Clothes"
about = "Ten kinds."
images = 3781
classes = ["hat", "shirt", "shoes"]
domain = "photo"
licence = "CC0"
licence_source = "https://example.org/licence"
citation = "Somebody (2020)"
homepage = "https://example.org"
nearest = "objects"
arrangement = "parts"

[clothes.repository]
address = "https://example.org/clothes"
commit = "{"2d" * 20}"
bytes = 120000000
"""


def class_folders(sources, folder, class_names, root="."):
    """Stands in for an arrangement."""


ARRANGEMENTS = {"class-folders": class_folders, "parts": lambda sources, folder, names: None}


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "catalog.toml"
        path.write_text(text, encoding="utf-8")
        return read_catalog(path, ARRANGEMENTS)

    return read


def test_a_good_catalog_is_read(read):
    flowers, clothes = read(GOOD).values()
    assert flowers.classes == ("daisy", "rose")
    assert flowers.options == {"root": "flower_photos"}
    assert [file.checksum for file in flowers.files] == [f"sha256:{'0f' * 32}", f"md5:{'1e' * 16}"]
    assert flowers.bytes == 228813984 + 1500
    assert flowers.repository is None
    assert clothes.repository.commit == "2d" * 20
    assert (clothes.files, clothes.options, clothes.bytes) == ((), {}, 120_000_000)
    assert flowers.identity != clothes.identity


def test_a_size_may_be_about(read):
    file = read(GOOD.replace("bytes = 1500", "bytes_about = 1500"))["flowers"].files[1]
    assert (file.bytes, file.exact, file.size_in_words) == (1500, False, "about 1,500")
    assert file.is_size(1) and file.is_size(3000) and not file.is_size(10_000_000)


def test_without_encryption_sha256_must_protect(read):
    address = "http://example.org/flowers.tgz"
    text = GOOD.replace(address.replace("http:", "https:"), address)
    assert read(text)["flowers"].files[0].address == address


FAULTS = [
    # what is replaced, by what, the entry and key that are named, the complaint
    ("title = .*", "", "flowers", "title", "is missing"),
    ("title = .*", "title = 3", "flowers", "title", "must be text, not 3"),
    ("title = .*", 'title = ""', "flowers", "title", "must not be ''"),
    ("licence = .*", "", "flowers", "licence", "is missing"),
    ("nearest = .*", "", "flowers", "nearest", "is missing"),
    ("images = 3670", "images = 0", "flowers", "images", "must not be 0"),
    ("images = 3670", 'images = "3670"', "flowers", "images", "must be a whole number"),
    ("images = 3670", "images = true", "flowers", "images", "must be a whole number"),
    ("images = 3781", "", "clothes", "images", "is missing"),
    ("classes = .*", "classes = []", "flowers", "classes", "must not be"),
    ("classes = .*", 'classes = ["rose"]', "flowers", "classes", "at least two"),
    ("classes = .*", 'classes = ["a", "a"]', "flowers", "classes", "twice"),
    ("classes = .*", 'classes = ["a", 1]', "flowers", "classes", "at least two names"),
    ('"class-folders"', '"folders"', "flowers", "arrangement", "must be one of class-folders, p"),
    ("root = ", "rood = ", "flowers", "options", "do not suit 'class-folders'"),
    ("citation = ", "citations = ", "flowers", "citation", "is missing"),
    ("about = ", "note = 'x'\nabout = ", "flowers", "note", "is unknown"),
    ('"flowers.tgz"', '"../flowers.tgz"', "flowers", "files[0].name", "plain file name"),
    ('"flowers.tgz"', '"a/flowers.tgz"', "flowers", "files[0].name", "plain file name"),
    ('"flowers.tgz"', '"a\\\\\\\\flowers.tgz"', "flowers", "files[0].name", "plain file name"),
    ('"flowers.tgz"', '".flowers"', "flowers", "files[0].name", "plain file name"),
    ('"flowers.tgz"', '"Labels.mat"', "flowers", "files[1].name", "in use"),
    ('"flowers.tgz"', '"flowers.part"', "flowers", "files[0].name", "in use"),
    ('"flowers.tgz"', '"repository"', "flowers", "files[0].name", "in use"),
    ("https(://example.org/labels.mat)", r"http\1", "flowers", "files[1].address", "https://"),
    ("https(://example.org/clothes)", r"http\1", "clothes", "repository.address", "https://"),
    ("bytes = 1500", "bytes = 1500\nbytes_about = 2", "flowers", "files[1].bytes", "is unknown"),
    ("https(://example.org/flowers.tgz)", r"file\1", "flowers", "files[0].address", "https://"),
    ("https(://example.org/clothes)", r"git\1", "clothes", "repository.address", "https://"),
    ("bytes = 1500", "", "flowers", "files[1].bytes", "is missing"),
    ("bytes = 1500", "bytes = -1", "flowers", "files[1].bytes", "must not be -1"),
    ("sha256 = .*", "", "flowers", "files[0].sha256", "is missing (md5 where"),
    ("0f0f", "0F0f", "flowers", "files[0].sha256", "64 hexadecimal digits in small letters"),
    ("0f0f", "0f0", "flowers", "files[0].sha256", "64 hexadecimal digits"),
    ("1e1e", "xyxy", "flowers", "files[1].md5", "32 hexadecimal digits"),
    ("checksum_source = .*", "", "flowers", "files[0].checksum_source", "is missing"),
    ("2d2d", "2d", "clothes", "repository.commit", "whole id"),
    ('commit = ".*"', 'commit = "main"', "clothes", "repository.commit", "whole id"),
    ("commit = .*", "", "clothes", "repository.commit", "is missing"),
]


@pytest.mark.parametrize(("pattern", "instead", "entry", "key", "complaint"), FAULTS)
def test_a_fault_is_named(read, pattern, instead, entry, key, complaint):
    text, replaced = re.subn(pattern, instead, GOOD, count=1)
    assert replaced == 1
    with pytest.raises(CourseError) as caught:
        read(text)
    sentence = str(caught.value)
    assert f"entry {entry!r}, key {key!r}" in sentence
    assert complaint in sentence
    assert sentence.endswith("catalog.toml.")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[flowers", "cannot be read"),
        ("flowers = 3", "'flowers' must be a table"),
        (GOOD.replace("[flowers]", "[Flowers]").replace("flowers.files", "Flowers.files"), "small"),
        (GOOD.replace("[clothes.repository]", "[[clothes.files]]"), "files[0].name"),
        (GOOD.partition("[clothes.repository]")[0], "either files or a repository"),
        (GOOD + "[[clothes.files]]\nname = 'x'\n", "either files or a repository"),
    ],
)
def test_a_misshapen_catalog_is_told(read, text, complaint):
    with pytest.raises(CourseError, match=re.escape(complaint)):
        read(text)


def test_a_missing_catalog_is_told(tmp_path):
    with pytest.raises(CourseError, match=r"nothing\.toml cannot be read"):
        read_catalog(tmp_path / "nothing.toml", ARRANGEMENTS)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/x", "http://127.0.0.1:80/x", "http://[::1]/x", "http://localhost/x"],
)
def test_addresses_that_may_be_used(address):
    check_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://example.org/x",
            "ftp://example.org/x",
            "file:///x",
            "example.org/x",
            "",
            "https:",
        ),
        *("http://127.0.0.1.example.org/x", "http://127.0.0.1:80@example.org/x", "https://[/x"),
        *("https://name:word@example.org/x", "http://10.0.0.1/x", "http://localhost.example.org/"),
    ],
)
def test_addresses_that_may_not_be_used(address):
    with pytest.raises(ValueError):
        check_address(address)


def test_the_list_tells_size_licence_and_what_is_here(read, cache):
    catalog = read(GOOD)
    (cache / "datasets" / "clothes" / "hat").mkdir(parents=True)
    head, flowers, clothes = describe(catalog.values()).splitlines()
    assert head.split()[:5] == ["name", "images", "classes", "download", "licence"]
    assert re.split("  +", flowers) == ["flowers", "3,670", "2", "229 MB", "CC BY 4.0", "no"]
    assert re.split("  +", clothes) == ["clothes", "3,781", "3", "120 MB", "CC0", "yes"]
    assert len({line.index(cell) for line, cell in [(head, "licence"), (clothes, "CC0")]}) == 1


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
