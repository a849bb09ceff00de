"""Rules about what a reader who cannot see, or who jumps from link to link, needs.

Rules take a notebook and yield (number of the cell, counted from 1, or None; message). `lint_page`
applies those about texts to a file of Markdown.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from making.authoring.lint_text import Problems, heading_order, numbered, rendered

#: Words that say nothing of where a link leads; a screen reader lists links by their words alone
#: (WCAG 2.2, success criterion 2.4.4).
BARE = {
    *("click", "click here", "details", "here", "it", "link", "more", "more here", "page"),
    *("paper", "read more", "see", "see here", "site", "source", "that", "the link", "the page"),
    *("the paper", "there", "this", "this link", "this page", "this paper", "website"),
}

_FILE_NAME = re.compile(r"[\w-]+\.(?:png|jpe?g|svg|gif|webp)", re.IGNORECASE)


def images_described(notebook: NotebookNode) -> Problems:
    """Every picture in a text has words for those who cannot see it."""
    for number, cell in numbered(notebook, "markdown"):
        for image in rendered(cell.source)("img"):
            words = str(image.get("alt", "")).strip()
            if not words or _FILE_NAME.fullmatch(words):
                address = image.get("src", "")
                yield number, f"the picture {address!r} needs a description: ![what it shows]"


def links_named(notebook: NotebookNode) -> Problems:
    """A link's words say where it leads, read on their own too."""
    for number, cell in numbered(notebook, "markdown"):
        for link in rendered(cell.source)("a", href=True):
            if link.img:
                continue  # its description names it
            words = link.get_text()
            if " ".join(words.split()).strip(" .,:;→»>").lower() in BARE | {""}:
                yield number, f"the link {words.strip()!r} does not say where it leads"


RULES = (images_described, links_named)


def pages(project: Path) -> list[Path]:
    """The project's files of Markdown that people read."""
    return sorted([*project.glob("*.md"), *project.glob("datasets/**/*.md")])


def lint_page(path: Path) -> Iterator[str]:
    """What in a file of Markdown breaks the rules, a sentence each."""
    page = new_notebook(cells=[new_markdown_cell(path.read_text(encoding="utf-8"))])
    for rule in (heading_order, *RULES):
        for _, message in rule(page):
            yield f"{path.name}: {message} [{rule.__name__}]"
