"""Rules about the words and the code of a lesson.

Every rule takes a notebook and yields (number of the cell, counted from 1, or None; message).
"""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from course_utils.lesson_folders import LessonFolder

Problems = Iterator[tuple[int | None, str]]

SECTIONS = ("What we measured", "Exercises", "Further reading")

#: Tags with a meaning; a misspelt one would silently do nothing.
KNOWN_TAGS = {
    "allow-numbers",  # this text quotes the literature
    "exercise-check",
    "nbval-ignore-output",
    "raises-exception",
    "timing",  # its output is a duration
}

MAX_CODE_LINES = 12
MAX_EXERCISE_LINES = 20
MAX_COLUMNS = 88
TEXT_PER_CODE = (0.6, 1.8)

_FRAMEWORKS = {
    "Keras": re.compile(r"^\s*(?:import|from)\s+(?:tensorflow|keras)\b", re.MULTILINE),
    "PyTorch": re.compile(r"^\s*(?:import|from)\s+(?:torch\w*|transformers|timm)\b", re.MULTILINE),
}
_RESULT = re.compile(
    r"\d[\d.,]*[\s-]?"
    r"(?:%|per\s?cent\b|(?:percentage )?points?\b|times\b|fold\b|×(?!\s*\d))"
    r"(?![\s-]*(?:confidence\s)?intervals?\b)"
)
_MATHS = re.compile(r"\$[^$]*\$")


def tags(cell: NotebookNode) -> set[str]:
    """The tags of a cell."""
    return set(cell.metadata.get("tags", ()))


def numbered(notebook: NotebookNode, cell_type: str) -> Iterator[tuple[int, NotebookNode]]:
    """(number, cell) of every cell of one type."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == cell_type:
            yield number, cell


def rendered(markdown: str) -> BeautifulSoup:
    """A text as a reader sees it: headings, links, pictures and words; of code the words are left.

    Rendered as nbconvert does, so that code, comments and formulas are told from prose.
    """
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    page = BeautifulSoup(MarkdownWithMath(renderer=renderer).render(markdown), "html.parser")
    for code in page("pre"):
        code.decompose()
    return page


def header(notebook: NotebookNode, lesson: LessonFolder) -> Problems:
    """The first cell has the lesson's number, what learners want to know, and the card's times."""
    first = notebook.cells[0].source if notebook.cells else ""
    if not re.match(rf"# {lesson.number} \w", first):
        yield 1, f"a lesson begins with a heading with its number: # {lesson.number} {lesson.title}"
    minutes = lesson.entry("minutes")
    fields = {
        "Objectives": "",
        "Prerequisites": "",
        "Time to teach": f"{minutes['teach']} minutes",
        "Time for exercises": f"{minutes['exercises']} minutes",
        "Run time on two cores": lesson.entry("runs"),
    }
    for field, says in fields.items():
        if not re.search(rf"^\| \*\*{field}\*\* \| {re.escape(says)}", first, re.MULTILINE):
            yield 1, f"the header has no row | **{field}** | {says or '…'} | (as the card has it)"


def sections(notebook: NotebookNode) -> Problems:
    """The closing sections are there."""
    found = {words for _, _, words in headings(notebook)}
    for section in SECTIONS:
        if section not in found:
            yield None, f"there is no section {section!r}"


def headings(notebook: NotebookNode) -> Iterator[tuple[int, int, str]]:
    """(number of the cell, level, words) of every heading, in order."""
    for number, cell in numbered(notebook, "markdown"):
        for heading in rendered(cell.source)(re.compile(r"^h\d$")):
            yield number, int(heading.name[1]), heading.get_text().strip()


def heading_order(notebook: NotebookNode) -> Problems:
    """One title, and no heading more than one level below the one before it."""
    before = 0
    for number, level, words in headings(notebook):
        if level == 1 and before:
            yield number, f"{words!r} is a second title: only the first heading has one #"
        elif level > before + 1:
            yield number, f"{words!r} skips a level of headings"
        before = level


def code_length(notebook: NotebookNode) -> Problems:
    """Code cells are short; those of exercises may be somewhat longer."""
    for number, cell in numbered(notebook, "code"):
        lines = [line.strip() for line in cell.source.splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        most = MAX_EXERCISE_LINES if "exercise" in cell.metadata else MAX_CODE_LINES
        if len(lines) > most:
            yield number, f"{len(lines)} lines of code; at most {most} fit a learner's attention"


def line_width(notebook: NotebookNode) -> Problems:
    """Lines of code fit a notebook's column."""
    for number, cell in numbered(notebook, "code"):
        widest = max(map(len, cell.source.splitlines()), default=0)
        if widest > MAX_COLUMNS:
            yield number, f"a line of {widest} columns; at most {MAX_COLUMNS}"


def text_ratio(notebook: NotebookNode) -> Problems:
    """About one text cell per code cell."""
    text = len(list(numbered(notebook, "markdown")))
    code = len(list(numbered(notebook, "code")))
    least, most = TEXT_PER_CODE
    if code and not least <= text / code <= most:
        yield None, f"{text} text cells and {code} code cells: aim at one for one"


def one_framework(notebook: NotebookNode) -> Problems:
    """A lesson teaches one framework, unless its card says that it teaches both."""
    first = {}
    for number, cell in numbered(notebook, "code"):
        for name, imports in _FRAMEWORKS.items():
            if imports.search(cell.source):
                first.setdefault(name, number)
    if len(first) == len(_FRAMEWORKS):
        yield max(first.values()), "imports Keras and PyTorch: one lesson, one framework"


def known_tags(notebook: NotebookNode) -> Problems:
    """Every tag is one that means something."""
    for number, cell in enumerate(notebook.cells, start=1):
        for tag in sorted(tags(cell) - KNOWN_TAGS):
            yield number, f"unknown tag {tag!r}; there are {', '.join(sorted(KNOWN_TAGS))}"


def no_typed_results(notebook: NotebookNode) -> Problems:
    """A number in the prose would go on being told after a cell measures another."""
    for number, cell in numbered(notebook, "markdown"):
        if "allow-numbers" in tags(cell):
            continue
        page = rendered(cell.source)
        for code in page("code"):
            code.decompose()
        for match in _RESULT.finditer(_MATHS.sub(" ", page.get_text())):
            yield (
                number,
                f"{match.group()!r} is typed by hand: let a cell print it, or tag the cell "
                "allow-numbers if it quotes a source",
            )


#: Those that a page keeps to, though it is no lesson.
PAGE_RULES = (heading_order, code_length, line_width, text_ratio, known_tags, no_typed_results)

RULES = (sections, *PAGE_RULES, one_framework)
