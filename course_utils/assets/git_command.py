"""The program git, with settings of our own, watched while it uses the network."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course_utils.assets import network
from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained

_LOOK_SECONDS = 0.1  # between two looks at a running git

# Takes the place of the user's own settings, some of which run programs or rewrite addresses.
# A mirror may belong to somebody else (safe.directory): nothing in it is run.
_SETTINGS = """\
[safe]
    directory = *
[core]
    hooksPath = {nowhere}
    askPass =
[credential]
    helper =
[gc]
    auto = 0
[uploadpack]
    allowAnySHA1InWant = true
[http]
    lowSpeedLimit = {rate}
    lowSpeedTime = {window}
"""


class Git:
    """The git command, with settings of our own and none of the user's.

    Proxies are taken from the environment (`https_proxy`), as curl does.
    """

    def __init__(self, folder):
        self.program = shutil.which("git")
        if self.program is None:
            raise CourseError(
                "This set is a git repository, and the program git is not installed: install it "
                "from https://git-scm.com, or copy the set's folder from a computer that has it."
            )
        settings = folder / "git.settings"
        text = _SETTINGS.format(
            nowhere=Path(os.devnull).as_posix(),
            rate=int(network.PATIENCE.rate),
            window=max(1, int(network.PATIENCE.window)),
        )
        with disk_errors_explained(settings):
            settings.write_text(text, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.environment = kept | {
            "GIT_CONFIG_GLOBAL": str(settings),
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "LC_ALL": "C",
        }

    def command(self, folder, *arguments):
        """A command line that works in a bare repository."""
        return [self.program, f"--git-dir={folder}", *arguments]

    def run(self, folder, *arguments, check=True):
        """Run a command that needs no network; give what `subprocess.run` gives."""
        command = self.command(folder, *arguments)
        result = subprocess.run(
            command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True
        )
        if check and result.returncode:
            said = _last_words(result.stderr.decode(errors="replace"))
            raise CourseError(
                f"git could not work in {folder} ({said}): delete that folder and run this again."
            )
        return result

    def is_intact(self, folder, commit):
        """Whether a repository holds a commit with all its files, all matching their ids."""
        found = self.run(folder, "cat-file", "-t", commit, check=False)
        if found.stdout.strip() != b"commit":
            return False
        whole = self.run(folder, "fsck", "--full", "--no-dangling", commit, check=False)
        return whole.returncode == 0


def run_watched(command, environment, folder, largest, progress):
    """Run a git that may stall or bring too much; None if all went well, else why not.

    What git says goes through a file rather than a pipe: a pipe would have to be read by a
    thread of its own.
    """
    group = {"start_new_session": True} if os.name == "posix" else {}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, **group
        )
        try:
            fault = _watch(process, said, folder, largest, progress)
        finally:
            _stop(process)
        said.seek(0)
        text = said.read().decode(errors="replace")
    return fault or (_last_words(text) if process.returncode else None)


def _watch(process, said, folder, largest, progress):
    """Wait for a process; why it had to be stopped, or None if it ended by itself."""
    patience = network.PATIENCE
    longest = patience.connect + patience.read + patience.window
    seen, changed, shown = None, time.monotonic(), 0
    while True:
        ended = process.poll() is not None
        if progress and hasattr(os, "pread"):  # Windows has none: no progress is shown there
            text = os.pread(said.fileno(), 1 << 20, shown)
            shown += len(text)
            print(text.decode(errors="replace"), end="", file=sys.stderr, flush=True)
        size = _size(folder)
        if size > largest:
            return f"it is larger than {largest:,} bytes"
        if ended:
            return None
        state = (size, os.fstat(said.fileno()).st_size)
        if state != seen:
            seen, changed = state, time.monotonic()
        elif time.monotonic() - changed > longest:
            return "nothing came any more"
        time.sleep(_LOOK_SECONDS)


def _stop(process):
    """End a git and the helpers it started, if they still run."""
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _size(folder):
    """Bytes of all files in a folder that changes meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return total


def _last_words(text):
    """The line of git's output that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    return told[0].partition(": ")[2] or told[0] if told else "git said nothing"
