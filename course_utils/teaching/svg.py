"""The few marks that the interactive pictures are made of, as SVG."""

import html
import math

#: From the course's style: the ink of words and axes, blue, and vermilion.
INK, BLUE, RED = "#333333", "#0072B2", "#D55E00"

_FONT = 12  # pixels: the smallest text that reads well


def picture(width, height, parts):
    """A file of SVG on white paper of its own, so that it reads the same on any page.

    Parameters
    ----------
    width, height : int
        In pixels.
    parts : list of str
        Marks, those in front last.

    Returns
    -------
    str
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="{_FONT}" '
        f'fill="{INK}"><rect width="100%" height="100%" rx="4" fill="white"/>'
        f"{''.join(parts)}</svg>"
    )


def path(places, colour, width, dashes="", opacity=1):
    """A line through places, (x, y) in pixels; broken where y is NaN."""
    commands, move = [], "M"
    for x, y in places:
        if math.isnan(y):
            move = "M"
        else:
            commands.append(f"{move}{x:.1f} {y:.1f}")
            move = "L"
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="{"".join(commands)}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-opacity="{opacity}" stroke-linejoin="round"{dashed}/>'
    )


def dot(x, y):
    """A blue disc."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{BLUE}"/>'


def ring(x, y):
    """A thin circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="none" stroke="{INK}"/>'


def cross(x, y):
    """A diagonal cross in vermilion."""
    arms = f"M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"
    return f'<path d="{arms}" stroke="{RED}" stroke-width="2.5"/>'


def text(x, y, words, anchor="start", weight="400"):
    """Words on one line whose base is at y; `anchor` is what of them is at x."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{html.escape(words)}</text>"
    )
