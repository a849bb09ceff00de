"""Run every notebook and compare its outputs with the stored ones (a step of `make test`).

nbval limits the time of each cell. It cannot limit its own: a kernel that stalls outside a
cell, on a widget's message for instance, would hold the run for ever. So pytest runs here as
a child with a time limit, and a child that exceeds it is ended together with its kernels.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from making.authoring.auditing import auditing_environment

PROJECT_FOLDER = Path(__file__).resolve().parents[2]

#: Seconds that one cell may take, one pytest item (a cell, with its kernel's start), and all.
CELL_SECONDS = 180
ITEM_SECONDS = 900
ALL_SECONDS = 2400


def nbval_command(notebooks):
    """The command line that runs `notebooks` (paths) under nbval, outputs compared."""
    return [
        sys.executable,
        *("-m", "pytest", "-p", "nbval_tolerance", "--nbval", "--nbval-current-env"),
        *("--nbval-sanitize-with", "tests/notebooks/sanitize.cfg"),
        f"--nbval-cell-timeout={CELL_SECONDS}",
        f"--timeout={ITEM_SECONDS}",
        *map(str, notebooks),
    ]


def run_limited(command, seconds):
    """Run a command; end it and everything it started after `seconds`.

    Parameters
    ----------
    command : list of str
        What to run, in the project's folder.
    seconds : float
        Time limit.

    Returns
    -------
    int or None
        The exit status, None if the time was up.
    """
    # pytest imports a plugin named by `-p` before it reads any configuration: it lies where the
    # auditor of figures does.
    child = subprocess.Popen(
        command,
        cwd=PROJECT_FOLDER,
        stdin=subprocess.DEVNULL,
        env=auditing_environment(),
    )
    try:
        return child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        # Kernels run in sessions of their own, so ending pytest alone would leave them behind.
        _end_with_descendants(child)


def _end_with_descendants(child):
    """End a process that still runs, and whatever it started."""
    if child.poll() is not None:
        return
    family = psutil.Process(child.pid).children(recursive=True)
    child.kill()
    child.wait()
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def main(arguments=None):
    """Run the notebooks; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="notebooks to run (default: all)")
    parser.add_argument("--seconds", type=float, default=ALL_SECONDS, help="time limit for all")
    options = parser.parse_args(arguments)
    notebooks = [path.resolve() for path in options.notebooks]
    notebooks = notebooks or sorted((PROJECT_FOLDER / "notebooks").glob("*.ipynb"))
    if not notebooks:
        print("There are no notebooks to run: build them with `make notebooks`.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        # The lessons run as for one who begins, and add nothing to the progress of who runs this.
        os.environ["COURSE_PROGRESS"] = str(Path(folder) / "progress.json")
        status = run_limited(nbval_command(notebooks), options.seconds)
    if status is None:
        print(
            f"The notebooks were not done after {options.seconds:.0f} s and were stopped: the "
            "notebook named last above is the one that stalled.",
            file=sys.stderr,
        )
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
