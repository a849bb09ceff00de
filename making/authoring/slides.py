"""Make a page of slides of each lesson, that needs no network, in build/slides.

    python -m making.authoring.slides [NAMES]

What is on a slide is marked in the headers of the lesson's cells, as JupyterLab and nbconvert do:

    # %% [markdown] slideshow={"slide_type": "slide"}

begins a slide, `"-"` puts a cell on the slide that has begun, `"fragment"` shows it there after one
more key press, and `"notes"` keeps it for the speaker. Of code, the outputs are shown, and the
code itself where `"code": true` stands beside the type. The rest follows by rule: texts without a
mark become the speaker's notes of the slide before them, up to the last slide, and so does what
`outcome` printed; other code without a mark is left out, save predictions, which are shown after
the words that lead up to them. A slide that begins without a heading repeats the section's.
"""

import argparse
import base64
import re
import sys
from collections.abc import Sequence
from io import BytesIO
from itertools import takewhile
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from PIL import Image
from traitlets.config import Config

from course_utils.errors import CourseError
from course_utils.files import atomic_path
from course_utils.lesson_folders import LessonFolder
from course_utils.paths import PROJECT_FOLDER
from course_utils.teaching.questions import lookup
from making.authoring.lessons import find_lessons, learners_notebook, read_lesson

HERE = Path(__file__).resolve().parent
INTO = PROJECT_FOLDER / "build" / "slides"
WIDTH, HEIGHT = 1280, 720  # pixels, as beamers and screens have it; slides.css counts on them
SHOWN = ("slide", "-", "fragment")
FEW_LETTERS, MOST_LETTERS = 480, 900  # texts of so few are set larger; of more, do not fit
LEFT_OUT = ("lesson", "weakest and strongest margin, points")  # of the ledger's columns

_HEADING = re.compile(r"^#{1,3} +(.+)$", re.MULTILINE)
_PREDICTION = re.compile(r'^predict\("([\w-]+)"\)', re.MULTILINE)
_MEASURED = re.compile(r"^Measured: .+$", re.MULTILINE)  # what `outcome` prints
_MATHS = re.compile(r"(?<!\\)\$[^$\n]+(?<!\\)\$|\$\$")


def slide_type(cell: NotebookNode) -> str:
    """How a cell is marked: a slide type of nbconvert's, or "" without a mark."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "")


def slides_of(lesson: LessonFolder) -> NotebookNode:
    """A lesson's slides as a notebook with a slide type in every cell.

    Texts and marks are those of the lesson's text, outputs those stored in the learner's notebook.

    Parameters
    ----------
    lesson : LessonFolder

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    CourseError
        If the lesson has no marks, an output that is to be shown is not stored, or a text has
        a formula.
    """
    notebook = read_lesson(lesson.text)
    marked = [n for n, cell in enumerate(notebook.cells) if slide_type(cell)]
    if not marked:
        raise CourseError(
            f"{lesson.name} has no slides: mark cells in {lesson.path.name}/text.py, "
            'as in # %% [markdown] slideshow={"slide_type": "slide"}.'
        )
    path = learners_notebook(lesson)
    stored = nbformat.read(path, as_version=4).cells if path.exists() else []
    outputs = {cell.id: cell.get("outputs", []) for cell in stored}
    cells, heading, asked = [], "", False
    for cell in notebook.cells[: marked[-1] + 1]:
        headings = _HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        if cell.cell_type == "code":
            cell.outputs = outputs.get(cell.id, [])
            for output in cell.outputs:
                if output.get("data", {}).get("text/markdown", "").startswith("| claim |"):
                    output.data["text/markdown"] = narrow(output.data["text/markdown"])
        if asked and slide_type(cell) == "-":
            cell.metadata.slideshow["slide_type"] = "slide"  # the answer turns a page
        on_slides = _on_slides(cell, heading, lesson)
        asks = bool(_prediction(cell))
        if asks and _has_room(cells, on_slides[1]):
            on_slides = on_slides[1:]  # on the slide that leads up to it
        asked = asks or (asked and not any(slide_type(each) in SHOWN for each in on_slides))
        if cells and not on_slides and slide_type(cells[-1]) in SHOWN:
            cells[-1].source = announcing_nothing(cells[-1].source)
        cells += on_slides
        heading = headings[-1] if headings else heading
    for number, cell in enumerate(cells):
        if slide_type(cell) == "slide":
            own = [
                cell,
                *takewhile(lambda other: slide_type(other) != "slide", cells[number + 1 :]),
            ]
            cell.metadata["layout"] = layout(own) if number else "first"
    notebook.cells = cells
    return notebook


def _on_slides(cell, heading, lesson):
    """The cell as it goes on slides: none, itself, or with a heading before it."""
    if _prediction(cell):
        return [_text(f"## {heading}", "slide"), _text(_asked(_prediction(cell)), "-")]
    if slide_type(cell) not in SHOWN:
        cell.metadata.slideshow = {"slide_type": "notes"}
        if cell.cell_type == "markdown":
            return [cell]
        return [_text(line, "notes") for line in _MEASURED.findall(_printed(cell))]
    if cell.cell_type == "code" and not (cell.outputs or cell.metadata.slideshow.get("code")):
        raise CourseError(
            f"{lesson.name}: the cell that begins {cell.source.splitlines()[0]!r} goes on a slide, "
            "and no output of it is stored: run `python -m making.authoring.build --execute "
            f"{lesson.name}`."
        )
    if cell.cell_type == "markdown" and _MATHS.search(cell.source):
        raise CourseError(
            f"{lesson.name}: the text that begins {cell.source[:40]!r} has a formula, which slides "
            "cannot show without the network: mark a text without one."
        )
    if slide_type(cell) == "slide" and not (
        cell.cell_type == "markdown" and cell.source.startswith("#")
    ):
        cell.metadata.slideshow["slide_type"] = "-"
        return [_text(f"## {heading}", "slide"), cell]
    return [cell]


def layout(cells: Sequence[NotebookNode]) -> str:
    """How the cells of one slide are laid out: a class that slides.css knows, or ""."""
    shown = [cell for cell in cells if slide_type(cell) in SHOWN]
    texts = [cell.source for cell in shown if cell.cell_type == "markdown"]
    shapes = [
        Image.open(BytesIO(base64.b64decode(output.data["image/png"]))).size
        for cell in shown
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    if len(shapes) == 1:
        return "beside" if _is_larger_beside(*shapes[0], sum(map(len, texts))) else ""
    if any(cell.metadata.slideshow.get("code") for cell in shown):
        return "code"
    few_words = _is_text(shown) and sum(map(len, texts)) <= FEW_LETTERS
    return "words" if few_words else ""


def _is_larger_beside(width, height, letters):
    """Whether a figure has more room beside its text than above it, roughly, in slides.css."""
    lines_below, lines_beside = letters / 85, letters / 34
    above = min(1152, (550 - 37 * lines_below) * width / height)
    beside = min(668, 550 * width / height)
    return beside > above and 34 * lines_beside < 550


def announcing_nothing(text: str) -> str:
    """A text without its last sentence if that announces, by a colon, what does not follow."""
    return re.sub(r"(?<=[.!?)])\s+[^.!?]*:\s*$", "", text)


def narrow(table: str) -> str:
    """The ledger's table (Markdown) without the columns that a slide has no room for."""
    rows = [line.strip("|").split("|") for line in table.strip().splitlines()]
    kept = [n for n, name in enumerate(rows[0]) if name.strip() not in LEFT_OUT]
    return "\n".join("|" + "|".join(row[n] for n in kept) + "|" for row in rows)


