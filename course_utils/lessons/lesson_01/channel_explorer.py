"""`explore_channels`: slide through depth and channel, and see at once what each answers to."""

import ipywidgets

from course_utils.datasets import webp
from course_utils.errors import CourseError
from course_utils.lessons.lesson_01.channel_panel import overlay, panel, words
from course_utils.lessons.lesson_01.channel_pictures import NETWORKS, load_atlas
from course_utils.teaching.explorers import Explorer, slider


class ChannelExplorer(Explorer):
    """The panel that `explore_channels` gives.

    Attributes
    ----------
    depth, channel : ipywidgets.SelectionSlider
        A depth's name, and the number of one of its stored channels.
    random : ipywidgets.Checkbox
        The random network in place of the pretrained one.
    pictures : ipywidgets.HTML
        Three pictures and a caption.
    """

    def __init__(self, path=None):
        self._atlas = load_atlas(path)
        depths = list(self._atlas.depths)
        self.depth = slider("Depth", depths, room="5em")
        self.channel = slider("Channel", self._atlas.depths[depths[0]].channels, room="5em")
        self.random = ipywidgets.Checkbox(description="Random network (the control)", indent=False)
        controls = ipywidgets.HBox(
            [ipywidgets.VBox([self.depth, self.channel]), self.random],
            layout=ipywidgets.Layout(flex_flow="row wrap", grid_gap="0 2em"),
        )
        super().__init__([controls])
        self.depth.observe(self._offer_channels, "value")
        self.channel.observe(self._show, "value")
        self.random.observe(self._show, "value")
        self._show()

    def _offer_channels(self, change):
        """Put the depth's own channels on the slider, which stays at its position."""
        position = self.channel.index
        with self.hold_trait_notifications():
            self.channel.unobserve(self._show, "value")
            self.channel.options = self._atlas.depths[self.depth.value].channels
            self.channel.index = position
            self.channel.observe(self._show, "value")
        self._show()

    def _show(self, change=None):
        self.pictures.value = panel(self._atlas, *self._chosen())

    def _chosen(self):
        return self.depth.value, self.channel.value, NETWORKS[self.random.value]

    def _words(self):
        return words(self._atlas, *self._chosen())


def explore_channels(path=None):
    """Slide through the channels of the shipped ResNet50.

    For each channel stand side by side its map over a photograph, the nine patches of the
    shipped sets that excite it most, and an image made to excite it. All are read from a
    store (made by `channel_atlas` in this folder), so nothing is computed and nothing fetched.
    The sliders follow the arrow keys.

    Parameters
    ----------
    path : path, optional
        Another store.

    Returns
    -------
    ChannelExplorer
        A widget; as the last line of a cell it shows itself. Where no widget can be shown, in
        HTML made by nbconvert for one, the pictures of the first channel stand in for it.

    Raises
    ------
    CourseError
        If the store is missing or damaged.
    """
    return ChannelExplorer(path)


def channel_figure(rows=None, path=None):
    """A still figure: a row for each channel, with what `explore_channels` shows of it.

    Parameters
    ----------
    rows : dict of str to int, optional
        For depths, by name, the number of a stored channel; by default the middle one
        of each depth's.
    path : path, optional
        Another store.

    Returns
    -------
    matplotlib.figure.Figure
        Four columns: the map, the patches, the maximised image, and the one for the same
        channel of the random network.

    Raises
    ------
    CourseError
        If there is no such depth or channel, or the store is missing or damaged.
    """
    import matplotlib.pyplot as plt

    atlas = load_atlas(path)
    if rows is None:
        rows = {
            name: depth.channels[len(depth.channels) // 2] for name, depth in atlas.depths.items()
        }
    for depth, number in rows.items():
        _check(atlas, depth, number)
    size = (7.2, 1.42 * len(rows) + 0.4)
    ratios = [atlas.photograph.shape[1] / atlas.photograph.shape[0], 1, 1, 1]
    figure, grid = plt.subplots(
        len(rows), 4, figsize=size, squeeze=False, gridspec_kw={"width_ratios": ratios}
    )
    titles = ["map on a photograph", "what excites it most", "maximised", "the same, random"]
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(title, fontsize=10)
    for row, (depth, number) in zip(grid, rows.items(), strict=True):
        channel, control = (atlas.channel(depth, number, network) for network in NETWORKS)
        pictures = [
            overlay(atlas, depth, channel.map),
            webp.decode(channel.patches, "RGBA"),
            webp.decode(channel.maximised),
            webp.decode(control.maximised),
        ]
        for axes, picture in zip(row, pictures, strict=True):
            axes.imshow(picture)
            axes.set(xticks=[], yticks=[])
            axes.grid(False)
            axes.spines[:].set_visible(False)
        label = f"{depth}\nchannel {number}\nsees {atlas.depths[depth].size} px"
        row[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
    return figure


def _check(atlas, depth, number):
    """Refuse a depth or a channel that is not in the store."""
    if depth not in atlas.depths:
        raise CourseError(
            f"There is no depth {depth!r} in the store: choose from {', '.join(atlas.depths)}."
        )
    stored = atlas.depths[depth].channels
    if number not in stored:
        raise CourseError(
            f"Channel {number!r} of {depth} is not in the store: choose from "
            f"{', '.join(map(str, stored))}."
        )
