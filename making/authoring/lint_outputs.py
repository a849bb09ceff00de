"""Rules about the stored outputs of a learner's notebook.

Every rule takes a notebook and yields (number of the cell, counted from 1, or None; message).
"""

import json
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from course_utils.paths import PROJECT_FOLDER
from making.authoring.lint_text import Problems, numbered, tags

#: At most this share of the code cells may be exempt from comparison.
MAX_IGNORED = 1 / 3

MAX_PICTURE_KB = 200

_WIDGET = "application/vnd.jupyter.widget-view+json"
_MACHINE_PATH = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|tmp|work|opt|mnt|var)/[\w.-]+|[A-Z]:\\\\?Users\\|site-packages"
)


def executed(notebook: NotebookNode) -> Problems:
    """Every code cell has run: nbval compares nothing in one that has not."""
    for number, cell in numbered(notebook, "code"):
        if not cell.execution_count:
            yield number, "has not been run: run `make notebooks`"
            return


def no_errors(notebook: NotebookNode) -> Problems:
    """No cell shows an error that is not meant."""
    for number, cell in numbered(notebook, "code"):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors and "raises-exception" not in tags(cell):
            yield number, f"stores an error ({errors[0].ename}) without the tag raises-exception"


def alt_text(notebook: NotebookNode) -> Problems:
    """Every picture has words for those who cannot see it."""
    for number, cell in numbered(notebook, "code"):
        for output in _pictures(cell):
            if not all(words.strip() for words in _descriptions(output)):
                yield number, "a picture without alternative text: use show_figure(figure, alt=…)"


def _descriptions(output: NotebookNode) -> Iterator[str]:
    """The words for each picture of an output; empty for one that has none."""
    for image in BeautifulSoup(output.data.get("text/html", ""), "html.parser")("img"):
        yield str(image.get("alt", ""))
    for kind in filter(_is_image, output.data):
        words = output.metadata.get(kind, {}).get("alt", "")
        if kind == "image/svg+xml":
            drawing = BeautifulSoup(output.data[kind], "html.parser")
            titles = [title.get_text() for title in drawing("title")]
            labels = [str(part["aria-label"]) for part in drawing.select("[aria-label]")]
            words = " ".join([words, *titles, *labels])
        yield words


def figure_explained(notebook: NotebookNode) -> Problems:
    """A text cell after every figure says what to notice."""
    for number, cell in numbered(notebook, "code"):
        following = notebook.cells[number : number + 1]
        if _pictures(cell) and not (following and following[0].cell_type == "markdown"):
            yield number, "no text cell after this figure says what to notice"


def picture_size(notebook: NotebookNode) -> Problems:
    """Pictures are small enough to keep in a notebook."""
    for number, cell in numbered(notebook, "code"):
        for output in _pictures(cell):
            kilobytes = len(output.data.get("image/png", "")) * 3 / 4 / 1000
            if kilobytes > MAX_PICTURE_KB:
                yield number, f"a picture of {kilobytes:.0f} kB; at most {MAX_PICTURE_KB}"


def few_ignored(notebook: NotebookNode) -> Problems:
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
        shown = _pictures(cell) or any(_WIDGET in each.get("data", {}) for each in cell.outputs)
        if not shown and "timing" not in tags(cell):
            yield (
                number,
                "is tagged nbval-ignore-output, but shows neither picture nor widget and is not "
                "tagged timing",
            )


def no_machine_paths(notebook: NotebookNode) -> Problems:
    """Outputs say nothing of the machine they were made on."""
    here = str(PROJECT_FOLDER)
    for number, cell in numbered(notebook, "code"):
        texts = re.sub(r"base64,[\w+/=]*", "", json.dumps([_words(each) for each in cell.outputs]))
        found = _MACHINE_PATH.search(texts)
        if found or here in texts:
            path = found.group() if found else here
            yield number, f"its output holds a path of this machine: {path}"


def no_estimators(notebook: NotebookNode) -> Problems:
    """No fitted estimator draws itself: its page of HTML shows the last digits of its weights."""
    for number, cell in numbered(notebook, "code"):
        if any("sk-estimator" in str(each.get("data", "")) for each in cell.outputs):
            yield (
                number,
                "shows a fitted estimator, whose weights differ from machine to machine: end the "
                "cell with an assignment",
            )


def _is_image(kind: str) -> bool:
    return kind.startswith("image/")


def _pictures(cell: NotebookNode) -> list[NotebookNode]:
    """The outputs of a cell that hold a picture."""
    return [
        output
        for output in cell.outputs
        if any(map(_is_image, output.get("data", {})))
        or "<img" in output.get("data", {}).get("text/html", "")
    ]


def _words(output: NotebookNode) -> dict:
    """An output without its pictures."""
    data = output.get("data", {})
    return {**output, "data": {kind: data[kind] for kind in data if not _is_image(kind)}}


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
