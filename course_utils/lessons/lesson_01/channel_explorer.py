"""`explore_channels`: slide through depth and channel, and see at once what each answers to."""

import html
from collections import Counter

import ipywidgets
import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex
from PIL import Image

from course_utils.datasets import webp
from course_utils.lessons.lesson_01.channel_pictures import (
    NETWORKS,
    SMALL,
    Atlas,
    Channel,
    Depth,
    load_atlas,
)
from course_utils.lessons.lesson_01.plots import over
from course_utils.teaching.explorers import Explorer, Panel, Picture, offer, slider

HEIGHT = 210  # of the pictures on the screen, in pixels
COLOURS = "viridis"  # of the maps: dark violet for zero, yellow for the peak

_PLACES = (
    ("at the top left", "at the top", "at the top right"),
    ("at the left", "in the middle", "at the right"),
    ("at the bottom left", "at the bottom", "at the bottom right"),
)


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

    def __init__(self, atlas: Atlas):
        self._atlas = atlas
        self.depth = slider("Depth", atlas.depths, room="5em")
        self.channel = slider("Channel", self._channels(), room="5em")
        self.random = ipywidgets.Checkbox(description="Random network (the control)", indent=False)
        super().__init__([self.depth, self.channel, self.random], self._draw, self._offer)

    def _channels(self) -> list[int]:
        return self._atlas.depths[self.depth.value].channels

    def _offer(self) -> None:
        """Put the depth's own channels on the slider, which stays at its position."""
        channels = self._channels()
        offer(self.channel, channels, channels[self.channel.index])

    def _draw(self) -> Panel:
        network = NETWORKS[self.random.value]
        return panel(self._atlas, self.depth.value, self.channel.value, network)


def explore_channels() -> ChannelExplorer:
    """Slide through the channels of the shipped ResNet50.

    For each channel stand side by side its map over a photograph, the nine patches of the
    shipped sets that excite it most, and an image made to excite it. All are read from a
    store, so nothing is computed and nothing fetched. The sliders follow the arrow keys.

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
    return ChannelExplorer(load_atlas())


def panel(atlas: Atlas, depth: str, number: int, network: str = NETWORKS[0]) -> Panel:
    """What is shown of one channel: three pictures, what its units see, where they come from.

    Parameters
    ----------
    atlas : Atlas
    depth : str
    number : int
    network : {"pretrained", "random"}
    """
    opened, channel = atlas.depths[depth], atlas.channel(depth, number, network)
    weights = "pretrained" if network == NETWORKS[0] else "random, nothing was learnt"
    sets = " and ".join(f"{count:,} of {name}" for name, count in atlas.sets.items())
    best, ninth = _readable(channel.scores[0]), _readable(channel.scores[-1])
    patches = f"Activations from {best} to {ninth}: the highest in {sets}, at most one a picture."
    if opened.size >= atlas.image_size:
        patches += f" Whole pictures, since a unit sees more than their {atlas.image_size} pixels."
    map_, patches_alt, maximised = _descriptions(
        atlas, channel, f"channel {number} of {depth}, {network} network"
    )
    pixelated = "image-rendering: pixelated" if opened.size < SMALL else ""
    on_photograph = webp.encode(overlay(atlas, depth, channel.map), 85, effort=2)
    peak = f"Dark violet: silent. Yellow: its peak on this photograph, {_readable(channel.peak)}."
    noise = f"Noise, after {atlas.steps} steps of gradient ascent."
    return Panel(
        "channel-panel",
        f"{depth.capitalize()}, channel {number} of 0 to {opened.width - 1}. A unit sees "
        f"{opened.size} by {opened.size} pixels. Weights: {weights}.",
        "",
        (
            _picture("Where it answers", on_photograph, map_, peak, scale=_scale()),
            _picture("What excites it most", channel.patches, patches_alt, patches, pixelated),
            _picture("An image made to excite it", channel.maximised, maximised, noise),
        ),
    )


def _descriptions(atlas: Atlas, channel: Channel, name: str) -> tuple[str, str, str]:
    """The three pictures for those who cannot see them."""
    classes = Counter(source.partition(": ")[2] for source in channel.sources)
    shown = ", ".join(f"{name} ({times})" for name, times in classes.most_common())
    return (
        f"Map of {name}, laid over a photograph of {atlas.about}: {_strongest(channel)}.",
        f"The nine patches that excite {name} most, from pictures of {shown}.",
        f"Image that {atlas.steps} steps of gradient ascent made out of noise to excite {name}.",
    )


def _strongest(channel: Channel) -> str:
    """Where on the photograph a channel answers most, in words."""
    activations = webp.decode(channel.map, "L")
    if not channel.peak:
        return "it is silent everywhere"
    row, column = np.unravel_index(activations.argmax(), activations.shape)
    place = _PLACES[3 * row // activations.shape[0]][3 * column // activations.shape[1]]
    share = (activations > 127).mean()
    return f"strongest {place}, and above half of that on {share:.0%} of it"


def _readable(activation: float) -> str:
    """An activation with two digits, or as a whole number where it has more."""
    return f"{activation:,.0f}" if activation >= 10 else f"{activation:.1f}"


def _picture(
    title: str, file: bytes, alt: str, note: str, look: str = "", scale: str = ""
) -> Picture:
    height, width = webp.decode(file).shape[:2]
    size = (round(HEIGHT * width / height), HEIGHT)
    return Picture(title, file, "webp", size, alt, note, look, scale)


def _scale() -> str:
    """The colours of the maps, from silent to the peak; the words below it say the same."""
    colours = ", ".join(map(to_hex, colormaps[COLOURS](np.linspace(0, 1, 6))))
    look = f"height: 0.6em; margin-bottom: 0.2em; background: linear-gradient(to right, {colours})"
    return f'<div style="{html.escape(look)}"></div>'


def overlay(atlas: Atlas, depth: str, grey_map: bytes) -> np.ndarray:
    """A stored map in colours over the photograph in grey.

    Parameters
    ----------
    atlas : Atlas
    depth : str
    grey_map : bytes
        `Channel.map`.

    Returns
    -------
    array of uint8, shape (height, width, 3)
    """
    shape = atlas.photograph.shape[:2]
    heat = enlarged(webp.decode(grey_map, "L"), atlas.depths[depth], shape)
    return over(atlas.photograph, heat, colours=COLOURS)


def enlarged(grey_map: np.ndarray, field: Depth, shape: tuple[int, int]) -> np.ndarray:
    """A map as large as the photograph, with every unit in the middle of the pixels it sees.

    Parameters
    ----------
    grey_map : array of uint8, shape (rows, columns)
    field : Depth
        `size`, `jump` and `start` of its units, in pixels.
    shape : tuple of int
        (height, width) of the photograph.

    Returns
    -------
    array of uint8, shape (height, width)
        Bilinear between the units, as at the outermost ones beyond them.
    """
    margin = 2
    padded = np.pad(grey_map, margin, mode="edge")
    middle = field.start + (field.size - 1) / 2
    # Where the photograph's edges lie on the padded map: a pixel's middle is half a pixel in.
    top_left = (-0.5 - middle) / field.jump + 0.5 + margin
    height, width = shape
    box = (top_left, top_left, top_left + width / field.jump, top_left + height / field.jump)
    return np.asarray(
        Image.fromarray(padded).resize((width, height), Image.Resampling.BILINEAR, box)
    )
