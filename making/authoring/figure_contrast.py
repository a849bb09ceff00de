"""Contrast in a matplotlib figure, as the Web Content Accessibility Guidelines ask for it.

WCAG 2.2 (W3C 2023, https://www.w3.org/TR/WCAG22/): success criterion 1.4.3 is about text, 1.4.11
about whatever else a reader has to see to understand a graphic.
"""

import warnings
from typing import NamedTuple
from unittest import mock

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.text import Text

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

    texts: list
    boxes: list
    pixels: np.ndarray


def luminance(colours):
    """Relative luminance as WCAG 2.2 defines it, from 0 (black) to 1 (white).

    Parameters
    ----------
    colours : array of shape (..., 3)
        sRGB, from 0 to 1.

    Returns
    -------
    array of shape (...)
    """
    colours = np.asarray(colours, dtype=float)
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(ones, others):
    """Contrast ratio as WCAG 2.2 defines it, from 1 to 21; colours as in `luminance`."""
    first, second = luminance(ones), luminance(others)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def blended(colour, ground, alpha=None):
    """A matplotlib colour laid over grounds of shape (..., 3), as sRGB of the same shape."""
    *rgb, own = to_rgba(colour)
    alpha = own if alpha is None else alpha
    return alpha * np.array(rgb) + (1 - alpha) * np.asarray(ground, dtype=float)


def draw(figure):
    """Draw a figure twice, the second time with its texts in no ink (Drawing).

    Its grounds, halos' aside, and the arrows of its annotations stay, and nothing moves.
    """
    width, height = (round(float(side)) for side in figure.bbox.size)
    texts, original = {}, Text.draw

    def note(text, renderer, *args, **kwargs):
        if text.get_visible() and text.get_text().strip():
            texts[text] = text.get_alpha(), text.get_path_effects()
        return original(text, renderer, *args, **kwargs)

    with mock.patch.object(Text, "draw", note), warnings.catch_warnings():
        # What a figure warns of when it is drawn is told once, where it is stored.
        warnings.simplefilter("ignore")
        figure.draw_without_rendering()
    renderer = RendererAgg(width, height, figure.dpi)
    layout = figure.get_layout_engine()
    try:
        if layout is not None:  # everything has found its place, which takes longer than drawing
            figure.set_layout_engine("none")
        for text in texts:
            text.set_alpha(0)
            text.set_path_effects([])
        figure.draw(renderer)
    finally:
        if layout is not None:
            figure.set_layout_engine(layout)
        for text, (alpha, effects) in texts.items():
            text.set_alpha(alpha)
            text.set_path_effects(effects)
    drawn = np.asarray(renderer.buffer_rgba()) / 255
    alpha = drawn[..., 3:]
    pixels = drawn[..., :3] * alpha + (1 - alpha)  # `show_figure` puts a figure on white paper
    boxes = [Text.get_window_extent(text, renderer) for text in texts]
    return Drawing(list(texts), boxes, pixels)


def text_findings(drawing):
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
    bold = weight in ("bold", "heavy", "extra bold", "black") if isinstance(weight, str) else (
        weight >= 700
    )  # fmt: skip
    return LARGE_TEXT if size >= (LARGE_BOLD if bold else LARGE) else TEXT
