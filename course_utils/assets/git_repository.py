"""A git repository at one commit: the commit's id is the checksum of every byte in its files.

git gets the one commit without history into a bare repository, and checks it all (`fsck`); the
files come out as a tar archive (`git archive`), which is unpacked as carefully as any other.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from course_utils.assets.manifest import AssetFile
from course_utils.assets.placing import remove
from course_utils.assets.transfer import find_in_mirror
from course_utils.assets.unpacking import unpack
from course_utils.files import disk_errors_explained
from course_utils.validation import require

# Takes the place of the user's own settings, some of which run programs or rewrite addresses.
# A mirror may belong to somebody else (safe.directory): nothing in it is run.
_SETTINGS = """\
[safe] directory = *
[core] autocrlf = false
[gc] auto = 0
[uploadpack] allowAnySHA1InWant = true
[http] lowSpeedLimit = 1000
[http] lowSpeedTime = 60
"""


def obtain_repository(
    repository: AssetFile, asset_name: str, folder: Path, mirror: Path | None = None
) -> Path:
    """Have an asset's repository, checked.

    Parameters
    ----------
    repository : AssetFile
        Its checksum is `"commit:ID"`.
    asset_name : str
    folder : pathlib.Path
        Where it belongs, as a bare repository with a single commit.
    mirror : pathlib.Path, optional
        A folder that holds it as well.

    Raises
    ------
    CourseError
        If git is not installed, the repository cannot be had or lacks the commit, or what came
        does not match the commit's id.
    """
    require(
        shutil.which("git") is not None,
        "This set is a git repository, and the program git is not installed: install it from "
        "https://git-scm.com, or copy the set's folder from a computer that has it.",
    )
    kept, commit = folder / repository.name, repository.checksum.partition(":")[2]
    if kept.is_dir() and _is_whole(kept, commit):
        return kept
    source = repository.sources[0]
    if mirror is not None:
        source = find_in_mirror(mirror, asset_name, repository.name).as_uri()
    beside = {"prefix": f"{repository.name}.", "suffix": ".part", "dir": folder}
    with (
        disk_errors_explained(kept),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True, **beside) as part,
    ):
        bare = Path(part, "bare")
        _git(bare, "init", "--quiet", "--bare", "--template=")
        _git(
            bare,
            *("fetch", "--progress", "--no-tags", "--depth=1", "--"),
            *(source, f"{commit}:refs/heads/course"),
            stderr=None,  # git shows how far it is
        )
        require(
            _is_whole(bare, commit),
            f"The commit {commit} of {asset_name!r} could not be fetched from {source}: check the "
            "network and run this again, or use another folder with `--mirror FOLDER`.",
        )
        remove(kept)
        bare.rename(kept)
    return kept


def check_out(repository: AssetFile, bare: Path, folder: Path) -> None:
    """Write the files of a checked repository's commit into an empty folder, without `.git`.

    Raises
    ------
    CourseError
        If it holds anything but files and folders, or the disk is full.
    """
    archive = folder.with_name(f"{folder.name}.tar")
    commit = repository.checksum.partition(":")[2]
    packed = _git(bare, "archive", "--format=tar", f"--output={archive}", commit)
    require(packed == 0, f"git could not pack {bare}: free some space or delete that folder.")
    unpack(archive, folder)
    archive.unlink()


def _is_whole(folder: Path, commit: str) -> bool:
    """Whether a repository holds a commit with all its files, all matching their ids."""
    return _git(folder, "fsck", "--full", "--no-dangling", commit) == 0


def _git(folder: Path, *arguments: str, stderr: int | None = subprocess.DEVNULL) -> int:
    """Run git in a bare repository, with settings of our own and none of the user's.

    Proxies are taken from the environment (`https_proxy`), as curl does. Returns the exit status.
    """
    settings = folder.parent / "git.settings"
    settings.write_text(_SETTINGS, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["git", f"--git-dir={folder}", *arguments],
        env=kept | {"GIT_CONFIG_GLOBAL": str(settings), "GIT_TERMINAL_PROMPT": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
    ).returncode
