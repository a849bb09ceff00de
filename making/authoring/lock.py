"""Write requirements.lock: the exact versions that `make` installs (run by `make lock`).

The versions are those that pip itself would install into an empty environment, for the
*oldest* Python the course supports, so that one file serves that Python and every later one.
"""

import argparse
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


class LockError(Exception):
    """The lock file could not be made: one sentence saying why."""


def read_project(path):
    """What pyproject.toml asks for.

    Parameters
    ----------
    path : pathlib.Path
        The pyproject.toml to read.

    Returns
    -------
    requirements : list of str
        The runtime requirements, those of every extra, and those of the build.
    oldest_python : str
        The oldest Python that `requires-python` admits, for example `"3.11"`.

    Raises
    ------
    LockError
        If `requires-python` does not begin with `>=` and a version.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    project = content["project"]
    oldest = re.match(r">=\s*(\d+\.\d+)", project["requires-python"])
    if not oldest:
        raise LockError(
            f"requires-python in {path.name} is {project['requires-python']!r}: it must begin "
            "with the oldest Python, as in '>=3.11'."
        )
    requirements = [
        *project["dependencies"],
        *itertools.chain(*project["optional-dependencies"].values()),
        # The build's own needs are locked too, so that installing the course itself does not
        # fetch anything more: see the Makefile.
        *content["build-system"]["requires"],
    ]
    return requirements, oldest[1]


def resolve(requirements, oldest_python):
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
    LockError
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
            raise LockError("pip found no versions that fit together; its reasons are above.")
        content = json.loads(report.read_text(encoding="utf-8"))
    return [
        (found["metadata"]["name"], found["metadata"]["version"]) for found in content["install"]
    ]


def lock_text(found, python, platform):
    """The lock file's text.

    Parameters
    ----------
    found : list of (str, str)
        Name and version of every package.
    python, platform : str
        Where the versions were chosen, for the header.

    Returns
    -------
    str
        A header, then one `name==version` line for each package, in the order of names.
    """
    lines = set()
    for name, version in found:
        name = re.sub(r"[-_.]+", "-", name).lower()
        if not GRAPHICS_CARD_LIBRARIES.match(name):
            # "2.13.0+cpu" is one build of 2.13.0; which build is right depends on the machine.
            lines.add(f"{name}=={version.partition('+')[0]}")
    return HEADER.format(python=python, platform=platform) + "\n".join(sorted(lines)) + "\n"


def main(arguments=None):
    """Make the lock file; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--output", type=Path, default=PROJECT_FOLDER / "requirements.lock", help="file to write"
    )
    options = parser.parse_args(arguments)
    try:
        requirements, oldest_python = read_project(PROJECT_FOLDER / "pyproject.toml")
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        if running != oldest_python:
            # Conditions such as `python_version < "3.12"` are judged by the running Python.
            raise LockError(
                f"The lock file is made with Python {oldest_python}, the oldest supported, and "
                f"this is {running}: run `make lock PYTHON=python{oldest_python}`."
            )
        found = resolve(requirements, oldest_python)
    except LockError as error:
        print(error, file=sys.stderr)
        return 1
    text = lock_text(found, running, sys.platform)
    options.output.write_text(text, encoding="utf-8")
    print(f"{options.output.name}: {len(found)} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
