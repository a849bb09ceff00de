"""What the explorers share: controls above pictures, with words for where neither is shown."""

import ipywidgets


class Explorer(ipywidgets.VBox):
    """Controls, and below them pictures that a subclass draws anew whenever one is moved.

    Parameters
    ----------
    controls : sequence of ipywidgets.Widget

    Attributes
    ----------
    pictures : ipywidgets.HTML
    """

    def __init__(self, controls):
        self.pictures = ipywidgets.HTML()
        super().__init__([*controls, self.pictures])

    def _words(self):
        """What the pictures show, as sentences (iterable of str); each explorer has its own."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options):
        """The widget; where none can be shown, its pictures, and where these can't, its words."""
        bundle = super()._repr_mimebundle_(**options) or {}
        return {
            **bundle,
            "text/html": self.pictures.value,
            "text/plain": " ".join(self._words()),
        }


def slider(description, options, room, **more):
    """A slider that follows the arrow keys, wide enough for every option.

    Parameters
    ----------
    description : str
    options : sequence
    room : str
        Width that the description takes: `"5em"`. Sliders below each other have the same.
    **more
        Of `ipywidgets.SelectionSlider`.

    Returns
    -------
    ipywidgets.SelectionSlider
    """
    wide = {"layout": ipywidgets.Layout(width="32em"), "style": {"description_width": room}}
    return ipywidgets.SelectionSlider(options=options, description=description, **wide, **more)
