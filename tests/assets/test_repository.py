"""A set that is a git repository: the one commit, whole, with nothing odd in it, or nothing."""

import os
import shutil
import socket
import stat
from dataclasses import replace

import pytest
from download_helpers import QUICK, make_entry, picture_files, tree
from git_server import GitServer, commit_files, commit_tree, git

from course_utils import CourseError
from course_utils.assets import downloaded_folder, fetching, network, repository
from course_utils.assets.entries import Repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PICTURES = picture_files()
LATER = picture_files(version=1)


@pytest.fixture
def origin(tmp_path):
    """A repository with two commits; the catalog means the first."""
    return tmp_path / "served" / "animals"


@pytest.fixture
def first(origin):
    commit = commit_files(origin, PICTURES)
    commit_files(origin, LATER)
    return commit


@pytest.fixture
def host(origin, first):
    with GitServer(origin.parent) as server:
        yield server


@pytest.fixture
def get(host, first):
    def get(commit=first, size=200_000, mirror=None, address=None):
        source = Repository(address or f"{host.address}/animals", commit, size)
        catalog = {"animals": make_entry(repository=source)}
        return tree(fetching.fetch("animals", catalog=catalog, progress=False, mirror=mirror))

    return get


def nothing_left(cache):
    assert downloaded_folder("animals") is None
    assert not list((cache / "datasets").glob(".*"))
    assert not list((cache / "downloads" / "animals").glob("*.part"))


def test_the_commit_comes_without_its_history(get, cache, host, first):
    assert get() == PICTURES
    kept = cache / "downloads" / "animals" / "repository"
    assert git(kept, "rev-list", "--all") == first
    asked = len(host.requests)
    shutil.rmtree(cache / "datasets")
    assert get() == PICTURES  # from what was kept
    assert len(host.requests) == asked


def test_files_come_as_they_were_committed(host, get, monkeypatch, tmp_path):
    """No settings of the learner's and no attributes of the repository change a byte."""
    settings = tmp_path / "gitconfig"
    settings.write_text(
        '[core]\n autocrlf = true\n[filter "shout"]\n smudge = tr a-z A-Z\n required = true\n'
        '[url "https://data.invalid/"]\n insteadOf = http://127.0.0.1\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    files = {f"{letter}.txt": b"line $Id$ $Format:%H$\n" for letter in "abcde"}
    files["f.txt"] = b"\r\n"
    odd = tmp_path / "served" / "odd"
    commit_files(odd, files)
    # In the index only: in the folder they would change what is committed.
    files[".gitattributes"] = (
        b"a.txt text eol=crlf ident\nb.txt filter=shout\nc.txt export-ignore\n"
        b"d.txt export-subst\ne.txt working-tree-encoding=UTF-16\n"
    )
    blob = git(odd, "hash-object", "-w", "--stdin", content=files[".gitattributes"])
    git(odd, "update-index", "--add", "--cacheinfo", f"100644,{blob},.gitattributes")
    git(odd, "commit", "--quiet", "--message", "Attributes")
    commit = git(odd, "rev-parse", "HEAD")
    assert get(commit, address=f"{host.address}/odd") == files


def test_a_commit_that_is_not_there_is_told(get, cache):
    with pytest.raises(CourseError, match=r"does not have the commit 1212"):
        get("12" * 20)
    nothing_left(cache)


@pytest.mark.parametrize("way", ["download", "clone", "bundle"])
def test_a_mirror_serves_a_repository(get, host, origin, first, tmp_path, way, monkeypatch):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    if way == "download":
        get()
        (tmp_path / "cache" / "downloads").rename(mirror / "downloads")
        mirror = mirror / "downloads"
        monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "another"))
    elif way == "clone":
        shutil.copytree(origin, mirror / "animals")
    else:
        git(origin, "bundle", "create", "--quiet", str(mirror / "animals.bundle"), "HEAD")
    host.requests.clear()
    assert get(mirror=mirror) == PICTURES
    assert host.requests == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid(), reason="only root gives files away")
