"""Archives of Python packages: found where pip would find them, and nothing of them is run."""

import json
import sys

import pytest
from fetch_helpers import asset_file, fetch, make_asset, tar_bytes, tree, zip_bytes

from course_utils import CourseError
from course_utils.assets import packages

WHEEL = "animal_pictures-1.0-py3-none-any.whl"
MEMBERS = {"animal_pictures/data/cat.png": b"cat", "animal_pictures/data/horse.png": b"horse"}
CODE = {"animal_pictures/__init__.py": b"raise SystemExit('run')", "setup.py": b"1 / 0"}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    """pip as if nobody had ever set it up, and no index far away."""
    for name in ("FIND_LINKS", "INDEX_URL", "EXTRA_INDEX_URL", "NO_INDEX", "CERT"):
        monkeypatch.delenv(f"PIP_{name}", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setattr(packages, "_default_index", lambda: (tmp_path / "none").as_uri())


def an_asset(content, name=WHEEL, **options):
    options = {"root": "animal_pictures/data", "patterns": ["*.png"]} | options
    file = asset_file(name, content, "package:Animal.Pictures")
    return make_asset([file], reader="members", **options)


def json_page(server, name, content):
    files = [
        {"filename": "other.whl", "url": "x"},
        {"filename": name, "url": f"../../files/{name}"},
    ]
    server.files["/simple/animal-pictures/"] = json.dumps({"files": files}).encode()
    server.types["/simple/animal-pictures/"] = "application/vnd.pypi.simple.v1+json"
    server.files[f"/files/{name}"] = content


def html_page(server, name, content):
    link = f'<a href="../../files/{name}#sha256=00">{name}</a>'
    server.files["/simple/animal-pictures/"] = f"<html><body>{link}</body></html>".encode()
    server.files[f"/files/{name}"] = content


@pytest.mark.parametrize("page", [json_page, html_page])
@pytest.mark.parametrize("variable", ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"])
def test_a_wheel_comes_from_an_index(server, monkeypatch, page, variable):
    content = zip_bytes(MEMBERS | CODE)
    page(server, WHEEL, content)
    monkeypatch.setenv(variable, f"{server.address}/simple")
    folder = fetch(an_asset(content))
    assert tree(folder) == {"cat.png": b"cat", "horse.png": b"horse"}
    assert "animal_pictures" not in sys.modules


def test_the_index_of_pips_own_file_counts(server, monkeypatch, tmp_path):
    content = zip_bytes(MEMBERS)
    json_page(server, WHEEL, content)
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nindex-url = {server.address}/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    address, _ = packages.find_archive("Animal.Pictures", WHEEL)
    assert address == f"{server.address}/files/{WHEEL}"
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.address}/elsewhere")  # counts more than a file
    with pytest.raises(CourseError, match=r"is in no index or wheels folder .*--mirror FOLDER"):
        packages.find_archive("Animal.Pictures", WHEEL)


@pytest.mark.parametrize("way", ["folder", "address", "index"])
def test_a_wheels_folder_needs_no_network(monkeypatch, tmp_path, way, server):
    content = zip_bytes(MEMBERS)
    wheels = tmp_path / "my wheels"
    wheels.mkdir()
    (wheels / WHEEL).write_bytes(content)
    if way == "index":
        page = tmp_path / "simple" / "animal-pictures" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f'<a href="../../my%20wheels/{WHEEL}#sha256=00">a wheel</a>')
        monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
    else:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_INDEX_URL", f"{server.address}/simple")
        wheels.rename(tmp_path / "wheels")
        place = tmp_path / "wheels"
        monkeypatch.setenv("PIP_FIND_LINKS", str(place) if way == "folder" else place.as_uri())
    assert tree(fetch(an_asset(content))) == {"cat.png": b"cat", "horse.png": b"horse"}
    assert server.requests == []


def test_an_archive_inside_a_source_archive_is_opened_too(monkeypatch, tmp_path):
    inside = tar_bytes({"data/a.txt": b"a", "data/b.py": b"1 / 0"})
    content = tar_bytes({"animals-1.0/more/data.tar.gz": inside, "animals-1.0/setup.py": b"1 / 0"})
    name = "animals-1.0.tar.gz"
    (tmp_path / name).write_bytes(content)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    inner = "animals-1.0/more/data.tar.gz"
    asset = an_asset(content, name, inner=inner, root="data", patterns=["*.txt"])
    assert tree(fetch(asset)) == {"a.txt": b"a"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"patterns": ["*.png", "*.csv"]}, r"has no file \*\.csv"),
        ({"root": "elsewhere"}, "has no folder elsewhere"),
        ({"inner": "data.tar.gz"}, r"has no file data\.tar\.gz"),
        ({"sha256": {"cat.png": "0" * 64}}, r"The SHA-256 of cat\.png .* differs"),
    ],
)
def test_members_that_are_not_as_expected(monkeypatch, tmp_path, cache, options, complaint):
    content = zip_bytes(MEMBERS)
    (tmp_path / WHEEL).write_bytes(content)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(CourseError, match=complaint):
        fetch(an_asset(content, **options))
    assert not list((cache / "datasets").iterdir())


def test_another_archive_of_that_name_is_refused(monkeypatch, tmp_path):
    (tmp_path / WHEEL).write_bytes(zip_bytes(MEMBERS | CODE))
    content = zip_bytes(MEMBERS | CODE | {"setup.py": b"2 / 0"})
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(CourseError, match=r"from package:Animal\.Pictures is not the one .*sha256"):
        fetch(an_asset(content))


def test_a_place_that_fails_is_told_and_the_next_one_asked(server, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(CourseError, match=r"not every place could be asked \(ConnectionError\)"):
        packages.find_archive("Animal.Pictures", WHEEL)
    (tmp_path / WHEEL).touch()
    monkeypatch.setenv("PIP_FIND_LINKS", f"http://127.0.0.1:9/page {tmp_path}")
    address, _ = packages.find_archive("Animal.Pictures", WHEEL)
    assert packages.local_path(address) == tmp_path / WHEEL


def test_the_certificates_that_pip_trusts_are_trusted(monkeypatch, tmp_path):
    (tmp_path / WHEEL).touch()
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CERT", "/etc/company.pem")
    assert packages.find_archive("animal_pictures", WHEEL)[1] == "/etc/company.pem"


def test_pip_itself_names_the_index_that_nobody_named(monkeypatch):
    monkeypatch.undo()
    assert packages._default_index().startswith(("https://", "http://", "file://"))


def test_without_pip_a_sentence_says_so(monkeypatch, tmp_path):
    (tmp_path / "pip.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(CourseError, match=r"pip, .* does not work beside .*ensurepip"):
        packages.find_archive("animal-pictures", WHEEL)
