"""An asset that is a git repository: the one commit, whole, with no links in it, or nothing."""

import os
import shutil
import subprocess

import pytest
from fetch_helpers import fetch, make_asset, picture_files, tree

from course_utils import CourseError
from course_utils.assets import downloaded_folder
from course_utils.assets.manifest import AssetFile

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PICTURES = picture_files()


def git(folder, *arguments, content=None):
    """Run git without anybody's settings; give what it prints."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    command = ["git", "-C", str(folder), *who, *arguments]
    result = subprocess.run(command, env=environment, input=content, capture_output=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.decode().strip()


@pytest.fixture
def origin(tmp_path):
    """A repository with two commits; the manifest means the first."""
    folder = tmp_path / "served"
    folder.mkdir()
    git(folder, "init", "--quiet")
    for version in range(2):
        for name, content in picture_files(version).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "Files")
    return folder


@pytest.fixture
def get(origin):
    def get(commit=None, mirror=None):
        commit = commit or git(origin, "rev-parse", "HEAD~1")
        file = AssetFile("repository", f"commit:{commit}", 200_000, (origin.as_uri(),))
        return tree(fetch(make_asset([file]), mirror=mirror))

    return get


def test_the_commit_comes_without_its_history(get, cache, origin):
    assert get() == PICTURES
    kept = cache / "downloads" / "animals" / "repository"
    assert git(kept, "rev-list", "--all") == git(origin, "rev-parse", "HEAD~1")
    shutil.rmtree(cache / "datasets")
    (origin / ".git").rename(origin / "gone")
    file = AssetFile("repository", f"commit:{git(kept, 'rev-parse', 'course')}", 2, ("",))
    assert tree(fetch(make_asset([file]))) == PICTURES  # from what was kept


def test_the_learners_own_settings_change_nothing(get, monkeypatch, tmp_path):
    settings = tmp_path / "gitconfig"
    settings.write_text('[url "https://data.invalid/"]\n insteadOf = file://\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert get() == PICTURES


def test_a_commit_that_is_not_there_is_told(get, cache):
    with pytest.raises(CourseError, match=r"The commit 1212.* could not be fetched .*--mirror"):
        get("12" * 20)
    assert downloaded_folder("animals") is None
    assert not list((cache / "downloads" / "animals").glob("*.part"))


@pytest.mark.parametrize("somebody_elses", [False, True])
def test_a_mirror_serves_a_repository(get, cache, tmp_path, origin, monkeypatch, somebody_elses):
    get()
    commit = git(origin, "rev-parse", "HEAD~1")
    (origin / ".git").rename(origin / "gone")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "another"))
    if somebody_elses:
        if os.name != "posix" or os.geteuid():
            pytest.skip("only root gives files away")
        for path in [cache, *cache.rglob("*")]:
            os.chown(path, 65534, 65534)
    assert get(commit, mirror=cache / "downloads") == PICTURES


def test_a_mirror_without_the_repository_says_where_it_looked(get, tmp_path):
    with pytest.raises(CourseError, match=r"lacks repository of .*animals/repository nor"):
        get(mirror=tmp_path)


def tamper(bare):
    """Change a file's content under its old id."""
    for pack in list((bare / "objects" / "pack").glob("*.pack")):
        content = pack.read_bytes()
        for beside in pack.parent.glob(f"{pack.stem}.*"):
            beside.unlink()
        git(bare, "unpack-objects", "-q", content=content)
    blobs = git(bare, "ls-tree", "-r", "course").splitlines()
    one, other = (line.split()[2] for line in blobs[:2])
    paths = [bare / "objects" / blob[:2] / blob[2:] for blob in (one, other)]
    paths[0].chmod(0o644)
    paths[0].write_bytes(paths[1].read_bytes())


def test_a_tampered_repository_is_refused_and_fetched_again(get, cache, tmp_path, monkeypatch):
    get()
    tamper(cache / "downloads" / "animals" / "repository")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "another"))
    with pytest.raises(CourseError, match=r"The commit .* could not be fetched"):
        get(mirror=cache / "downloads")
    assert downloaded_folder("animals") is None
    monkeypatch.setenv("COURSE_CACHE", str(cache))
    shutil.rmtree(cache / "datasets")
    assert get() == PICTURES


def test_links_inside_are_refused(get, origin, cache):
    (origin / "odd").symlink_to("/etc/passwd")
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message", "Odd")
    with pytest.raises(CourseError, match="'odd', which is neither a file nor a folder"):
        get(git(origin, "rev-parse", "HEAD"))
    assert downloaded_folder("animals") is None


def test_without_git_a_sentence_says_so(get, origin, monkeypatch, tmp_path):
    commit = git(origin, "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="the program git is not installed"):
        get(commit)
