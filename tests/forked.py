"""Scripts that fork, for tests of what a killed process leaves behind."""

import os
import subprocess
import sys
from pathlib import Path


def in_a_process(work):
    """Start a process, a fork of this one, that does some work; give its id."""
    process = os.fork()
    if process == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
    return process


def run_script(script, *arguments, timeout=300):
    """Run a script that may import this module, and see that it comes to its end.

    In a process of its own: one that has run a framework must not be forked.

    Returns
    -------
    subprocess.CompletedProcess
    """
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    finished = subprocess.run(
        [sys.executable, script, *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert finished.returncode == 0, finished.stderr
    return finished
