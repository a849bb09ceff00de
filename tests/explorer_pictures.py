"""What an explorer shows, for the tests of all explorers."""

import base64
import html
import re

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_utils.teaching import explorers
from making.authoring.figure_contrast import draw


def pictures(explorer, kind):
    """The files of an explorer's pictures (list of bytes), and their descriptions.

    `kind` is what all of them are: "webp", "svg+xml".
    """
    tags = re.findall(r"<img [^>]*>", explorer.pictures.value)
    start = re.escape(f"data:image/{kind};base64,")
    files = [re.search(rf'src="{start}([^"]+)"', tag).group(1) for tag in tags]
    alts = [html.unescape(re.search(r'alt="([^"]+)"', tag).group(1)) for tag in tags]
    return [base64.b64decode(file) for file in files], alts


def text(explorer):
    """The words between an explorer's pictures."""
    return html.unescape(re.sub(r"<[^>]+>", " ", explorer.pictures.value))


def needs_nothing(page):
    """Whether a page and the SVG files in it name nothing that lies elsewhere, and run nothing."""
    files = [
        base64.b64decode(file).decode() for file in re.findall(r'svg\+xml;base64,([^"]+)', page)
    ]
    shown = [re.sub(r'base64,[^"]+', "", page), *files]
    fetched = r"""(?:src|href)=["'](?!data:|#)|url\((?!#)|<script|@import|\bon\w+="""
    return not any(re.search(fetched, code) for code in shown)


def collected_figures(monkeypatch):
    """A list that each figure is put into which an explorer draws from now on."""
    figures = []

    def made(**options):
        figures.append(Figure(**options))
        FigureCanvasAgg(figures[-1])
        return figures[-1]

    monkeypatch.setattr(explorers, "Figure", made)
    return figures


def beyond_the_paper(figure):
    """The words of a figure that are not whole on it (list of str)."""
    drawing, paper = draw(figure), figure.bbox.padded(1)
    return [
        words.get_text()
        for words, box in zip(drawing.texts, drawing.boxes, strict=True)
        if not (paper.x0 <= box.x0 and box.x1 <= paper.x1)
        or not (paper.y0 <= box.y0 and box.y1 <= paper.y1)
    ]