def test_a_mirror_may_belong_to_somebody_else(get, origin, tmp_path):
    mirror = tmp_path / "mirror"
    shutil.copytree(origin, mirror / "animals")
    for path in [mirror / "animals", *mirror.rglob("*")]:
        os.chown(path, 65534, 65534)
    assert get(mirror=mirror) == PICTURES


def test_a_mirror_without_the_repository_says_where_it_looked(get, tmp_path):
    with pytest.raises(CourseError, match=r"lacks the repository .*animals/repository nor"):
        get(mirror=tmp_path)


def tamper(bare):
    """Change a file's content under its old id."""
    packs = list((bare / "objects" / "pack").glob("*.pack"))
    for pack in packs:
        moved = bare / pack.name
        pack.rename(moved)
        git(bare, "unpack-objects", "-q", content=moved.read_bytes())
        moved.unlink()
    for index in (bare / "objects" / "pack").glob("*"):
        index.unlink()
    blobs = git(bare, "ls-tree", "-r", "HEAD").splitlines()
    one, other = (line.split()[2] for line in blobs[:2])
    paths = [bare / "objects" / blob[:2] / blob[2:] for blob in (one, other)]
    paths[0].chmod(stat.S_IRUSR | stat.S_IWUSR)
    paths[0].write_bytes(paths[1].read_bytes())


def test_a_tampered_download_is_thrown_away(get, cache, host):
    get()
    kept = cache / "downloads" / "animals" / "repository"
    git(kept, "symbolic-ref", "HEAD", "refs/heads/course")
    tamper(kept)
    shutil.rmtree(cache / "datasets")
    asked = len(host.requests)
    assert get() == PICTURES
    assert len(host.requests) > asked


def test_a_tampered_mirror_is_refused(get, origin, cache, tmp_path):
    mirror = tmp_path / "mirror"
    bare = mirror / "animals" / "repository"
    shutil.copytree(origin / ".git", bare)
    commit = git(bare, "rev-parse", "HEAD")
    assert get(commit, mirror=mirror) == LATER
    shutil.rmtree(cache)
    tamper(bare)
    with pytest.raises(CourseError, match=r"could not be fetched|does not match|does not have"):
        get(commit, mirror=mirror)
    nothing_left(cache)


@pytest.mark.parametrize(
    ("mode", "kind", "identity"), [("120000", "blob", None), ("160000", "commit", "12" * 20)]
)
def test_links_and_other_repositories_inside_are_refused(get, origin, cache, mode, kind, identity):
    commit = commit_tree(origin, mode, kind, identity)
    with pytest.raises(CourseError, match=r"no plain file \(odd\)"):
        get(commit)
    nothing_left(cache)


def test_without_git_a_sentence_says_so(get, monkeypatch, tmp_path, cache):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="the program git is not installed"):
        get()
    assert downloaded_folder("animals") is None


def test_a_server_that_cannot_be_reached_is_told(get, monkeypatch, cache):
    monkeypatch.setattr(network, "PATIENCE", replace(QUICK, attempts=2))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CourseError, match=r"could not be fetched \(unable to access.*network"):
            get(address=f"http://127.0.0.1:{taken.getsockname()[1]}/animals")
    nothing_left(cache)


def test_a_failing_server_is_asked_again(get, host):
    host.status = 503
    with pytest.raises(CourseError, match="503"):
        get()
    assert len(host.requests) == QUICK.attempts


def test_a_silent_server_is_given_up(get, monkeypatch, cache):
    quick = replace(QUICK, connect=0.2, read=0.2, window=0.2, attempts=1)
    monkeypatch.setattr(network, "PATIENCE", quick)
    complaint = r"nothing came any more|too slow|timed out"
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(CourseError, match=complaint),
    ):
        get(address=f"http://127.0.0.1:{silent.getsockname()[1]}/animals")
    nothing_left(cache)


def test_a_repository_much_larger_than_the_catalog_says_is_stopped(get, monkeypatch, cache):
    monkeypatch.setattr(repository, "_SLACK_BYTES", 0)
    with pytest.raises(CourseError, match="larger than 200 bytes"):
        get(size=100)
    nothing_left(cache)
