"""Figures that everyone can read: one style, and words for those who cannot see them."""

import base64
import html
import importlib
import io
import os
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.validation import require

#: The environment variable that names who audits figures; learners' machines do without.
AUDITOR_VARIABLE = "COURSE_AUDIT_FIGURES"

STYLE_FILE = Path(__file__).parent / "course.mplstyle"


def use_course_style() -> None:
    """Give matplotlib the course's style, for every figure made from here on."""
    import matplotlib.pyplot as plt

    plt.style.use(STYLE_FILE)


def show_figure(figure: Any, alt: str) -> None:
    """Show a matplotlib figure once, as a PNG with a description, and close it.

    The description is the picture's alternative text in JupyterLab and in HTML made by
    nbconvert, its plain text where no picture can be shown, and what a strict run of the
    notebook compares in place of the picture.

    Parameters
    ----------
    figure : matplotlib.figure.Figure or matplotlib.axes.Axes
    alt : str
        What the figure shows and what it means, in a sentence or two. Write a measured number
        as `≈ 83.4 %`, so that a strict run allows for another processor.

    Raises
    ------
    CourseError
        If there is no description or no figure, or if an auditor, named by the environment
        variable `COURSE_AUDIT_FIGURES` as "module:function", finds that not everyone can read it.
    """
    figure = getattr(figure, "figure", figure)
    kind = type(figure).__name__
    require(hasattr(figure, "savefig"), f"show_figure takes a matplotlib figure, not {kind}.")
    require(
        isinstance(alt, str) and bool(alt.strip()),
        "A figure needs a description for those who cannot see it: "
        'show_figure(figure, alt="what it shows and what it means").',
    )
    from IPython import get_ipython
    from IPython.display import display
    from matplotlib import pyplot as plt

    alt = " ".join(alt.split())
    png = _png(figure)
    try:
        _audit(figure)
    finally:
        plt.close(figure)
    if get_ipython() is None:
        print(alt)
        return
    # JupyterLab and nbconvert's lab template drop the alternative text of an image/png output
    # (only its metadata may carry one), so they are handed an <img> that has it. The PNG itself
    # stays for converters that take no HTML.
    bundle = {
        "text/html": f'<img src="data:image/png;base64,{png}" alt="{html.escape(alt)}">',
        "image/png": png,
        "text/plain": alt,
    }
    display(bundle, metadata={"image/png": {"alt": alt}}, raw=True)


def _audit(figure: Any) -> None:
    """Hand a figure to the auditor, if one is named; it returns a sentence for each fault."""
    name = os.environ.get(AUDITOR_VARIABLE)
    if not name:
        return
    module, _, function = name.partition(":")
    try:
        auditor = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise CourseError(
            f"{AUDITOR_VARIABLE} is {name!r}, which cannot be imported ({error}): unset it, or "
            "name a function that can, as module:function."
        ) from error
    findings = auditor(figure)
    require(not findings, f"Not everyone can read this figure: {'; '.join(findings)}.")


def _png(figure: Any) -> str:
    """The figure as PNG in base64, in 256 colours: a third of the size, and hard to tell apart."""
    from PIL import Image

    drawn, stored = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    picture = Image.open(drawn).convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    opaque = Image.alpha_composite(paper, picture).convert("RGB")
    opaque.quantize(256, dither=Image.Dither.NONE).save(stored, "png", optimize=True)
    return base64.b64encode(stored.getvalue()).decode("ascii")
