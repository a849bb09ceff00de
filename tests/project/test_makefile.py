"""The Makefile: the environment's stamp, the order of the checks, the refused Pythons.

The commands run in a folder of their own with a stand-in for Python that writes down what it
is asked to do, so that nothing is installed.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

PROJECT_FOLDER = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("make"), reason="needs make"
)

# Knows `-c` (fails if the file too-old exists), `-m venv FOLDER` (puts itself there) and
# `-m pip install` (fails if the file no-network exists); writes every call to calls.txt.
STAND_IN = """\
#!/bin/sh
echo "$*" >> "{folder}/calls.txt"
case "$*" in
    "-c "*) test ! -e "{folder}/too-old" ;;
    "-m venv "*) mkdir -p "{folder}/.venv/bin" && cp "$0" "{folder}/.venv/bin/python" ;;
    "-m pip install "*) test ! -e "{folder}/no-network" ;;
esac
"""


class Clone:
    """A folder with the Makefile and what it depends on."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("Makefile", "pyproject.toml", "requirements.lock"):
            shutil.copy(PROJECT_FOLDER / name, folder)
        self.python = folder / "python-stand-in"
        self.python.write_text(STAND_IN.format(folder=folder))
        self.python.chmod(0o755)
        self.stamp = folder / ".venv" / "installed"

    def make(self, *arguments):
        """Run make; returns its exit status, the calls of Python, and standard error."""
        calls = self.folder / "calls.txt"
        calls.write_text("")
        environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
        ended = subprocess.run(
            ["make", f"PYTHON={self.python}", *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ended.returncode, calls.read_text().splitlines(), ended.stderr


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


def installs(calls):
    return [call for call in calls if call.startswith("-m pip install")]


def test_the_environment_is_built_once_and_from_the_lock_file(clone):
    status, calls, errors = clone.make("lab")
    assert status == 0, errors
    assert installs(calls) == [
        "-m pip install -r requirements.lock",
        "-m pip install --no-deps --no-build-isolation -e .",
    ]
    assert calls[-1] == "-m course_utils lab"
    assert clone.stamp.exists()

    status, calls, _ = clone.make("lab", "OPTIONS=--no-browser")
    assert (status, calls) == (0, ["-m course_utils lab --no-browser"])


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_the_environment_is_built_again_after_a_change(clone, changed):
    clone.make("lab")
    later = clone.stamp.stat().st_mtime + 10
    os.utime(clone.folder / changed, (later, later))
    status, calls, _ = clone.make("lab")
    assert status == 0
    assert len(installs(calls)) == 2
    assert not any(call.startswith("-m venv") for call in calls)  # kept, and brought up to date


def test_a_failed_install_leaves_no_stamp(clone):
    (clone.folder / "no-network").touch()
    status, calls, _ = clone.make("lab")
    assert status != 0
    assert not clone.stamp.exists()
    assert "-m course_utils lab" not in calls

    (clone.folder / "no-network").unlink()
    status, calls, _ = clone.make("lab")
    assert status == 0
    assert calls[-1] == "-m course_utils lab"


def test_a_failed_update_removes_the_stamp(clone):
    clone.make("lab")
    later = clone.stamp.stat().st_mtime + 10
    os.utime(clone.folder / "requirements.lock", (later, later))
    (clone.folder / "no-network").touch()
    assert clone.make("lab")[0] != 0
    assert not clone.stamp.exists()


def test_another_python_is_refused_in_a_sentence(clone):
    (clone.folder / "too-old").touch()
    status, calls, errors = clone.make("lab")
    assert status != 0
    assert "The course needs Python 3.11, 3.12 or 3.13" in errors
    assert "make lab PYTHON=" in errors
    assert not any(call.startswith("-m") for call in calls)


def test_the_pythons_admitted_are_those_of_the_project_file():
    text = (PROJECT_FOLDER / "Makefile").read_text("utf-8")
    condition = re.search(r"SUPPORTED := import sys; sys\.exit\(not (.+)\)\n", text)[1]
    project = tomllib.loads((PROJECT_FOLDER / "pyproject.toml").read_text("utf-8"))["project"]
    admitted = SpecifierSet(project["requires-python"])
    for minor in range(9, 20):
        made = condition.replace("sys.version_info[:2]", f"(3, {minor})")
        assert eval(made) == admitted.contains(f"3.{minor}.1"), minor
        assert (f"3.{minor}" in re.search("needs Python (.*), and", text)[1]) == eval(made)


def test_tests_run_quick_checks_first(clone):
    clone.make("lab")
    status, calls, errors = clone.make("test")
    assert status == 0, errors
    assert [" ".join(call.split()[:3]) for call in calls] == [
        "-m ruff check",
        "-m ruff format",
        "-c from importlinter.cli",
        "-m pyright --project",
        "-m making.authoring.lint",
        "-m making.authoring.readme --check",
        "-m making.authoring.instructors --check",
        "-m making.authoring.build --check",
        "-m pytest tests",
        "-m pytest tests/makers",
        "-m making.authoring.run_nbval",
        "-m pytest tests/browser",
    ]


def test_the_active_environment_can_be_used_instead(clone):
    folder = clone.folder / "active"
    folder.mkdir()
    shutil.copy(clone.python, folder / "python")
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["make", "lab", "ENVIRONMENT=active"],
        cwd=clone.folder,
        env={"PATH": path},
        capture_output=True,
        check=True,
    )
    assert ended.returncode == 0
    assert (clone.folder / "calls.txt").read_text() == "-m course_utils lab\n"


def test_every_target_is_described(clone):
    text = (PROJECT_FOLDER / "Makefile").read_text("utf-8")
    targets = re.search(r"^\.PHONY: help (.*)$", text, re.MULTILINE)[1].split()
    shown = subprocess.run(["make"], cwd=clone.folder, capture_output=True, text=True).stdout
    assert [line.split()[1] for line in shown.splitlines()] == targets


def test_continuous_integration_runs_the_tests_from_anywhere(tmp_path):
    clone_folder = tmp_path / "a clone"
    (clone_folder / ".ci").mkdir(parents=True)
    script = shutil.copy(PROJECT_FOLDER / ".ci" / "run", clone_folder / ".ci")
    assert os.access(script, os.X_OK)
    (clone_folder / "Makefile").write_text("test:\n\t@pwd; echo tested; exit 3\n")
    ended = subprocess.run([script], cwd=tmp_path, capture_output=True, text=True)
    assert ended.stdout.splitlines() == [str(clone_folder), "tested"]
    assert ended.returncode != 0
