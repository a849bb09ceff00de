"""Write requirements.lock: the exact versions that `make` installs (run by `make lock`).

    python3.11 -m making.authoring.lock

The versions are those that pip itself would install into an empty environment, for the *oldest*
Python the course supports, so that one file serves that Python and every later one. Nothing that is
not in Python itself is needed to run this.
"""

import itertools
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

PROJECT_FOLDER = Path(__file__).resolve().parents[2]

#: The stored outputs of the notebooks were computed with these; moving one means running
#: `make notebooks` and looking at what changed.
HELD = ["keras==3.15.*", "tensorflow==2.21.*", "torch==2.13.0", "transformers==5.23.*"]

#: What only some builds of torch ask for (the libraries of graphics cards). Where such a
#: build is installed, pip adds them by itself; elsewhere they would be gigabytes for nothing.
GRAPHICS_CARD_LIBRARIES = re.compile(r"(nvidia|cuda|triton|pytorch-triton)(-|$)")

HEADER = """\
# Exact versions of everything the course runs on and is tested with, for pip.
# Made by `make lock` (making/authoring/lock.py) from pyproject.toml, on {platform} with
# Python {python}; do not edit by hand. What only another platform needs, pip adds by itself.
"""


def read_project(path: Path) -> tuple[list[str], str]:
    """What pyproject.toml asks for: all requirements, and the oldest Python (`"3.11"`).

    The build's own needs are locked too, so that installing the course itself does not fetch
    anything more: see the Makefile.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    project = content["project"]
    requirements = [
        *project["dependencies"],
        *itertools.chain(*project["optional-dependencies"].values()),
        *content["build-system"]["requires"],
    ]
    return requirements, re.findall(r">=\s*(\d+\.\d+)", project["requires-python"])[0]


def resolve(requirements: list[str], oldest_python: str) -> list[tuple[str, str]]:
    """Let pip choose versions, as for an empty environment, without installing any.

    Parameters
    ----------
    requirements : list of str
        Requirements as pip reads them.
    oldest_python : str
        Only releases that this Python can use are considered.

    Returns
    -------
    list of (str, str)
        Name and version of every package that would be installed.

    Raises
    ------
    SystemExit
        If pip finds no set of versions; pip's own account is on standard error by then.
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        venv.create(folder / "environment", with_pip=True)
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        report = folder / "report.json"
        command = [
            folder / "environment" / scripts / "python",
            *("-m", "pip", "install", "--quiet", "--no-input", "--dry-run"),
            *("--ignore-installed", "--report", report),
            # pip allows another Python's view only for wheels, and only into a folder.
            *("--python-version", oldest_python, "--only-binary=:all:"),
            *("--target", folder / "nowhere"),
            *requirements,
            *HELD,
        ]
        if subprocess.run(command, check=False).returncode != 0:
            sys.exit("pip found no versions that fit together; its reasons are above.")
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return [(each["metadata"]["name"], each["metadata"]["version"]) for each in found]


def lock_text(found: list[tuple[str, str]], python: str, platform: str) -> str:
    """The lock file's text: a header, then a sorted line `name==version` for each package.

    Parameters
    ----------
    found : list of (str, str)
        Name and version of every package.
    python, platform : str
        Where the versions were chosen, for the header.
    """
    lines = set()
    for name, version in found:
        name = re.sub(r"[-_.]+", "-", name).lower()
        if not GRAPHICS_CARD_LIBRARIES.match(name):
            # "2.13.0+cpu" is one build of 2.13.0; which build is right depends on the machine.
            lines.add(f"{name}=={version.partition('+')[0]}")
    return HEADER.format(python=python, platform=platform) + "\n".join(sorted(lines)) + "\n"


def main(output: Path = PROJECT_FOLDER / "requirements.lock") -> None:
    """Make the lock file; exits with a sentence where it cannot be made."""
    requirements, oldest_python = read_project(PROJECT_FOLDER / "pyproject.toml")
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if running != oldest_python:
        # Conditions such as `python_version < "3.12"` are judged by the running Python.
        sys.exit(
            f"The lock file is made with Python {oldest_python}, the oldest supported, and this is "
            f"{running}: run `make lock PYTHON=python{oldest_python}`."
        )
    found = resolve(requirements, oldest_python)
    output.write_text(lock_text(found, running, sys.platform), encoding="utf-8")
    print(f"{output.name}: {len(found)} packages.")


if __name__ == "__main__":
    main()
