"""The HTML that the explorers of stored measurements share: what is said, then pictures in a row.

Styles stand in the tags: from a notebook that is not trusted yet, JupyterLab takes no others.
"""

import base64
import html

_ROW = "display: flex; flex-wrap: wrap; line-height: 1.45"
_TITLE = "margin: 0 0 0.3em 0; font-weight: 600"
_PICTURE = "display: block; margin: 0 0 0.3em 0; max-width: none"


def framed(name, headline, finding, figures):
    """A panel (str, HTML): the headline, the finding in bold, and below them the figures.

    Parameters
    ----------
    name : str
        Class of the panel's element.
    headline, finding : str
        Plain text.
    figures : iterable of str
        As `figure_of` gives them.
    """
    return (
        f'<div class="{name}">'
        f'<p style="margin: 0; line-height: 1.45">{html.escape(headline)}</p>'
        f'<p style="margin: 0; line-height: 1.45; font-weight: 600">{html.escape(finding)}</p>'
        f'<div style="{_ROW}">{"".join(figures)}</div></div>'
    )


def figure_of(title, picture, size, alt, note):
    """One picture between its title and its note (str, HTML).

    Parameters
    ----------
    title : str
    picture : str
        An SVG file.
    size : (int, int)
        Its width and height in pixels.
    alt : str
        What it shows, for those who cannot see it.
    note : str
    """
    width, height = size
    code = base64.b64encode(picture.encode()).decode("ascii")
    return (
        f'<figure style="margin: 0.4em 1em 0.4em 0; width: {width}px">'
        f'<p style="{_TITLE}">{title}</p>'
        f'<img style="{_PICTURE}" width="{width}" height="{height}" '
        f'src="data:image/svg+xml;base64,{code}" alt="{html.escape(alt)}">'
        f"<figcaption>{html.escape(note)}</figcaption></figure>"
    )
