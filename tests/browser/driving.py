"""Runs the driver in Chromium, on one notebook at a time; says what it needs and does not find."""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path

from course_utils.paths import PROJECT_FOLDER

HERE = Path(__file__).parent
PICTURES = PROJECT_FOLDER / "build" / "browser"

#: A lesson may take this long to run, in seconds; the rest of the driver's work comes on top.
RUN_SECONDS, OTHER_SECONDS = 600, 600

#: A small laptop's window in pixels, and the zoom that everything has to stand.
WINDOW = {"width": 1280, "height": 800, "zoom": 2}

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@functools.cache
def missing():
    """What of the browser is not on this machine, and how to get it (str; empty if nothing)."""
    if chromium() is None:
        return "Chromium is missing: install it (Debian's package is chromium)"
    if shutil.which("node") is None:
        return "Node.js is missing: install version 20 or later (Debian's package is nodejs)"
    # Found where the driver finds it: in this folder's node_modules, or along NODE_PATH.
    code = "require('playwright-core')"
    found = subprocess.run(["node", "-e", code], cwd=HERE, capture_output=True, timeout=60)
    if found.returncode:
        return "playwright-core is missing: run `npm ci` in tests/browser"
    return ""


def chromium():
    """The path of the Chromium on this machine (str), or None."""
    return next(filter(None, map(shutil.which, _CHROMIUM)), None)


def drive(notebook, server, folder):
    """Open a notebook in JupyterLab, run it and move its controls.

    Parameters
    ----------
    notebook : pathlib.Path
        It is copied; what runs is the copy.
    server : LabServer
    folder : pathlib.Path
        For the job and the report.

    Returns
    -------
    dict
        What `driver.js` reports.
    """
    name = notebook.stem
    PICTURES.mkdir(parents=True, exist_ok=True)
    shutil.copy(notebook, server.notebooks)
    for old in PICTURES.glob(f"{name}-*.png"):
        old.unlink()
    job, report = folder / f"{name}-job.json", folder / f"{name}-report.json"
    job.write_text(
        json.dumps(
            WINDOW
            | {"address": server.address_of(notebook.name), "chromium": chromium()}
            | {"runSeconds": RUN_SECONDS, "pictures": str(PICTURES), "name": name}
        ),
        encoding="utf-8",
    )
    try:
        done = subprocess.run(
            ["node", str(HERE / "driver.js"), str(job), str(report)],
            cwd=HERE,
            env=os.environ | {"NODE_OPTIONS": ""},
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS + OTHER_SECONDS,
        )
    finally:
        server.end_kernels()
    if done.returncode:
        raise RuntimeError(f"The browser's driver failed on {notebook.name}:\n{done.stderr}")
    return json.loads(report.read_text("utf-8"))
