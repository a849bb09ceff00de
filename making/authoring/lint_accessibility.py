"""Rules about what a reader who cannot see, or who jumps from link to link, needs.

Rules take a notebook and yield (number of the cell, counted from 1, or None; message). `lint_page`
applies those about texts to a file of Markdown.
"""

import re

from nbformat.v4 import new_markdown_cell, new_notebook

from making.authoring import lint_text
from making.authoring.lint_text import numbered

#: Words that say nothing of where a link leads; a screen reader lists links by their words alone
#: (WCAG 2.2, success criterion 2.4.4).
BARE = {
    *("click", "click here", "details", "here", "it", "link", "more", "more here", "page"),
    *("paper", "read more", "see", "see here", "site", "source", "that", "the link", "the page"),
    *("the paper", "there", "this", "this link", "this page", "this paper", "website"),
}

_BLOCKS = re.compile(r"^(```|~~~).*?^\1|<!--.*?-->", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\(([^)\s]*)[^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"(?<!!)\[((?:!\[[^\]]*\]\([^)]*\)|[^\[\]])+)\](?:\([^)]+\)|\[[^\]]*\])")
_HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_HTML_LINK = re.compile(r"<a\b[^>]*\bhref\b[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(["'])\s*(?!\1)\S""", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^>]*>\s*\S|\baria-label(?:ledby)?\s*=\s*[\"']\s*\w")
_FILE_NAME = re.compile(r"[\w-]+\.(?:png|jpe?g|svg|gif|webp)", re.IGNORECASE)


def _texts(notebook):
    """(number, text) of every text cell; of code in it only the words are left."""
    for number, cell in numbered(notebook, "markdown"):
        text = _BLOCKS.sub(" ", cell.source)
        yield number, _CODE.sub(lambda code: re.sub(r"[^\w./]", " ", code[0]), text)


def images_described(notebook):
    """Every picture in a text has words for those who cannot see it."""
    for number, text in _texts(notebook):
        for words, address in _IMAGE.findall(text):
            if not words.strip() or _FILE_NAME.fullmatch(words.strip()):
                where = repr(address) if address else "here"
                yield number, f"the picture {where} needs a description: ![what it shows]"
        for tag in _HTML_IMAGE.findall(text):
            if not _ALT.search(tag):
                yield number, 'an <img> needs a description: alt="what it shows"'


def links_named(notebook):
    """A link's words say where it leads, read on their own too."""
    for number, text in _texts(notebook):
        for words in (*_LINK.findall(text), *_HTML_LINK.findall(text)):
            if _IMAGE.search(words):
                continue  # its description names it
            plain = re.sub(r"<[^>]*>|[*_]", "", words)
            plain = " ".join(plain.split()).strip(" .,:;→»>").lower()
            if plain in BARE or not plain:
                yield number, f"the link {words.strip()!r} does not say where it leads"


def other_pictures(notebook):
    """An output that is a drawing or a photograph of another kind is described too."""
    for number, cell in numbered(notebook, "code"):
        for output in cell.outputs:
            data, metadata = output.get("data", {}), output.get("metadata", {})
            for kind in ("image/svg+xml", "image/jpeg", "image/gif", "image/webp"):
                if kind not in data or metadata.get(kind, {}).get("alt", "").strip():
                    continue
                if not (kind == "image/svg+xml" and _TITLE.search(data[kind])):
                    yield number, f"an {kind} without a description: use show_figure(figure, alt=…)"


TEXT_RULES = (images_described, links_named)
OUTPUT_RULES = (other_pictures,)

#: What a page outside the notebooks has to keep to.
PAGE_RULES = (lint_text.heading_order, *TEXT_RULES)


def pages(project):
    """The project's files of Markdown that people read (list of pathlib.Path)."""
    return sorted([*project.glob("*.md"), *project.glob("datasets/**/*.md")])


def lint_page(path):
    """What in a file of Markdown breaks the rules, a sentence each."""
    page = new_notebook(cells=[new_markdown_cell(path.read_text(encoding="utf-8"))])
    for rule in PAGE_RULES:
        for _, message in rule(page):
            yield f"{path.name}: {message} [{rule.__name__}]"