def _prediction(cell):
    """The question that a cell without a mark asks by `predict`, or ""."""
    found = _PREDICTION.search(cell.source) if cell.cell_type == "code" else None
    return found[1] if found and not slide_type(cell) else ""


def _has_room(cells, question):
    """Whether the last slide has begun, holds texts alone, and the question fits below them."""
    if not cells or slide_type(cells[-1]) not in SHOWN:
        return False
    begun = [n for n, cell in enumerate(cells) if slide_type(cell) == "slide"][-1]
    own = [*(cell for cell in cells[begun:] if slide_type(cell) in SHOWN), question]
    return _is_text(own) and sum(len(cell.source) for cell in own) <= MOST_LETTERS


def _is_text(cells):
    return all(cell.cell_type == "markdown" for cell in cells)


def _printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def _text(source, kind):
    return new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}})


def _asked(question_id):
    """A prediction's question and choices, as Markdown."""
    question = lookup.find("predictions", question_id)
    choices = "\n".join(f"- **{choice.letter}** {choice.text}" for choice in question.choices)
    return f"**Your prediction?** {question.text}\n\n{choices}"


def page(lesson: LessonFolder) -> str:
    """A lesson's slides as one page of HTML that loads nothing else.

    Rendered by nbconvert's SlidesExporter with the template in making/authoring/slides_template.
    """
    notebook = slides_of(lesson)
    exporter = SlidesExporter(
        config=Config({"HTMLExporter": {"exclude_anchor_links": True}}),
        extra_template_basedirs=[str(HERE)],
        template_name="slides_template",
        reveal_width=str(WIDTH),
        reveal_height=str(HEIGHT),
    )
    title = _HEADING.findall(notebook.cells[0].source)[0]
    return exporter.from_notebook_node(notebook, resources={"title": title})[0]


def count(html: str) -> int:
    """How many slides a page has."""
    return html.count("\n<section")


def main(
    arguments: Sequence[str] | None = None, project: Path = PROJECT_FOLDER, into: Path = INTO
) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="lessons; all if left out")
    options = parser.parse_args(arguments)
    try:
        lessons = find_lessons(project, options.names)
        for lesson in (lesson for lesson in lessons if not lesson.is_page):
            html = page(lesson)
            into.mkdir(parents=True, exist_ok=True)
            with atomic_path(into / f"{lesson.name}.html") as temporary:
                temporary.write_text(html, encoding="utf-8")
            print(f"{lesson.name}: {count(html)} slides.")
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
