"""Rules about the stored outputs of a learner's notebook.

Every rule takes a notebook and yields (number of the cell, counted from 1, or None; message).
"""

import json
import re
from pathlib import Path

from making.authoring.lint_text import numbered, tags

#: At most this share of the code cells may be exempt from comparison.
MAX_IGNORED = 1 / 3

MAX_PICTURE_KB = 200

_WIDGET = "application/vnd.jupyter.widget-view+json"
_MACHINE_PATH = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|tmp|work|opt|mnt|var)/[\w.-]+|[A-Z]:\\\\?Users\\|site-packages"
)
_IMAGE_TAG = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r"""\balt=(["'])\s*(?!\1)\S""")


def executed(notebook):
    """Every code cell has run: nbval compares nothing in one that has not."""
    for number, cell in numbered(notebook, "code"):
        if not cell.execution_count:
            yield number, "has not been run: run `make notebooks`"
            return


def no_errors(notebook):
    """No cell shows an error that is not meant."""
    for number, cell in numbered(notebook, "code"):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors and "raises-exception" not in tags(cell):
            yield number, f"stores an error ({errors[0].ename}) without the tag raises-exception"


def alt_text(notebook):
    """Every picture has words for those who cannot see it."""
    for number, cell in numbered(notebook, "code"):
        for output in _pictures(cell):
            images = _IMAGE_TAG.findall(output.data.get("text/html", ""))
            described = all(_ALT.search(image) for image in images)
            if "image/png" in output.data:
                described &= bool(output.metadata.get("image/png", {}).get("alt", "").strip())
            if not described:
                yield number, "a picture without alternative text: use show_figure(figure, alt=…)"


def figure_explained(notebook):
    """A text cell after every figure says what to notice."""
    for number, cell in numbered(notebook, "code"):
        following = notebook.cells[number : number + 1]
        if any(_pictures(cell)) and not (following and following[0].cell_type == "markdown"):
            yield number, "no text cell after this figure says what to notice"


def picture_size(notebook):
    """Pictures are small enough to keep in a notebook."""
    for number, cell in numbered(notebook, "code"):
        for output in _pictures(cell):
            kilobytes = len(output.data.get("image/png", "")) * 3 / 4 / 1000
            if kilobytes > MAX_PICTURE_KB:
                yield number, f"a picture of {kilobytes:.0f} kB; at most {MAX_PICTURE_KB}"


def few_ignored(notebook):
    """Few cells are exempt from comparison, and only pictures, widgets and timings."""
    code = list(numbered(notebook, "code"))
    ignored = [(n, cell) for n, cell in code if "nbval-ignore-output" in tags(cell)]
    if len(ignored) > MAX_IGNORED * len(code):
        yield (
            None,
            f"{len(ignored)} of {len(code)} code cells are tagged nbval-ignore-output; at most a "
            "third may be",
        )
    for number, cell in ignored:
        shown = any(_pictures(cell)) or any(
            _WIDGET in output.get("data", {}) for output in cell.outputs
        )
        if not shown and "timing" not in tags(cell):
            yield (
                number,
                "is tagged nbval-ignore-output, but shows neither picture nor widget and is not "
                "tagged timing",
            )


def no_machine_paths(notebook):
    """Outputs say nothing of the machine they were made on."""
    here = str(Path(__file__).resolve().parents[2])
    for number, cell in numbered(notebook, "code"):
        texts = json.dumps([_without_pictures(output) for output in cell.outputs])
        found = _MACHINE_PATH.search(texts)
        if found or here in texts:
            yield (
                number,
                f"its output holds a path of this machine: {found.group() if found else here}",
            )


def no_estimators(notebook):
    """No fitted estimator draws itself: its page of HTML shows the last digits of its weights."""
    for number, cell in numbered(notebook, "code"):
        if any(
            "sk-estimator" in output.get("data", {}).get("text/html", "") for output in cell.outputs
        ):
            yield (
                number,
                "shows a fitted estimator, whose weights differ from machine to machine: end the "
                "cell with an assignment",
            )


def _pictures(cell):
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data or _IMAGE_TAG.search(data.get("text/html", "")):
            yield output


def _without_pictures(output):
    data = {
        mime: re.sub(r"base64,[^\"']*", "", value) if isinstance(value, str) else value
        for mime, value in output.get("data", {}).items()
        if not mime.startswith("image/")
    }
    return {**output, "data": data}


RULES = (
    executed,
    no_errors,
    alt_text,
    figure_explained,
    picture_size,
    few_ignored,
    no_machine_paths,
    no_estimators,
)
