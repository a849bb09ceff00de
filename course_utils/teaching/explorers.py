"""What the explorers share: controls above pictures, with words for where neither is shown.

An explorer shows a panel: what is said, then pictures beside each other. Styles stand in the tags:
from a notebook that is not trusted yet, JupyterLab takes no others.
"""

import base64
import html
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.teaching.figures import STYLE_FILE

#: The course's figures at the size of an explorer's picture: words stay words, 12 pixels high, and
#: nothing is laid out anew, which would double the time of a move.
_SMALL = {
    **dict.fromkeys(("font.size", "axes.labelsize", "legend.fontsize"), 9),
    **dict.fromkeys(("xtick.labelsize", "ytick.labelsize"), 9),
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "figure.constrained_layout.use": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "course",
}
_LINE = "margin: 0; line-height: 1.45"
_PICTURE = "display: block; margin: 0 0 0.3em 0; max-width: none"


@dataclass(frozen=True)
class Picture:
    """A picture between its title and its note.

    Attributes
    ----------
    title : str
    file : bytes
    kind : str
        Of the file: `"svg+xml"`, `"webp"`.
    size : tuple of int
        Width and height on the screen, in pixels.
    alt : str
        What it shows, for those who cannot see it.
    note : str
        What is said below it.
    look : str
        More CSS for the picture.
    scale : str
        HTML between the picture and its note: the scale of its colours.
    """

    title: str
    file: bytes
    kind: str
    size: tuple[int, int]
    alt: str
    note: str
    look: str = ""
    scale: str = ""

    def page(self) -> str:
        """The picture with its words, as HTML."""
        width, height = self.size
        code = base64.b64encode(self.file).decode("ascii")
        look = "; ".join(filter(None, [_PICTURE, self.look]))
        return (
            f'<figure style="margin: 0.4em 1em 0.4em 0; width: {width}px">'
            f'<p style="margin: 0 0 0.3em 0; font-weight: 600">{html.escape(self.title)}</p>'
            f'<img style="{look}" width="{width}" height="{height}" '
            f'src="data:image/{self.kind};base64,{code}" alt="{html.escape(self.alt)}">{self.scale}'
            f"<figcaption>{html.escape(self.note)}</figcaption></figure>"
        )


@dataclass(frozen=True)
class Panel:
    """What an explorer shows at one position of its controls.

    Attributes
    ----------
    name : str
        The class of its HTML element.
    headline : str
        What is shown.
    finding : str
        What there is to see in it; may be empty.
    pictures : tuple of Picture
    """

    name: str
    headline: str
    finding: str
    pictures: tuple[Picture, ...]

    def words(self) -> str:
        """All that is said, without the pictures."""
        notes = (picture.note for picture in self.pictures)
        return " ".join(filter(None, [self.headline, self.finding, *notes]))

    def page(self) -> str:
        """The whole panel, as HTML."""
        finding = html.escape(self.finding)
        return (
            f'<div class="{self.name}"><p style="{_LINE}">{html.escape(self.headline)}</p>'
            + (f'<p style="{_LINE}; font-weight: 600">{finding}</p>' if finding else "")
            + '<div style="display: flex; flex-wrap: wrap; line-height: 1.45">'
            + "".join(picture.page() for picture in self.pictures)
            + "</div></div>"
        )


class Explorer(ipywidgets.VBox):
    """Controls, and below them a panel that is drawn anew whenever one of them is moved.

    Parameters
    ----------
    controls : sequence of ipywidgets.Widget
    draw : callable returning Panel
        Draws what the controls say.
    follow : callable, optional
        Called before: it may put other options on a control where another one was moved.

    Attributes
    ----------
    pictures : ipywidgets.HTML
    """

    def __init__(
        self,
        controls: Sequence[ipywidgets.Widget],
        draw: Callable[[], Panel],
        follow: Callable[[], None] = lambda: None,
    ):
        self.pictures = ipywidgets.HTML()
        self._panel_of_controls, self._follow, self._following = draw, follow, False
        super().__init__([*controls, self.pictures])
        for control in controls:
            control.observe(self._moved, "value")
        self._show()

    def _moved(self, change: Any) -> None:
        if self._following:  # one control moved another
            return
        self._following = True
        try:
            self._follow()
        finally:
            self._following = False
        self._show()

    def _show(self) -> None:
        self._panel = self._panel_of_controls()
        self.pictures.value = self._panel.page()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget; where none can be shown, its pictures, and where these can't, its words."""
        bundle = super()._repr_mimebundle_(**options) or {}
        return {**bundle, "text/html": self.pictures.value, "text/plain": self._panel.words()}


def slider(
    description: str, options: Iterable[Any], room: str, **more: Any
) -> ipywidgets.SelectionSlider:
    """A slider that follows the arrow keys, wide enough for every option.

    Parameters
    ----------
    description : str
    options : iterable
    room : str
        Width that the description takes: `"5em"`. Sliders below each other have the same.
    **more
        Of `ipywidgets.SelectionSlider`.
    """
    return ipywidgets.SelectionSlider(
        options=list(options),
        description=description,
        layout=ipywidgets.Layout(width="32em"),
        style={"description_width": room},
        **more,
    )


def offer(control: ipywidgets.SelectionSlider, options: Iterable[Any], value: Any) -> None:
    """Put other options on a slider, and its handle on one of them."""
    with control.hold_sync():
        control.options = list(options)
        control.value = value


def svg(
    draw: Callable[[Axes], None], size: tuple[int, int], margins: tuple[int, int, int, int]
) -> bytes:
    """One pair of axes in the course's style, as an SVG file that needs nothing from elsewhere.

    Parameters
    ----------
    draw : callable of matplotlib.axes.Axes
    size : tuple of int
        Width and height in pixels.
    margins : tuple of int
        Pixels around the axes: left, below, right, above.
    """
    (width, height), (left, below, right, above) = size, margins
    area = left / width, below / height, 1 - (left + right) / width, 1 - (below + above) / height
    file = io.BytesIO()
    with style.context([STYLE_FILE, _SMALL]):
        figure = Figure(figsize=(width / 96, height / 96))
        draw(figure.add_axes(area))
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
