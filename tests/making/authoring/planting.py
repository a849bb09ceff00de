"""Plant mistakes into copies of notebooks and run them strictly, to see that nbval bites."""

import copy
import os
import re
import subprocess
from collections import defaultdict

from course_utils.paths import PROJECT_FOLDER
from making.authoring.run_nbval import nbval_command

# A number that stands alone: no part of a name or a version, and no duration, since nbval does
# not compare those.
_NUMBER = r"(?<![\w.,])\d+(?:\.\d+)?(?![\w.]|,\d| ?(?:µs|ms|s|seconds?|minutes?|min)\b)"
_EXACT = re.compile(rf"(?<!≈)(?<!≈ ){_NUMBER}")
_APPROXIMATE = re.compile(rf"(?<=≈ ){_NUMBER}")


def plant_wrong_number(notebook, off_by, approximate=False):
    """A copy of a notebook in which one stored number is wrong.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        With outputs.
    off_by : float
        What is added to the first number found in an output that nbval compares; the
        wrong number has as many digits after its point as the right one.
    approximate : bool
        Choose a number written after `≈`; otherwise one that is not.

    Returns
    -------
    (nbformat.NotebookNode, str)
        The copy, and `"Cell 3"` as nbval names the cell that was changed.

    Raises
    ------
    ValueError
        If no output has such a number.
    """
    notebook = copy.deepcopy(notebook)
    pattern = _APPROXIMATE if approximate else _EXACT

    def wrong(match):
        digits = len(match.group().partition(".")[2])
        return f"{float(match.group()) + off_by:.{digits}f}"

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        if "nbval-ignore-output" in cell.metadata.get("tags", ()):
            continue
        for output in cell.outputs:
            place, key = (
                (output, "text") if "text" in output else (output.get("data"), "text/plain")
            )
            # A picture's text is its description, which is compared as HTML too.
            if not place or key not in place or "image/png" in place:
                continue
            changed, found = pattern.subn(wrong, place[key], count=1)
            if found:
                place[key] = changed
                return notebook, f"Cell {number}"
    raise ValueError(f"No compared output has a number to spoil (approximate={approximate}).")


def failed_cells(folder):
    """Run every notebook in a folder with the command of `make test`, in a process of its own.

    Returns
    -------
    dict of str to set of str
        The cells that failed, as nbval names them (`"Cell 3"`), by notebook name; a notebook
        that passed has an empty set.
    """
    notebooks = sorted(folder.glob("*.ipynb"))
    # A root of its own: the notebooks may lie anywhere.
    own_root = ["-c", os.devnull, "--rootdir", str(folder), "-p", "no:cacheprovider"]
    command = [*nbval_command(notebooks), *own_root, "-q", "-rf", "--color=no"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT_FOLDER)},
        cwd=PROJECT_FOLDER,
        timeout=900,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"nbval did not run:\n{done.stdout}\n{done.stderr}")
    failed = defaultdict(set, {path.stem: set() for path in notebooks})
    for name, cell in re.findall(r"^FAILED .*?(\w+)\.ipynb::(Cell \d+)", done.stdout, re.MULTILINE):
        failed[name].add(cell)
    if (done.returncode == 1) != any(failed.values()):
        raise RuntimeError(f"nbval's report could not be read:\n{done.stdout}\n{done.stderr}")
    return dict(failed)
