"""A git repository at one commit: the commit's id is the checksum of every byte in its files.

git gets the one commit without history into a bare repository, and checks it all (`fsck`); the
files come out as a tar archive (`git archive`), which is unpacked as carefully as any other.
"""

import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from course_utils.assets import network, unpacking
from course_utils.assets.git_command import Git, run_watched
from course_utils.assets.mirrors import find_in_mirror
from course_utils.assets.placing import remove
from course_utils.datasets.reporting import some_of
from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained

_BRANCH = "course"
_SLACK_BYTES = 10_000_000

# How git says that a repository lacks a commit, or a bundle that it was asked for.
_NO_COMMIT = ("not our ref", "unadvertised object", "find remote ref", "missing necessary objects")

# The files as they were committed: no line endings changed, nothing left out or filled in.
_ATTRIBUTES = "* -text -eol -ident -filter -working-tree-encoding -export-ignore -export-subst\n"


def obtain_repository(repository, set_name, folder, mirror=None, progress=True):
    """Have a set's repository, checked.

    Parameters
    ----------
    repository : Repository
    set_name : str
    folder : pathlib.Path
        Where it belongs, as `repository`, a bare one with a single commit.
    mirror : pathlib.Path, optional
        A folder that holds `NAME/repository` (bare or not), a clone `NAME`, or `NAME.bundle`.
    progress : bool
        Show what git says about its progress.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    CourseError
        If git is not installed, the repository cannot be reached or lacks the commit, what
        came does not match the commit's id, or it is much larger than the catalog says.
    """
    git = Git(folder)
    kept = folder / "repository"
    if kept.is_dir() and git.is_intact(kept, repository.commit):
        return kept
    source = _mirrored(set_name, mirror) if mirror else repository.address
    with disk_errors_explained(kept):
        part = Path(tempfile.mkdtemp(prefix="repository.", suffix=".part", dir=folder))
    try:
        part.chmod(0o755)  # mkdtemp's folders are for their owner alone; a mirror is for others
        bare = ("init", "--quiet", "--bare", "--template=", f"--initial-branch={_BRANCH}")
        git.run(part, *bare)
        _fetch(git, part, source, repository, set_name, progress)
        if not git.is_intact(part, repository.commit):
            raise CourseError(
                f"What came from {source} does not match the commit {repository.commit}: it was "
                "thrown away; try again on another network or from another mirror."
            )
        remove(kept)
        part.rename(kept)
    finally:
        remove(part)
    return kept


def check_out(repository, bare, folder):
    """Write the files of a checked repository's commit into an empty folder, without `.git`.

    Raises
    ------
    CourseError
        If it holds links or other repositories, or its files do not suit every system.
    """
    git = Git(bare.parent)
    entries = git.run(bare, "ls-tree", "-r", "-z", "--full-tree", repository.commit).stdout
    # A line is "100644 blob ID<tab>NAME"; links begin with 12, other repositories with 16.
    odd = [line.decode(errors="replace") for line in entries.split(b"\0")[:-1]]
    odd = [line.partition("\t")[2] for line in odd if not line.startswith("100")]
    if odd:
        raise CourseError(
            f"The repository {repository.address} holds what is no plain file ({some_of(odd, 3)}): "
            "it was not used; please tell the authors of the course."
        )
    (bare / "info").mkdir(exist_ok=True)
    (bare / "info" / "attributes").write_text(_ATTRIBUTES, encoding="ascii")
    command = git.command(bare, "archive", "--format=tar", repository.commit)
    quiet = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=git.environment, stdout=subprocess.PIPE, **quiet) as process:
        try:
            allowed = unpacking.LIMITS.bytes(repository.bytes)
            unpacking.unpack_tar(process.stdout, folder, allowed, repository.address)
        finally:
            process.stdout.close()
            process.kill()


def _mirrored(set_name, mirror):
    """The repository or bundle of a set in a mirror folder."""
    places = [
        mirror / set_name / "repository",
        mirror / f"{set_name}.bundle",
        mirror / set_name / f"{set_name}.bundle",
        mirror / set_name / ".git",
    ]
    found = find_in_mirror(f"the repository of the set {set_name!r}", places)
    return str((found.parent if found.name == ".git" else found).resolve())


def _fetch(git, part, source, repository, set_name, progress):
    """Get the commit, with another try after a fault of the network."""
    local = source != repository.address
    scheme = "file" if local else urlsplit(source).scheme
    shallow = () if local and Path(source).is_file() else ("--depth=1",)
    command = git.command(
        part,
        *("fetch", "--progress", "--no-tags", "--no-recurse-submodules", *shallow, "--"),
        *(source, f"{repository.commit}:refs/heads/{_BRANCH}"),
    )
    environment = git.environment | {"GIT_ALLOW_PROTOCOL": scheme}
    largest = 2 * repository.bytes + _SLACK_BYTES
    for attempt in range(network.PATIENCE.attempts):
        if attempt:
            time.sleep(network.PATIENCE.first_wait * 2 ** (attempt - 1))
        said = run_watched(command, environment, part, largest, progress)
        if said is None:
            return
        if any(words in said for words in _NO_COMMIT):
            raise CourseError(
                f"The repository {source} of the set {set_name!r} does not have the commit "
                f"{repository.commit}: please tell the authors of the course, and meanwhile use "
                "a mirror folder that has it."
            )
        if local or "larger than" in said:
            break
    advice = "check what lies there"
    if not local:
        advice = "check the network and run this again, or use a folder with `--mirror FOLDER`"
    raise CourseError(
        f"The repository {source} of the set {set_name!r} could not be fetched ({said}): {advice}."
    )
