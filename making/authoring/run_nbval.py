"""Run every notebook and compare its outputs with the stored ones (a step of `make test`).

    python -m making.authoring.run_nbval [NOTEBOOKS] [--seconds LIMIT]

nbval limits the time of each cell. It cannot limit its own: a kernel that stalls outside a
cell, on a widget's message for instance, would hold the run for ever. So pytest runs here as
a child with a time limit, and a child that exceeds it is ended together with its kernels.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil

from course_utils.paths import PROJECT_FOLDER
from making.authoring.auditing import auditing_environment

#: Seconds that one cell may take, one pytest item (a cell, with its kernel's start), and all.
CELL_SECONDS = 180
ITEM_SECONDS = 900
ALL_SECONDS = 2400

#: Cores that two notebooks side by side need: each uses two.
SIDE_BY_SIDE_CORES = 4
#: Memory that has to be free, in bytes, for two notebooks side by side: each stays below 2 GB, and
#: whatever else the machine is used for is to go on.
SIDE_BY_SIDE_BYTES = 8e9


def nbval_command(notebooks: Sequence[Path]) -> list[str]:
    """The command line that runs notebooks under nbval, outputs compared."""
    return [
        *(sys.executable, "-m", "pytest", "-p", "making.authoring.nbval_tolerance"),
        *("--nbval", "--nbval-current-env"),
        *("--nbval-sanitize-with", "making/authoring/sanitize.cfg"),
        f"--nbval-cell-timeout={CELL_SECONDS}",
        f"--timeout={ITEM_SECONDS}",
        *map(str, notebooks),
    ]


def side_by_side() -> list[str]:
    """pytest-xdist's options for two notebooks at a time, where cores and memory allow it.

    A notebook's cells stay together, since they share a kernel: `loadscope` sees to that.
    """
    # On two cores two frameworks' threads wait for each other, and cells exceed their time.
    if (os.cpu_count() or 1) < SIDE_BY_SIDE_CORES:
        return []
    if psutil.virtual_memory().available < SIDE_BY_SIDE_BYTES:
        return []
    return ["-n", "2", "--dist", "loadscope"]


def run_limited(command: Sequence[str], seconds: float) -> int | None:
    """Run a command in the project's folder; end it and everything it started after `seconds`.

    Returns
    -------
    int or None
        The exit status, None if the time was up.
    """
    child = psutil.Popen(
        command, cwd=PROJECT_FOLDER, stdin=subprocess.DEVNULL, env=auditing_environment()
    )
    try:
        return child.wait(timeout=seconds)
    except psutil.TimeoutExpired:
        return None
    finally:
        # Kernels run in sessions of their own, so ending pytest alone would leave them behind.
        with contextlib.suppress(psutil.NoSuchProcess):  # it has ended by itself
            for process in (child, *child.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()


def main(arguments: Sequence[str] | None = None, project: Path = PROJECT_FOLDER) -> int:
    """Run the notebooks; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="*", type=Path, help="notebooks to run (default: all)")
    parser.add_argument("--seconds", type=float, default=ALL_SECONDS, help="time limit for all")
    options = parser.parse_args(arguments)
    notebooks = [path.resolve() for path in options.notebooks]
    notebooks = notebooks or sorted((project / "notebooks").glob("*.ipynb"))
    if not notebooks:
        print("There are no notebooks to run: build them with `make notebooks`.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        # The lessons run as for one who begins, and add nothing to the progress of who runs this.
        os.environ["COURSE_PROGRESS"] = str(Path(folder) / "progress.json")
        more = side_by_side() if len(notebooks) > 1 else []
        status = run_limited([*nbval_command(notebooks), *more], options.seconds)
    if status is None:
        print(
            f"The notebooks were not done after {options.seconds:.0f} s and were stopped: one of "
            "those named last above has stalled.",
            file=sys.stderr,
        )
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
