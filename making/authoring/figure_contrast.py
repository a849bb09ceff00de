"""Contrast in a matplotlib figure, as the Web Content Accessibility Guidelines ask for it.

WCAG 2.2 (W3C 2023, https://www.w3.org/TR/WCAG22/): success criterion 1.4.3 is about text, 1.4.11
about whatever else a reader has to see to understand a graphic.
"""

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import weight_dict
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike

from course_utils.teaching.contrast import contrast

#: Least contrast of text, of large text, and of marks that carry meaning.
TEXT, LARGE_TEXT, MARKS = 4.5, 3.0, 3.0
#: What WCAG calls large, in pixels of CSS, that is of the figure: 18 points, or 14 in bold.
LARGE, LARGE_BOLD = 24, 18.66
#: Share of the pixels behind a text that may be worse: a line that crosses a word covers about a
#: seventh of its box and leaves it readable; a cell's edge through its middle covers half.
MAY_BE_WORSE = 0.2
#: A halo this wide, in points, is what the letters are seen against.
HALO = 2


class Drawing(NamedTuple):
    """A figure as it was drawn.

    Attributes
    ----------
    texts : list of matplotlib.text.Text
        The texts that were drawn: neither hidden nor empty.
    boxes : list of matplotlib.transforms.Bbox
        Where each of them stands, in pixels from the left and the bottom.
    pixels : array of float, shape (height, width, 3)
        The figure without the ink of its texts, from 0 to 1, the top row first.
    """

    texts: list[Text]
    boxes: list[Bbox]
    pixels: np.ndarray


def blended(colour: Any, ground: ArrayLike, alpha: float | None = None) -> np.ndarray:
    """A matplotlib colour laid over grounds of shape (..., 3), as sRGB of the same shape."""
    *rgb, alpha = to_rgba(colour, alpha)
    return alpha * np.array(rgb) + (1 - alpha) * np.asarray(ground, dtype=float)


def draw(figure: Figure) -> Drawing:
    """Draw a figure with its texts in no ink: their grounds and arrows stay, and nothing moves."""
    texts, boxes = [], []

    def without_ink(text, renderer, *args, **kwargs):
        if text.get_visible() and text.get_text().strip():
            texts.append(text)
            # Of the words alone: an annotation's own extent holds its arrow too.
            boxes.append(Text.get_window_extent(text, renderer))
            if (ground := text.get_bbox_patch()) is not None:
                text.update_bbox_position_size(renderer)
                ground.draw(renderer)

    width, height = (round(float(side)) for side in figure.bbox.size)
    renderer = RendererAgg(width, height, figure.dpi)
    with mock.patch.object(Text, "draw", without_ink), warnings.catch_warnings():
        # What a figure warns of when it is drawn is told once, where it is stored.
        warnings.simplefilter("ignore")
        figure.draw(renderer)
    seen = np.asarray(renderer.buffer_rgba()) / 255
    alpha = seen[..., 3:]
    pixels = seen[..., :3] * alpha + (1 - alpha)  # `show_figure` puts a figure on white paper
    return Drawing(texts, boxes, pixels)


def text_findings(drawing: Drawing) -> Iterator[tuple[Text, str]]:
    """(text, sentence) for each drawn text that has too little contrast with what is behind it."""
    for text, box in zip(drawing.texts, drawing.boxes, strict=True):
        behind = _behind(text, box, drawing.pixels)
        if not behind.size:
            continue  # beyond the figure's edge
        inked = blended(text.get_color(), behind, text.get_alpha())
        found = float(np.quantile(contrast(inked, behind), MAY_BE_WORSE))
        needed = _needed(text)
        if found < needed:
            words = " ".join(text.get_text().split())
            yield (
                text,
                f"the text {words!r} has a contrast of {found:.1f} with what lies behind it; at "
                f"least {needed:g} is needed (WCAG 1.4.3)",
            )


def _behind(text, box, pixels):
    """The colours that a text is seen against, shape (n, 3)."""
    for effect in text.get_path_effects():
        halo = getattr(effect, "_gc", {})
        if halo.get("linewidth", 0) >= HALO and "foreground" in halo:
            return np.array([to_rgba(halo["foreground"])[:3]])
    height, width = pixels.shape[:2]
    rows = np.clip(np.rint([height - box.y1, height - box.y0]), 0, height).astype(int)
    columns = np.clip(np.rint([box.x0, box.x1]), 0, width).astype(int)
    return pixels[slice(*rows), slice(*columns)].reshape(-1, 3)


def _needed(text):
    """The least contrast of a text of its size."""
    size = text.get_fontsize() * text.get_figure(root=True).dpi / 72
    weight = text.get_fontweight()
    weight = weight_dict[weight] if isinstance(weight, str) else weight or 0
    bold = weight >= weight_dict["bold"]
    return LARGE_TEXT if size >= (LARGE_BOLD if bold else LARGE) else TEXT
